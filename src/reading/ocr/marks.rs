//! Marks that an engine took for letters: two dots of a colon are read as `3`, but no `3` is that thin. It judges ink against the
//! letters of the page and knows no words.

use crate::reading::measure;
use crate::reading::page::Word;

/// Letters and digits whose ink may be as thin as a mark's.
const THIN: [char; 12] = ['1', 'I', 'i', 'l', 'j', 'J', 't', 'f', 'r', '|', '!', 'ı'];
/// Ink below this share of the page's mean letter is too thin for any other letter.
const SHARE: f32 = 0.45;
/// Colons of a form stand below one another; points.
const COLUMN: f32 = 2.0;

/// The words of a page without letters that cannot be: a thin one in a column of colons is a colon, any other is dirt.
pub fn told(words: Vec<Word>) -> Vec<Word> {
    let Some(letter) = letter(&words) else { return words };
    let colons: Vec<f32> = words.iter().filter(|word| word.text == ":").map(|word| word.rect.x0).collect();
    let column = |x: f32| colons.iter().filter(|colon| (*colon - x).abs() < COLUMN).count() >= 2;
    let judged = words.into_iter().filter_map(|word| {
        let mut letters = word.text.chars();
        let (Some(only), None) = (letters.next(), letters.next()) else { return Some(word) };
        if !only.is_alphanumeric() || word.rect.width() >= SHARE * letter {
            return Some(word);
        }
        match (column(word.rect.x0), THIN.contains(&only)) {
            (true, _) => Some(Word { text: ":".to_owned(), ..word }),
            (false, true) => Some(word),
            (false, false) => None,
        }
    });
    judged.collect()
}

/// The mean room of a letter on the page, where enough words tell it.
fn letter(words: &[Word]) -> Option<f32> {
    let mut rooms: Vec<f32> = words
        .iter()
        .filter_map(|word| {
            let letters = word.text.chars().count();
            (letters >= 4).then(|| word.rect.width() / measure::count(letters))
        })
        .collect();
    rooms.sort_by(f32::total_cmp);
    if rooms.len() < 8 { None } else { rooms.get(rooms.len() / 2).copied() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::page::Rect;

    fn word(text: &str, x0: f32, width: f32, y0: f32) -> Word {
        let rect = Rect { x0, y0, x1: x0 + width, y1: y0 + 8.0 };
        Word { text: text.into(), size: 8.0, rect, bold: false, confidence: 0.5, place: None }
    }

    #[test]
    fn two_dots_are_no_digit() {
        let mut words: Vec<Word> = (0u8..10).map(|at| word("SELLER", 10.0, 30.0, 12.0 * f32::from(at))).collect();
        words.extend([word(":", 100.0, 1.6, 0.0), word(":", 100.5, 1.6, 12.0), word("3", 100.2, 1.8, 24.0)]);
        words.extend([word("8", 300.0, 1.2, 50.0), word("1", 320.0, 1.2, 50.0), word("7", 340.0, 3.9, 50.0)]);
        let texts: Vec<String> =
            told(words).into_iter().map(|word| word.text).filter(|text| text != "SELLER").collect();
        assert_eq!(texts, [":", ":", ":", "1", "7"]);
    }
}
