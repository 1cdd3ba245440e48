//! Readings of scans that a rule must not take at their word. A value that was hard to read is set aside; one that looks like what a
//! better read paper says, or differs from it by a lost decimal point, is judged as that. Nothing is changed in the documents: only
//! the rules see them so, and each document says what was done.

use crate::domain::packet::document::{Document, Evidence, Field, FieldType, Problem, Reading, TextSource, Value};
use crate::domain::packet::written;
use crate::domain::trade::look_alike::same_look;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::str::FromStr;

/// Below this confidence a reading of a scan is as often wrong as right (`bin/score` prints the table).
const READABLE: f32 = 0.6;

/// What the lines of a document say together.
const SETS: [Field; 5] =
    [Field::HtsCode, Field::ContainerNumber, Field::SealNumber, Field::CountryOfOrigin, Field::ManufacturerName];

/// The documents as the rules judge them.
pub struct Judged<'a> {
    pub documents: Cow<'a, [Document]>,
    asides: Vec<Aside>,
}

/// A reading that is not judged as it was read.
struct Aside {
    document: usize,
    field: Field,
    line: Option<usize>,
    /// What it is judged as; nothing where it is not judged.
    as_if: Option<String>,
}

impl<'a> Judged<'a> {
    /// Sets aside what scans leave in doubt.
    pub fn new(documents: &'a [Document]) -> Self {
        if documents.iter().all(|document| !is_scan(document)) {
            return Self { documents: Cow::Borrowed(documents), asides: Vec::new() };
        }
        let mut judged = documents.to_vec();
        let mut asides = Vec::new();
        for (at, document) in judged.iter_mut().enumerate().filter(|(_, it)| is_scan(it)) {
            let lines = document.lines.iter_mut().enumerate().map(|(line, readings)| (Some(line), readings));
            for (line, readings) in std::iter::once((None, &mut document.fields)).chain(lines) {
                readings.retain(|field, reading| {
                    let readable = reading.confidence >= READABLE;
                    if !readable {
                        asides.push(Aside { document: at, field: *field, line, as_if: None });
                    }
                    readable
                });
            }
        }
        for aside in &asides {
            // A set with a member that nobody could read is no set to compare.
            let lists = SETS.contains(&aside.field) && aside.line.is_some();
            if let Some(document) = judged.get_mut(aside.document).filter(|_| lists) {
                document.lines.iter_mut().for_each(|line| {
                    line.remove(&aside.field);
                });
            }
        }
        for at in 0..judged.len() {
            for (field, value) in likenesses(&judged, at) {
                let Some(document) = judged.get_mut(at) else { continue };
                asides.push(Aside { document: at, field, line: None, as_if: Some(value.words()) });
                if let Some(reading) = document.fields.get_mut(&field) {
                    reading.value = value;
                }
            }
        }
        Self { documents: Cow::Owned(judged), asides }
    }

    /// True where a document prints a value that was too hard to read to be judged.
    pub fn is_unread(&self, document: &Document, field: Field) -> bool {
        self.asides.iter().any(|aside| {
            let own = self.documents.get(aside.document).is_some_and(|other| other.id == document.id);
            own && aside.field == field && aside.as_if.is_none()
        })
    }
}

/// True for a document whose words an OCR engine saw.
pub fn is_scan(document: &Document) -> bool {
    document.text_source == Some(TextSource::Ocr)
}

/// The documents with a problem for each reading that the rules do not take at its word.
pub fn marked(mut documents: Vec<Document>) -> Vec<Document> {
    let asides = Judged::new(&documents).asides;
    let mut unread: BTreeMap<(usize, Option<u32>), Vec<String>> = BTreeMap::new();
    let mut problems: Vec<(usize, Problem)> = Vec::new();
    for aside in &asides {
        let Some(document) = documents.get(aside.document) else { continue };
        let Some(reading) = document.reading(aside.field, aside.line) else { continue };
        let label = written::inside(aside.field.label());
        let page = page(reading);
        match &aside.as_if {
            Some(value) => {
                let read = reading.value.words();
                let message = format!(
                    "\"{label}\" was read as {read}; on a scan this looks like {value}, which other papers of the packet say, and was \
                     compared as that. Look at the page and correct it where it is wrong."
                );
                problems.push((aside.document, Problem { code: "value.look_alike".to_owned(), page, message }));
            }
            None => {
                let place = aside.line.map_or_else(String::new, |line| format!(" of line {}", line + 1));
                unread
                    .entry((aside.document, page))
                    .or_default()
                    .push(format!("\"{label}\"{place} ({})", reading.value.words()));
            }
        }
    }
    for ((at, page), values) in unread {
        let message = format!(
            "Hard to read and therefore not compared: {}. Look at the page and correct what is wrong.",
            super::papers::listed(&values)
        );
        problems.push((at, Problem { code: "value.hard_to_read".to_owned(), page, message }));
    }
    for (at, problem) in problems {
        if let Some(document) = documents.get_mut(at) {
            document.problems.push(problem);
        }
    }
    documents
}

fn page(reading: &Reading) -> Option<u32> {
    reading.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Page { page, .. } => Some(*page),
        Evidence::Cell { .. } | Evidence::Line { .. } => None,
    })
}

