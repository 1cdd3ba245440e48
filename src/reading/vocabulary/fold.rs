//! How prints are compared: full width and accents, case, spaces and punctuation make no difference. It keeps no meaning.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters and digits only, lower case, without accents: `Nº Factura` and `N° FACTURA` fold alike, and `PO #` as `PO No.`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        for letter in text.chars() {
            match letter {
                '#' => folded.push_str("no"),
                _ if letter.is_ascii_alphanumeric() => folded.push(letter.to_ascii_lowercase()),
                _ => {}
            }
        }
        return folded;
    }
    for letter in text.replace(['º', '°'], "o").nfkd() {
        match letter {
            'ß' => folded.push_str("ss"),
            '#' => folded.push_str("no"),
            _ if is_combining_mark(letter) => {}
            _ if letter.is_alphanumeric() => folded.extend(letter.to_lowercase()),
            _ => {}
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::fold;
    use proptest::prelude::*;

    #[test]
    fn accents_case_and_punctuation_make_no_difference() {
        assert_eq!(fold("Número de factura:"), "numerodefactura");
        assert_eq!(fold("Nº Factura"), fold("N° FACTURA"));
        assert_eq!(fold("Maße"), "masse");
        assert_eq!(fold("发票号 (No.)"), "发票号no");
        assert_eq!(fold("#"), "no");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
