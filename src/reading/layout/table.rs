//! Tables: a row of known headings, the columns under it, and the rows that follow, with wrapped cells, totals and charges told
//! apart from items. Rules help where they are drawn and are not needed. It gives cells as words and reads no values.

use super::Sheet;
use super::label::heading;
use super::segment::{Segment, text};
use crate::reading::measure;
use crate::reading::page::{Rect, Word};
use crate::reading::values::{measure::leading_number, number::Mark};
use crate::reading::vocabulary::Concept;

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

/// A heading cell while it is put together from one or several printed lines.
#[derive(Clone)]
struct Head {
    parts: Vec<(usize, Vec<Word>)>,
    rect: Rect,
}

impl Head {
    /// The headings of a segment: one, or several that stand so close that no gap parts them.
    fn of(segment: &Segment, line: usize) -> Vec<Self> {
        let known = |words: &[Word]| heading(words).is_some_and(|(meaning, _)| !meaning.column.is_empty());
        let single = |words: &[Word]| {
            Rect::around(words.iter().map(|word| word.rect))
                .map(|rect| Self { parts: vec![(line, words.to_vec())], rect })
        };
        let words = segment.words.as_slice();
        if !segment.heads_column() && (2..=8).contains(&words.len()) {
            let mut rest = words;
            let mut found = Vec::new();
            while let Some(count) = (1..=rest.len()).rev().find(|count| rest.get(..*count).is_some_and(known)) {
                let (head, tail) = rest.split_at_checked(count).unwrap_or((rest, &[]));
                found.extend(single(head));
                rest = tail;
            }
            if rest.is_empty() && found.len() > 1 {
                return found;
            }
        }
        single(words).into_iter().collect()
    }

    /// True where its words together are a heading that is known.
    fn known(&self) -> bool {
        heading(&self.words()).is_some_and(|(meaning, _)| !meaning.column.is_empty())
    }

    fn words(&self) -> Vec<Word> {
        let mut parts: Vec<&(usize, Vec<Word>)> = self.parts.iter().collect();
        parts.sort_by_key(|(line, _)| *line);
        parts.into_iter().flat_map(|(_, words)| words.clone()).collect()
    }

    fn meaning(&self, base: usize) -> (Vec<Concept>, String) {
        let whole = heading(&self.words());
        let alone = self.parts.iter().filter(|(line, _)| *line == base).find_map(|(_, words)| heading(words));
        let any = || self.parts.iter().find_map(|(_, words)| heading(words));
        match whole.filter(|(meaning, _)| !meaning.column.is_empty()).or(alone).or_else(any) {
            Some((meaning, hint)) => (meaning.column.clone(), format!("{hint} {}", text(&self.words()))),
            None => (Vec::new(), text(&self.words())),
        }
    }
}

/// The columns that the headings around a line make, and the lines that they take.
fn header(sheet: &Sheet, lines: &[&[Segment]], at: usize) -> Option<(Vec<Column>, Vec<usize>)> {
    let line = lines.get(at)?;
    let known = line.iter().filter(|segment| segment.heads_column()).count();
    let close =
        |segment: &&Segment| segment.words.len() <= 8 && !segment.heads_column() && Head::of(segment, at).len() > 1;
    if known < 2 && (known == 0 || line.iter().filter(close).count() == 0) {
        return None;
    }
    let mut heads: Vec<Head> = line.iter().flat_map(|segment| Head::of(segment, at)).collect();
    let mut taken = vec![at];
    if !sheet.is_grid() {
        let above: Vec<usize> = (1..=3).map_while(|step| at.checked_sub(step)).collect();
        for near in [above, (at + 1..=at + 5).collect()] {
            for other in near {
                let Some(segments) = lines.get(other) else { break };
                let Some(more) = stacked(segments, other, &heads) else { break };
                heads = more;
                taken.push(other);
            }
        }
    }
    heads.sort_by(|a, b| a.rect.x0.total_cmp(&b.rect.x0));
    let mut columns: Vec<Column> = Vec::new();
    for head in &heads {
        let (concepts, hint) = head.meaning(at);
        columns.push(Column { concepts, hint, head: head.words(), from: head.rect.x0, to: head.rect.x1 });
    }
    let meant = columns
        .iter()
        .filter(|column| !column.concepts.is_empty() || (sheet.is_grid() && heading(&column.head).is_some()))
        .count();
    if meant < 3 || meant * 2 < columns.len() || !(lists_goods(&columns) || lists_containers(&columns)) {
        return None;
    }
    let from = taken.iter().max().map_or(at, |last| last + 1);
    bound(sheet, lines, from, &heads, &mut columns);
    Some((columns, taken))
}

