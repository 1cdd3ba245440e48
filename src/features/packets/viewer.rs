//! The document beside the findings: its page as it was drawn, with the boxes that prove each value, its fields and its lines.

use super::arrangement_page::read_words;
use super::evidence::{cell_place, column_name, first_page, words};
use super::file::picture_href;
use super::selection::{Selection, file_of};
use super::strip::Strip;
use super::versions::{FileRow, rows};
use crate::domain::ids::PacketId;
use crate::domain::packet::arrangement::Leaf;
use crate::domain::packet::document::{Document, Evidence, Field, Kind, Reading, Readings};
use crate::domain::packet::result::PacketResult;
use crate::reading::mail::page_of_part;
use crate::store::arrangements;
use crate::store::corrections::Entry;
use crate::store::files::Version;
use crate::store::packets::File;
use crate::store::runs::Page;
use crate::web::view::size_words;

/// A link to a document or one of its pages.
pub struct Tab {
    pub label: String,
    pub href: String,
    pub current: bool,
}

/// A value's box on the page.
pub struct BoxView {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
    pub class: String,
    pub href: String,
    pub title: String,
    /// The value that it proves: the same word as at the value.
    pub at: String,
}

/// A cell of a sheet.
pub struct GridCell {
    pub text: String,
    pub lit: bool,
}

/// What stands in the place of the page.
pub enum Sheet {
    /// The page's picture with boxes over it.
    Picture { href: String, width: f32, height: f32, boxes: Vec<BoxView> },
    /// The cells of a sheet, each row with its number.
    Grid { columns: Vec<String>, rows: Vec<(usize, Vec<GridCell>)> },
    /// There is nothing to show.
    Nothing,
}

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

/// Everything the panel shows.
pub struct Viewer {
    pub tabs: Vec<Tab>,
    pub pages: Vec<Tab>,
    pub strip: Strip,
    pub title: String,
    pub sheet: Sheet,
    pub fields: Vec<FieldView>,
    pub missing: Vec<MissingView>,
    pub lines: Lines,
    /// What the reader had made of the document that a person arranged.
    pub arranged: Option<String>,
    pub file: Option<FileView>,
}

/// What people did to the packet, with their names.
#[derive(Clone, Copy)]
pub struct Past<'a> {
    pub corrections: &'a [Entry],
    pub arrangements: &'a [arrangements::Entry],
    pub versions: &'a [Version],
    /// The person who looks may arrange pages.
    pub may_arrange: bool,
}

/// The original.
pub struct FileView {
    pub name: String,
    pub href: String,
    pub sha256: String,
    pub size: String,
    /// Where all files of the packet are.
    pub all: String,
    /// The file with its versions.
    pub row: Option<FileRow>,
    /// Where its pages are arranged, for who may.
    pub arrange: Option<String>,
}

struct View<'a> {
    packet: PacketId,
    selection: &'a Selection,
    document: &'a Document,
    past: Past<'a>,
}

