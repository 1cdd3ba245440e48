//! What is not there: documents, fields, pages; and what is there twice.

use super::Hit;
use super::doubt::is_scan;
use super::papers::{Papers, is_copy, listed, name, own_number, part, whole};
use crate::domain::packet::document::{Document, Field, Kind};
use crate::domain::packet::result::Severity;
use crate::domain::packet::written;

/// How the shipment comes.
#[derive(PartialEq, Eq)]
enum Mode {
    Ocean,
    Air,
}

fn mode(papers: &Papers<'_>) -> Option<Mode> {
    if papers.has(Kind::AirWaybill) {
        return Some(Mode::Air);
    }
    let ocean = [Kind::BillOfLading, Kind::Isf, Kind::ArrivalNotice].into_iter().any(|kind| papers.has(kind));
    let containers = papers.known().any(|document| document.field(Field::ContainerNumbers).is_some());
    (ocean || containers).then_some(Mode::Ocean)
}

/// The documents that an entry needs; one finding names them all, as grave as the gravest.
pub fn document(papers: &Papers<'_>) -> Vec<Hit> {
    let of_import = |document: &Document| document.kind != Kind::TransitDeclaration;
    if !papers.known().any(of_import) {
        return Vec::new();
    }
    let mode = mode(papers);
    let mut missing: Vec<(Severity, String)> = Vec::new();
    let mut lacks = |kind: Kind, severity: Severity, why: &str| {
        if !papers.has(kind) {
            missing.push((severity, format!("the {} ({why})", name(kind))));
        }
    };
    lacks(Kind::CommercialInvoice, Severity::Critical, "it states what is bought and at what price");
    match mode {
        Some(Mode::Air) => {}
        Some(Mode::Ocean) => {
            lacks(Kind::BillOfLading, Severity::Critical, "it gives the right to make entry");
            lacks(Kind::Isf, Severity::Warning, "it is due 24 hours before lading");
            lacks(Kind::ArrivalNotice, Severity::Info, "it says where the goods lie and until when they do so free");
        }
        None => missing.push((
            Severity::Critical,
            "a bill of lading or air waybill (it gives the right to make entry)".to_owned(),
        )),
    }
    let packed = papers.of(Kind::CommercialInvoice).any(|invoice| invoice.field(Field::PackageCount).is_some());
    if !papers.has(Kind::PackingList) && !packed {
        missing.push((Severity::Warning, "the packing list (it states what is in each package)".to_owned()));
    }
    let Some(severity) = missing.iter().map(|(severity, _)| *severity).min() else { return Vec::new() };
    let words: Vec<String> = missing.into_iter().map(|(_, words)| words).collect();
    vec![Hit {
        explanation: format!("The packet lacks {}.", listed(&words)),
        values: Vec::new(),
        severity: Some(severity),
    }]
}

/// True where a page of the document could not be read: what it seems to lack may stand there.
fn is_partly_unread(document: &Document) -> bool {
    document.problems.iter().any(|problem| problem.code.starts_with("page."))
}

/// What every invoice must state (19 CFR 141.86), as far as it is a value that is read.
pub fn field(papers: &Papers<'_>) -> Vec<Hit> {
    papers
        .of(Kind::CommercialInvoice)
        .filter(|invoice| !is_partly_unread(invoice))
        .filter_map(|invoice| incomplete(papers, invoice))
        .collect()
}

fn incomplete(papers: &Papers<'_>, invoice: &Document) -> Option<Hit> {
    let in_lines = |field: Field| {
        let stated = invoice.lines.iter().filter(|line| line.contains_key(&field)).count();
        // A cell of a scan that was lost among others is not missing on the paper.
        let enough = if is_scan(invoice) { stated * 2 > invoice.lines.len() } else { stated == invoice.lines.len() };
        stated > 0 && enough
    };
    let somewhere = |field: Field| invoice.field(field).is_some() || in_lines(field);
    let mut missing: Vec<Field> = [Field::SellerName, Field::BuyerName, Field::Currency, Field::TotalAmount]
        .into_iter()
        .filter(|field| invoice.field(*field).is_none())
        .collect();
    missing.extend([Field::CountryOfOrigin].into_iter().filter(|field| !somewhere(*field)));
    missing.extend([Field::Description, Field::Quantity, Field::Amount].into_iter().filter(|field| !in_lines(*field)));
    missing.retain(|field| !papers.is_unread(invoice, *field));
    if missing.is_empty() {
        return None;
    }
    let labels: Vec<String> = missing.iter().map(|field| written::inside(field.label())).collect();
    Some(Hit {
        explanation: format!("The invoice does not state {}.", listed(&labels)),
        values: missing.into_iter().map(|field| part(invoice, field, None)).collect(),
        severity: None,
    })
}

/// The same document again, or another version of it.
pub fn duplicate(papers: &Papers<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (at, second) in papers.all.iter().enumerate() {
        let Some(first) = papers.all.iter().take(at).find(|first| is_copy(first, second)) else { continue };
        let same = first
            .fields
            .values()
            .map(|reading| &reading.value)
            .eq(second.fields.values().map(|reading| &reading.value));
        let what = if same { "the same document" } else { "two versions of one document" };
        let number = own_number(first.kind)
            .and_then(|field| first.value(field))
            .map(|number| format!(" {number}"))
            .unwrap_or_default();
        hits.push(Hit {
            explanation: format!(
                "The {}{number} is there twice, in {} and {}: {what}.",
                name(first.kind),
                first.file,
                second.file
            ),
            values: vec![whole(first), whole(second)],
            severity: None,
        });
    }
    hits
}

/// Files and pages that could not be read.
pub fn unreadable(papers: &Papers<'_>) -> Vec<Hit> {
    let counts = |code: &str| {
        matches!(code, "page.unreadable" | "page.no_text") || (code.starts_with("file.") && code != "file.misnamed")
    };
    papers
        .all
        .iter()
        .filter_map(|document| {
            let problem = document.problems.iter().find(|problem| counts(&problem.code))?;
            Some(Hit { explanation: problem.message.clone(), values: vec![whole(document)], severity: None })
        })
        .collect()
}
