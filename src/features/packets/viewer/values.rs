//! The values under the page: the fields of the head, those that were not seen, and the table of lines, each with what was corrected.

use super::{View, at};
use crate::domain::packet::document::{Field, FieldType, Reading, Readings};
use crate::domain::packet::written::words;

/// A field under the page.
pub struct FieldView {
    pub at: String,
    pub label: &'static str,
    pub value: String,
    pub raw: String,
    pub href: String,
    pub lit: bool,
    pub unsure: bool,
    pub code: bool,
    /// What was read, and who said otherwise why.
    pub corrected: Option<String>,
}

/// A field that such a document may print and this one was not seen to.
pub struct MissingView {
    pub label: &'static str,
    pub href: String,
    /// Who said that it is not printed, where somebody did.
    pub corrected: Option<String>,
}

/// A cell of the line table.
pub struct CellView {
    pub at: String,
    /// Nothing where nothing was read.
    pub value: Option<String>,
    pub href: String,
    pub lit: bool,
    pub unsure: bool,
    pub right: bool,
    pub corrected: Option<String>,
}

/// The line table.
pub struct Lines {
    pub columns: Vec<(&'static str, bool)>,
    pub rows: Vec<Vec<CellView>>,
}

impl View<'_> {
    /// `read: 1,204.50 · corrected by Olga, reason`.
    fn corrected(&self, field: Field, line: Option<usize>) -> Option<String> {
        let corrected = self.document.correction(field, line)?;
        let read = corrected.read.as_ref().map_or_else(|| "nothing".to_owned(), |read| words(field, &read.value));
        let name =
            self.past.corrections.iter().find(|entry| entry.by == corrected.by).map_or("", |entry| entry.name.as_str());
        Some(format!("read: {read} · corrected by {name}, {}", corrected.reason))
    }

    pub(super) fn missing(&self) -> Vec<MissingView> {
        let missing = |field: &Field| {
            let page = self.selection.page;
            self.document.field(*field).is_none().then(|| MissingView {
                label: field.label(),
                href: format!(
                    "/packets/{}?document={}&page={page}&field={field}#viewer",
                    self.packet, self.document.id
                ),
                corrected: self.corrected(*field, None),
            })
        };
        self.document.kind.fields().iter().filter_map(missing).collect()
    }

    pub(super) fn fields(&self) -> Vec<FieldView> {
        let view = |(field, reading): (&Field, &Reading)| FieldView {
            at: at(*field, None),
            label: field.label(),
            value: words(*field, &reading.value),
            raw: reading.raw.clone(),
            href: self.href(*field, None, Some(reading)),
            lit: self.selection.is_lit(self.document, *field, None),
            unsure: reading.is_unsure(),
            corrected: self.corrected(*field, None),
            code: matches!(field.field_type(), FieldType::Identifier | FieldType::Tariff),
        };
        self.document.fields.iter().map(view).collect()
    }

    pub(super) fn lines(&self) -> Lines {
        let mut fields: Vec<Field> = self.document.lines.iter().flat_map(|cells| cells.keys().copied()).collect();
        fields.sort_by_key(|field| column_order(*field));
        fields.dedup();
        let cell = |line: usize, cells: &Readings, field: Field| {
            let (place, reading) = (Some(line), cells.get(&field));
            CellView {
                at: at(field, place),
                value: reading.map(|reading| words(field, &reading.value)),
                href: self.href(field, place, reading),
                lit: self.selection.is_lit(self.document, field, place),
                unsure: reading.is_some_and(Reading::is_unsure),
                right: is_number(field),
                corrected: self.corrected(field, place),
            }
        };
        let row = |(line, cells): (usize, &Readings)| fields.iter().map(|field| cell(line, cells, *field)).collect();
        Lines {
            columns: fields.iter().map(|field| (field.label(), is_number(*field))).collect(),
            rows: self.document.lines.iter().enumerate().map(row).collect(),
        }
    }
}

fn is_number(field: Field) -> bool {
    matches!(field.field_type(), FieldType::Decimal | FieldType::Weight | FieldType::Volume | FieldType::Count)
}

/// The line's number first; otherwise the order of the contract.
fn column_order(field: Field) -> (u8, Field) {
    match field {
        Field::LineNumber => (0, field),
        Field::Sku | Field::ContainerNumber => (1, field),
        Field::Description | Field::SealNumber | Field::ContainerType => (2, field),
        Field::HtsCode | Field::CountryOfOrigin => (3, field),
        Field::Quantity => (4, field),
        Field::Unit => (5, field),
        Field::PackageCount => (6, field),
        _ => (7, field),
    }
}
