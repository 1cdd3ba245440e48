//! A closer look at what two looks at a page left open: ink of the size of letters that no word holds, with the words it touches, and
//! words that the engine was not sure of. The places are copied side by side, larger, so that single digits stand in a line of
//! others and not alone on white paper. It says what is there; which look to believe is judged by the engine's own confidence.

use super::tsv::Seen;
use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};
use std::collections::VecDeque;

/// Pixels darker than this are ink.
const INK: u8 = 140;
/// Below this confidence a word is looked at again.
const DOUBTFUL: f32 = 0.6;
/// What a closer look must be sure of to add print that nobody saw.
const CREDIBLE: f32 = 0.5;
/// A page with more places than this is dirt or a picture, not print.
const MOST: usize = 120;
/// How much larger the places are drawn.
const ENLARGED: u32 = 2;

/// A rectangle of pixels; the far edges are outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    x0: u32,
    y0: u32,
    x1: u32,
    y1: u32,
}

impl Place {
    fn of(word: &Seen) -> Self {
        Self { x0: word.left, y0: word.top, x1: word.left + word.width, y1: word.top + word.height }
    }

    fn union(self, other: Self) -> Self {
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    const fn width(self) -> u32 {
        self.x1.saturating_sub(self.x0)
    }

    const fn height(self) -> u32 {
        self.y1.saturating_sub(self.y0)
    }

    /// True where both stand in one line with less than `gap` between them.
    fn touches(self, other: Self, gap: u32) -> bool {
        let shared = self.y1.min(other.y1).saturating_sub(self.y0.max(other.y0));
        shared * 2 > self.height().min(other.height()) && self.x0 < other.x1 + gap && other.x0 < self.x1 + gap
    }
}

/// A place to look at again, and the words that stand in it now.
struct Question {
    place: Place,
    words: Vec<usize>,
}

/// The words of a page after a closer look. `engine` reads a picture whose lines stand close, at so many times the page's resolution.
pub fn completed(page: &GrayImage, words: Vec<Seen>, engine: impl Fn(&GrayImage, u32) -> Vec<Seen>) -> Vec<Seen> {
    let Some(height) = letter_height(&words) else { return words };
    let questions = questions(page, &words, height);
    if questions.is_empty() || questions.len() > MOST {
        return words;
    }
    let sheet = Sheet::new(page, &questions, height);
    let seen = engine(&sheet.picture, ENLARGED);
    let mut words: Vec<Option<Seen>> = words.into_iter().map(Some).collect();
    let mut fresh = Vec::new();
    for (question, at) in questions.iter().zip(&sheet.places) {
        let Some(answer) = answer(&seen, *at, question.place) else { continue };
        let held: Vec<&Seen> = question.words.iter().filter_map(|at| words.get(*at)?.as_ref()).collect();
        if believed(&answer, &held) {
            for at in &question.words {
                if let Some(word) = words.get_mut(*at) {
                    *word = None;
                }
            }
            fresh.push(answer);
        }
    }
    words.into_iter().flatten().chain(fresh).collect()
}

/// True where the closer look is to be believed: it saw letters, and either nobody saw any before, or it is surer, or it saw the
/// same letters and more.
fn believed(answer: &Seen, held: &[&Seen]) -> bool {
    if answer.confidence < CREDIBLE || !answer.text.chars().any(char::is_alphanumeric) {
        return false;
    }
    let before: String = held.iter().map(|word| word.text.as_str()).collect();
    let sure = held.iter().map(|word| word.confidence).fold(1.0, f32::min);
    let more = answer.text.chars().count() > before.chars().count() && answer.text.contains(&before);
    held.is_empty() || more || answer.confidence > sure
}

/// The median height of words that have a letter or digit of full height.
fn letter_height(words: &[Seen]) -> Option<u32> {
    let full = |letter: char| letter.is_uppercase() || letter.is_ascii_digit();
    let mut heights: Vec<u32> =
        words.iter().filter(|word| word.text.chars().any(full)).map(|word| word.height).collect();
    heights.sort_unstable();
    if heights.len() < 8 { None } else { heights.get(heights.len() / 2).copied().filter(|height| *height >= 8) }
}

/// Ink that no word holds, joined with the words it touches, and doubtful words.
fn questions(page: &GrayImage, words: &[Seen], height: u32) -> Vec<Question> {
    let places: Vec<Place> = words.iter().map(Place::of).collect();
    let mut ink: Vec<Place> = unread(page, &places, height).into_iter().filter(|ink| in_line(*ink, &places)).collect();
    ink.sort_by_key(|place| (place.x0, place.y0));
    let mut blots: Vec<Place> = Vec::new();
    for place in ink {
        match blots.iter_mut().find(|blot| blot.touches(place, height * 2 / 3)) {
            Some(blot) => *blot = blot.union(place),
            None => blots.push(place),
        }
    }
    let mut questions: Vec<Question> = Vec::new();
    let mut asked = vec![false; words.len()];
    for blot in blots {
        let mut question = Question { place: blot, words: Vec::new() };
        for ((at, place), asked) in places.iter().enumerate().zip(&mut asked) {
            if !*asked && blot.touches(*place, height * 2 / 5) {
                question.place = question.place.union(*place);
                question.words.push(at);
                *asked = true;
            }
        }
        questions.push(question);
    }
    let doubtful = words.iter().zip(&places).zip(&asked).enumerate().filter(|(_, ((word, _), asked))| {
        !**asked && word.confidence < DOUBTFUL && word.text.chars().any(char::is_alphanumeric)
    });
    questions.extend(doubtful.map(|(at, ((_, place), _))| Question { place: *place, words: vec![at] }));
    questions.retain(|question| question.place.height() < 2 * height && question.place.width() < page.width() / 3);
    questions
}

/// True where ink stands in a line of print: a word in the same line has about its height.
fn in_line(ink: Place, places: &[Place]) -> bool {
    places.iter().any(|place| {
        let shared = ink.y1.min(place.y1).saturating_sub(ink.y0.max(place.y0));
        shared * 10 > ink.height() * 8 && shared * 10 > place.height() * 6
    })
}

/// Connected ink of the size of a letter outside all words.
fn unread(page: &GrayImage, words: &[Place], height: u32) -> Vec<Place> {
    let (wide, high) = page.dimensions();
    let index = |x: u32, y: u32| usize::try_from(u64::from(y) * u64::from(wide) + u64::from(x)).ok();
    let mut ink: Vec<bool> = page.pixels().map(|level| level.0.first().is_some_and(|level| *level < INK)).collect();
    for word in words {
        for y in word.y0.saturating_sub(2)..(word.y1 + 2).min(high) {
            for x in word.x0.saturating_sub(1)..(word.x1 + 1).min(wide) {
                if let Some(pixel) = index(x, y).and_then(|at| ink.get_mut(at)) {
                    *pixel = false;
                }
            }
        }
    }
    let mut found = Vec::new();
    let mut queue = VecDeque::new();
    for y in 0..high {
        for x in 0..wide {
            let Some(pixel) = index(x, y).and_then(|at| ink.get_mut(at)).filter(|pixel| **pixel) else { continue };
            *pixel = false;
            let mut place = Place { x0: x, y0: y, x1: x + 1, y1: y + 1 };
            queue.push_back((x, y));
            while let Some((x, y)) = queue.pop_front() {
                place = place.union(Place { x0: x, y0: y, x1: x + 1, y1: y + 1 });
                for near_y in y.saturating_sub(1)..(y + 2).min(high) {
                    for near_x in x.saturating_sub(1)..(x + 2).min(wide) {
                        if let Some(pixel) =
                            index(near_x, near_y).and_then(|at| ink.get_mut(at)).filter(|pixel| **pixel)
                        {
                            *pixel = false;
                            queue.push_back((near_x, near_y));
                        }
                    }
                }
            }
            let tall = (height * 3 / 4..height * 3 / 2).contains(&place.height());
            if tall && place.width() * 8 > height && place.width() < height * 3 / 2 {
                found.push(place);
            }
        }
    }
    found
}

/// The places side by side on a sheet of their own.
struct Sheet {
    picture: GrayImage,
    /// Where each question stands on it.
    places: Vec<Place>,
}

impl Sheet {
    fn new(page: &GrayImage, questions: &[Question], height: u32) -> Self {
        let (margin, space) = (height / 3, height * 2);
        let across = page.width().max(height * 20);
        let line = height * 3;
        let (mut x, mut y) = (space, height);
        let mut places = Vec::new();
        for question in questions {
            let wide = question.place.width() + 2 * margin;
            if x + wide + space > across {
                x = space;
                y += line;
            }
            places.push(Place { x0: x, y0: y, x1: x + wide, y1: y + question.place.height() + 2 * margin });
            x += wide + space;
        }
        let mut picture = GrayImage::from_pixel(across, y + line, Luma([255]));
        for (question, at) in questions.iter().zip(&places) {
            let from = (question.place.x0.saturating_sub(margin), question.place.y0.saturating_sub(margin));
            let cut = imageops::crop_imm(page, from.0, from.1, at.width(), at.height()).to_image();
            imageops::replace(&mut picture, &cut, at.x0.into(), at.y0.into());
        }
        let (wide, high) = (picture.width() * ENLARGED, picture.height() * ENLARGED);
        Self { picture: imageops::resize(&picture, wide, high, FilterType::CatmullRom), places }
    }
}

/// What the engine saw in a place of the sheet, as a word of the page.
fn answer(seen: &[Seen], at: Place, place: Place) -> Option<Seen> {
    let inside = |word: &&Seen| {
        let (x, y) = (word.left + word.width / 2, word.top + word.height / 2);
        (at.x0 * ENLARGED..at.x1 * ENLARGED).contains(&x) && (at.y0 * ENLARGED..at.y1 * ENLARGED).contains(&y)
    };
    let mut words: Vec<&Seen> = seen.iter().filter(inside).collect();
    words.sort_by_key(|word| word.left);
    let text: String = words.iter().map(|word| word.text.as_str()).collect();
    let confidence = words.iter().map(|word| word.confidence).fold(1.0, f32::min);
    let Place { x0: left, y0: top, .. } = place;
    (!text.is_empty()).then(|| Seen { text, left, top, width: place.width(), height: place.height(), confidence })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str, left: u32, width: u32, confidence: f32) -> Seen {
        Seen { text: text.to_owned(), left, top: 50, width, height: 20, confidence }
    }

