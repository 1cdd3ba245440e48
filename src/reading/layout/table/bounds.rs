//! Where the columns of a table end: at a rule, else in the gap between the words of its rows. It knows no headings' meaning.

use super::super::Sheet;
use super::super::segment::Segment;
use super::heading::Head;
use super::line::{header_like, sums_up, sums_up_twice, totals_label};
use super::{Column, around};
use crate::reading::page::Rect;

/// Finds where each column ends and the next begins: at a rule, else in the widest gap that no word of the rows crosses.
pub(super) fn bound(sheet: &Sheet, lines: &[&[Segment]], from: usize, heads: &[Head], columns: &mut [Column]) {
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
pub(super) fn sample<'a>(lines: &[&'a [Segment]], from: usize) -> Vec<&'a [Segment]> {
    let mut rows: Vec<&[Segment]> = Vec::new();
    let mut last: Option<f32> = None;
    for line in lines.iter().skip(from).take(80) {
        let Some(rect) = around(line) else { continue };
        let far = last.is_some_and(|last| rect.y0 - last > 45.0);
        if far || header_like(line) || sums_up_twice(line) {
            break;
        }
        last = Some(rect.y1);
        let digits = line
            .iter()
            .filter(|segment| segment.words.iter().any(|word| word.text.chars().any(|c| c.is_ascii_digit())))
            .count();
        if line.len() >= 2 && digits >= 1 && totals_label(line).is_none() && !sums_up(line) {
            rows.push(line);
        }
    }
    rows
}

/// The middle of the widest gap between two headings that the fewest words cross.
pub(super) fn valley(rows: &[&[Segment]], left: Rect, right: Rect) -> f32 {
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
pub(super) fn gap(mut spans: Vec<(f32, f32)>, from: f32, to: f32) -> Option<f32> {
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
