//! What one printed line is to a table: an item, a total, more of the row before, or what follows the table.

use super::super::segment::{Segment, text};
use super::{Column, Row, lists_containers, lists_goods};
use crate::reading::measure;
use crate::reading::page::Word;
use crate::reading::values::{measure::leading_number, number::Mark};
use crate::reading::vocabulary::Concept;

pub(super) fn cells(line: &[Segment], columns: &[Column]) -> Vec<Vec<Word>> {
    let mut cells: Vec<Vec<Word>> = vec![Vec::new(); columns.len()];
    for word in line.iter().flat_map(|segment| &segment.words) {
        let at = word.place.map_or(word.rect.middle(), |_| word.rect.x0);
        let column = columns.iter().position(|column| column.from <= at && at < column.to);
        if let Some(cell) = column.and_then(|column| cells.get_mut(column)) {
            cell.push(word.clone());
        }
    }
    cells
}

/// Columns whose cells are numbers.
pub(super) fn numeric(column: &Column) -> bool {
    use Concept::{Amount, GrossWeight, NetWeight, Packages, Pieces, Quantity, UnitPrice, Volume};
    let numbers = [Amount, GrossWeight, NetWeight, Packages, Pieces, Quantity, UnitPrice, Volume];
    column.concepts.first().is_some_and(|concept| numbers.contains(concept))
}

/// True where a cell starts with a number, after a sign of currency if any.
pub(super) fn measured(cell: &[Word]) -> bool {
    let print = text(cell);
    let print = print.trim_start_matches(|letter: char| {
        matches!(letter, '$' | '€' | '£' | '¥' | '-' | '(' | '*') || letter.is_whitespace()
    });
    let print = print.trim_start_matches("USD").trim_start_matches("EUR").trim_start_matches("US$").trim();
    leading_number(print).is_some_and(|(digits, rest)| {
        crate::reading::values::number::number(digits, Mark::Point).is_some() && rest.chars().count() <= 14
    })
}

pub(super) fn is_item(cells: &[Vec<Word>], columns: &[Column]) -> bool {
    let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
    let numbers = cells.iter().zip(columns).filter(|(cell, column)| numeric(column) && measured(cell)).count();
    let key = |concept: Concept| {
        cells.iter().zip(columns).any(|(cell, column)| column.concepts.first() == Some(&concept) && !cell.is_empty())
    };
    if lists_containers(columns) && !lists_goods(columns) {
        return filled >= 2 && key(Concept::Container) && numbered(cells, columns);
    }
    if !columns.iter().any(numeric) {
        let code = |cell: &Vec<Word>| text(cell).chars().filter(char::is_ascii_digit).count() >= 4;
        let coded = cells
            .iter()
            .zip(columns)
            .any(|(cell, column)| column.concepts.first() == Some(&Concept::Hts) && code(cell));
        return coded && filled * 2 > columns.len();
    }
    filled >= 2 && numbers >= 1
}

/// True where the container's cell holds a number of one.
pub(super) fn numbered(cells: &[Vec<Word>], columns: &[Column]) -> bool {
    cells.iter().zip(columns).any(|(cell, column)| {
        let digits = text(cell).chars().filter(char::is_ascii_digit).count();
        column.concepts.first() == Some(&Concept::Container) && digits >= 6
    })
}

/// What a totals row calls itself.
pub(super) fn totals_label(line: &[Segment]) -> Option<Concept> {
    use Concept::TotalCharges;
    use Concept::{Carried, Deposit, Discount, Due, Freight, GrossTotal, Insurance, OtherCharge, Subtotal, Tax, Total};
    const SUMS: &[Concept] = &[
        Carried,
        Subtotal,
        Total,
        TotalCharges,
        Freight,
        Insurance,
        Discount,
        OtherCharge,
        Deposit,
        GrossTotal,
        Due,
        Tax,
    ];
    line.iter().find_map(|segment| {
        let label = segment.labels().iter().find(|label| label.leads)?;
        let first = *label.meaning.label.iter().find(|concept| SUMS.contains(concept))?;
        let rest = text(&label.rest);
        let numbers = rest
            .split_whitespace()
            .all(|word| word.chars().any(|letter| letter.is_ascii_digit()) || word.chars().count() <= 4);
        let first = if matches!(first, GrossTotal | Due) { Total } else { first };
        (label.plain() || numbers).then_some(first)
    })
}

pub(super) fn header_like(line: &[Segment]) -> bool {
    line.iter().filter(|segment| segment.heads_column()).count() >= 3
}

/// True where a line has no number of its own, and numbers only where the row before has none: the rest of that row.
pub(super) fn completes(cells: &[Vec<Word>], row: &Row, columns: &[Column]) -> bool {
    let counted = columns.iter().position(|column| column.concepts.first() == Some(&Concept::LineNumber));
    let Some(at) = counted else { return false };
    let numbered = row.cells.get(at).is_some_and(|cell| !cell.is_empty()) && cells.get(at).is_some_and(Vec::is_empty);
    let mut numbers = 0;
    for ((cell, before), column) in
        cells.iter().zip(&row.cells).zip(columns).filter(|((cell, _), column)| numeric(column) && !cell.is_empty())
    {
        if !before.is_empty() || !measured(cell) || !numeric(column) {
            return false;
        }
        numbers += 1;
    }
    numbered && numbers > 0
}

