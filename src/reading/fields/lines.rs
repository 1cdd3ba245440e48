//! The lines of a document: each row of its tables, cell by cell, with the values that a wrapped cell names by label.

use super::place::Block;
use super::{Draft, Spot, typed};
use crate::domain::packet::document::{Field, Reading, Readings, Value};
use crate::reading::layout::label::heading;
use crate::reading::layout::ruling::Frame;
use crate::reading::layout::segment::{Segment, flowed, text};
use crate::reading::layout::table::{Column, Row, Table};
use crate::reading::page::Word;
use crate::reading::values::{money, package};
use crate::reading::vocabulary::Concept;

/// Header fields that a table repeats in a column of its own, row for row: exports of a database print documents so.
pub fn repeated(draft: &Draft<'_>) -> Vec<(Field, Reading)> {
    let mut found = Vec::new();
    for (sheet, table) in draft.tables.iter().filter(|(_, table)| draft.plan.lines.takes(table)) {
        let map = map(draft, table);
        for (at, column) in table.columns.iter().enumerate().filter(|(at, _)| map.get(*at) == Some(&None)) {
            let Some((meaning, _)) = heading(&column.head) else { continue };
            let Some((_, target, _)) =
                draft.plan.targets.iter().find(|(concept, _, _)| meaning.label.contains(concept))
            else {
                continue;
            };
            let cells: Vec<&Vec<Vec<Word>>> = table.items.iter().filter_map(|row| row.cells.get(at)).collect();
            let print = |cell: &Vec<Vec<Word>>| cell.iter().map(|line| text(line)).collect::<Vec<_>>();
            let Some(first) = cells.first().filter(|first| !first.is_empty()) else { continue };
            if cells.iter().all(|cell| print(cell) == print(first)) {
                let block = Block { sheet: *sheet, lines: (*first).clone(), limit: None };
                let spot = Spot { sheet: *sheet, segment: 0, label: super::invoice::blank() };
                found.extend(target.read(draft, &block, &spot));
            }
        }
    }
    found
}

/// Every line of a document's tables, in the order printed.
pub fn lines(draft: &Draft<'_>) -> Vec<Readings> {
    let mut lines = Vec::new();
    for (sheet, table) in &draft.tables {
        if draft.plan.lines.takes(table) {
            let map = map(draft, table);
            lines.extend(
                table.items.iter().map(|row| line(draft, *sheet, table, &map, row)).filter(|line| line.len() >= 2),
            );
        }
    }
    lines
}

/// Which column gives which field: each field takes the column whose heading says it first.
fn map(draft: &Draft<'_>, table: &Table) -> Vec<Option<Field>> {
    let mut map: Vec<Option<Field>> = vec![None; table.columns.len()];
    for best in [true, false] {
        for (concept, field) in draft.plan.columns {
            if map.contains(&Some(*field)) || (*concept == Concept::Item && item_field(table) != *field) {
                continue;
            }
            let suits =
                |column: &Column| if best { column.concepts.first() == Some(concept) } else { column.means(*concept) };
            let free =
                table.columns.iter().enumerate().filter(|(at, column)| suits(column) && map.get(*at) == Some(&None));
            let chosen = if matches!(concept, Concept::Amount | Concept::Total) {
                free.max_by_key(|(at, _)| *at)
            } else {
                free.into_iter().next()
            };
            if let Some(slot) = chosen.and_then(|(at, _)| map.get_mut(at)) {
                *slot = Some(*field);
            }
        }
    }
    map
}

/// A column headed `Item` or `Article` counts the lines, or names the goods by their numbers: its cells say which.
fn item_field(table: &Table) -> Field {
    let counted = table
        .column(Concept::LineNumber)
        .is_some_and(|at| table.columns.get(at).is_some_and(|column| !column.means(Concept::Item)));
    let Some(at) = table.column(Concept::Item) else { return Field::LineNumber };
    let cells = table.items.iter().filter_map(|row| row.cells.get(at)?.first()).map(|words| text(words));
    let named = table.column(Concept::Goods).is_some_and(|goods| goods != at);
    let (mut small, mut other, mut worded) = (0u32, 0u32, 0u32);
    for cell in cells {
        worded += u32::from(cell.contains(' ') || !cell.chars().any(|letter| letter.is_ascii_digit()));
        if cell.trim_end_matches('.').parse::<u32>().is_ok_and(|number| number < 2000) {
            small += 1
        } else {
            other += 1
        }
    }
    match (named, worded > small && worded * 2 > other) {
        (false, true) => Field::Description,
        _ if counted || other > small => Field::Sku,
        _ => Field::LineNumber,
    }
}