/// The headings with a line that stands right above, below or between them and is part of them: its words make known headings
/// longer, or stand over columns of their own. Nothing where the line is no part of the headings.
fn stacked(segments: &[Segment], at: usize, heads: &[Head]) -> Option<Vec<Head>> {
    let here = around(segments)?;
    let there = Rect::around(heads.iter().map(|head| head.rect))?;
    let gap = (here.y0 - there.y1).max(there.y0 - here.y1);
    let size = heads
        .iter()
        .flat_map(|head| &head.parts)
        .flat_map(|(_, words)| words)
        .map(|word| word.size)
        .fold(0.0, f32::max);
    let plain = segments.iter().flat_map(|segment| &segment.words).all(|word| {
        !word.text.starts_with(|letter: char| letter.is_ascii_digit())
            && (word.text.len() < 2 || !word.text.ends_with(':'))
    });
    if !plain
        || gap > 0.55 * size
        || segments.iter().any(|segment| !(0.7..1.4).contains(&(segment.size() / size.max(0.1))))
    {
        return None;
    }
    let mut heads = heads.to_vec();
    let mut touched = false;
    for part in segments.iter().flat_map(|segment| Head::of(segment, at)) {
        let mut over = heads.iter_mut().filter(|head| head.rect.shared_width(part.rect) > 1.0);
        match (over.next(), over.next()) {
            (Some(head), None) => {
                let known = head.known();
                head.rect = head.rect.union(part.rect);
                head.parts.extend(part.parts);
                if known && !head.known() {
                    return None;
                }
                touched = true;
            }
            (None, _) => {
                let drop = (part.rect.y0 - there.y1).max(there.y0 - part.rect.y1);
                let between = drop < -0.3 * size;
                if !between && !part.known() {
                    return None;
                }
                touched |= between;
                heads.push(part);
            }
            _ => return None,
        }
    }
    touched.then_some(heads)
}

fn around(segments: &[Segment]) -> Option<Rect> {
    Rect::around(segments.iter().map(|segment| segment.rect))
}

/// Finds where each column ends and the next begins: at a rule, else in the widest gap that no word of the rows crosses.
fn bound(sheet: &Sheet, lines: &[&[Segment]], from: usize, heads: &[Head], columns: &mut [Column]) {
    let rows = sample(lines, from);
    let head_y = heads.first().map_or(0.0, |head| head.rect.centre());
    let row_y = rows.first().and_then(|row| around(row)).map_or(head_y, Rect::centre);
    let mut edges = Vec::new();
    for pair in heads.windows(2) {
        let [left, right] = pair else { continue };
        if sheet.is_grid() {
            edges.push(right.rect.x0 - 1.0);
            continue;
        }
        let rule = |y: f32| {
            sheet
                .ruling
                .downs(left.rect.middle(), right.rect.middle(), y)
                .into_iter()
                .rfind(|x| *x <= right.rect.x0 + 2.0)
        };
        let drawn = rule(head_y).or_else(|| rule(row_y));
        edges.push(drawn.unwrap_or_else(|| valley(&rows, left.rect, right.rect)));
    }
    let starts = std::iter::once(f32::MIN).chain(edges.iter().copied());
    let ends = edges.iter().copied().chain([f32::MAX]);
    for ((column, from), to) in columns.iter_mut().zip(starts).zip(ends) {
        column.from = from;
        column.to = to;
    }
}

