//! Marks that an engine lost or took for letters, told by their ink: a small blot on the baseline between the digits of a number is a
//! decimal point, two blots above one another are a colon and no digit. It knows no words and changes no letter that has ink of its own.

use super::tsv::Seen;
use image::GrayImage;

/// Pixels darker than this are ink.
const INK: u8 = 150;

/// A run of inked columns: where it starts and ends, and its highest and lowest ink.
#[derive(Clone, Copy)]
struct Stroke {
    from: u32,
    to: u32,
    top: u32,
    bottom: u32,
}

/// The words with lost marks put back.
pub fn restored(page: &GrayImage, words: Vec<Seen>) -> Vec<Seen> {
    let told = |word: Seen| match pointed(page, &word).or_else(|| colon(page, &word)) {
        Some(text) => Seen { text, ..word },
        None => word,
    };
    words.into_iter().map(told).collect()
}

/// A colon where a single letter or digit was read: its ink is two blots of one size with paper between.
fn colon(page: &GrayImage, word: &Seen) -> Option<String> {
    let mut letters = word.text.chars();
    let (Some(only), None) = (letters.next(), letters.next()) else { return None };
    if !only.is_alphanumeric() || word.height < 6 {
        return None;
    }
    let inked = |y: u32| (word.left..word.left + word.width).any(|x| is_ink(page, x, y));
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for y in (word.top..word.top + word.height).filter(|y| inked(*y)) {
        match runs.last_mut().filter(|(_, last)| last + 1 == y) {
            Some((_, last)) => *last = y,
            None => runs.push((y, y)),
        }
    }
    let [(a, b), (c, d)] = runs.as_slice() else { return None };
    let (upper, gap, lower) = (b - a + 1, c - b - 1, d - c + 1);
    let alike = upper.max(lower) * 10 < upper.min(lower) * 18;
    (alike && gap >= upper.min(lower) && word.width < word.height).then(|| ":".to_owned())
}

/// A number of three digits or more with the one mark that its ink shows.
fn pointed(page: &GrayImage, word: &Seen) -> Option<String> {
    let digits = word.text.chars().count();
    if digits < 3 || !word.text.chars().all(|letter| letter.is_ascii_digit()) {
        return None;
    }
    let strokes = strokes(page, word);
    let height = |stroke: &Stroke| stroke.bottom.saturating_sub(stroke.top) + 1;
    let tallest = strokes.iter().map(height).max().filter(|tallest| *tallest >= 8)?;
    let floor = strokes.iter().filter(|stroke| height(stroke) * 10 > tallest * 8).map(|stroke| stroke.bottom).max()?;
    let mut text = String::new();
    let mut read = word.text.chars();
    let mut marks = 0;
    for stroke in &strokes {
        let own = height(stroke);
        if own * 10 > tallest * 8 {
            text.push(read.next()?);
        } else {
            let wide = stroke.to.saturating_sub(stroke.from) + 1;
            let low =
                own * 10 <= tallest * 4 && wide * 10 <= tallest * 4 && wide >= 2 && stroke.top + tallest / 2 > floor;
            if !low || text.is_empty() {
                return None;
            }
            text.push(if stroke.bottom > floor + tallest / 8 { ',' } else { '.' });
            marks += 1;
        }
    }
    let inside = text.ends_with(|letter: char| letter.is_ascii_digit());
    (read.next().is_none() && marks == 1 && inside).then_some(text)
}

/// The inked columns of a word's box and a little below it, in runs.
fn strokes(page: &GrayImage, word: &Seen) -> Vec<Stroke> {
    let below = word.top + word.height + word.height / 4;
    let mut strokes: Vec<Stroke> = Vec::new();
    for x in word.left.saturating_sub(1)..=word.left + word.width {
        let inked = (word.top..below).filter(|y| is_ink(page, x, *y));
        let (mut top, mut bottom) = (None, 0);
        for y in inked {
            top.get_or_insert(y);
            bottom = y;
        }
        let Some(top) = top else { continue };
        match strokes.last_mut().filter(|stroke| stroke.to + 1 == x) {
            Some(stroke) => {
                *stroke = Stroke { to: x, top: stroke.top.min(top), bottom: stroke.bottom.max(bottom), ..*stroke }
            }
            None => strokes.push(Stroke { from: x, to: x, top, bottom }),
        }
    }
    strokes
}

fn is_ink(page: &GrayImage, x: u32, y: u32) -> bool {
    page.get_pixel_checked(x, y).is_some_and(|level| level.0.first().is_some_and(|level| *level < INK))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    fn page(boxes: &[(u32, u32, u32, u32)]) -> GrayImage {
        GrayImage::from_fn(120, 60, |x, y| {
            let inked = boxes.iter().any(|(x0, y0, x1, y1)| (*x0..*x1).contains(&x) && (*y0..*y1).contains(&y));
            Luma([if inked { 0 } else { 255 }])
        })
    }

    fn word(text: &str) -> Seen {
        Seen { text: text.to_owned(), left: 10, top: 20, width: 60, height: 15, confidence: 0.9 }
    }

    #[test]
    fn a_blot_on_the_baseline_between_digits_is_a_point() {
        let digits = [(10, 20, 19, 35), (30, 20, 39, 35), (42, 20, 51, 35), (54, 20, 63, 35)];
        let with = |mark: (u32, u32, u32, u32)| page(&[digits.as_slice(), &[mark]].concat());
        let read = |page: &GrayImage| restored(page, vec![word("3600")]).pop().map(|word| word.text);
        assert_eq!(read(&with((22, 32, 26, 35))).as_deref(), Some("3.600"));
        assert_eq!(read(&with((22, 32, 26, 39))).as_deref(), Some("3,600"));
        assert_eq!(read(&with((22, 20, 26, 23))).as_deref(), Some("3600"), "dirt above the line");
        assert_eq!(read(&page(&digits)).as_deref(), Some("3600"));
        assert_eq!(restored(&page(&digits), vec![word("36000")]).pop().map(|word| word.text).as_deref(), Some("36000"));
    }

    #[test]
    fn two_blots_above_one_another_are_a_colon_whatever_was_read() {
        let read = |page: &GrayImage, text: &str| {
            let seen = Seen { text: text.to_owned(), left: 10, top: 20, width: 5, height: 15, confidence: 0.4 };
            restored(page, vec![seen]).pop().map(|word| word.text)
        };
        assert_eq!(read(&page(&[(10, 21, 14, 25), (10, 31, 14, 35)]), "3").as_deref(), Some(":"));
        assert_eq!(
            read(&page(&[(10, 20, 14, 22), (10, 25, 14, 35)]), "i").as_deref(),
            Some("i"),
            "a dot on its letter"
        );
        assert_eq!(read(&page(&[(10, 20, 14, 35)]), "1").as_deref(), Some("1"));
    }
}
