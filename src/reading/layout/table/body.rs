//! The rows under the headings: printed lines become items and totals until the table ends.

use super::super::Sheet;
use super::super::segment::{Segment, text};
use super::line::{
    announces, cells, completes, crosses, header_like, identified, is_item, numeric, priced, sums_up, sums_up_twice,
    totals_label, wraps,
};
use super::{Cell, Column, Row, Table, around};
use crate::reading::page::{Rect, Word};
use crate::reading::vocabulary::Concept;

/// Reads rows from a line on, until the table ends. Gives the table and the first line after it.
pub(super) fn body(
    sheet: &Sheet,
    lines: &[&[Segment]],
    columns: Vec<Column>,
    heading: Vec<usize>,
    from: usize,
) -> (Table, usize) {
    let table = Table { columns, items: Vec::new(), totals: Vec::new(), heading, body: Vec::new(), open: true };
    let above = from.checked_sub(1).and_then(|at| lines.get(at)).and_then(|line| around(line));
    let mut reader = Reader { sheet, lines, table, pending: Vec::new(), last: above.map_or(0.0, |rect| rect.y1) };
    let mut at = from;
    while let Some(print) = Print::new(&reader, at) {
        let part = reader.part(&print);
        if !reader.take(part, &print) {
            break;
        }
        reader.last = print.rect.y1;
        at += print.count;
    }
    (reader.table, at)
}

/// What a print is to the table.
enum Part {
    /// Units under the headings.
    Units,
    Total(Concept),
    Item,
    /// The rest of the row before.
    Rest,
    /// Text of the row before or of the next one.
    Wrapped,
    /// No part of the table: what follows it, or the foot of a page that the table outruns.
    End {
        open: bool,
    },
}

/// One printed line, or several between the same two rules.
struct Print {
    at: usize,
    count: usize,
    segments: Vec<Segment>,
    rect: Rect,
    size: f32,
    /// The cells of each printed line, and of all together.
    each: Vec<Vec<Vec<Word>>>,
    cells: Vec<Vec<Word>>,
}

impl Print {
    fn new(reader: &Reader<'_>, at: usize) -> Option<Self> {
        let count = banded(reader.lines, at);
        let mates = reader.lines.get(at..at + count)?;
        let segments: Vec<Segment> = mates.iter().flat_map(|line| line.iter().cloned()).collect();
        let rect = around(&segments)?;
        let size = segments.iter().map(Segment::size).fold(0.0, f32::max);
        let each = mates.iter().map(|line| cells(line, &reader.table.columns)).collect();
        let cells = cells(&segments, &reader.table.columns);
        Some(Self { at, count, segments, rect, size, each, cells })
    }
}

/// A table while its rows are read.
struct Reader<'a> {
    sheet: &'a Sheet,
    lines: &'a [&'a [Segment]],
    table: Table,
    /// Text that stands above the row it belongs to.
    pending: Vec<Vec<Vec<Word>>>,
    /// Where the last print ended.
    last: f32,
}