/// Lines below the headings that look like rows.
fn sample<'a>(lines: &[&'a [Segment]], from: usize) -> Vec<&'a [Segment]> {
    let mut rows: Vec<&[Segment]> = Vec::new();
    let mut last: Option<f32> = None;
    for line in lines.iter().skip(from).take(80) {
        let Some(rect) = around(line) else { continue };
        let far = last.is_some_and(|last| rect.y0 - last > 45.0);
        if far || header_like(line) {
            break;
        }
        last = Some(rect.y1);
        let digits = line
            .iter()
            .filter(|segment| segment.words.iter().any(|word| word.text.chars().any(|c| c.is_ascii_digit())))
            .count();
        if line.len() >= 2 && digits >= 1 && totals_label(line).is_none() {
            rows.push(line);
        }
    }
    rows
}

fn header_like(line: &[Segment]) -> bool {
    line.iter().filter(|segment| segment.heads_column()).count() >= 3
}

/// The middle of the widest gap between two headings that the fewest words cross.
fn valley(rows: &[&[Segment]], left: Rect, right: Rect) -> f32 {
    let (from, to) = (left.middle(), right.middle().max(left.middle() + 1.0));
    let whole = rows.iter().flat_map(|row| row.iter()).map(|segment| (segment.rect.x0, segment.rect.x1));
    let heads = [(left.x0, left.x1), (right.x0, right.x1)];
    if let Some(x) = gap(whole.chain(heads).collect(), from, to) {
        return x;
    }
    let words = rows
        .iter()
        .flat_map(|row| row.iter())
        .flat_map(|segment| &segment.words)
        .map(|word| (word.rect.x0, word.rect.x1));
    let words: Vec<(f32, f32)> = words.collect();
    if let Some(x) = gap(words.iter().copied().chain(heads).collect(), from, to) {
        return x;
    }
    let crossing = |x: f32| words.iter().filter(|(a, b)| *a < x - 0.5 && *b > x + 0.5).count();
    let steps = (0..=40u8).map(|step| from + (to - from) * f32::from(step) / 40.0);
    steps.min_by_key(|x| crossing(*x)).unwrap_or(from)
}

/// The middle of the widest gap between intervals, within bounds.
fn gap(mut spans: Vec<(f32, f32)>, from: f32, to: f32) -> Option<f32> {
    spans.retain(|(a, b)| *b > from && *a < to);
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut reached = from;
    let mut best: Option<(f32, f32)> = None;
    for (a, b) in spans.into_iter().chain([(to, to)]) {
        if a > reached + 0.3 && best.is_none_or(|(width, _)| a - reached > width) {
            best = Some((a - reached, f32::midpoint(a, reached)));
        }
        reached = reached.max(b);
    }
    best.map(|(_, middle)| middle)
}

