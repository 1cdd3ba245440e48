//! The term of sale against who pays for the carriage (Incoterms 2020).

use super::Hit;
use super::papers::{Papers, decimal, listed, name, part};
use crate::domain::packet::document::{Document, Field, Kind};
use crate::domain::packet::result::Part;
use rust_decimal::Decimal;

/// A term under which the buyer carries, with carriage charged; a term under which the seller carries, with a collect bill.
pub fn charges(papers: &Papers<'_>) -> Vec<Hit> {
    papers.of(Kind::CommercialInvoice).filter_map(|invoice| contradiction(papers, invoice)).collect()
}

fn contradiction(papers: &Papers<'_>, invoice: &Document) -> Option<Hit> {
    let term = invoice.value(Field::Incoterm)?;
    let own = part(invoice, Field::Incoterm, None);
    if term.starts_with(['E', 'F']) {
        let charged: Vec<Field> = [Field::FreightAmount, Field::InsuranceAmount]
            .into_iter()
            .filter(|field| decimal(&invoice.fields, *field).is_some_and(|amount| amount > Decimal::ZERO))
            .collect();
        if charged.is_empty() {
            return None;
        }
        let labels: Vec<String> = charged.iter().map(|field| field.label().to_lowercase()).collect();
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
    let collect: Vec<&Document> = [Kind::BillOfLading, Kind::AirWaybill, Kind::ArrivalNotice]
        .into_iter()
        .flat_map(|kind| papers.of(kind))
        .filter(|document| document.value(Field::FreightTerms) == Some("collect"))
        .collect();
    if !term.starts_with(['C', 'D']) || collect.is_empty() {
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
