//! The rows of one packet's table: each value with its place and where it comes from, each finding with the values that take part. What
//! file they are written into is not its business.

use super::super::evidence::first_page;
use crate::domain::packet::document::{Document, Field, FieldType, Reading, Readings, Value};
use crate::domain::packet::result::{Finding, PacketResult, Part};
use crate::web::sheet::Cell;

/// The columns of values.
pub const VALUES: [&str; 10] =
    ["Document", "Kind", "File", "Page", "Line", "Field", "As printed", "Value", "Source", "Confidence"];
/// The columns of findings.
pub const FINDINGS: [&str; 7] = ["Code", "Severity", "Finding", "Explanation", "What to do", "Rule's source", "Waived"];

/// A text; nothing where it is empty.
pub fn text(text: impl Into<String>) -> Cell {
    let text = text.into();
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}

/// A value; what people add up is a number.
fn said(field: Field, value: &Value) -> Cell {
    let counts =
        matches!(field.field_type(), FieldType::Decimal | FieldType::Weight | FieldType::Volume | FieldType::Count);
    let number = value.one().filter(|_| counts).and_then(|one| one.parse::<f64>().ok()).filter(|it| it.is_finite());
    number.map_or_else(|| text(value.words()), Cell::Decimal)
}

fn counted(line: Option<usize>) -> Cell {
    let number = line.and_then(|line| i32::try_from(line.saturating_add(1)).ok());
    number.map_or(Cell::Empty, Cell::Number)
}

/// The pages of a document.
pub fn pages(document: &Document) -> Cell {
    text(document.pages.iter().map(u32::to_string).collect::<Vec<_>>().join(", "))
}

/// Which document, and where in it.
fn place(document: &Document, reading: Option<&Reading>, line: Option<usize>) -> [Cell; 5] {
    let page = reading.and_then(first_page).and_then(|page| i32::try_from(page).ok());
    [
        text(&document.id),
        text(document.kind.label()),
        text(&document.file),
        page.map_or_else(|| pages(document), Cell::Number),
        counted(line),
    ]
}

/// The values of a document's head, or of one line.
pub fn values(document: &Document, line: Option<usize>, readings: &Readings) -> Vec<Vec<Cell>> {
    let corrected = |field: Field| document.corrections.iter().any(|it| it.field == field && it.line == line);
    let row = |(field, reading): (&Field, &Reading)| {
        let source = if corrected(*field) { "corrected" } else { "read" };
        let confidence = (f64::from(reading.confidence) * 100.0).round() / 100.0;
        place(document, Some(reading), line)
            .into_iter()
            .chain([
                text(field.label()),
                text(&reading.raw),
                said(*field, &reading.value),
                text(source),
                Cell::Decimal(confidence),
            ])
            .collect()
    };
    let absent = document.corrections.iter().filter(|it| it.line == line && it.value.is_none());
    let gone = absent.map(|it| {
        let printed = it.read.as_ref().map(|read| read.raw.clone()).unwrap_or_default();
        place(document, it.read.as_ref(), line)
            .into_iter()
            .chain([text(it.field.label()), text(printed), Cell::Empty, text("corrected: not printed"), Cell::Empty])
            .collect()
    });
    readings.iter().map(row).chain(gone).collect()
}

/// The values of all lines of a document.
pub fn lines(document: &Document) -> impl Iterator<Item = Vec<Cell>> {
    document.lines.iter().enumerate().flat_map(|(line, cells)| values(document, Some(line), cells))
}

/// A finding, in the columns of [`FINDINGS`].
pub fn told(finding: &Finding) -> [Cell; 7] {
    [
        text(&finding.code),
        text(finding.severity.as_str()),
        text(&finding.title),
        text(&finding.explanation),
        text(&finding.fix),
        text(&finding.citation),
        finding.waiver.as_ref().map_or(Cell::Empty, |waiver| text(&waiver.reason)),
    ]
}

/// A value that takes part in a finding, in the columns of values.
fn part(result: &PacketResult, part: &Part) -> Vec<Cell> {
    let Some(document) = result.document(&part.document) else { return Vec::new() };
    let reading = part.field.and_then(|field| document.reading(field, part.line));
    let value = part.value.as_ref().or(reading.map(|reading| &reading.value));
    let value = part.field.zip(value).map_or(Cell::Empty, |(field, value)| said(field, value));
    let printed = text(reading.map(|reading| reading.raw.clone()).unwrap_or_default());
    let field = text(part.field.map(Field::label).unwrap_or_default());
    place(document, reading, part.line).into_iter().chain([field, printed, value]).collect()
}

/// The rows of a finding, in the columns of values: one for each that takes part.
pub fn parts(result: &PacketResult, finding: &Finding) -> Vec<Vec<Cell>> {
    let mut rows: Vec<Vec<Cell>> = finding.values.iter().map(|it| part(result, it)).collect();
    if rows.is_empty() {
        rows.push(Vec::new());
    }
    rows.iter_mut().for_each(|row| row.resize(VALUES.len(), Cell::Empty));
    rows
}
