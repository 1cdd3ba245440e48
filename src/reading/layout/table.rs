//! Tables: a row of known headings, the columns under it, and the rows that follow, with wrapped cells, totals and charges told
//! apart from items. Rules help where they are drawn and are not needed. It gives cells as words and reads no values.

mod body;
mod bounds;
mod heading;
mod line;

use super::Sheet;
use super::segment::Segment;
use crate::reading::page::{Rect, Word};
use crate::reading::vocabulary::Concept;
use body::body;
use heading::header;
use line::{cells, is_item, measured, numeric};

/// A column: what its heading says, and from where to where it runs.
#[derive(Clone, Debug)]
pub struct Column {
    /// What the heading may mean, best first; empty for a heading that is not known.
    pub concepts: Vec<Concept>,
    /// Units and currencies that stand with the heading.
    pub hint: String,
    /// The words of the heading.
    pub head: Vec<Word>,
    pub from: f32,
    pub to: f32,
}

impl Column {
    /// True where the heading may mean the concept.
    pub fn means(&self, concept: Concept) -> bool {
        self.concepts.contains(&concept)
    }
}

/// The words of one cell, printed line by printed line.
pub type Cell = Vec<Vec<Word>>;

/// One row: a cell for each column, in their order.
#[derive(Clone, Debug)]
pub struct Row {
    pub page: u32,
    pub cells: Vec<Cell>,
    /// What a totals row calls itself; nothing for an item.
    pub label: Option<Concept>,
}

/// A table of one page.
#[derive(Clone, Debug)]
pub struct Table {
    pub columns: Vec<Column>,
    pub items: Vec<Row>,
    pub totals: Vec<Row>,
    /// The printed lines of its headings.
    pub heading: Vec<usize>,
    /// The printed lines of its items.
    pub body: Vec<usize>,
    /// True where the page ended before the table did.
    pub open: bool,
}

impl Table {
    /// The column that may mean the concept.
    pub fn column(&self, concept: Concept) -> Option<usize> {
        let first = self.columns.iter().position(|column| column.concepts.first() == Some(&concept));
        first.or_else(|| self.columns.iter().position(|column| column.means(concept)))
    }

    /// True for a table of goods.
    pub fn lists_goods(&self) -> bool {
        lists_goods(&self.columns)
    }

    /// True for a table of containers.
    pub fn lists_containers(&self) -> bool {
        lists_containers(&self.columns)
    }
}

fn has(columns: &[Column], concepts: &[Concept]) -> bool {
    columns.iter().any(|column| column.concepts.iter().any(|concept| concepts.contains(concept)))
}

fn lists_goods(columns: &[Column]) -> bool {
    use Concept::{
        Amount, Goods, GrossWeight, Hts, Item, NetWeight, Origin, Packages, Quantity, Sku, UnitPrice, Volume,
    };
    has(columns, &[Goods, Sku, Item])
        && has(columns, &[Quantity, Amount, UnitPrice, Packages, NetWeight, GrossWeight, Volume, Hts, Origin])
}

fn lists_containers(columns: &[Column]) -> bool {
    use Concept::{ContainerType, GrossWeight, Packages, Pieces, Quantity, Seal, Volume};
    has(columns, &[Concept::Container])
        && has(columns, &[Seal, ContainerType, GrossWeight, Packages, Pieces, Quantity, Volume])
}

/// The tables of a page. `before` is the table that the page before left open: a page without headings may go on with it.
pub fn tables(sheet: &Sheet, before: Option<&Table>) -> Vec<Table> {
    let lines: Vec<&[Segment]> = sheet.lines().collect();
    let mut tables = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        match header(sheet, &lines, at) {
            Some((columns, heading)) => {
                let from = heading.iter().max().map_or(at, |last| last + 1);
                let (table, next) = body(sheet, &lines, columns, heading, from);
                at = next.max(from);
                tables.push(table);
            }
            None => at += 1,
        }
    }
    if tables.iter().all(|table| !table.lists_goods())
        && let Some(table) = before.filter(|before| before.open).and_then(|before| continued(sheet, &lines, before))
    {
        tables.insert(0, table);
    }
    tables
}

/// A table that goes on without headings: the first line whose cells fit the columns starts it.
fn continued(sheet: &Sheet, lines: &[&[Segment]], before: &Table) -> Option<Table> {
    let start = lines.iter().position(|line| {
        let cells = cells(line, &before.columns);
        let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        let fits = cells
            .iter()
            .zip(&before.columns)
            .all(|(cell, column)| cell.is_empty() || !numeric(column) || measured(cell));
        filled >= 3 && fits && is_item(&cells, &before.columns)
    })?;
    let (table, _) = body(sheet, lines, before.columns.clone(), Vec::new(), start);
    (!table.items.is_empty()).then_some(table)
}

fn around(segments: &[Segment]) -> Option<Rect> {
    Rect::around(segments.iter().map(|segment| segment.rect))
}
