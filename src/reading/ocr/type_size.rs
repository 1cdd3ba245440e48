//! The type behind the ink: an engine boxes the ink of a word, which is lower for `can` than for `Page`. This tells the size of the
//! type and the baseline from the letters, so that words of one printed line stand in one line. It reads nothing.

use crate::reading::measure;
use crate::reading::page::{Rect, Word};

/// Shares of the type size: the height of capitals and of small letters, the depth of descenders and commas.
const CAPITAL: f32 = 0.70;
const SMALL: f32 = 0.52;
const DESCENT: f32 = 0.21;
const COMMA: f32 = 0.13;
/// The advance of every letter of a typewriter face, and the ink that its last letter lacks, both in shares.
const ADVANCE: f32 = 0.6;
const BEARING: f32 = 0.17;
/// Words whose baselines differ by less than this share of the type size stand in one line.
const SLACK: f32 = 0.24;

/// A word with what its ink tells.
struct Inked {
    word: Word,
    size: Option<f32>,
    baseline: f32,
}

/// Gives words the boxes of their type: from the top of the type to its descent, on the baseline of their line.
pub fn set(words: Vec<Word>) -> Vec<Word> {
    let mut inked: Vec<Inked> = words.into_iter().map(Inked::new).collect();
    if let Some(advance) = typewriter(&inked) {
        for word in &mut inked {
            let alike = word.advance().is_some_and(|own| (0.94..1.06).contains(&(own / advance)));
            word.size = if alike { Some(advance / ADVANCE) } else { word.size };
        }
    }
    let common = median(inked.iter().filter_map(|word| word.size)).unwrap_or(10.0);
    inked.sort_by(|a, b| a.word.rect.x0.total_cmp(&b.word.rect.x0));
    let mut rows: Vec<Vec<Inked>> = Vec::new();
    for word in inked {
        let size = word.size.unwrap_or(common);
        let off = |row: &Vec<Inked>| row.last().map_or(f32::MAX, |last| last.off(&word, common));
        match rows.iter_mut().min_by(|a, b| off(a).total_cmp(&off(b))).filter(|row| off(row) < SLACK * size) {
            Some(row) => row.push(word),
            None => rows.push(vec![word]),
        }
    }
    rows.into_iter().flat_map(|row| aligned(row, common)).collect()
}

/// The advance that many words of the page share, where it is set in a typewriter face: its low capitals and wide spaces would
/// otherwise tell a smaller type.
fn typewriter(words: &[Inked]) -> Option<f32> {
    let mut advances: Vec<f32> = words.iter().filter_map(Inked::advance).collect();
    advances.sort_by(f32::total_cmp);
    let near = |of: f32| advances.iter().filter(|other| (0.975..1.025).contains(&(**other / of))).count();
    let (count, advance) = advances.iter().map(|advance| (near(*advance), *advance)).max_by_key(|(count, _)| *count)?;
    (count >= 12 && count * 9 > advances.len() * 2).then_some(advance)
}

/// The words of a row on one baseline, each with the size of its like in the row.
fn aligned(row: Vec<Inked>, common: f32) -> Vec<Word> {
    let sizes: Vec<f32> = row.iter().filter_map(|word| word.size).collect();
    let Some(baseline) = median(row.iter().filter(|word| word.size.is_some()).map(|word| word.baseline)) else {
        return row.into_iter().map(|inked| inked.word).collect();
    };
    let usual = median(sizes.iter().copied()).unwrap_or(common);
    let size_of = |own: Option<f32>| match own {
        Some(own) => median(sizes.iter().copied().filter(|other| (0.75..1.33).contains(&(other / own)))).unwrap_or(own),
        None => usual,
    };
    let set = row.iter().map(|inked| {
        let size = size_of(inked.size);
        let rect = Rect { y0: baseline - 0.75 * size, y1: baseline + DESCENT * size, ..inked.word.rect };
        Word { size, rect, ..inked.word.clone() }
    });
    set.collect()
}

