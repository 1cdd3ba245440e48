//! From the pages of one file to its documents: where one ends and the next begins, what each is, and its values. Reading a value is
//! `fields`'.

use super::layout::Sheet;
use super::layout::table::{self, Table};
use super::leaf::Leaf;
use super::lie::{Lie, on_paper};
use super::{FileReading, PageFacts, arranged, classify, fields, split, values, vocabulary};
use crate::domain::packet::arrangement::{Arrangement, Turn};
use crate::domain::packet::document::{Document, Kind, Problem, Readings, TextSource};

/// The file that documents come from.
pub(super) struct Origin<'a> {
    pub name: &'a str,
    pub sha256: String,
}

impl Origin<'_> {
    pub fn document(
        &self,
        pages: Vec<u32>,
        kind: Kind,
        sure: f32,
        source: Option<TextSource>,
        problems: Vec<Problem>,
    ) -> Document {
        Document {
            id: String::new(),
            file: self.name.to_owned(),
            sha256: self.sha256.clone(),
            pages,
            kind,
            kind_confidence: sure,
            text_source: source,
            fields: Readings::new(),
            lines: Vec::new(),
            problems,
            corrections: Vec::new(),
            arranged: None,
        }
    }

    /// The documents that its pages hold, with their values read.
    pub fn documents(&self, leaves: Vec<Leaf>, arrangement: Option<&Arrangement>) -> FileReading {
        let mut problems: Vec<Problem> = Vec::new();
        let mut grids = Vec::new();
        let mut sheets: Vec<Sheet> = Vec::new();
        let mut lies: Vec<Lie> = Vec::new();
        for leaf in arranged::in_order(leaves, arrangement) {
            problems.extend(leaf.problem);
            grids.push(leaf.grid);
            lies.push(Lie::of(&leaf.page));
            sheets.push(Sheet::new(leaf.page));
        }
        let mut tables: Vec<Vec<Table>> = Vec::new();
        for sheet in &sheets {
            let before = tables.last().and_then(|tables| tables.iter().rfind(|table| table.lists_goods()));
            let found = table::tables(sheet, before);
            tables.push(found);
        }
        let looks = leaves_of(&sheets, &tables);
        let numbers: Vec<u32> = sheets.iter().map(|sheet| sheet.number).collect();
        let parts = arranged::parts(&looks, &numbers, arrangement);
        let words = sheets.iter().flat_map(|sheet| &sheet.segments).flat_map(|segment| &segment.words);
        let order = values::date::Order::shown(words.map(|word| word.text.as_str()));
        let documents = parts.iter().map(|part| {
            let (sheets, tables) = (
                sheets.get(part.pages.clone()).unwrap_or_default(),
                tables.get(part.pages.clone()).unwrap_or_default(),
            );
            let pages: Vec<u32> = sheets.iter().map(|sheet| sheet.number).collect();
            let own = problems.iter().filter(|problem| problem.page.is_some_and(|page| pages.contains(&page)));
            let source = sheets.first().map(|sheet| sheet.source);
            let read = fields::read(part.kind, sheets, tables, order);
            let document = self.document(pages.clone(), part.kind, part.confidence, source, own.cloned().collect());
            let mut document = Document { fields: read.fields, lines: read.lines, ..document };
            on_paper(&mut document, &lies);
            document
        });
        let documents = documents.collect();
        let pages = sheets.iter().zip(grids).zip(&lies).map(|((sheet, grid), lie)| PageFacts {
            number: sheet.number,
            width: lie.paper().0,
            height: lie.paper().1,
            source: sheet.source,
            turn: arrangement.map_or(Turn::None, |arrangement| arrangement.turn(sheet.number)),
            sheet: sheet.name.clone(),
            text: sheet.text(),
            grid,
        });
        FileReading { documents, pages: pages.collect(), ..FileReading::default() }
    }
}

/// What each page shows of its document; the number that tells documents of a kind apart is read only where a kind is titled twice.
fn leaves_of(sheets: &[Sheet], tables: &[Vec<Table>]) -> Vec<split::Leaf> {
    let looks: Vec<classify::Look> =
        sheets.iter().zip(tables).map(|(sheet, tables)| classify::look(sheet, tables)).collect();
    let titled = |look: &classify::Look| match look.title {
        Some((vocabulary::Title::Kind(kind), _)) => Some(kind),
        _ => None,
    };
    let kinds: Vec<Option<Kind>> = looks.iter().map(titled).collect();
    let leaves = looks.into_iter().zip(sheets).zip(tables).map(|((look, sheet), tables)| {
        let kind = titled(&look).filter(|kind| kinds.iter().filter(|other| **other == Some(*kind)).count() > 1);
        let number = kind.and_then(|kind| fields::own_number(kind, sheet, tables));
        split::Leaf { look, number, blank: sheet.segments.is_empty() }
    });
    leaves.collect()
}
