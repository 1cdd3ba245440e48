//! Numbers with a check digit that an engine misread: a letter where only a digit can stand, or the other way round. A number is
//! mended only where its form is wrong and exactly one way to read its look-alikes has the right check digit; one whose form is right is
//! left as it is, since the paper itself may be wrong.

use super::tsv::Seen;
use crate::domain::trade::{awb, container};

/// What a mended number is trusted at most: whoever uses it says that it was hard to read.
const MENDED: f32 = 0.75;
/// More readings than this are guesses.
const MOST: usize = 64;

/// The words with misread numbers mended.
pub fn mended(words: Vec<Seen>) -> Vec<Seen> {
    let mend = |word: Seen| match container_number(&word.text).or_else(|| waybill(&word.text)) {
        Some(text) => Seen { text, confidence: word.confidence.min(MENDED), ..word },
        None => word,
    };
    words.into_iter().map(mend).collect()
}

fn container_number(print: &str) -> Option<String> {
    let bare = bare(print)?;
    if bare.len() != 11 || container::judge(&bare) != Err(container::Fault::Form) {
        return None;
    }
    let places = bare.chars().enumerate().map(|(at, letter)| if at < 4 { letters(letter) } else { digits(letter) });
    only(readings(places.collect())?.into_iter().filter(|number| container::judge(number).is_ok()))
}

fn waybill(print: &str) -> Option<String> {
    let bare = bare(print)?;
    if bare.len() != 11
        || bare.bytes().all(|byte| byte.is_ascii_digit())
        || bare.bytes().filter(u8::is_ascii_digit).count() < 8
    {
        return None;
    }
    let written = |number: String| Some(format!("{}-{}", number.get(..3)?, number.get(3..)?));
    let all = readings(bare.chars().map(digits).collect())?.into_iter().filter_map(written);
    only(all.filter(|number| awb::judge(number).is_ok()))
}

/// The letters and digits of a print in upper case; nothing where other marks than blanks, points and hyphens stand between.
fn bare(print: &str) -> Option<String> {
    let print = print.trim_matches(|letter: char| !letter.is_alphanumeric());
    let plain = print.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | ' '));
    plain.then(|| print.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect())
}

/// Every way to read the places; nothing where there are too many, or one place cannot be read.
fn readings(places: Vec<Vec<char>>) -> Option<Vec<String>> {
    let mut all = vec![String::new()];
    for place in places {
        all = all.iter().flat_map(|start| place.iter().map(move |letter| format!("{start}{letter}"))).collect();
        if all.len() > MOST {
            return None;
        }
    }
    Some(all)
}

fn only(mut all: impl Iterator<Item = String>) -> Option<String> {
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

/// The letters that a print may be.
fn letters(seen: char) -> Vec<char> {
    match seen {
        '0' => vec!['O', 'D', 'Q'],
        '1' => vec!['I', 'L'],
        '2' => vec!['Z'],
        '4' => vec!['A'],
        '5' => vec!['S'],
        '6' => vec!['G'],
        '8' => vec!['B'],
        other if other.is_ascii_uppercase() => vec![other],
        _ => Vec::new(),
    }
}

/// The digits that a print may be.
fn digits(seen: char) -> Vec<char> {
    match seen {
        'O' | 'D' | 'Q' => vec!['0'],
        'I' | 'L' | 'J' => vec!['1'],
        'Z' => vec!['2'],
        'A' => vec!['4'],
        'S' => vec!['5'],
        'G' => vec!['6'],
        'T' => vec!['7'],
        'B' => vec!['8'],
        other if other.is_ascii_digit() => vec![other],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(print: &str) -> String {
        let word = Seen { text: print.to_owned(), left: 0, top: 0, width: 9, height: 9, confidence: 0.9 };
        mended(vec![word]).pop().map(|word| word.text).unwrap_or_default()
    }

    #[test]
    fn a_number_is_mended_where_only_one_reading_has_its_check_digit() {
        assert_eq!(read("C5QU3O54383"), "CSQU3054383");
        assert_eq!(read("CSQU 305438-3"), "CSQU 305438-3", "right as it is");
        assert_eq!(read("CSQU3054384"), "CSQU3054384", "its form is right: the paper may be wrong");
        assert_eq!(read("CSQU3O54384"), "CSQU3O54384", "no reading has the right digit");
        assert_eq!(read("INVOICE2026"), "INVOICE2026");
        assert_eq!(read("020-1234567S"), "020-12345675");
    }

    proptest! {
        #[test]
        fn nothing_but_a_right_number_is_put_in(print in "[A-Z0-9 .-]{0,16}") {
            let after = read(&print);
            let written = format!("{}-{}", after.get(..3).unwrap_or_default(), after.get(4..).unwrap_or_default());
            prop_assert!(after == print || container::judge(&after).is_ok() || awb::judge(&written).is_ok());
        }
    }
}
