//! The words that documents print: labels beside values, headings over columns, and titles, in several languages, kept as data.
//! It says what a print means, never where on a page it may stand or which value belongs to it.

mod fold;

pub use fold::fold;

use crate::domain::packet::document::Kind;
use crate::domain::trade::look_alike;
use crate::domain::words::words;
use std::collections::HashMap;
use std::sync::LazyLock;

words! {
    /// What a label announces. A concept becomes a field only through the kind of its document.
    Concept {
        AirportDeparture = "airport_departure", AirportDestination = "airport_destination", Amount = "amount",
        AwbNumber = "awb_number", BlNumber = "bl_number", Booking = "booking", Buyer = "buyer", Carried = "carried",
        Charge = "charge", ChargeableWeight = "chargeable_weight",
        ChargesTotal = "charges_total", Consignee = "consignee", ConsigneeId = "consignee_id",
        Consolidator = "consolidator", Container = "container", ContainerType = "container_type", Currency = "currency",
        Date = "date", DeclarationType = "declaration_type", Deposit = "deposit", Discount = "discount", Due = "due", Eta = "eta",
        EtaFinal = "eta_final", Etd = "etd", Exporter = "exporter", Firms = "firms", Flight = "flight",
        FlightAndDate = "flight_and_date", FlightDate = "flight_date", Freight = "freight", FreightTerms = "freight_terms",
        Goods = "goods", GrossTotal = "gross_total", GrossWeight = "gross_weight", Guarantee = "guarantee", HawbNumber = "hawb_number",
        Holder = "holder", Hts = "hts", Ignored = "ignored", Importer = "importer", ImporterNumber = "importer_number",
        Incoterm = "incoterm", IncotermPlace = "incoterm_place", Insurance = "insurance", InvoiceDate = "invoice_date",
        InvoiceNumber = "invoice_number", InvoiceNumberDate = "invoice_number_date", IssueDate = "issue_date",
        ItNumber = "it_number", Item = "item", LastFreeDay = "last_free_day", LimitDate = "limit_date",
        LineNumber = "line_number", Lrn = "lrn", Manufacturer = "manufacturer", MasterBl = "master_bl", Mrn = "mrn",
        NetWeight = "net_weight", NoticeDate = "notice_date", NoticeNumber = "notice_number", Notify = "notify",
        OfficeDeparture = "office_departure", OfficeDestination = "office_destination", OnBoard = "on_board",
        Origin = "origin", Other = "other", OtherCharge = "other_charge", PackageRange = "package_range",
        PackageType = "package_type", Packages = "packages", PackingDate = "packing_date",
        PackingNumber = "packing_number", PartyAddress = "party_address", PartyName = "party_name", Pallets = "pallets", Payment = "payment", PerPackage = "per_package",
        Pieces = "pieces", PlaceDateIssue = "place_date_issue", PlaceIssue = "place_issue",
        PlaceOfDelivery = "place_of_delivery", PlaceOfReceipt = "place_of_receipt", PoNumber = "po_number",
        PortOfDischarge = "port_of_discharge", PortOfLoading = "port_of_loading", PreCarriage = "pre_carriage",
        Quantity = "quantity", ReleaseDate = "release_date", Scac = "scac", Seal = "seal", Seller = "seller",
        ShipTo = "ship_to", Shipper = "shipper", Sku = "sku", Stuffing = "stuffing", Subtotal = "subtotal",
        Tax = "tax", TaxBase = "tax_base", Total = "total", TotalCharges = "total_charges", TransportIdentity = "transport_identity", Unit = "unit",
        UnitPrice = "unit_price", Vessel = "vessel", VesselVoyage = "vessel_voyage", Volume = "volume",
        Voyage = "voyage",
    }
}

/// What one print may mean beside a value and over a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meaning {
    pub label: Vec<Concept>,
    pub column: Vec<Concept>,
}