/// True where the only numbers of a line are the last digits of numbers that a narrow column broke: `1,088,00` over `0`.
pub(super) fn mends_number(cells: &[Vec<Word>], row: &Row, columns: &[Column]) -> bool {
    let filled = cells.iter().zip(&row.cells).zip(columns).filter(|((cell, _), _)| !cell.is_empty());
    let mut numbers = filled.filter(|(_, column)| numeric(column)).map(|((cell, before), _)| (cell, before)).peekable();
    numbers.peek().is_some() && numbers.all(|(cell, before)| before.iter().flatten().any(|word| mends(word, cell)))
}

/// True where the words are the last digits of a broken number.
pub(super) fn mends(number: &Word, rest: &[Word]) -> bool {
    matches!(rest, [rest] if broken(&number.text, &rest.text))
}

/// True where a print is no grouped number and becomes one with the digits after it.
fn broken(print: &str, rest: &str) -> bool {
    let grouped = |print: &str| {
        let mut groups = print.split(',');
        let first = groups.next().is_some_and(|first| (1..=3).contains(&first.len()));
        let mut groups = groups.peekable();
        first && groups.peek().is_some() && groups.all(|group| group.len() == 3)
    };
    let digits = |print: &str| print.chars().all(|letter| letter.is_ascii_digit());
    let plain = print.split(',').all(digits) && print.contains(',');
    plain && (1..=2).contains(&rest.len()) && digits(rest) && !grouped(print) && grouped(&format!("{print}{rest}"))
}

/// True where a line is the label of a sum with its value: `Total net weight 6,979.50 kg`.
pub(super) fn sums_up(line: &[Segment]) -> bool {
    let [first, _] = line else { return false };
    names_sum(first)
}

/// True where a line is two or more such labels, each with its value: what stands under a table and not in it.
pub(super) fn sums_up_twice(line: &[Segment]) -> bool {
    let pairs = line.chunks_exact(2);
    line.len() >= 4
        && pairs.remainder().is_empty()
        && pairs.into_iter().all(|pair| matches!(pair, [label, value] if names_sum(label) && !names_sum(value)))
}

fn names_sum(segment: &Segment) -> bool {
    use Concept::{GrossWeight, NetWeight, Other, Packages, Pallets, Pieces, Volume};
    let measures = [GrossWeight, NetWeight, Packages, Pallets, Pieces, Volume, Other];
    let label = segment.labels().iter().find(|label| label.alone());
    label.is_some_and(|label| label.meaning.label.iter().any(|concept| measures.contains(concept)))
}

/// True where a line is a label with its value: what follows the table.
pub(super) fn announces(line: &[Segment]) -> bool {
    let Some(first) = line.first() else { return false };
    let Some(label) = first.labels().iter().find(|label| label.leads && !label.meaning.label.is_empty()) else {
        return false;
    };
    let parted = line.get(1).and_then(|next| next.words.first()).is_some_and(|word| word.text.starts_with([':', '：']));
    let own = first.words.iter().all(|word| word.place.is_none());
    own && ((label.alone() && parted) || (label.colon && label.meaning.column.is_empty()))
}

/// True where a row has a price or a part number: then it is an item, whatever its text is called.
pub(super) fn priced(cells: &[Vec<Word>], columns: &[Column]) -> bool {
    cells.iter().zip(columns).any(|(cell, column)| {
        let first = column.concepts.first();
        (first == Some(&Concept::UnitPrice) && measured(cell))
            || (first == Some(&Concept::Sku) && cell.iter().any(|word| word.text.chars().any(|c| c.is_ascii_digit())))
    })
}

pub(super) fn identified(cells: &[Vec<Word>], columns: &[Column]) -> bool {
    cells.iter().zip(columns).any(|(cell, column)| {
        let first = column.concepts.first();
        !cell.is_empty()
            && (first == Some(&Concept::LineNumber)
                || first == Some(&Concept::Sku)
                || first == Some(&Concept::UnitPrice)
                || first == Some(&Concept::Container))
            && cell.iter().any(|word| word.text.chars().any(|c| c.is_ascii_digit()))
    })
}

/// True where a line can be more of the row before: only cells of text, none of numbers.
pub(super) fn wraps(cells: &[Vec<Word>], columns: &[Column]) -> bool {
    let words = cells.iter().zip(columns).filter(|(cell, _)| !cell.is_empty());
    let mut any = false;
    for (cell, column) in words {
        any = any || !numeric(column);
        if numeric(column) && cell.iter().any(|word| word.text.chars().count() > 6) {
            return false;
        }
        if numeric(column) && cell.iter().any(|word| word.text.chars().any(|letter| letter.is_ascii_digit())) {
            return false;
        }
    }
    any
}

/// True where one run of words reaches over three columns or more: a note, not a row.
pub(super) fn crosses(line: &[Segment], columns: &[Column]) -> bool {
    line.iter().filter(|segment| segment.words.iter().all(|word| word.place.is_none())).any(|segment| {
        let over = columns.iter().filter(|column| {
            let from = column.from.max(segment.rect.x0);
            let to = column.to.min(segment.rect.x1);
            to - from > 0.3 * segment.size()
        });
        let over = over.count();
        let letters = segment.words.iter().filter(|word| word.text.chars().any(char::is_alphabetic)).count();
        over >= 3 && letters * 2 > segment.words.len() && measure::count(letters) >= 3.0
    })
}
