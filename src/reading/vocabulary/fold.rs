//! How prints are compared: full width and accents, case, spaces and punctuation make no difference. It keeps no meaning.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters and digits only, lower case, without accents: `Nº Factura` and `N° FACTURA` fold alike.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        folded.extend(text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()));
        if folded.is_empty() && text.trim() == "#" {
            folded.push_str("no");
        }
        return folded;
    }
    for letter in text.replace(['º', '°'], "o").nfkd() {
        match letter {
            'ß' => folded.push_str("ss"),
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
