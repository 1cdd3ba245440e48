//! The ruled lines of a scan: long straight runs of ink, which make boxes and tables out of a picture. Letters are too short to
//! be taken for one.

use crate::reading::page::{Rect, Rule};
use crate::reading::pixels;
use image::GrayImage;

/// Pixels darker than this are ink; rules are often printed grey.
const INK: u8 = 170;

/// A run of ink along one row or column, in pixels.
#[derive(Clone, Copy)]
struct Run {
    at: u32,
    from: u32,
    to: u32,
}

/// The rules of an upright, straightened page; `scale` is points a pixel. `shortest` is in points.
pub fn rules(page: &GrayImage, scale: f32, shortest: f32) -> Vec<Rule> {
    let least = pixels::count(shortest / scale).max(8);
    let thickest = pixels::count(4.0 / scale).max(2);
    let across = runs(page.height(), page.width(), least, |row, x| level(page, x, row));
    let down = runs(page.width(), page.height(), least, |column, y| level(page, column, y));
    let across = strokes(across, thickest).into_iter().map(|(first, last, from, to)| (from, first, to, last + 1));
    let down = strokes(down, thickest).into_iter().map(|(first, last, from, to)| (first, from, last + 1, to));
    let rule = |(x0, y0, x1, y1): (u32, u32, u32, u32)| {
        let points = |count| pixels::length(count) * scale;
        Rule { rect: Rect { x0: points(x0), y0: points(y0), x1: points(x1), y1: points(y1) } }
    };
    across.chain(down).map(rule).collect()
}

/// Paints rules white, so that no letter is taken for a part of one and no rule for a letter.
pub fn erase(page: &mut GrayImage, rules: &[Rule], scale: f32) {
    for Rule { rect } in rules {
        let pixel = |points: f32| pixels::count((points / scale).max(0.0));
        let (x0, y0) = (pixel(rect.x0).saturating_sub(1), pixel(rect.y0).saturating_sub(1));
        let (x1, y1) = ((pixel(rect.x1) + 1).min(page.width()), (pixel(rect.y1) + 1).min(page.height()));
        for y in y0..y1 {
            for x in x0..x1 {
                if let Some(level) = page.get_pixel_mut_checked(x, y) {
                    level.0 = [255];
                }
            }
        }
    }
}

fn level(page: &GrayImage, x: u32, y: u32) -> u8 {
    page.get_pixel_checked(x, y).map_or(255, |level| level.0.first().copied().unwrap_or(255))
}

/// Runs of at least `least` pixels on each of `count` lines of `length` pixels. A break of two pixels is a fault of the scan.
fn runs(count: u32, length: u32, least: u32, level: impl Fn(u32, u32) -> u8) -> Vec<Run> {
    let mut found = Vec::new();
    for at in 0..count {
        let (mut from, mut last) = (None, 0);
        for place in 0..length {
            if level(at, place) < INK {
                from.get_or_insert(place);
                last = place;
            } else if let Some(start) = from
                && place > last.saturating_add(2)
            {
                if last.saturating_sub(start) >= least {
                    found.push(Run { at, from: start, to: last });
                }
                from = None;
            }
        }
        if let Some(start) = from
            && last.saturating_sub(start) >= least
        {
            found.push(Run { at, from: start, to: last });
        }
    }
    found
}

/// Runs on neighbouring lines put together: first line, last line, from, to. What is too thick for a rule is a bar or a picture.
fn strokes(runs: Vec<Run>, thickest: u32) -> Vec<(u32, u32, u32, u32)> {
    let mut strokes: Vec<(u32, u32, u32, u32)> = Vec::new();
    for run in runs {
        let touching = strokes
            .iter_mut()
            .rev()
            .take(64)
            .find(|(_, last, from, to)| run.at.saturating_sub(*last) <= 1 && run.from <= *to && run.to >= *from);
        match touching {
            Some(stroke) => *stroke = (stroke.0, run.at, stroke.2.min(run.from), stroke.3.max(run.to)),
            None => strokes.push((run.at, run.at, run.from, run.to)),
        }
    }
    strokes.retain(|(first, last, _, _)| last.saturating_sub(*first) < thickest);
    strokes
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn a_box_has_four_rules_and_a_letter_none() {
        let page = GrayImage::from_fn(400, 300, |x, y| {
            let frame = (50..=350).contains(&x) && (y == 40 || y == 41 || y == 200)
                || (40..=200).contains(&y) && (x == 50 || x == 350);
            let letter = (100..120).contains(&x) && (100..103).contains(&y);
            Luma([if frame || letter { 0 } else { 255 }])
        });
        let found = rules(&page, 0.5, 20.0);
        assert_eq!(found.len(), 4, "{found:?}");
        assert_eq!(found.first().map(|rule| rule.rect), Some(Rect { x0: 25.0, y0: 20.0, x1: 175.0, y1: 21.0 }));
    }
}