impl Inked {
    fn new(word: Word) -> Self {
        let (mut above, mut below): (f32, f32) = (0.0, 0.0);
        for letter in word.text.chars() {
            let (up, down) = reach(letter);
            above = above.max(up);
            below = below.max(down);
        }
        let told = above >= SMALL && word.text.chars().any(char::is_alphanumeric);
        let size = word.rect.height() / (above + below).max(0.1);
        let told = told && !too_tall(&word, size);
        // Marks alone tell no size: their line does.
        let baseline = word.rect.y1 - if told { below * size } else { 0.0 };
        Self { baseline, size: told.then_some(size), word }
    }

    /// The mean advance of its letters, for words long enough to tell.
    fn advance(&self) -> Option<f32> {
        let letters = self.word.text.chars().count();
        (letters >= 4).then(|| self.word.rect.width() / (measure::count(letters) - BEARING))
    }

    /// How far another word's baseline is from this one's; a mark without a size of its own belongs where it stands inside the line.
    fn off(&self, other: &Self, common: f32) -> f32 {
        if self.size.is_some() && other.size.is_some() {
            return (self.baseline - other.baseline).abs();
        }
        let size = self.size.or(other.size).unwrap_or(common);
        let (line, mark) = if self.size.is_some() { (self, other) } else { (other, self) };
        let centre = mark.word.rect.centre();
        let inside = (line.baseline - CAPITAL * size..line.baseline + DESCENT * size).contains(&centre);
        if inside { 0.1 * size } else { f32::MAX }
    }
}

/// True where capitals or digits would be far narrower than any type has them: the box holds more than the ink of the word.
fn too_tall(word: &Word, size: f32) -> bool {
    let letters = word.text.chars().count();
    let wide = |letter: char| (letter.is_uppercase() || letter.is_ascii_digit()) && !matches!(letter, 'I' | '1' | 'J');
    letters >= 2 && word.text.chars().all(wide) && word.rect.width() / measure::count(letters) < 0.42 * size
}

/// How far a letter reaches above its baseline and below it, in shares of the type size.
fn reach(letter: char) -> (f32, f32) {
    match letter {
        'g' | 'p' | 'q' | 'y' => (SMALL, DESCENT),
        'j' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '/' | '\\' | '$' | '@' | '§' => (CAPITAL, DESCENT),
        ',' | ';' => (0.1, COMMA),
        'Q' => (CAPITAL, 0.05),
        'a' | 'c' | 'e' | 'm' | 'n' | 'o' | 'r' | 's' | 'u' | 'v' | 'w' | 'x' | 'z' => (SMALL, 0.0),
        '.' | '_' | '…' => (0.1, 0.0),
        '-' | '–' | '—' | '=' | '~' | '+' | ':' => (0.4, 0.0),
        _ => (CAPITAL, 0.0),
    }
}

fn median(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, x0: f32, y0: f32, y1: f32) -> Word {
        let rect = Rect { x0, y0, x1: x0 + 5.0 * measure::count(text.chars().count()), y1 };
        Word { text: text.into(), size: y1 - y0, rect, bold: false, confidence: 0.9, place: None }
    }

    #[test]
    fn words_of_one_line_share_its_baseline_whatever_letters_they_have() {
        let words =
            set(vec![word("can", 0.0, 12.0, 17.2), word("Page", 20.0, 10.0, 19.1), word("-", 45.0, 13.5, 14.2)]);
        let floor = words.first().map(|word| word.rect.y1);
        assert!(words.iter().all(|word| Some(word.rect.y1) == floor), "{words:?}");
        assert!(words.iter().all(|word| (word.size - 10.0).abs() < 0.5), "{words:?}");
    }

    #[test]
    fn a_line_below_stays_below() {
        let words =
            set(vec![word("TOTAL", 0.0, 10.0, 17.0), word("NET", 0.0, 20.0, 27.0), word("9", 60.0, 20.4, 27.4)]);
        let floors: Vec<f32> = words.iter().map(|word| word.rect.y1).collect();
        assert_eq!(floors.iter().filter(|floor| **floor > 25.0).count(), 2, "{words:?}");
    }
}
