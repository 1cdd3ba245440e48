//! The letter to an importer as it is proposed: which shipment, what its documents say, where they differ and what is needed, in plain
//! words for somebody who knows neither codes nor rules. It sends nothing.

use super::evidence::{first_page, of_part};
use crate::domain::mail::one_line;
use crate::domain::packet::document::Field;
use crate::domain::packet::question::SUBJECT_MAX;
use crate::domain::packet::result::{Finding, PacketResult, Part, Severity};
use crate::domain::packet::waiver::key;
use crate::domain::packet::written::words;
use crate::web::error::AppError;
use askama::Template;

/// The most findings, and values of one finding, that a letter names.
const POINTS: usize = 15;
const VALUES: usize = 12;
/// The most numbers of a sort, and letters of a value.
const NUMBERS: usize = 3;
const LETTERS: usize = 200;

/// The numbers by which an importer knows a shipment.
const KNOWN_BY: [(Field, &str); 6] = [
    (Field::InvoiceNumber, "invoice"),
    (Field::PoNumbers, "purchase order"),
    (Field::BlNumber, "B/L"),
    (Field::AwbNumber, "air waybill"),
    (Field::ContainerNumbers, "container"),
    (Field::Mrn, "MRN"),
];

/// The finding of a key.
pub fn finding_of<'r>(result: &'r PacketResult, wanted: &str) -> Option<&'r Finding> {
    result.findings.iter().find(|finding| key(finding, &result.documents) == wanted)
}

/// What a letter is written from.
pub struct Draft<'d> {
    pub packet: &'d str,
    pub result: &'d PacketResult,
    /// One finding; nothing for all that stand.
    pub about: Option<&'d Finding>,
    pub name: &'d str,
    pub team: &'d str,
}

struct Point {
    number: usize,
    title: String,
    explanation: String,
    values: Vec<String>,
    needed: String,
}

#[derive(Template)]
#[template(path = "mail/question.txt")]
struct Words {
    packet: String,
    numbers: String,
    points: Vec<Point>,
    more: usize,
    name: String,
    team: String,
}

impl Draft<'_> {
    fn points(&self) -> Vec<&Finding> {
        let stands = |finding: &&Finding| finding.waiver.is_none() && finding.severity != Severity::Info;
        self.about.map_or_else(|| self.result.findings.iter().filter(stands).collect(), |finding| vec![finding])
    }

    fn numbers(&self) -> String {
        let of = |(field, label): &(Field, &str)| {
            let mut all: Vec<&str> = Vec::new();
            for value in self.result.documents.iter().flat_map(|document| document.values(*field)) {
                if !all.contains(&value.as_str()) && all.len() < NUMBERS {
                    all.push(value);
                }
            }
            (!all.is_empty()).then(|| format!("{label} {}", one_line(&all.join(", "))))
        };
        KNOWN_BY.iter().filter_map(of).collect::<Vec<_>>().join("; ")
    }

    /// One value as the letter writes it: on which paper, where, and what it says.
    fn value(&self, part: &Part) -> Option<String> {
        let (document, reading) = of_part(&self.result.documents, part)?;
        let mut place = format!("{}, file {}", document.kind.label(), document.file);
        if let Some(page) = reading.and_then(first_page) {
            place.push_str(&format!(", page {page}"));
        }
        if let Some(line) = part.line {
            place.push_str(&format!(", line {}", line.saturating_add(1)));
        }
        let Some(field) = part.field else { return Some(one_line(&place)) };
        let value = part.value.as_ref().or(reading.map(|reading| &reading.value));
        let said = value.map_or_else(|| "not there".to_owned(), |value| words(field, value));
        let said: String = one_line(&said).chars().take(LETTERS).collect();
        Some(format!("{}: {} {said}", one_line(&place), lower(field.label())))
    }

    fn point(&self, number: usize, finding: &Finding) -> Point {
        let values: Vec<String> = finding.values.iter().filter_map(|part| self.value(part)).take(VALUES).collect();
        let is_missing = finding.values.iter().any(|part| part.field.is_some() && part.value.is_none());
        let needed = match (is_missing, values.len()) {
            (_, 0) => "Please send us what is missing, or tell us why it is not needed.",
            (true, _) => "Please tell us what belongs there, and send us the document with it.",
            (false, 1) => "Please tell us whether this is right, and send us a corrected document where it is not.",
            (false, _) => "Please tell us which of these is right, and send us the corrected documents.",
        };
        Point {
            number,
            title: one_line(&finding.title),
            explanation: one_line(&finding.explanation),
            values,
            needed: needed.to_owned(),
        }
    }

    /// The subject that is proposed.
    pub fn subject(&self) -> String {
        let about = self.about.map_or("questions about its documents", |finding| finding.title.as_str());
        one_line(&format!("Shipment {}: {}", self.packet, lower(about))).chars().take(SUBJECT_MAX).collect()
    }

    /// The text that is proposed.
    ///
    /// # Errors
    /// The template's own.
    pub fn text(&self) -> Result<String, AppError> {
        let all = self.points();
        let page = Words {
            packet: one_line(self.packet),
            numbers: self.numbers(),
            points: all
                .iter()
                .take(POINTS)
                .zip(1usize..)
                .map(|(finding, number)| self.point(number, finding))
                .collect(),
            more: all.len().saturating_sub(POINTS),
            name: one_line(self.name),
            team: one_line(self.team),
        };
        Ok(page.render()?)
    }
}

/// The same within a sentence: a first letter that no second capital follows is made small.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() && !second.is_ascii_punctuation() => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}