/// The header values of a scan that another paper says otherwise though they look the same.
fn likenesses(documents: &[Document], at: usize) -> Vec<(Field, Value)> {
    let Some(own) = documents.get(at).filter(|document| is_scan(document)) else { return Vec::new() };
    let others = || documents.iter().enumerate().filter(move |(other, _)| *other != at).map(|(_, document)| document);
    let mut found = Vec::new();
    // What a person said is taken at its word.
    for (field, reading) in own.fields.iter().filter(|(field, _)| own.correction(**field, None).is_none()) {
        let surer = |other: &Document, reading_there: &Reading| {
            // A point that was seen was printed; one that was not seen may be lost, however sure the digits are.
            matches!(field.field_type(), FieldType::Weight | FieldType::Volume | FieldType::Decimal)
                || !is_scan(other)
                || reading_there.confidence > reading.confidence
        };
        let better: Vec<&str> = others()
            .filter_map(|other| Some((other, other.fields.get(field)?)))
            .filter(|(other, there)| surer(other, there))
            .flat_map(|(_, there)| there.value.all())
            .map(String::as_str)
            .collect();
        let liken = |value: &String| -> Option<String> {
            if better.contains(&value.as_str()) {
                return None;
            }
            better.iter().find(|other| alike(*field, value, other)).map(|other| (*other).to_owned())
        };
        let value = match &reading.value {
            Value::One(one) => liken(one).map(Value::One),
            Value::Many(all) => {
                let judged: Vec<String> = all.iter().map(|one| liken(one).unwrap_or_else(|| one.clone())).collect();
                (judged != *all).then_some(Value::Many(judged))
            }
        };
        found.extend(value.map(|value| (*field, value)));
    }
    found
}

/// True where a scan of one value may be read as the other: look-alike letters in a number or name, a lost point in a decimal.
fn alike(field: Field, read: &str, other: &str) -> bool {
    match field.field_type() {
        FieldType::Text | FieldType::Identifier | FieldType::Party => same_look(read, other),
        FieldType::Weight | FieldType::Volume | FieldType::Decimal => {
            let digits = |print: &str| print.chars().filter(char::is_ascii_digit).collect::<String>();
            let (own, there) = (digits(read), digits(other));
            let lost = !read.contains('.') && other.contains('.');
            let number = |print: &str| Decimal::from_str(print).ok();
            lost && own == there && number(read) != number(other)
        }
        FieldType::Date
        | FieldType::Count
        | FieldType::Country
        | FieldType::Currency
        | FieldType::Tariff
        | FieldType::Choice => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::packet::document::Kind;

    fn scan(id: &str, kind: Kind, values: &[(Field, &str, f32)]) -> Document {
        let reading = |value: &str, confidence: f32| Reading {
            value: Value::One(value.to_owned()),
            raw: value.to_owned(),
            confidence,
            evidence: vec![Evidence::Page { page: 2, bbox: [0.0; 4] }],
        };
        let fields = values.iter().map(|(field, value, confidence)| (*field, reading(value, *confidence))).collect();
        Document {
            id: id.to_owned(),
            file: format!("{id}.pdf"),
            sha256: id.to_owned(),
            pages: vec![1],
            kind,
            kind_confidence: 0.9,
            text_source: Some(TextSource::Ocr),
            fields,
            lines: Vec::new(),
            problems: Vec::new(),
            corrections: Vec::new(),
            arranged: None,
        }
    }

    #[test]
    fn what_was_hard_to_read_is_not_compared_and_the_document_says_so() {
        let documents = vec![
            scan("d1", Kind::BillOfLading, &[(Field::Voyage, "2848S", 0.5), (Field::Vessel, "AMBER AURORA", 0.9)]),
            scan("d2", Kind::Isf, &[(Field::Voyage, "284S", 0.9), (Field::Vessel, "AMBER AURORA", 0.9)]),
        ];
        assert_eq!(super::super::check(&documents).iter().filter(|finding| finding.code == "match.voyage").count(), 0);
        let marked = marked(documents);
        let said: Vec<(Option<u32>, &str)> = marked
            .iter()
            .flat_map(|document| &document.problems)
            .map(|problem| (problem.page, problem.message.as_str()))
            .collect();
        assert_eq!(
            said,
            [(
                Some(2),
                "Hard to read and therefore not compared: \"voyage\" (2848S). Look at the page and correct what is wrong."
            )]
        );
    }

    #[test]
    fn look_alikes_and_lost_points_are_no_disagreement_but_other_digits_are() {
        for (field, read, other, differs) in [
            (Field::InvoiceNumber, "c1/2026/0434", "CI/2026/0434", false),
            (Field::InvoiceNumber, "CI/2026/0435", "CI/2026/0434", true),
            (Field::GrossWeightKg, "12230", "12.230", false),
            (Field::GrossWeightKg, "12320", "12.230", true),
        ] {
            let documents = vec![
                scan("d1", Kind::PackingList, &[(field, read, 0.85)]),
                scan("d2", Kind::CommercialInvoice, &[(field, other, 0.95)]),
            ];
            let found = super::super::check(&documents);
            assert_eq!(found.iter().any(|finding| finding.code.starts_with("match.")), differs, "{read} {other}");
        }
    }
}
