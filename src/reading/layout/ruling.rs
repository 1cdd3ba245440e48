//! The rules of a page: lines drawn in pieces are joined, and the box around a point is found. It reads no words.

use crate::reading::page::{Rect, Rule};

/// A straight rule: where it stands, and from where to where it runs.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stroke {
    at: f32,
    from: f32,
    to: f32,
}

impl Stroke {
    fn covers(&self, place: f32) -> bool {
        self.from - 2.0 <= place && place <= self.to + 2.0
    }
}

/// The rules of a page, joined and sorted.
#[derive(Clone, Debug, Default)]
pub struct Ruling {
    across: Vec<Stroke>,
    down: Vec<Stroke>,
}

/// What is drawn around a place. A side is absent where nothing is drawn there.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Frame {
    pub left: Option<f32>,
    pub top: Option<f32>,
    pub right: Option<f32>,
    pub bottom: Option<f32>,
}

impl Frame {
    /// The box, where all four sides are drawn.
    pub fn closed(&self) -> Option<Rect> {
        Some(Rect { x0: self.left?, y0: self.top?, x1: self.right?, y1: self.bottom? })
    }

    /// True where both stand in the same closed box.
    pub fn same_box(&self, other: &Self) -> bool {
        match (self.closed(), other.closed()) {
            (Some(a), Some(b)) => {
                (a.x0 - b.x0).abs() < 1.5
                    && (a.y0 - b.y0).abs() < 1.5
                    && (a.x1 - b.x1).abs() < 1.5
                    && (a.y1 - b.y1).abs() < 1.5
            }
            _ => false,
        }
    }
}

impl Ruling {
    /// Joins and sorts the rules of a page.
    pub fn new(rules: &[Rule]) -> Self {
        let across = rules.iter().filter(|rule| rule.rect.width() >= rule.rect.height());
        let across = across.map(|rule| Stroke { at: rule.rect.centre(), from: rule.rect.x0, to: rule.rect.x1 });
        let down = rules.iter().filter(|rule| rule.rect.width() < rule.rect.height());
        let down = down.map(|rule| Stroke { at: rule.rect.middle(), from: rule.rect.y0, to: rule.rect.y1 });
        Self { across: joined(across.collect()), down: joined(down.collect()) }
    }

    /// What is drawn around the middle of a rectangle.
    pub fn frame(&self, rect: Rect) -> Frame {
        let (x, y) = (rect.middle(), rect.centre());
        let (top, bottom) = around(&self.across, y, x);
        let (left, right) = around(&self.down, x, y);
        Frame { left, top, right, bottom }
    }

    /// True where a rule runs down between two places of one printed line.
    pub fn parts(&self, left: f32, right: f32, y: f32) -> bool {
        let from = self.down.partition_point(|stroke| stroke.at < left);
        self.down.iter().skip(from).take_while(|stroke| stroke.at <= right).any(|stroke| stroke.covers(y))
    }

    /// The places where rules run down between two places, at a height.
    pub fn downs(&self, left: f32, right: f32, y: f32) -> Vec<f32> {
        let strokes = self.down.iter().filter(|stroke| stroke.at >= left && stroke.at <= right && stroke.covers(y));
        strokes.map(|stroke| stroke.at).collect()
    }

    /// True where a rule runs across between two heights, at a place.
    pub fn divides(&self, top: f32, bottom: f32, x: f32) -> bool {
        let from = self.across.partition_point(|stroke| stroke.at < top);
        self.across.iter().skip(from).take_while(|stroke| stroke.at <= bottom).any(|stroke| stroke.covers(x))
    }
}

/// The nearest strokes before and after a place, among those that run past it.
fn around(strokes: &[Stroke], at: f32, past: f32) -> (Option<f32>, Option<f32>) {
    let split = strokes.partition_point(|stroke| stroke.at < at);
    let (before, after) = strokes.split_at_checked(split).unwrap_or((strokes, &[]));
    let nearest = |found: Option<&Stroke>| found.map(|stroke| stroke.at);
    (
        nearest(before.iter().rev().find(|stroke| stroke.covers(past))),
        nearest(after.iter().find(|stroke| stroke.covers(past))),
    )
}

/// Pieces of one rule become one stroke; sorted by where they stand.
fn joined(mut strokes: Vec<Stroke>) -> Vec<Stroke> {
    strokes.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.from.total_cmp(&b.from)));
    let mut rows: Vec<Vec<Stroke>> = Vec::new();
    for stroke in strokes {
        match rows.last_mut() {
            Some(row) if row.first().is_some_and(|first| stroke.at - first.at < 1.2) => row.push(stroke),
            _ => rows.push(vec![stroke]),
        }
    }
    let mut whole: Vec<Stroke> = Vec::new();
    for mut row in rows {
        row.sort_by(|a, b| a.from.total_cmp(&b.from));
        let start = whole.len();
        for stroke in row {
            match whole.get_mut(start..).and_then(<[Stroke]>::last_mut) {
                Some(last) if stroke.from <= last.to + 1.5 => last.to = last.to.max(stroke.to),
                _ => whole.push(stroke),
            }
        }
    }
    whole.sort_by(|a, b| a.at.total_cmp(&b.at));
    whole
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what is missing")]
mod tests {
    use super::*;

    fn rule(x0: f32, y0: f32, x1: f32, y1: f32) -> Rule {
        Rule { rect: Rect { x0, y0, x1, y1 } }
    }

    #[test]
    fn a_box_drawn_in_pieces_holds_what_stands_in_it() {
        let ruling = Ruling::new(&[
            rule(10.0, 10.0, 60.0, 10.5),
            rule(60.0, 10.0, 110.0, 10.5),
            rule(10.0, 50.0, 110.0, 50.5),
            rule(10.0, 10.0, 10.5, 50.0),
            rule(110.0, 10.0, 110.5, 50.0),
        ]);
        let inside = ruling.frame(Rect { x0: 20.0, y0: 20.0, x1: 90.0, y1: 28.0 });
        let also = ruling.frame(Rect { x0: 12.0, y0: 40.0, x1: 30.0, y1: 48.0 });
        let below = ruling.frame(Rect { x0: 20.0, y0: 60.0, x1: 90.0, y1: 68.0 });
        assert!(inside.closed().is_some());
        assert!(inside.same_box(&also));
        assert!(below.closed().is_none());
        assert!(!inside.same_box(&below));
        assert!((below.top.unwrap() - 50.25).abs() < 0.01);
    }
}
