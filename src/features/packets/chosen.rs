//! The value that a person has chosen: what it is, where it comes from, what became of it, and the form that corrects it.

use super::selection::place_of;
use crate::domain::ids::PacketId;
use crate::domain::packet::correction::{Source, Spot};
use crate::domain::packet::document::{Document, Field, FieldType, Kind, Value};
use crate::domain::packet::result::PacketResult;
use crate::domain::packet::written;
use crate::domain::packet::written::words;
use crate::store::corrections::{Entry, Step, newest};
use crate::store::packets::File;
use crate::web::view::When;
use chrono::Utc;

/// A step in the history of a value.
pub struct Past {
    pub words: String,
    pub name: String,
    pub reason: String,
    pub when: When,
}

/// The value, for a page.
pub struct Chosen {
    pub packet: PacketId,
    pub spot: Spot,
    /// `Packages, line 2 · packing list`.
    pub title: String,
    pub value: String,
    pub source: &'static str,
    pub pill: &'static str,
    /// How it was printed, as far as it was read.
    pub read: String,
    pub history: Vec<Past>,
    /// The address that chooses it again.
    pub href: String,
    pub form: Option<Form>,
}

/// The form that corrects it.
pub struct Form {
    /// The number of the newest step when the form was drawn.
    pub version: i32,
    /// Of the input.
    pub kind: &'static str,
    pub hint: &'static str,
    pub typed: String,
    pub reason: String,
    pub absent: bool,
    pub may_be_absent: bool,
    pub may_take_back: bool,
    pub value_error: Option<String>,
    pub reason_error: Option<String>,
}

/// The document of a spot, where the newest result has it.
pub fn document_of<'r>(result: &'r PacketResult, files: &[File], spot: Spot) -> Option<&'r Document> {
    let document = result.documents.iter().find(|document| place_of(document, files) == Some(spot.place))?;
    spot.line.is_none_or(|line| line < document.lines.len()).then_some(document)
}

/// How a value of the type is written, for whoever types one.
const fn hint(field: Field) -> &'static str {
    match (field.field_type(), field.is_list()) {
        (_, true) => "Several are parted by commas.",
        (FieldType::Date, _) => "Year, month and day: 2026-06-04.",
        (FieldType::Decimal, _) => "A number; the point is the decimal mark.",
        (FieldType::Weight, _) => "Kilograms; the point is the decimal mark. Pounds are converted where you write lb.",
        (FieldType::Volume, _) => "Cubic metres; the point is the decimal mark.",
        (FieldType::Count, _) => "A whole number.",
        (FieldType::Country, _) => "Two letters (ISO 3166-1), or the country's name.",
        (FieldType::Currency, _) => "Three letters (ISO 4217).",
        (FieldType::Tariff, _) => "6, 8 or 10 digits.",
        (FieldType::Choice, _) => match field {
            Field::FreightTerms => "Prepaid or collect.",
            Field::Incoterm => "Three letters, without the place.",
            _ => "T1, T2, T2F, T2SM, T or TIR.",
        },
        (FieldType::Identifier, _) => "Letters and digits; blanks and hyphens do not matter.",
        (FieldType::Text | FieldType::Party, _) => "As it is printed.",
    }
}

/// The sentence for a text that is no value of the field.
pub const fn refusal(field: Field) -> &'static str {
    match (field.field_type(), field.is_list()) {
        (FieldType::Text | FieldType::Party, false) => "Type what the document says.",
        (FieldType::Date, _) => {
            "Write the date as 2026-06-04. A date whose day and month could change places is not taken."
        }
        (FieldType::Decimal, _) => "Write a number such as 1,204.50, without words.",
        (FieldType::Weight, _) => "Write a weight such as 1,204.5, in kilograms or with its unit.",
        (FieldType::Volume, _) => "Write a volume such as 36.32, in cubic metres or with its unit.",
        (FieldType::Count, _) => "Write a whole number such as 120.",
        (FieldType::Country, _) => "That is no country. Write two letters such as CN, or its name.",
        (FieldType::Currency, _) => "That is no currency. Write three letters such as USD.",
        (FieldType::Tariff, _) => "A tariff number has 6, 8 or 10 digits. Several are parted by commas.",
        (FieldType::Choice, _) => hint(field),
        (FieldType::Identifier, _) => match field {
            Field::ContainerNumber | Field::ContainerNumbers => {
                "A container number has four letters, of which the last is U, J or Z, and seven digits."
            }
            Field::AwbNumber => "An air waybill number has eleven digits.",
            _ => "That cannot be such a number. Look at the page again.",
        },
        (FieldType::Text | FieldType::Party, true) => "Each part must be such a number. Several are parted by commas.",
    }
}

fn said(field: Field, value: Option<&Value>) -> String {
    value.map_or_else(|| "not printed".to_owned(), |value| words(field, value))
}

/// What a step made of the value, in words.
pub fn step_words(field: Field, step: &Step) -> String {
    match step {
        Step::Say(value) => format!("Corrected to {}", said(field, value.as_ref())),
        Step::TakeBack => "Correction taken back".to_owned(),
    }
}

/// `Packages, line 2 · packing list`.
pub fn title(kind: Kind, field: Field, line: Option<usize>) -> String {
    let line = line.map(|line| format!(", line {}", line.saturating_add(1))).unwrap_or_default();
    format!("{}{line} · {}", field.label(), written::inside(kind.label()))
}

impl Chosen {
    /// The value at a spot of a document; the form for who may correct it.
    pub fn new(packet: PacketId, document: &Document, spot: Spot, history: &[Entry], may_correct: bool) -> Self {
        let Spot { field, line, .. } = spot;
        let (reading, read) = (document.reading(field, line), document.as_read(field, line));
        let source = document.source(field, line);
        let last = newest(history, spot);
        let value = match (source, reading) {
            (_, Some(reading)) => words(field, &reading.value),
            (Source::Corrected, None) => "not printed".to_owned(),
            (_, None) => "nothing was read".to_owned(),
        };
        let past = |entry: &Entry| Past {
            words: step_words(field, &entry.step),
            name: entry.name.clone(),
            reason: entry.reason.clone(),
            when: When::new(entry.at, Utc::now()),
        };
        let at = line.map(|line| format!("&line={line}")).unwrap_or_default();
        let form = Form {
            version: last.map_or(0, |entry| entry.number),
            kind: if field.field_type() == FieldType::Date { "date" } else { "text" },
            hint: hint(field),
            typed: reading.map(|reading| reading.value.words()).unwrap_or_default(),
            reason: String::new(),
            absent: false,
            may_be_absent: reading.is_some(),
            may_take_back: last.is_some_and(|entry| matches!(entry.step, Step::Say(_))),
            value_error: None,
            reason_error: None,
        };
        Self {
            packet,
            spot,
            title: title(document.kind, field, line),
            value,
            source: source.label(),
            pill: match source {
                Source::Read if reading.is_some_and(|reading| reading.is_unsure()) => "warning",
                Source::Read => "ready",
                Source::Corrected | Source::Proposed => "info",
                Source::Missing => "quiet",
            },
            read: read.map(|read| read.raw.clone()).unwrap_or_default(),
            history: history.iter().filter(|entry| entry.spot == spot).map(past).collect(),
            href: format!("/packets/{packet}?document={}&field={field}{at}#viewer", document.id),
            form: may_correct.then_some(form),
        }
    }
}
