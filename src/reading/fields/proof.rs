//! Where a value stands: the boxes, cells or lines of its words.

use crate::domain::packet::document::Evidence;
use crate::reading::layout::Sheet;
use crate::reading::page::{Place, Rect, Word};

/// The words of a segment that hold a number however it is parted; all of them where that cannot be told.
pub(super) fn containing(words: &[Word], number: &str) -> Vec<Word> {
    for length in 1..=4 {
        for window in words.windows(length) {
            let joined: String =
                window.iter().flat_map(|word| word.text.chars()).filter(char::is_ascii_alphanumeric).collect();
            if joined.to_uppercase().contains(number) {
                return window.to_vec();
            }
        }
    }
    words.to_vec()
}

/// Where words stand: one box for words that stand together, one for each group that does not; cells and lines by their address.
pub(super) fn evidence(sheet: &Sheet, words: &[Word]) -> Vec<Evidence> {
    let mut places: Vec<Evidence> = Vec::new();
    let mut boxes: Vec<Rect> = Vec::new();
    for word in words {
        let place = match word.place {
            Some(Place::Cell { row, column }) => Evidence::Cell {
                sheet: sheet.name.clone().unwrap_or_default(),
                cell: crate::reading::sheet::address(row, column),
            },
            Some(Place::Line { line, .. }) => Evidence::Line { line },
            None => {
                let near = boxes.iter_mut().find(|area| {
                    let size = word.size.max(4.0);
                    let across = word.rect.x0 - area.x1 < 1.5 * size && area.x0 - word.rect.x1 < 1.5 * size;
                    let down = word.rect.y0 - area.y1 < 0.8 * size && area.y0 - word.rect.y1 < 0.8 * size;
                    across && down
                });
                match near {
                    Some(area) => *area = area.union(word.rect),
                    None => boxes.push(word.rect),
                }
                continue;
            }
        };
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places.extend(
        boxes
            .into_iter()
            .map(|area| Evidence::Page { page: sheet.number, bbox: [area.x0, area.y0, area.x1, area.y1].map(tenth) }),
    );
    places
}

/// Tenths of a point are fine enough to point at a word.
fn tenth(length: f32) -> f32 {
    (length * 10.0).round() / 10.0
}
