//! Where the goods come from, as far as that alone forbids or endangers their entry. Whether two papers agree on an origin is asked in
//! `goods`.

use super::Hit;
use super::papers::{Papers, Said, listed};
use crate::domain::packet::document::{Field, Kind};
use crate::domain::packet::result::Severity;
use crate::domain::trade::country;
use crate::domain::trade::port::Port;
use std::collections::BTreeSet;

/// Countries that the United States embargo as a whole (31 CFR 515, 560, 510).
const EMBARGOED: [&str; 3] = ["CU", "IR", "KP"];
/// Countries with bans on many goods or parties, which ask for a closer look (31 CFR 548, 587; 15 CFR 746).
const RESTRICTED: [&str; 3] = ["BY", "RU", "SY"];

/// Every country of origin and of a party that the papers state.
fn countries<'a>(papers: &Papers<'a>) -> Vec<Said<'a>> {
    let mut said = papers.said(&[
        (Kind::CommercialInvoice, Field::CountryOfOrigin),
        (Kind::CommercialInvoice, Field::SellerCountry),
        (Kind::CommercialInvoice, Field::BuyerCountry),
        (Kind::Isf, Field::CountryOfOrigin),
    ]);
    said.extend(papers.lines(Kind::CommercialInvoice, Field::CountryOfOrigin));
    said.extend(papers.lines(Kind::Isf, Field::CountryOfOrigin));
    said
}

/// Goods or parties from an embargoed country; as a warning where only some goods are barred.
pub fn embargo(papers: &Papers<'_>) -> Vec<Hit> {
    let said = countries(papers);
    let hit = |list: &[&str], severity: Option<Severity>, words: &str| {
        let found: Vec<&Said<'_>> = said.iter().filter(|said| list.contains(&said.value)).collect();
        let names: BTreeSet<String> = found.iter().map(|said| country::name(said.value).to_owned()).collect();
        let names: Vec<String> = names.into_iter().collect();
        let explanation = format!("The papers name {}, {words}.", listed(&names));
        (!found.is_empty()).then(|| Hit {
            explanation,
            values: found.iter().map(|said| said.part()).collect(),
            severity,
        })
    };
    let embargoed = hit(&EMBARGOED, None, "whose goods may not be imported without a licence");
    embargoed
        .or_else(|| hit(&RESTRICTED, Some(Severity::Warning), "from where many goods and parties are barred"))
        .into_iter()
        .collect()
}

/// Goods of one country, sold from a second and laden in a third: they may be transshipped to hide where they come from.
pub fn third_country(papers: &Papers<'_>) -> Vec<Hit> {
    // Where the papers do not agree on the origin, that comes first.
    if !super::goods::country_of_origin(papers).is_empty() {
        return Vec::new();
    }
    let mut origins = papers.lines(Kind::CommercialInvoice, Field::CountryOfOrigin);
    if origins.is_empty() {
        origins = papers.said(&[(Kind::CommercialInvoice, Field::CountryOfOrigin)]);
    }
    let sellers = papers.said(&[(Kind::CommercialInvoice, Field::SellerCountry)]);
    let laden = papers.said(&[(Kind::BillOfLading, Field::PortOfLoading), (Kind::Isf, Field::PortOfLoading)]);
    let coded: Vec<(&Said<'_>, String)> =
        laden.iter().filter_map(|said| Some((said, Port::read(said.value).code?.get(..2)?.to_owned()))).collect();
    let (Some(seller), Some((port, land))) = (sellers.first(), coded.first()) else { return Vec::new() };
    let stray = |origin: &&Said<'_>| {
        sellers.iter().all(|seller| seller.value != origin.value) && coded.iter().all(|(_, land)| land != origin.value)
    };
    let strays: Vec<&Said<'_>> = origins.iter().filter(stray).collect();
    let Some(origin) = strays.first().filter(|_| seller.value != land) else { return Vec::new() };
    let explanation = format!(
        "Goods of {} are sold from {} and laden in {}, a third country.",
        country::name(origin.value),
        country::name(seller.value),
        port.value
    );
    let values = strays.iter().map(|said| said.part()).chain([seller.part(), port.part()]).collect();
    vec![Hit { explanation, values, severity: None }]
}

/// Names of the region whose goods the law presumes to be made with forced labor.
const REGION: [&str; 4] = ["XINJIANG", "SINKIANG", "新疆", "URUMQI"];

/// A party or place of the region.
pub fn forced_labor(papers: &Papers<'_>) -> Vec<Hit> {
    let fields = [
        Field::SellerName,
        Field::SellerAddress,
        Field::ManufacturerName,
        Field::ShipperName,
        Field::StuffingLocationName,
        Field::ConsolidatorName,
        Field::PlaceOfReceipt,
        Field::IncotermPlace,
        Field::Description,
        Field::DescriptionOfGoods,
    ];
    let kinds = [Kind::CommercialInvoice, Kind::PackingList, Kind::BillOfLading, Kind::AirWaybill, Kind::Isf];
    let places: Vec<(Kind, Field)> =
        kinds.into_iter().flat_map(|kind| fields.into_iter().map(move |field| (kind, field))).collect();
    let mut said = papers.said(&places);
    for kind in kinds {
        said.extend(
            [Field::ManufacturerName, Field::Description].into_iter().flat_map(|field| papers.lines(kind, field)),
        );
    }
    let of_region = |said: &&Said<'_>| {
        let print = said.value.to_uppercase();
        REGION.iter().any(|name| print.contains(name))
    };
    let found: Vec<&Said<'_>> = said.iter().filter(of_region).collect();
    let Some(first) = found.first() else { return Vec::new() };
    let explanation =
        format!("\"{}\" names a region whose goods are presumed to be made with forced labor.", first.value);
    vec![Hit { explanation, values: found.iter().map(|said| said.part()).collect(), severity: None }]
}