    /// A line of words with a lone digit left of them and the digit of a number cut off.
    fn page() -> (GrayImage, Vec<Seen>) {
        let words: Vec<Seen> = (0..9).map(|at| seen("WORD", 100 + at * 70, 60, 0.9)).collect();
        let words: Vec<Seen> =
            words.into_iter().chain([seen(".600", 820, 40, 0.9), seen("2848S", 900, 50, 0.3)]).collect();
        let mut page = GrayImage::from_pixel(1000, 120, Luma([255]));
        let lone = Place { x0: 40, y0: 50, x1: 50, y1: 70 };
        let cut = Place { x0: 805, y0: 50, x1: 816, y1: 70 };
        for place in words.iter().map(Place::of).chain([lone, cut]) {
            for y in place.y0..place.y1 {
                for x in place.x0..place.x1 {
                    page.put_pixel(x, y, Luma([0]));
                }
            }
        }
        (page, words)
    }

    #[test]
    fn what_nobody_read_is_read_and_what_was_read_well_is_left() {
        let (page, words) = page();
        let height = letter_height(&words).unwrap_or_default();
        let asked = questions(&page, &words, height);
        let at: Vec<(u32, usize)> = asked.iter().map(|question| (question.place.x0, question.words.len())).collect();
        assert_eq!(at, [(40, 0), (805, 1), (900, 1)]);
        let sheet = Sheet::new(&page, &asked, height);
        let answers = ["3", "3.600", "284S"];
        let read = |_: &GrayImage, times: u32| {
            let word = |(place, text): (&Place, &str)| Seen {
                text: text.to_owned(),
                left: place.x0 * times,
                top: place.y0 * times,
                width: place.width() * times,
                height: place.height() * times,
                confidence: 0.9,
            };
            sheet.places.iter().zip(answers).map(word).collect()
        };
        let texts: Vec<String> = completed(&page, words, read).into_iter().map(|word| word.text).collect();
        assert_eq!(texts.get(9..).map(<[String]>::to_vec), Some(answers.map(str::to_owned).to_vec()));
    }
}