/// What a title announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Title {
    Kind(Kind),
    /// Conditions, riders and continuation sheets: they belong to the document before them.
    Supplement,
}

static LABELS: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let mut labels: HashMap<String, Meaning> = HashMap::new();
    for row in rows(include_str!("labels.tsv")) {
        let [concept, usage, _, prints] = row;
        let Some(concept) = Concept::from_word(concept) else { continue };
        for print in prints.split(';') {
            let key = fold(print);
            if key.is_empty() {
                continue;
            }
            let meaning = labels.entry(key).or_default();
            if usage.contains('h') && !meaning.label.contains(&concept) {
                meaning.label.push(concept);
            }
            if usage.contains('c') && !meaning.column.contains(&concept) {
                meaning.column.push(concept);
            }
        }
    }
    labels
});

/// Labels by how they look; nothing for a look that labels of different meanings share.
static LOOKS: LazyLock<HashMap<String, Option<String>>> = LazyLock::new(|| {
    let mut looks: HashMap<String, Option<String>> = HashMap::new();
    for (print, meaning) in LABELS.iter().filter(|(print, _)| print.chars().count() >= 3) {
        looks
            .entry(look_alike::blurred(print))
            .and_modify(|known| {
                let same = known.as_ref().and_then(|other| LABELS.get(other)).is_some_and(|other| other == meaning);
                if !same {
                    *known = None;
                }
            })
            .or_insert_with(|| Some(print.clone()));
    }
    looks
});

/// Data elements by their numbers without blanks.
static ELEMENTS: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let elements = rows(include_str!("elements.tsv")).filter_map(|[number, concept, ..]| {
        let meaning = Meaning { label: vec![Concept::from_word(concept)?], column: Vec::new() };
        Some((fold(number), meaning))
    });
    elements.collect()
});

/// A data element that no field is made of: it ends what stands before it.
static OTHER_ELEMENT: LazyLock<Meaning> = LazyLock::new(|| Meaning { label: vec![Concept::Other], column: Vec::new() });

static TITLES: LazyLock<HashMap<String, Title>> = LazyLock::new(|| {
    let mut titles = HashMap::new();
    for row in rows(include_str!("titles.tsv")) {
        let [kind, _, prints, _] = row;
        let title = Kind::from_word(kind).map_or(Title::Supplement, Title::Kind);
        for print in prints.split(';') {
            titles.entry(fold(print)).or_insert(title);
        }
    }
    titles
});

/// The cells of a table kept as data: comments and the heading row left out.
fn rows(table: &'static str) -> impl Iterator<Item = [&'static str; 4]> {
    table.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| {
        let mut cells = line.split('\t');
        [(); 4].map(|()| cells.next().unwrap_or_default())
    })
}

/// The countries: alpha-2, alpha-3, and names parted by semicolons.
pub fn countries() -> impl Iterator<Item = [&'static str; 3]> {
    rows(include_str!("countries.tsv")).map(|[alpha2, alpha3, names, _]| [alpha2, alpha3, names])
}

/// What a folded print means, or nothing.
pub fn meaning(folded: &str) -> Option<&'static Meaning> {
    LABELS.get(folded)
}

/// What a folded print means that was seen and not typed: `vom` is read for `UOM`. Nothing where two prints look like it.
pub fn seen_meaning(folded: &str) -> Option<&'static Meaning> {
    meaning(folded).or_else(|| LOOKS.get(&look_alike::blurred(folded))?.as_ref().and_then(|print| meaning(print)))
}

/// What the number of a data element means: `1511`, `1302016`, with `000` where a level of it is left out. Every number of a group
/// of the Union's data model is an element, those that no field is made of too; nothing for other digits.
pub fn element(number: &str) -> Option<&'static Meaning> {
    let group: u32 = number.get(..2)?.parse().ok()?;
    let formed = matches!(number.len(), 4 | 7 | 10) && number.bytes().all(|byte| byte.is_ascii_digit());
    let place: u32 = number.get(2..4)?.parse().ok()?;
    if !formed || !(matches!(group, 11..=19) || group == 99) || !(1..=20).contains(&place) {
        return None;
    }
    let mut short = number;
    while let Some(less) = short.strip_suffix("000").filter(|less| less.len() >= 4) {
        short = less;
    }
    Some(ELEMENTS.get(short).unwrap_or(&OTHER_ELEMENT))
}

