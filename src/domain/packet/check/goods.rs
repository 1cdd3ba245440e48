//! What the goods are, where they come from, and who sold, bought and made them.

use super::Hit;
use super::papers::{Papers, Said, disagreement, told};
use crate::domain::packet::document::{Field, Kind};
use crate::domain::trade::{party, tariff};
use std::collections::BTreeSet;

fn hit(said: &[Said<'_>], subject: &str) -> Hit {
    Hit {
        explanation: format!("{subject}: {}.", told(said)),
        values: said.iter().map(Said::part).collect(),
        severity: None,
    }
}

fn parties(papers: &Papers<'_>, places: &[(Kind, Field)], subject: &str) -> Vec<Hit> {
    let mut said = papers.said(places);
    said.retain(|said| !party::names_nobody(said.value));
    disagreement(said, party::same).map(|said| hit(&said, subject)).into_iter().collect()
}

pub fn seller(papers: &Papers<'_>) -> Vec<Hit> {
    let places = [
        (Kind::CommercialInvoice, Field::SellerName),
        (Kind::PackingList, Field::ShipperName),
        (Kind::BillOfLading, Field::ShipperName),
        (Kind::AirWaybill, Field::ShipperName),
        (Kind::Isf, Field::SellerName),
        (Kind::ArrivalNotice, Field::ShipperName),
    ];
    parties(papers, &places, "Seller or shipper")
}

pub fn buyer(papers: &Papers<'_>) -> Vec<Hit> {
    parties(papers, &[(Kind::CommercialInvoice, Field::BuyerName), (Kind::Isf, Field::BuyerName)], "Buyer")
}

pub fn consignee(papers: &Papers<'_>) -> Vec<Hit> {
    let kinds = [Kind::CommercialInvoice, Kind::PackingList, Kind::BillOfLading, Kind::AirWaybill, Kind::ArrivalNotice];
    parties(papers, &kinds.map(|kind| (kind, Field::ConsigneeName)), "Consignee")
}

/// Every manufacturer that the invoice names must be one of the ISF's.
pub fn manufacturer(papers: &Papers<'_>) -> Vec<Hit> {
    let invoiced = papers.said(&[(Kind::CommercialInvoice, Field::ManufacturerName)]);
    let mut filed = papers.said(&[(Kind::Isf, Field::ManufacturerName)]);
    filed.extend(papers.lines(Kind::Isf, Field::ManufacturerName));
    let stray = |maker: &Said<'_>| !filed.iter().any(|filed| party::same(filed.value, maker.value));
    if filed.is_empty() || !invoiced.iter().any(stray) {
        return Vec::new();
    }
    vec![hit(&invoiced.into_iter().chain(filed).collect::<Vec<_>>(), "Manufacturer")]
}

/// The subheading that stands in the line of a saying.
fn subheading<'a>(said: &Said<'a>) -> Option<&'a str> {
    let line = said.document.lines.get(said.line?)?;
    line.get(&Field::HtsCode)?.value.one().map(tariff::subheading)
}

/// Origins by subheading where the ISF links them, over all goods where it does not.
pub fn country_of_origin(papers: &Papers<'_>) -> Vec<Hit> {
    let both = |kind: Kind| {
        let mut said = papers.lines(kind, Field::CountryOfOrigin);
        // A header speaks for the lines that say nothing themselves.
        if said.is_empty() {
            said = papers.said(&[(kind, Field::CountryOfOrigin)]);
        }
        said
    };
    let (invoiced, filed) = (both(Kind::CommercialInvoice), both(Kind::Isf));
    let differ = filed.iter().filter(|filed| {
        let linked = subheading(filed);
        let mut comparable = invoiced
            .iter()
            .filter(|said| linked.is_none() || subheading(said).is_none_or(|own| Some(own) == linked))
            .peekable();
        comparable.peek().is_some() && !comparable.any(|said| said.value == filed.value)
    });
    let stray: Vec<Said<'_>> = differ.copied().collect();
    if stray.is_empty() {
        return Vec::new();
    }
    vec![hit(&invoiced.into_iter().chain(stray).collect::<Vec<_>>(), "Country of origin")]
}

/// The invoice's codes against the ISF's at six digits. Codes that cannot be are a finding of their own.
pub fn hts_code(papers: &Papers<'_>) -> Vec<Hit> {
    let invoiced = papers.lines(Kind::CommercialInvoice, Field::HtsCode);
    let filed: Vec<Said<'_>> = papers
        .said(&[(Kind::Isf, Field::HtsCodes)])
        .into_iter()
        .chain(papers.lines(Kind::Isf, Field::HtsCode))
        .collect();
    let subheadings = |said: &[Said<'_>]| -> BTreeSet<String> {
        let codes = said.iter().map(|said| said.value).filter(|code| tariff::is_possible(code));
        codes.map(|code| tariff::subheading(code).to_owned()).collect()
    };
    let (on_invoice, on_isf) = (subheadings(&invoiced), subheadings(&filed));
    if on_invoice.is_empty() || on_isf.is_empty() || on_invoice == on_isf {
        return Vec::new();
    }
    let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>().join(", ");
    let (unfiled, uninvoiced) = (only(&on_invoice, &on_isf), only(&on_isf, &on_invoice));
    // A code that cannot be leaves a gap of its own on the other paper.
    let gaps = |said: &[Said<'_>]| {
        said.iter().map(|said| said.value).filter(|code| !tariff::is_possible(code)).collect::<BTreeSet<_>>().len()
    };
    let explained =
        |a: &BTreeSet<String>, b: &BTreeSet<String>, b_said: &[Said<'_>]| a.difference(b).count() <= gaps(b_said);
    if explained(&on_invoice, &on_isf, &filed) && explained(&on_isf, &on_invoice, &invoiced) {
        return Vec::new();
    }
    let explanation = match (unfiled.is_empty(), uninvoiced.is_empty()) {
        (false, false) => {
            format!("{unfiled} is on the invoice but not on the ISF, {uninvoiced} on the ISF but not on the invoice.")
        }
        (false, true) => format!("{unfiled} is on the invoice but not on the ISF."),
        _ => format!("{uninvoiced} is on the ISF but not on the invoice."),
    };
    let stray = |said: &Said<'_>| {
        let code = tariff::subheading(said.value).to_owned();
        on_invoice.contains(&code) != on_isf.contains(&code)
    };
    let mut values: Vec<_> = invoiced.iter().filter(|said| stray(said)).map(Said::part).collect();
    let headers: BTreeSet<&str> =
        filed.iter().filter(|said| said.line.is_none()).map(|said| said.document.id.as_str()).collect();
    let lists = papers.of(Kind::Isf).filter(|isf| headers.contains(isf.id.as_str()));
    values.extend(lists.map(|isf| super::papers::part(isf, Field::HtsCodes, None)));
    values.extend(filed.iter().filter(|said| said.line.is_some() && stray(said)).map(Said::part));
    vec![Hit { explanation, values, severity: None }]
}
