//! The words of a line that print a value, cut to it: `1/MSKU1234565/2` has a container in its middle. It compares letters and digits
//! and nothing else.

use crate::reading::layout::label::slice;
use crate::reading::page::Word;

/// A letter or digit of a line: its word, where it stands in it, and how it is compared.
struct Sign {
    word: usize,
    start: usize,
    end: usize,
    folded: char,
}

/// The words that print a value, each cut to what is of it; the whole line where the value is not printed in one piece.
pub fn words_of(line: &[Word], value: &str) -> Vec<Word> {
    let signs = signs(line);
    let wanted: Vec<char> = value.chars().filter(|letter| letter.is_alphanumeric()).map(folded).collect();
    let fits = |window: &&[Sign]| window.iter().map(|sign| sign.folded).eq(wanted.iter().copied());
    let found = if wanted.is_empty() { None } else { signs.windows(wanted.len()).find(fits) };
    let Some((first, last)) = found.and_then(|window| window.first().zip(window.last())) else { return line.to_vec() };
    let tail = value.chars().rev().take_while(|letter| !letter.is_alphanumeric()).map(char::len_utf8).sum::<usize>();
    let whole = line.iter().enumerate().skip(first.word).take(last.word + 1 - first.word);
    let words = whole.map(|(at, word)| {
        let start = if at == first.word { first.start } else { 0 };
        let end = if at == last.word { (last.end + tail).min(word.text.len()) } else { word.text.len() };
        slice(word, start, end)
    });
    words.filter(|word| !word.text.is_empty()).collect()
}

fn signs(line: &[Word]) -> Vec<Sign> {
    let of = |(at, word): (usize, &Word)| {
        let letters = word.text.char_indices().filter(|(_, letter)| letter.is_alphanumeric());
        let signs = letters.map(|(start, letter)| Sign {
            word: at,
            start,
            end: start + letter.len_utf8(),
            folded: folded(letter),
        });
        signs.collect::<Vec<_>>()
    };
    line.iter().enumerate().flat_map(of).collect()
}

fn folded(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::layout::segment::text;
    use crate::reading::page::Rect;
    use proptest::prelude::*;

    fn line(print: &str) -> Vec<Word> {
        let words = print.split(' ').zip(0u8..).map(|(text, at)| {
            let x0 = 50.0 * f32::from(at);
            let rect = Rect { x0, y0: 0.0, x1: x0 + 40.0, y1: 10.0 };
            Word { text: text.to_owned(), rect, size: 10.0, bold: false, confidence: 1.0, place: None }
        });
        words.collect()
    }

    #[test]
    fn a_value_has_its_own_words_and_no_more() {
        for (print, value, own) in [
            ("1/MSKU1234565/2 x", "MSKU1234565", "MSKU1234565"),
            ("No. MSKU 123456-5; MSKU", "MSKU1234565", "MSKU 123456-5"),
            ("Van Dijk B.V., Kade 12", "Van Dijk B.V.", "Van Dijk B.V."),
            ("1/NL000432.", "NL000432", "NL000432"),
            ("nothing of it", "X1", "nothing of it"),
        ] {
            assert_eq!(text(&words_of(&line(print), value)), own, "{print}");
        }
    }

    proptest! {
        #[test]
        fn no_print_breaks_it(print in "\\PC{0,30}", value in "\\PC{0,8}") {
            let _ = words_of(&line(&print), &value);
        }
    }
}
