//! Words become printed lines, and lines fall into segments: words that a reader takes together because no gap, rule or cell border
//! parts them. It knows no labels.

use super::label::{self, Label};
use super::ruling::{Frame, Ruling};
use crate::reading::measure;
use crate::reading::page::{Rect, Word};
use std::sync::OnceLock;

/// Words of one printed line that stand together.
#[derive(Clone, Debug)]
pub struct Segment {
    pub words: Vec<Word>,
    pub rect: Rect,
    /// The printed line on its page, from 0 at the top.
    pub line: usize,
    /// What is drawn around it.
    pub frame: Frame,
    labels: OnceLock<Vec<Label>>,
    column: OnceLock<bool>,
}

impl Segment {
    /// Words that stand together, with what is drawn around them. Nothing for no words.
    pub fn new(words: Vec<Word>, line: usize, frame: Frame) -> Option<Self> {
        let rect = Rect::around(words.iter().map(|word| word.rect))?;
        Some(Self { words, rect, line, frame, labels: OnceLock::new(), column: OnceLock::new() })
    }

    /// The labels in it, from left to right.
    pub fn labels(&self) -> &[Label] {
        self.labels.get_or_init(|| label::labels(self))
    }

    /// True where it is the heading of a column that the vocabulary knows, and nothing else.
    pub fn heads_column(&self) -> bool {
        *self.column.get_or_init(|| label::heading(&self.words).is_some_and(|(meaning, _)| !meaning.column.is_empty()))
    }

    /// The words with single spaces between them.
    pub fn text(&self) -> String {
        text(&self.words)
    }

    /// The size of its type in points.
    pub fn size(&self) -> f32 {
        self.words.iter().map(|word| word.size).fold(0.0, f32::max)
    }
}

/// Words with single spaces between them.
pub fn text(words: &[Word]) -> String {
    let mut text = String::new();
    for word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&word.text);
    }
    text
}

/// Printed lines of one text as one line: a word that is broken at a hyphen is whole again.
pub fn flowed(lines: &[Vec<Word>]) -> String {
    let mut flow = String::new();
    for line in lines {
        let broken = flow.ends_with('-') && !flow.ends_with(" -");
        if !(flow.is_empty() || broken) {
            flow.push(' ');
        }
        flow.push_str(&text(line));
    }
    flow
}

/// A gap wider than this share of the type size parts two segments.
const GAP: f32 = 0.75;
/// The same where the boxes are those of ink, which is narrower than its type.
const INK_GAP: f32 = 1.0;
/// The same after a comma or a full stop, whose ink leaves most of its room empty.
const MARK_GAP: f32 = 1.35;

/// The segments of a page, line by line.
pub fn segments(words: Vec<Word>, ruling: &Ruling) -> Vec<Segment> {
    let upright = words.into_iter().filter(|word| word.rect.height() < 2.5 * word.size.max(1.0));
    let words: Vec<Word> = upright.flat_map(parted).collect();
    let mut segments: Vec<Segment> = Vec::new();
    for (at, line) in lines(words).into_iter().enumerate() {
        let mut open: Vec<Word> = Vec::new();
        for word in line {
            if open.last().is_some_and(|last| apart(last, &word, ruling)) {
                segments.extend(segment(std::mem::take(&mut open), at, ruling));
            }
            open.push(word);
        }
        segments.extend(segment(open, at, ruling));
    }
    segments
}

fn segment(words: Vec<Word>, line: usize, ruling: &Ruling) -> Option<Segment> {
    let rect = Rect::around(words.iter().map(|word| word.rect))?;
    Segment::new(words, line, ruling.frame(rect))
}

fn apart(left: &Word, right: &Word, ruling: &Ruling) -> bool {
    if left.place.is_some() || right.place.is_some() {
        return left.place != right.place;
    }
    let gap = right.rect.x0 - left.rect.x1;
    let seen = left.confidence < 1.0 || right.confidence < 1.0;
    let share = match seen {
        true if left.text.ends_with([',', '.']) => MARK_GAP,
        true => INK_GAP,
        false => GAP,
    };
    gap > share * left.size.max(right.size)
        || ruling.parts(left.rect.middle(), right.rect.middle(), f32::midpoint(left.rect.centre(), right.rect.centre()))
}

/// Words that share a baseline, from the top of the page; each line from left to right.
fn lines(mut words: Vec<Word>) -> Vec<Vec<Word>> {
    words.sort_by(|a, b| a.rect.y1.total_cmp(&b.rect.y1).then(a.rect.x0.total_cmp(&b.rect.x0)));
    let mut lines: Vec<Vec<Word>> = Vec::new();
    for word in words {
        let same = lines.last().and_then(|line| line.first()).is_some_and(|first| {
            let slack = (0.22 * first.size.min(word.size)).max(1.0);
            word.rect.y1 - first.rect.y1 <= slack
        });
        match lines.last_mut() {
            Some(line) if same => line.push(word),
            _ => lines.push(vec![word]),
        }
    }
    for line in &mut lines {
        line.sort_by(|a, b| a.rect.x0.total_cmp(&b.rect.x0));
    }
    lines
}

/// A word with a colon inside is a label and the start of its value, unless it is a time or an address on the web.
fn parted(word: Word) -> Vec<Word> {
    let Some(at) = colon(&word.text) else { return vec![word] };
    let (Some(left), Some(right)) = (word.text.get(..at), word.text.get(at..)) else { return vec![word] };
    let share = measure::count(left.chars().count()) / measure::count(word.text.chars().count().max(1));
    let middle = word.rect.x0 + share * word.rect.width();
    let first = Word { text: left.to_owned(), rect: Rect { x1: middle, ..word.rect }, ..word.clone() };
    let rest = Word { text: right.to_owned(), rect: Rect { x0: middle, ..word.rect }, ..word };
    let mut words = vec![first];
    words.extend(parted(rest));
    words
}

/// Where the text after an inner colon starts.
fn colon(text: &str) -> Option<usize> {
    let mut before: Option<char> = None;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if matches!(letter, ':' | '：') {
            let after = letters.peek().map(|(_, after)| *after);
            let time = before.is_some_and(|b| b.is_ascii_digit()) && after.is_some_and(|a| a.is_ascii_digit());
            match (before, after) {
                (Some(_), Some(after)) if !time && after != '/' && after != ':' => return Some(at + letter.len_utf8()),
                _ => {}
            }
        }
        before = Some(letter);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, x: f32, y: f32) -> Word {
        let width = 5.0 * measure::count(text.chars().count());
        let rect = Rect { x0: x, y0: y, x1: x + width, y1: y + 9.6 };
        Word { text: text.into(), rect, size: 10.0, bold: false, confidence: 1.0, place: None }
    }

    #[test]
    fn a_wide_gap_parts_a_line_and_a_space_does_not() {
        let words =
            vec![word("B/L", 10.0, 10.0), word("No", 28.0, 10.3), word("X123", 200.0, 9.8), word("next", 10.0, 24.0)];
        let texts: Vec<String> = segments(words, &Ruling::default()).iter().map(Segment::text).collect();
        assert_eq!(texts, ["B/L No", "X123", "next"]);
    }

    #[test]
    fn a_colon_inside_a_word_ends_a_label_but_not_a_time() {
        assert_eq!(colon("No.:123"), Some(4));
        assert_eq!(colon("12:30"), None);
        assert_eq!(colon("http://a"), None);
        assert_eq!(colon("发票号：A1"), Some("发票号：".len()));
        assert_eq!(colon("Date:"), None);
    }
}
