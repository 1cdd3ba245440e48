//! The term of sale: against who pays for the carriage, against the means of carriage, and against who makes entry (Incoterms 2020).

use super::Hit;
use super::papers::{Papers, decimal, listed, name, part};
use crate::domain::packet::document::{Document, Field, Kind};
use crate::domain::packet::result::Part;
use crate::domain::packet::written;
use crate::domain::trade::incoterm::{self, Incoterm, Payer};
use crate::domain::trade::party;
use rust_decimal::Decimal;

/// A term under which the buyer carries, with carriage charged; a term under which the seller carries, with a collect bill.
pub fn charges(papers: &Papers<'_>) -> Vec<Hit> {
    papers.of(Kind::CommercialInvoice).filter_map(|invoice| contradiction(papers, invoice)).collect()
}

fn contradiction(papers: &Papers<'_>, invoice: &Document) -> Option<Hit> {
    let term = invoice.value(Field::Incoterm)?;
    let carriage = incoterm::find(term)?.carriage;
    let own = part(invoice, Field::Incoterm, None);
    if carriage == Payer::Buyer {
        let charged: Vec<Field> = [Field::FreightAmount, Field::InsuranceAmount]
            .into_iter()
            .filter(|field| decimal(&invoice.fields, *field).is_some_and(|amount| amount > Decimal::ZERO))
            .collect();
        if charged.is_empty() {
            return None;
        }
        let labels: Vec<String> = charged.iter().map(|field| written::inside(field.label())).collect();
        let parts = charged.into_iter().map(|field| part(invoice, field, None));
        return Some(Hit {
            explanation: format!(
                "Under {term} the buyer pays the carriage, but the invoice charges {}.",
                listed(&labels)
            ),
            values: std::iter::once(own).chain(parts).collect(),
            severity: None,
        });
    }
    let collect = with_freight(papers, "collect");
    if collect.is_empty() {
        return None;
    }
    let names: Vec<String> = collect.iter().map(|document| format!("the {}", name(document.kind))).collect();
    let parts: Vec<Part> = collect.iter().map(|document| part(document, Field::FreightTerms, None)).collect();
    Some(Hit {
        explanation: format!(
            "Under {term} the seller pays the carriage, but freight is collect on {}.",
            listed(&names)
        ),
        values: std::iter::once(own).chain(parts).collect(),
        severity: None,
    })
}

/// The transport documents whose freight is prepaid or collect.
fn with_freight<'a>(papers: &Papers<'a>, terms: &str) -> Vec<&'a Document> {
    [Kind::BillOfLading, Kind::AirWaybill, Kind::ArrivalNotice]
        .into_iter()
        .flat_map(|kind| papers.of(kind))
        .filter(|document| document.value(Field::FreightTerms) == Some(terms))
        .collect()
}

/// The invoices with a term that a test picks, and what is said of it.
fn terms(papers: &Papers<'_>, says: impl Fn(&Document, &Incoterm) -> Option<(String, Vec<Part>)>) -> Vec<Hit> {
    let hit = |invoice: &Document| {
        let term = incoterm::find(invoice.value(Field::Incoterm)?)?;
        let (explanation, parts) = says(invoice, term)?;
        let values = std::iter::once(part(invoice, Field::Incoterm, None)).chain(parts).collect();
        Some(Hit { explanation, values, severity: None })
    };
    papers.of(Kind::CommercialInvoice).filter_map(hit).collect()
}

/// A term under which the buyer pays the carriage, with freight prepaid.
pub fn prepaid(papers: &Papers<'_>) -> Vec<Hit> {
    // A charge on the invoice contradicts the term in the same way, and is told there.
    if !charges(papers).is_empty() {
        return Vec::new();
    }
    let paid = with_freight(papers, "prepaid");
    terms(papers, |_, term| {
        let names: Vec<String> = paid.iter().map(|document| format!("the {}", name(document.kind))).collect();
        let parts = paid.iter().map(|document| part(document, Field::FreightTerms, None)).collect();
        let code = term.code;
        let words = format!("Under {code} the buyer pays the carriage, but freight is prepaid on {}.", listed(&names));
        (term.carriage == Payer::Buyer && !paid.is_empty()).then_some((words, parts))
    })
}

/// A term made for ships on a shipment by air.
pub fn mode(papers: &Papers<'_>) -> Vec<Hit> {
    let Some(waybill) = papers.of(Kind::AirWaybill).next() else { return Vec::new() };
    terms(papers, |_, term| {
        let instead = match (term.carriage, term.insurance) {
            (Payer::Buyer, _) => "FCA",
            (Payer::Seller, Some(_)) => "CIP",
            (Payer::Seller, None) => "CPT",
        };
        let words = format!("{} is a term for ships, and the goods fly; {instead} is the term for air.", term.code);
        term.sea_only.then(|| (words, vec![part(waybill, Field::AwbNumber, None)]))
    })
}

/// A term that the newest edition of the rules no longer knows.
pub fn edition(papers: &Papers<'_>) -> Vec<Hit> {
    terms(papers, |_, term| {
        let words = format!("{} is a term of Incoterms {}; Incoterms 2020 no longer have it.", term.code, term.edition);
        (term.edition < 2020).then(|| (words, Vec::new()))
    })
}

/// Delivered duty paid by a foreign seller who is the importer of record.
pub fn foreign_importer(papers: &Papers<'_>) -> Vec<Hit> {
    let importers = papers.said(&[(Kind::Isf, Field::ImporterName)]);
    terms(papers, |invoice, term| {
        let seller = invoice.value(Field::SellerName)?;
        let abroad = invoice.value(Field::SellerCountry).is_some_and(|country| country != "US");
        let importer = importers.iter().find(|importer| party::same(importer.value, seller))?;
        let words =
            format!("Under {} the seller, {seller}, pays the duty and is importer of record from abroad.", term.code);
        (term.duty_paid && abroad).then(|| (words, vec![part(invoice, Field::SellerName, None), importer.part()]))
    })
}
