//! The checks: documents in, findings out. One list of rules; each rule is one small function, in the file of its theme. A rule
//! looks at what was read and never at a file.

mod arithmetic;
mod articles;
mod carriage;
mod client;
mod completeness;
mod deadlines;
mod doubt;
mod filing;
mod goods;
pub mod lists;
mod origin;
mod papers;
mod quantities;
mod references;
mod rules;
mod terms;
#[cfg(test)]
mod tests;
mod validity;
mod value;

use super::document::Document;
use super::result::{Finding, Part, Severity};
use crate::domain::client::Client;
use crate::domain::packet::written;
use chrono::NaiveDate;
use doubt::Judged;
pub use doubt::marked;
use lists::Lists;
use papers::Papers;
pub use rules::RULES;

/// What a rule found: the values that take part, and the sentence that says what is wrong with them.
pub struct Hit {
    pub explanation: String,
    pub values: Vec<Part>,
    /// Where it weighs otherwise than its rule.
    pub severity: Option<Severity>,
}

/// A check with all that a person may want to know of it.
pub struct Rule {
    /// Stable.
    pub code: &'static str,
    /// The default; a team's settings may change it.
    pub severity: Severity,
    pub title: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// The law or standard behind it.
    pub citation: &'static str,
    find: fn(&Papers<'_>) -> Vec<Hit>,
}

/// The rule of a code.
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.code == code)
}

/// Everything the rules find in the documents of one packet. Lateness is not judged, and no list is asked.
pub fn check(documents: &[Document]) -> Vec<Finding> {
    check_on(documents, None, &Lists::default())
}

/// Everything the rules find, judged on a day where there is one, and by the lists that are loaded.
pub fn check_on(documents: &[Document], today: Option<NaiveDate>, lists: &Lists) -> Vec<Finding> {
    check_for(None, documents, today, lists)
}

/// The same, for a client of whose papers the team has said what it expects.
pub fn check_for(
    client: Option<&Client>,
    documents: &[Document],
    today: Option<NaiveDate>,
    lists: &Lists,
) -> Vec<Finding> {
    let judged = Judged::new(documents);
    let papers = Papers::new(&judged, today, lists).of_client(client);
    let found = RULES.iter().flat_map(|rule| (rule.find)(&papers).into_iter().map(move |hit| finding(rule, hit)));
    let found = found.map(|finding| with_doubt(documents, as_read(documents, finding)));
    match client {
        Some(client) => found.map(|finding| client::weighed(client, finding)).collect(),
        None => found.collect(),
    }
}

/// The finding with its values as they were read, also where they were judged as something else.
fn as_read(documents: &[Document], mut finding: Finding) -> Finding {
    for part in &mut finding.values {
        let document = documents.iter().find(|document| document.id == part.document);
        let reading = document.zip(part.field).and_then(|(document, field)| document.reading(field, part.line));
        part.value = reading.map(|reading| reading.value.clone());
    }
    finding
}

/// Says so where a value of the finding was hard to read: the difference may be the reader's.
fn with_doubt(documents: &[Document], mut finding: Finding) -> Finding {
    let unsure = finding.values.iter().find_map(|part| {
        let document = documents.iter().find(|document| document.id == part.document)?;
        let field = part.field?;
        document.reading(field, part.line).filter(|reading| reading.is_unsure()).map(|_| (document.kind, field))
    });
    if let Some((kind, field)) = unsure {
        let (kind, field) = (written::inside(kind.label()), written::inside(field.label()));
        finding.explanation.push_str(&format!(" Look at the page first: \"{field}\" on the {kind} was hard to read."));
    }
    finding
}

fn finding(rule: &Rule, hit: Hit) -> Finding {
    Finding {
        code: rule.code.to_owned(),
        severity: hit.severity.unwrap_or(rule.severity),
        title: rule.title.to_owned(),
        explanation: hit.explanation,
        fix: rule.fix.to_owned(),
        citation: rule.citation.to_owned(),
        values: hit.values,
        waiver: None,
    }
}
