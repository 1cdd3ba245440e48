//! The document beside the findings: its page as it was drawn, with the boxes that prove each value, its fields and its lines. How each of
//! them is made is `sheet`'s and `values`'.

mod sheet;
mod values;

pub use sheet::Sheet;

use super::arrangement_page::read_words;
use super::evidence::first_page;
use super::selection::{Selection, file_of};
use super::strip::Strip;
use super::versions::{FileRow, rows};
use crate::domain::ids::PacketId;
use crate::domain::packet::document::{Document, Field, Kind, Reading};
use crate::domain::packet::result::PacketResult;
use crate::reading::mail::page_of_part;
use crate::store::arrangements;
use crate::store::corrections::Entry;
use crate::store::files::Version;
use crate::store::packets::File;
use crate::store::runs::Page;
use crate::web::view::size_words;
use values::{FieldView, Lines, MissingView};

/// A link to a document or one of its pages.
pub struct Tab {
    pub label: String,
    pub href: String,
    pub current: bool,
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

    /// `Read as packing list on page 3, arranged by Olga.`
    fn arranged(&self) -> Option<String> {
        let arranged = self.document.arranged.as_ref()?;
        let name = self.past.arrangements.iter().find(|entry| entry.by == arranged.by);
        let name = name.map_or("", |entry| entry.name.as_str());
        Some(format!("Read as {}. Arranged by {name}.", read_words(&arranged.read)))
    }
}

/// The word that a value and its boxes share on the page.
fn at(field: Field, line: Option<usize>) -> String {
    line.map_or_else(|| field.to_string(), |line| format!("{field}.{line}"))
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