/// What a folded title announces, or nothing.
pub fn title(folded: &str) -> Option<Title> {
    TITLES.get(folded).copied()
}

#[cfg(test)]
#[expect(clippy::panic, reason = "a test says which row is wrong")]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_labels_names_a_concept_and_a_use() {
        for [concept, usage, language, prints] in rows(include_str!("labels.tsv")) {
            if Concept::from_word(concept).is_none() {
                panic!("no such concept: {concept}");
            }
            assert!(["h", "c", "hc"].contains(&usage), "{concept}: {usage}");
            assert_eq!(language.len(), 2, "{concept}: {language}");
            assert!(!prints.is_empty());
        }
    }

    #[test]
    fn every_row_of_titles_names_a_kind_and_no_title_has_two() {
        let mut meant: HashMap<String, &str> = HashMap::new();
        for [kind, language, prints, _] in rows(include_str!("titles.tsv")) {
            assert!(kind == "supplement" || Kind::from_word(kind).is_some(), "no such kind: {kind}");
            assert_eq!(language.len(), 2, "{kind}: {language}");
            for print in prints.split(';') {
                let before = meant.insert(fold(print), kind).filter(|before| *before != kind);
                assert_eq!(before, None, "{print} is a title of two kinds");
            }
        }
    }

    #[test]
    fn a_data_element_is_known_by_its_number_and_a_part_of_it_by_its_own() {
        let means = |number: &str| element(number).and_then(|meaning| meaning.label.first().copied());
        assert_eq!(means("1511"), Some(Concept::LimitDate));
        assert_eq!(means("1511000000"), Some(Concept::LimitDate));
        assert_eq!(means("1302016000"), Some(Concept::Shipper));
        assert_eq!(means("1302017000"), Some(Concept::Other), "the consignor's number is not its name");
        assert_eq!(means("1107"), Some(Concept::Other));
        for none in ["", "15", "2026", "151", "15111", "10Ab", "9902é"] {
            assert_eq!(means(none), None, "{none}");
        }
        for [number, concept, ..] in rows(include_str!("elements.tsv")) {
            if Concept::from_word(concept).is_none() || element(&fold(number)).is_none() {
                panic!("no such element or concept: {number} {concept}");
            }
        }
    }

    #[test]
    fn every_country_of_the_standard_has_names_and_no_other_has() {
        let mut known: Vec<&str> = countries().map(|[alpha2, ..]| alpha2).collect();
        let mut standard: Vec<&str> = celes::Country::get_countries().iter().map(|country| country.alpha2).collect();
        known.sort_unstable();
        standard.sort_unstable();
        assert_eq!(known, standard);
        for [alpha2, alpha3, names] in countries() {
            assert_eq!(celes::Country::from_alpha2(alpha2).map(|country| country.alpha3), Ok(alpha3));
            assert!(!names.is_empty(), "{alpha2}");
        }
    }

    #[test]
    fn a_label_means_the_same_however_it_is_written() {
        for print in ["INVOICE NO.", "Invoice No", "invoice n.o", "ＩＮＶＯＩＣＥ ＮＯ．"] {
            let meaning = meaning(&fold(print)).map(|meaning| meaning.label.clone());
            assert_eq!(meaning, Some(vec![Concept::InvoiceNumber]), "{print}");
        }
        assert_eq!(title(&fold("P A C K I N G   L I S T")), Some(Title::Kind(Kind::PackingList)));
        assert_eq!(title(&fold("装箱单")), Some(Title::Kind(Kind::PackingList)));
    }
}
