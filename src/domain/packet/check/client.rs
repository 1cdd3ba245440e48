//! What a team expects of its client's papers, where it has said so: documents and fields that must be there, differences that are
//! small enough, and findings that weigh otherwise. Without a client nothing here finds anything.

use super::Hit;
use super::papers::{Papers, listed, name, part};
use crate::domain::client::Client;
use crate::domain::packet::document::{Document, Field, FieldType};
use crate::domain::packet::result::{Finding, Severity};
use crate::domain::packet::written;
use rust_decimal::Decimal;
use std::str::FromStr;

/// The documents that the client's packets must have and this one has not.
pub fn document(papers: &Papers<'_>) -> Vec<Hit> {
    let Some(client) = papers.client else { return Vec::new() };
    let missing: Vec<String> = client
        .profile
        .documents
        .iter()
        .filter(|kind| !papers.has(**kind))
        .map(|kind| format!("the {}", name(*kind)))
        .collect();
    if missing.is_empty() {
        return Vec::new();
    }
    vec![Hit {
        explanation: format!("Packets of {} need {}.", client.name, listed(&missing)),
        values: Vec::new(),
        severity: None,
    }]
}

/// The fields that the client's documents must state and do not, one finding a document.
pub fn field(papers: &Papers<'_>) -> Vec<Hit> {
    let Some(client) = papers.client else { return Vec::new() };
    let mut hits = Vec::new();
    for (kind, wanted) in &client.profile.fields {
        for document in papers.of(*kind) {
            let missing: Vec<Field> =
                wanted.iter().copied().filter(|field| !states(papers, document, *field)).collect();
            if missing.is_empty() {
                continue;
            }
            let words: Vec<String> =
                missing.iter().map(|field| format!("\"{}\"", written::inside(field.label()))).collect();
            hits.push(Hit {
                explanation: format!("For {}, the {} must state {}.", client.name, name(*kind), listed(&words)),
                values: missing.iter().map(|field| part(document, *field, None)).collect(),
                severity: None,
            });
        }
    }
    hits
}

/// True where the document states the field in its header, or in each of its lines; what was too hard to read is not missing.
fn states(papers: &Papers<'_>, document: &Document, field: Field) -> bool {
    let in_lines = !document.lines.is_empty() && document.lines.iter().all(|line| line.contains_key(&field));
    document.field(field).is_some() || in_lines || papers.is_unread(document, field)
}

/// A finding as grave as it is for the client. A difference that the client allows becomes a note: it stays visible, with the reason.
pub fn weighed(client: &Client, mut finding: Finding) -> Finding {
    if let Some(severity) = client.profile.severity(&finding.code) {
        finding.severity = severity;
    }
    if let Some(percent) = allowed(client, &finding) {
        finding.severity = Severity::Info;
        finding.explanation.push_str(&format!(" {} allows a difference of {percent} %.", client.name));
    }
    finding
}

/// The percent that the client allows, where the finding is a difference of values that lie within.
fn allowed(client: &Client, finding: &Finding) -> Option<Decimal> {
    if !finding.code.starts_with("match.") || finding.values.len() < 2 {
        return None;
    }
    let mut values = Vec::new();
    let mut percent: Option<Decimal> = None;
    for part in &finding.values {
        let own = match part.field? {
            field if field.field_type() == FieldType::Weight => client.profile.weight_percent?,
            Field::TotalAmount | Field::SubtotalAmount | Field::Amount | Field::UnitPrice | Field::FreightAmount => {
                client.profile.amount_percent?
            }
            _ => return None,
        };
        percent = Some(percent.map_or(own, |before| before.min(own)));
        values.push(Decimal::from_str(part.value.as_ref()?.one()?).ok()?.abs());
    }
    let (least, most) = (values.iter().min()?, values.iter().max()?);
    let share = most.checked_sub(*least)?.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(*most)?;
    percent.filter(|percent| share <= *percent)
}