fn line(draft: &Draft<'_>, sheet: usize, table: &Table, map: &[Option<Field>], row: &Row) -> Readings {
    let mut readings = Readings::new();
    for ((column, field), cell) in table.columns.iter().zip(map).zip(&row.cells) {
        let Some(field) = field.filter(|_| !cell.is_empty()) else { continue };
        let (own, extra) = labelled(draft, sheet, field, cell);
        for (field, reading) in extra {
            readings.entry(field).or_insert(reading);
        }
        if let Some(reading) = read(draft, sheet, field, &own, column) {
            if field == Field::Quantity {
                unit(draft, sheet, &own, &mut readings);
            }
            readings.insert(field, reading);
        }
    }
    readings
}

fn read(draft: &Draft<'_>, sheet: usize, field: Field, cell: &[Vec<Word>], column: &Column) -> Option<Reading> {
    let mark = draft.conventions.mark;
    let first = cell.first()?;
    let (value, raw, words) = match field {
        Field::Quantity => {
            let (value, _) = package::quantity(&text(first), mark)?;
            let words = first.get(..1).filter(|_| first.len() > 1).map_or_else(|| first.clone(), <[Word]>::to_vec);
            (Value::One(value), text(&words), words)
        }
        Field::UnitPrice | Field::Amount => {
            let (value, _) = money::amount(&priced(&text(first)), mark)?;
            (Value::One(value), text(first), first.clone())
        }
        Field::Sku | Field::LineNumber | Field::Unit => {
            let words: Vec<Word> =
                if field == Field::Sku { cell.iter().flatten().cloned().collect() } else { first.clone() };
            let value = if field == Field::Sku { flowed(cell) } else { text(&words) };
            let value = if field == Field::LineNumber { value.trim_end_matches(['.', ')']).to_owned() } else { value };
            (Value::One(value), text(&words), words)
        }
        Field::ManufacturerName => {
            let words: Vec<Word> = cell.iter().flatten().cloned().collect();
            (Value::One(text(&words)), text(&words), words)
        }
        _ => typed::read(field, cell, &column.hint, draft.conventions)?,
    };
    Some(draft.reading(sheet, value, raw, &words, 0.97))
}

/// A price without the unit it is for: `12.50/PC`, `@ 12.50`.
fn priced(print: &str) -> String {
    let print = print.trim_start_matches('@').trim();
    print
        .split_once('/')
        .filter(|(_, unit)| !unit.chars().any(|letter| letter.is_ascii_digit()))
        .map_or(print, |(price, _)| price.trim())
        .to_owned()
}

/// The unit that stands behind a quantity.
fn unit(draft: &Draft<'_>, sheet: usize, cell: &[Vec<Word>], readings: &mut Readings) {
    let Some(first) = cell.first() else { return };
    if let ([words], Some((_, None))) =
        (cell.get(1..).unwrap_or_default(), package::quantity(&text(first), draft.conventions.mark))
        && let Some((_, Some(unit))) = package::quantity(&format!("1 {}", text(words)), draft.conventions.mark)
    {
        readings.entry(Field::Unit).or_insert_with(|| draft.reading(sheet, Value::One(unit), text(words), words, 0.9));
        return;
    }
    if let Some((_, Some(unit))) = package::quantity(&text(first), draft.conventions.mark) {
        let words: Vec<Word> = first.iter().skip(1).cloned().collect();
        let words = if words.is_empty() { first.clone() } else { words };
        readings
            .entry(Field::Unit)
            .or_insert_with(|| draft.reading(sheet, Value::One(unit), text(&words), &words, 0.96));
    }
}

/// A wrapped cell may name other values by label: `HS Code: 6109.10`, `Origin: China`. They leave the cell.
fn labelled(
    draft: &Draft<'_>,
    sheet: usize,
    field: Field,
    cell: &[Vec<Word>],
) -> (Vec<Vec<Word>>, Vec<(Field, Reading)>) {
    if field != Field::Description && field != Field::Sku {
        return (cell.to_vec(), Vec::new());
    }
    let mut own = Vec::new();
    let mut extra = Vec::new();
    for words in cell {
        let Some(segment) = Segment::new(words.clone(), 0, Frame::default()) else { continue };
        let found = segment.labels();
        let mut kept = words.clone();
        for label in found.iter().filter(|label| label.colon || !label.rest.is_empty()) {
            let target = draft.plan.columns.iter().find(|(concept, field)| {
                matches!(field, Field::HtsCode | Field::CountryOfOrigin | Field::Sku)
                    && label.meaning.column.contains(concept)
            });
            let Some((_, field)) = target else { continue };
            if let Some((value, raw, used)) =
                typed::read(*field, std::slice::from_ref(&label.rest), "", draft.conventions)
            {
                if *field == Field::Sku && !label.colon {
                    continue;
                }
                extra.push((*field, draft.reading(sheet, value, raw, &used, 0.95)));
                kept.retain(|word| word.rect.x1 <= label.rect.x0 + 0.1);
            }
        }
        if !kept.is_empty() {
            own.push(kept);
        }
    }
    (own, extra)
}
