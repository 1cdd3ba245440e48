//! Two looks at one page made one: the look for scattered print finds the small boxes of a form, the look for running lines keeps
//! points and single letters that scattered print loses. It judges by the engine's own confidence and knows no words.

use super::tsv::Seen;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A word of the second look that nothing in the first stands for counts from this confidence on.
const CREDIBLE: f32 = 0.5;

/// The words of the first look, repaired and completed by those of the second.
pub fn joined(first: Vec<Seen>, second: Vec<Seen>) -> Vec<Seen> {
    let mut words: Vec<Option<Seen>> = first.into_iter().map(Some).collect();
    let mut fresh = Vec::new();
    for other in second {
        let mut under: Vec<usize> = Vec::new();
        let mut partly = false;
        for (at, word) in words.iter().enumerate() {
            let Some(word) = word else { continue };
            match shared(word, &other) {
                share if share > 0.6 || (share > 0.3 && tall(word, &other)) => under.push(at),
                share if share > 0.1 || shared(&other, word) > 0.3 => partly = true,
                _ => {}
            }
        }
        if partly {
            continue;
        }
        let mut held: Vec<&Seen> = under.iter().filter_map(|at| words.get(*at)?.as_ref()).collect();
        held.sort_by_key(|word| word.left);
        let better = match held.as_slice() {
            [] => other.confidence > CREDIBLE && other.text.chars().any(char::is_alphanumeric),
            [word] => {
                let (own, more) = (letters([word.text.as_str()]), letters([other.text.as_str()]));
                let longer = more.len() > own.len() && more.contains(&own) && !tall(&other, word);
                let whole = longer && other.confidence > CREDIBLE;
                let accented = own == more && accents(&other.text) > accents(&word.text) && other.confidence > CREDIBLE;
                whole || accented || (other.confidence > word.confidence && shared(&other, word) > 0.6)
            }
            several => {
                let sure = several.iter().map(|word| word.confidence).fold(1.0, f32::min);
                letters(several.iter().map(|word| word.text.as_str())) == letters([other.text.as_str()])
                    || other.confidence > sure
            }
        };
        if better {
            for at in under {
                if let Some(word) = words.get_mut(at) {
                    *word = None;
                }
            }
            fresh.push(other);
        }
    }
    words.into_iter().flatten().chain(fresh).collect()
}

/// True for a word much taller than another in its place: its box holds ink of the line above or below.
fn tall(word: &Seen, other: &Seen) -> bool {
    word.height > other.height + other.height / 2
}

/// The letters and digits, without accents.
fn letters<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let all: String = texts.into_iter().collect();
    all.nfd().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_uppercase()
}

fn accents(text: &str) -> usize {
    text.nfd().filter(|letter| is_combining_mark(*letter)).count()
}

/// The share of a word's area that another covers.
fn shared(word: &Seen, other: &Seen) -> f32 {
    let overlap = |a: u32, a_size: u32, b: u32, b_size: u32| {
        (a.saturating_add(a_size)).min(b.saturating_add(b_size)).saturating_sub(a.max(b))
    };
    let across = overlap(word.left, word.width, other.left, other.width);
    let down = overlap(word.top, word.height, other.top, other.height);
    let area = |wide: u32, high: u32| super::pixels::length(wide) * super::pixels::length(high);
    area(across, down) / area(word.width, word.height).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str, left: u32, width: u32, confidence: f32) -> Seen {
        Seen { text: text.to_owned(), left, top: 10, width, height: 15, confidence }
    }

    #[test]
    fn ink_of_two_lines_and_ink_of_a_word_make_no_letters() {
        let tall = |text: &str, left, width, confidence| Seen { height: 28, ..seen(text, left, width, confidence) };
        let first = vec![
            seen("CONSIGNEE:", 0, 136, 0.91),
            seen("771", 200, 37, 0.93),
            tall("r", 300, 12, 0.59),
            seen("AAU7951075", 313, 163, 0.65),
        ];
        let second = vec![seen("I", 58, 11, 0.92), tall("7711", 200, 37, 0.85), seen("TAAU7951075", 300, 176, 0.86)];
        let mut texts: Vec<String> = joined(first, second).into_iter().map(|word| word.text).collect();
        texts.sort();
        assert_eq!(texts, ["771", "CONSIGNEE:", "TAAU7951075"]);
    }

    #[test]
    fn a_number_that_fell_apart_is_whole_again_and_lost_print_is_found() {
        let first = vec![seen("124", 0, 36, 0.96), seen("80", 54, 24, 0.96), seen("PCS", 200, 38, 0.95)];
        let second =
            vec![seen("124.80", 0, 78, 0.9), seen("PC5", 200, 38, 0.6), seen("1", 300, 5, 0.9), seen("~", 320, 9, 0.9)];
        let mut texts: Vec<String> = joined(first, second).into_iter().map(|word| word.text).collect();
        texts.sort();
        assert_eq!(texts, ["1", "124.80", "PCS"]);
    }
}