fn cells(line: &[Segment], columns: &[Column]) -> Vec<Vec<Word>> {
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
fn numeric(column: &Column) -> bool {
    use Concept::{Amount, GrossWeight, NetWeight, Packages, Pieces, Quantity, UnitPrice, Volume};
    let numbers = [Amount, GrossWeight, NetWeight, Packages, Pieces, Quantity, UnitPrice, Volume];
    column.concepts.first().is_some_and(|concept| numbers.contains(concept))
}

/// True where a cell starts with a number, after a sign of currency if any.
fn measured(cell: &[Word]) -> bool {
    let print = text(cell);
    let print = print.trim_start_matches(|letter: char| {
        matches!(letter, '$' | '€' | '£' | '¥' | '-' | '(' | '*') || letter.is_whitespace()
    });
    let print = print.trim_start_matches("USD").trim_start_matches("EUR").trim_start_matches("US$").trim();
    leading_number(print).is_some_and(|(digits, rest)| {
        crate::reading::values::number::number(digits, Mark::Point).is_some() && rest.chars().count() <= 14
    })
}

fn is_item(cells: &[Vec<Word>], columns: &[Column]) -> bool {
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
fn numbered(cells: &[Vec<Word>], columns: &[Column]) -> bool {
    cells.iter().zip(columns).any(|(cell, column)| {
        let digits = text(cell).chars().filter(char::is_ascii_digit).count();
        column.concepts.first() == Some(&Concept::Container) && digits >= 6
    })
}

/// What a totals row calls itself.
fn totals_label(line: &[Segment]) -> Option<Concept> {
    use Concept::{Carried, Deposit, Discount, Freight, Insurance, OtherCharge, Subtotal, Total, TotalCharges};
    const SUMS: &[Concept] =
        &[Carried, Subtotal, Total, TotalCharges, Freight, Insurance, Discount, OtherCharge, Deposit];
    line.iter().find_map(|segment| {
        let label = segment.labels().iter().find(|label| label.leads)?;
        let first = *label.meaning.label.iter().find(|concept| SUMS.contains(concept))?;
        let rest = text(&label.rest);
        let numbers = rest
            .split_whitespace()
            .all(|word| word.chars().any(|letter| letter.is_ascii_digit()) || word.chars().count() <= 4);
        (label.plain() || numbers).then_some(first)
    })
}

/// Reads rows from a line on, until the table ends. Gives the table and the first line after it.
fn body(sheet: &Sheet, lines: &[&[Segment]], columns: Vec<Column>, heading: Vec<usize>, from: usize) -> (Table, usize) {
    let mut table = Table { columns, items: Vec::new(), totals: Vec::new(), heading, body: Vec::new(), open: true };
    let mut last =
        from.checked_sub(1).and_then(|at| lines.get(at)).and_then(|line| around(line)).map_or(0.0, |rect| rect.y1);
    let mut pending: Vec<Vec<Vec<Word>>> = Vec::new();
    let mut at = from;
    while let Some(line) = lines.get(at) {
        let mates = lines.get(at..at + banded(lines, at)).unwrap_or_default();
        let whole: Vec<Segment>;
        let line: &[Segment] = if mates.len() > 1 {
            whole = mates.iter().flat_map(|line| line.iter().cloned()).collect();
            &whole
        } else {
            line
        };
        let Some(rect) = around(line) else { break };
        let size = line.iter().map(Segment::size).fold(0.0, f32::max);
        if header_like(line) {
            table.open = false;
            break;
        }
        let each: Vec<Vec<Vec<Word>>> = mates.iter().map(|line| cells(line, &table.columns)).collect();
        let cells = cells(line, &table.columns);
        let gap = rect.y0 - last;
        if table.items.is_empty() && pending.is_empty() && units(&mut table.columns, &cells) {
            table.heading.push(at);
            last = rect.y1;
            at += 1;
            continue;
        }
        let summary = sums_up(line) && !priced(&cells, &table.columns);
        if summary || (announces(line) && !is_item(&cells, &table.columns) && totals_label(line).is_none()) {
            table.open = false;
            break;
        }
        if let Some(label) = totals_label(line)
            && !priced(&cells, &table.columns)
        {
            if label != Concept::Carried {
                let cells =
                    cells.into_iter().map(|cell| if cell.is_empty() { Vec::new() } else { vec![cell] }).collect();
                table.totals.push(Row { page: sheet.number, cells, label: Some(label) });
            }
            if label == Concept::Total {
                table.open = false;
            }
        } else if table.items.last().is_some_and(|row| completes(&cells, row, &table.columns)) && gap < size {
            if let Some(row) = table.items.last_mut() {
                for cells in each {
                    append(&mut row.cells, cells);
                }
            }
            table.body.extend(at..at + mates.len());
        } else if is_item(&cells, &table.columns)
            && !crosses(line, &table.columns)
            && (table.totals.is_empty() || identified(&cells, &table.columns))
        {
            let mut row: Vec<Cell> = vec![Vec::new(); table.columns.len()];
            for before in pending.drain(..) {
                append(&mut row, before);
            }
            for cells in each {
                append(&mut row, cells);
            }
            table.items.push(Row { page: sheet.number, cells: row, label: None });
            table.body.extend(at..at + mates.len());
        } else if (table.items.is_empty() && !pending.is_empty() && gap > 1.2 * size)
            || (!table.items.is_empty() && gap > 1.6 * size.max(6.0) && !sheet.is_grid())
            || crosses(line, &table.columns)
            || !table.totals.is_empty()
        {
            table.open = table.open && table.totals.is_empty() && footer(sheet, rect);
            break;
        } else if wraps(&cells, &table.columns) {
            let next = lines.get(at + mates.len()).and_then(|next| around(next));
            let parted = sheet.ruling.divides(last, rect.y0 + 1.0, rect.x0 + 2.0);
            let joined = next.is_some_and(|next| !sheet.ruling.divides(rect.y1 - 1.0, next.y0 + 1.0, rect.x0 + 2.0));
            let nearer = next.is_some_and(|next| (next.y0 - rect.y1) * 1.8 + 0.5 < gap);
            match table.items.last_mut() {
                Some(row) if !(nearer || (parted && joined)) => {
                    for cells in each {
                        append(&mut row.cells, cells);
                    }
                    table.body.extend(at..at + mates.len());
                }
                _ => pending.push(cells),
            }
        } else {
            table.open = table.open && footer(sheet, rect);
            break;
        }
        last = rect.y1;
        at += mates.len().max(1);
    }
    (table, at)
}

/// Takes a line of units under the headings into them: `PCS`, `CTNS`, `KGS`. False where the line is something else.
fn units(columns: &mut [Column], cells: &[Vec<Word>]) -> bool {
    let mut any = false;
    for (column, cell) in columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
        let print = text(cell);
        if !numeric(column) || print.chars().count() > 8 || print.chars().any(|letter| letter.is_ascii_digit()) {
            return false;
        }
        any = true;
    }
    for (column, cell) in columns.iter_mut().zip(cells).filter(|(_, cell)| any && !cell.is_empty()) {
        column.hint = format!("{} {}", column.hint, text(cell));
    }
    any
}

/// How many printed lines from here stand between the same two rules, in closed boxes: one row of a ruled table.
fn banded(lines: &[&[Segment]], at: usize) -> usize {
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

/// True where a line has no number of its own, and numbers only where the row before has none: the rest of that row.
fn completes(cells: &[Vec<Word>], row: &Row, columns: &[Column]) -> bool {
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

/// True where a line is the label of a sum with its value: `Total net weight 6,979.50 kg`.
fn sums_up(line: &[Segment]) -> bool {
    use Concept::{GrossWeight, NetWeight, Other, Packages, Pallets, Pieces, Volume};
    let [first, rest @ ..] = line else { return false };
    let sum = first.labels().iter().find(|label| label.alone()).is_some_and(|label| {
        let measures = [GrossWeight, NetWeight, Packages, Pallets, Pieces, Volume, Other];
        label.meaning.label.iter().any(|concept| measures.contains(concept))
    });
    sum && rest.len() == 1
}

/// True where a line is a label with its value: what follows the table.
fn announces(line: &[Segment]) -> bool {
    let Some(first) = line.first() else { return false };
    let Some(label) = first.labels().iter().find(|label| label.leads && !label.meaning.label.is_empty()) else {
        return false;
    };
    let parted = line.get(1).and_then(|next| next.words.first()).is_some_and(|word| word.text.starts_with([':', '：']));
    let own = first.words.iter().all(|word| word.place.is_none());
    own && ((label.alone() && parted) || (label.colon && label.meaning.column.is_empty()))
}

/// True near the foot of the page, where a page number or a printed form's name ends a table that goes on.
fn footer(sheet: &Sheet, rect: Rect) -> bool {
    rect.y0 > 0.85 * sheet.height
}

fn append(row: &mut [Cell], cells: Vec<Vec<Word>>) {
    for (cell, words) in row.iter_mut().zip(cells) {
        if !words.is_empty() {
            cell.push(words);
        }
    }
}

/// True where a row has a price or a part number: then it is an item, whatever its text is called.
fn priced(cells: &[Vec<Word>], columns: &[Column]) -> bool {
    cells.iter().zip(columns).any(|(cell, column)| {
        let first = column.concepts.first();
        (first == Some(&Concept::UnitPrice) && measured(cell))
            || (first == Some(&Concept::Sku) && cell.iter().any(|word| word.text.chars().any(|c| c.is_ascii_digit())))
    })
}

fn identified(cells: &[Vec<Word>], columns: &[Column]) -> bool {
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
fn wraps(cells: &[Vec<Word>], columns: &[Column]) -> bool {
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
fn crosses(line: &[Segment], columns: &[Column]) -> bool {
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