impl Reader<'_> {
    fn part(&self, print: &Print) -> Part {
        let (table, columns) = (&self.table, self.table.columns.as_slice());
        let (line, cells) = (print.segments.as_slice(), print.cells.as_slice());
        let fresh = table.items.is_empty() && self.pending.is_empty();
        let total = totals_label(line);
        let priced = priced(cells, columns);
        let item = is_item(cells, columns);
        let gap = print.rect.y0 - self.last;
        if header_like(line) || sums_up_twice(line) {
            return Part::End { open: false };
        }
        if fresh && units(columns, cells) {
            return Part::Units;
        }
        if (sums_up(line) && !priced) || (announces(line) && !item && total.is_none()) {
            return Part::End { open: false };
        }
        match total {
            Some(label) if !priced => return Part::Total(label),
            _ => {}
        }
        if table.items.last().is_some_and(|row| completes(cells, row, columns)) && gap < print.size {
            return Part::Rest;
        }
        let note = crosses(line, columns);
        if item && !note && (table.totals.is_empty() || identified(cells, columns)) {
            return Part::Item;
        }
        let lost = table.items.is_empty() && !self.pending.is_empty() && gap > 1.2 * print.size;
        let apart = !table.items.is_empty() && gap > 1.6 * print.size.max(6.0) && !self.sheet.is_grid();
        if !(lost || apart || note) && table.totals.is_empty() && wraps(cells, columns) {
            return Part::Wrapped;
        }
        Part::End { open: table.totals.is_empty() && footer(self.sheet, print.rect) }
    }

    /// Puts a print into the table; false where the table has ended.
    fn take(&mut self, part: Part, print: &Print) -> bool {
        match part {
            Part::Units => {
                for (column, cell) in
                    self.table.columns.iter_mut().zip(&print.cells).filter(|(_, cell)| !cell.is_empty())
                {
                    column.hint = format!("{} {}", column.hint, text(cell));
                }
                self.table.heading.extend(print.at..print.at + print.count);
            }
            Part::Total(label) => {
                let whole =
                    print.cells.iter().map(|cell| if cell.is_empty() { Vec::new() } else { vec![cell.clone()] });
                if label != Concept::Carried {
                    self.table.totals.push(Row { page: self.sheet.number, cells: whole.collect(), label: Some(label) });
                }
                self.table.open &= label != Concept::Total;
            }
            Part::Item => {
                let cells: Vec<Cell> = vec![Vec::new(); self.table.columns.len()];
                let mut row = Row { page: self.sheet.number, cells, label: None };
                for cells in self.pending.drain(..).chain(print.each.iter().cloned()) {
                    append(&mut row.cells, cells);
                }
                self.table.items.push(row);
                self.table.body.extend(print.at..print.at + print.count);
            }
            Part::Rest => self.add(print),
            Part::Wrapped if self.belongs_above(print) => self.add(print),
            Part::Wrapped => self.pending.push(print.cells.clone()),
            Part::End { open } => {
                self.table.open &= open;
                return false;
            }
        }
        true
    }

    /// Adds a print to the last row.
    fn add(&mut self, print: &Print) {
        if let Some(row) = self.table.items.last_mut() {
            for cells in &print.each {
                append(&mut row.cells, cells.clone());
            }
            self.table.body.extend(print.at..print.at + print.count);
        }
    }

    /// True where wrapped text belongs to the row above it: no rule parts them, and the next row is not nearer.
    fn belongs_above(&self, print: &Print) -> bool {
        let next = self.lines.get(print.at + print.count).and_then(|next| around(next));
        let left = print.rect.x0 + 2.0;
        let parted = self.sheet.ruling.divides(self.last, print.rect.y0 + 1.0, left);
        let joined = next.is_some_and(|next| !self.sheet.ruling.divides(print.rect.y1 - 1.0, next.y0 + 1.0, left));
        let nearer = next.is_some_and(|next| (next.y0 - print.rect.y1) * 1.8 + 0.5 < print.rect.y0 - self.last);
        !(self.table.items.is_empty() || nearer || (parted && joined))
    }
}

/// True for a line of units under the headings: `PCS`, `CTNS`, `KGS`.
fn units(columns: &[Column], cells: &[Vec<Word>]) -> bool {
    let mut filled = columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()).peekable();
    let any = filled.peek().is_some();
    any && filled.all(|(column, cell)| {
        let print = text(cell);
        numeric(column) && print.chars().count() <= 8 && !print.chars().any(|letter| letter.is_ascii_digit())
    })
}

/// How many printed lines from here stand between the same two rules, in closed boxes: one row of a ruled table.
pub(super) fn banded(lines: &[&[Segment]], at: usize) -> usize {
    let band = |line: &[Segment]| {
        let boxes = line.iter().filter_map(|segment| segment.frame.closed());
        boxes.min_by(|a, b| a.height().total_cmp(&b.height())).filter(|band| band.height() < 120.0)
    };
    let Some(first) = lines.get(at).and_then(|line| band(line)) else { return 1 };
    let same = |line: &&&[Segment]| {
        band(line).is_some_and(|other| (other.y0 - first.y0).abs() < 1.5 && (other.y1 - first.y1).abs() < 1.5)
    };
    let mates = lines.iter().skip(at).take_while(same).count();
    let numbers = |line: &&&[Segment]| {
        line.iter().filter(|s| s.words.iter().any(|word| word.text.starts_with(|c: char| c.is_ascii_digit()))).count()
            >= 3
    };
    let rows = lines.iter().skip(at).take(mates).filter(numbers).count();
    if rows > 1 { 1 } else { mates.max(1) }
}

/// True near the foot of the page, where a page number or a printed form's name ends a table that goes on.
pub(super) fn footer(sheet: &Sheet, rect: Rect) -> bool {
    rect.y0 > 0.85 * sheet.height
}

pub(super) fn append(row: &mut [Cell], cells: Vec<Vec<Word>>) {
    for (cell, words) in row.iter_mut().zip(cells) {
        if !words.is_empty() {
            cell.push(words);
        }
    }
}