impl View<'_> {
    fn href(&self, field: Field, line: Option<usize>, reading: Option<&Reading>) -> String {
        let page = reading.and_then(first_page).map(|page| format!("&page={page}")).unwrap_or_default();
        let line = line.map(|line| format!("&line={line}")).unwrap_or_default();
        let zoom = self.selection.zoom.words();
        format!("/packets/{}?document={}{page}&field={field}{line}{zoom}#viewer", self.packet, self.document.id)
    }

    /// Every reading of the document with its field and line.
    fn readings(&self) -> impl Iterator<Item = (Field, Option<usize>, &Reading)> {
        let header = self.document.fields.iter().map(|(field, reading)| (*field, None, reading));
        let lines = self.document.lines.iter().enumerate();
        let lines =
            lines.flat_map(|(line, cells)| cells.iter().map(move |(field, reading)| (*field, Some(line), reading)));
        header.chain(lines)
    }

    fn boxes(&self, number: u32) -> Vec<BoxView> {
        let mut boxes = Vec::new();
        for (field, line, reading) in self.readings() {
            let lit = self.selection.is_lit(self.document, field, line);
            for evidence in &reading.evidence {
                let Evidence::Page { page, bbox: [x0, y0, x1, y1] } = evidence else { continue };
                if *page != number {
                    continue;
                }
                boxes.push(BoxView {
                    x: x0 - 1.5,
                    y: y0 - 1.5,
                    width: x1 - x0 + 3.0,
                    height: y1 - y0 + 3.0,
                    class: if lit { format!("box lit {}", self.selection.severity) } else { "box".to_owned() },
                    href: self.href(field, line, Some(reading)),
                    title: format!("{}: {}", field.label(), words(field, &reading.value)),
                    at: at(field, line),
                });
            }
        }
        // What is lit is drawn last, over the rest.
        boxes.sort_by_key(|one| one.class.len());
        boxes
    }

    fn grid(&self, page: &Page, rows: &[Vec<String>]) -> Sheet {
        let mut lit = std::collections::BTreeSet::new();
        for (field, line, reading) in self.readings() {
            if !self.selection.is_lit(self.document, field, line) {
                continue;
            }
            for evidence in &reading.evidence {
                match evidence {
                    Evidence::Cell { sheet, cell } if Some(sheet) == page.sheet.as_ref() || page.sheet.is_none() => {
                        lit.extend(cell_place(cell));
                    }
                    Evidence::Line { line } => {
                        let row = usize::try_from(*line).unwrap_or(1).saturating_sub(1);
                        let width = rows.get(row).map_or(0, Vec::len);
                        lit.extend((0..width).map(|column| (row, column)));
                    }
                    Evidence::Cell { .. } | Evidence::Page { .. } => {}
                }
            }
        }
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let row = |(number, cells): (usize, &Vec<String>)| {
            let cell = |column: usize| GridCell {
                text: cells.get(column).cloned().unwrap_or_default(),
                lit: lit.contains(&(number, column)),
            };
            (number.saturating_add(1), (0..width).map(cell).collect())
        };
        Sheet::Grid { columns: (0..width).map(column_name).collect(), rows: rows.iter().enumerate().map(row).collect() }
    }

    fn sheet(&self, file: Option<&File>, page: Option<&Page>) -> Sheet {
        let (Some(file), Some(page)) = (file, page) else { return Sheet::Nothing };
        if let Some(rows) = &page.grid {
            return self.grid(page, rows);
        }
        let Ok(number) = u32::try_from(page.number) else { return Sheet::Nothing };
        Sheet::Picture {
            href: picture_href(self.packet, file.id, Leaf { page: number, turn: page.turn }),
            width: page.width,
            height: page.height,
            boxes: self.boxes(number),
        }
    }

    /// `read: 1,204.50 · corrected by Olga, reason`.
    fn corrected(&self, field: Field, line: Option<usize>) -> Option<String> {
        let corrected = self.document.correction(field, line)?;
        let read = corrected.read.as_ref().map_or_else(|| "nothing".to_owned(), |read| words(field, &read.value));
        let name =
            self.past.corrections.iter().find(|entry| entry.by == corrected.by).map_or("", |entry| entry.name.as_str());
        Some(format!("read: {read} · corrected by {name}, {}", corrected.reason))
    }

    /// `Read as packing list on page 3, arranged by Olga.`
    fn arranged(&self) -> Option<String> {
        let arranged = self.document.arranged.as_ref()?;
        let name = self.past.arrangements.iter().find(|entry| entry.by == arranged.by);
        let name = name.map_or("", |entry| entry.name.as_str());
        Some(format!("Read as {}. Arranged by {name}.", read_words(&arranged.read)))
    }

    fn missing(&self) -> Vec<MissingView> {
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

    fn fields(&self) -> Vec<FieldView> {
        let view = |(field, reading): (&Field, &Reading)| {
            use crate::domain::packet::document::FieldType;
            FieldView {
                at: at(*field, None),
                label: field.label(),
                value: words(*field, &reading.value),
                raw: reading.raw.clone(),
                href: self.href(*field, None, Some(reading)),
                lit: self.selection.is_lit(self.document, *field, None),
                unsure: reading.is_unsure(),
                corrected: self.corrected(*field, None),
                code: matches!(field.field_type(), FieldType::Identifier | FieldType::Tariff),
            }
        };
        self.document.fields.iter().map(view).collect()
    }

    fn lines(&self) -> Lines {
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

/// The word that a value and its boxes share on the page.
fn at(field: Field, line: Option<usize>) -> String {
    line.map_or_else(|| field.to_string(), |line| format!("{field}.{line}"))
}

fn is_number(field: Field) -> bool {
    use crate::domain::packet::document::FieldType;
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

/// Everything the panel shows.
pub fn view(
    packet: PacketId,
    result: &PacketResult,
    files: &[File],
    selection: &Selection,
    page: Option<&Page>,
    past: Past<'_>,
) -> Viewer {
    let finding = selection.finding.map(|index| format!("finding={index}&")).unwrap_or_default();
    let zoom = selection.zoom.words();
    let tab = |(index, document): (usize, &Document)| Tab {
        label: tab_label(result, index, document),
        href: format!("/packets/{packet}?{finding}document={}{zoom}#viewer", document.id),
        current: index == selection.document,
    };
    let tabs = result.documents.iter().enumerate().map(tab).collect();
    let Some(document) = result.documents.get(selection.document) else {
        let lines = Lines { columns: Vec::new(), rows: Vec::new() };
        return Viewer {
            tabs,
            pages: vec![],
            strip: Strip::default(),
            title: String::new(),
            sheet: Sheet::Nothing,
            fields: vec![],
            missing: vec![],
            lines,
            arranged: None,
            file: None,
        };
    };
    let page_tab = |number: &u32| Tab {
        label: page_of_part(*number).to_string(),
        href: format!("/packets/{packet}?{finding}document={}&page={number}{zoom}#viewer", document.id),
        current: *number == selection.page,
    };
    let file = file_of(document, files);
    let view = View { packet, selection, document, past };
    Viewer {
        tabs,
        pages: document.pages.iter().map(page_tab).collect(),
        strip: Strip::new(packet, result, selection),
        title: format!(
            "{}, {}",
            document.kind.label(),
            page.and_then(|page| page.sheet.clone())
                .unwrap_or_else(|| format!("page {}", page_of_part(selection.page)))
        ),
        sheet: view.sheet(file, page),
        fields: view.fields(),
        missing: view.missing(),
        lines: view.lines(),
        arranged: view.arranged(),
        file: file.map(|file| FileView {
            name: file.name.clone(),
            href: format!("/packets/{packet}/files/{}", file.id),
            sha256: file.sha256.clone(),
            size: size_words(file.size_bytes),
            all: format!("/packets/{packet}/files"),
            row: rows(packet, past.versions, past.arrangements).into_iter().find(|row| row.id == file.id),
            arrange: past.may_arrange.then(|| format!("/packets/{packet}/files/{}/arrangement", file.id)),
        }),
    }
}

/// The kind, counted where there are several; a document of no kind by its file.
fn tab_label(result: &PacketResult, index: usize, document: &Document) -> String {
    if document.kind == Kind::Unknown {
        return document.file.clone();
    }
    let same = |other: &&Document| other.kind == document.kind;
    let count = result.documents.iter().filter(same).count();
    let place = result.documents.iter().take(index.saturating_add(1)).filter(same).count();
    if count > 1 { format!("{} {place}", document.kind.label()) } else { document.kind.label().to_owned() }
}
