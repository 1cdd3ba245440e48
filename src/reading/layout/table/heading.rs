//! The headings of a table: cells of one or several printed lines, stacked or side by side, become columns. It reads no rows.

use super::super::Sheet;
use super::super::label::heading;
use super::super::segment::{Segment, text};
use super::bounds::bound;
use super::{Column, around, lists_containers, lists_goods};
use crate::reading::page::{Rect, Word};
use crate::reading::vocabulary::Concept;

/// A heading cell while it is put together from one or several printed lines.
#[derive(Clone)]
pub(super) struct Head {
    parts: Vec<(usize, Vec<Word>)>,
    pub(super) rect: Rect,
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
pub(super) fn header(sheet: &Sheet, lines: &[&[Segment]], at: usize) -> Option<(Vec<Column>, Vec<usize>)> {
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
pub(super) fn stacked(segments: &[Segment], at: usize, heads: &[Head]) -> Option<Vec<Head>> {
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
