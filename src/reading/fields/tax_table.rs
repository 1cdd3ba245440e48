//! The summary that an invoice prints by rates of tax: what is taxed, the tax and the sum of both, one row for each rate and one for
//! all. Its figures count where they come out; a single amount beside a label is read elsewhere.

use super::{Draft, Read, typed};
use crate::domain::packet::document::{Field, Reading};
use crate::reading::layout::segment::Segment;
use crate::reading::page::Word;
use crate::reading::vocabulary::Concept;
use rust_decimal::Decimal;

/// Rates that one summary may list.
const RATES: usize = 8;

/// An amount as it stands in the summary.
#[derive(Clone)]
struct Amount {
    value: Decimal,
    read: typed::Typed,
}

/// A row: what is taxed, the tax, and the sum of both.
type Row = [Amount; 3];

/// Reads the sums of the first summary that comes out.
pub(super) fn sums(draft: &Draft<'_>, read: &mut Read) {
    for (at, sheet) in draft.sheets.iter().enumerate() {
        let lines: Vec<&[Segment]> = sheet.lines().collect();
        for (number, heading) in lines.iter().enumerate() {
            let below = lines.get(number + 1..).unwrap_or_default();
            let Some([base, tax, total]) =
                columns(heading).iter().find_map(|columns| whole(draft, heading, columns, below))
            else {
                continue;
            };
            let line = heading.first().map_or(0, |segment| segment.line);
            let goods = draft.tables.iter().any(|(sheet, table)| *sheet == at && table.heading.contains(&line));
            for (field, amount) in [(Field::SubtotalAmount, base), (Field::TaxAmount, tax), (Field::TotalAmount, total)]
            {
                let (value, raw, words) = amount.read;
                let reading = draft.reading(at, value, raw, &words, 0.97);
                // A table of goods may run on into the summary.
                let taken = |cell: &Reading| !goods && !cell.evidence.is_empty() && cell.evidence == reading.evidence;
                read.lines.retain(|line| !line.values().any(taken));
                read.fields.insert(field, reading);
            }
            return;
        }
    }
}

/// The headings of what is taxed, the tax and the sum, in every way that a line of headings can be taken.
fn columns(line: &[Segment]) -> Vec<[&Segment; 3]> {
    let means = |segment: &Segment, concepts: &[Concept]| {
        segment.labels().iter().any(|label| label.alone() && concepts.iter().any(|concept| label.means(*concept)))
    };
    let of = |concepts: &'static [Concept]| line.iter().filter(move |segment| means(segment, concepts));
    let mut found = Vec::new();
    for base in of(&[Concept::TaxBase, Concept::Subtotal]) {
        for tax in of(&[Concept::Tax]) {
            for total in of(&[Concept::Total, Concept::GrossTotal]) {
                found.push([base, tax, total]);
            }
        }
    }
    found
}

/// The row of all rates, where each row comes out and the last one is the sum of those above it, or the only one.
fn whole(draft: &Draft<'_>, heading: &[Segment], columns: &[&Segment; 3], below: &[&[Segment]]) -> Option<Row> {
    let rows: Vec<Row> = below.iter().take(RATES + 1).map_while(|line| row(draft, heading, columns, line)).collect();
    let comes_out = |[base, tax, total]: &Row| base.value.checked_add(tax.value) == Some(total.value);
    let (last, rates) = rows.split_last()?;
    let added = |at: fn(&Row) -> &Amount| {
        let sum = rates.iter().try_fold(Decimal::ZERO, |sum, row| sum.checked_add(at(row).value));
        sum == Some(at(last).value)
    };
    let whole = rates.is_empty() || (added(|row| &row[0]) && added(|row| &row[1]) && added(|row| &row[2]));
    (whole && rows.iter().all(comes_out)).then(|| last.clone())
}

/// The amounts of a printed line under the three headings.
fn row(draft: &Draft<'_>, heading: &[Segment], columns: &[&Segment; 3], line: &[Segment]) -> Option<Row> {
    let [base, tax, total] = columns.map(|column| {
        let head = column.rect;
        let next = heading.iter().map(|other| other.rect.x0).filter(|x0| *x0 > head.x0).reduce(f32::min);
        let edge = next.unwrap_or(head.x0 + 3.0 * head.width().max(12.0 * column.size()));
        let under = |segment: &&Segment| {
            let cell = segment.rect;
            let aligned = cell.shared_width(head) > 0.0 || (cell.x1 - head.x1).abs() < segment.size();
            aligned || (cell.x0 >= head.x0 && cell.x1 <= edge)
        };
        let mut cells = line.iter().filter(under).filter_map(|segment| amount(draft, &segment.words));
        let first = cells.next()?;
        cells.next().is_none().then_some(first)
    });
    Some([base?, tax?, total?])
}

/// An amount and nothing else.
fn amount(draft: &Draft<'_>, words: &[Word]) -> Option<Amount> {
    let read = typed::read(Field::TaxAmount, &[words.to_vec()], "", draft.conventions)?;
    let value = Decimal::from_str_exact(read.0.one()?).ok()?;
    (read.2.len() == words.len()).then_some(Amount { value, read })
}
