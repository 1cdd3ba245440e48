//! Letters and digits that look alike to an OCR engine, drawn together into one. It tells that two prints look the same, never which
//! of them is right.

/// Lower case letters and digits as they look from afar: `vom` and `uom` are one.
pub fn blurred(folded: &str) -> String {
    let joined = folded.replace("rn", "m").replace("vv", "w");
    joined.chars().map(look).collect()
}

/// True where two prints look the same, whatever their case and punctuation.
pub fn same_look(a: &str, b: &str) -> bool {
    let bare = |print: &str| -> String {
        print.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    blurred(&bare(a)) == blurred(&bare(b))
}

fn look(letter: char) -> char {
    match letter {
        '0' | 'q' => 'o',
        '1' | 'l' | 'j' | 't' => 'i',
        '2' => 'z',
        '5' => 's',
        '6' => 'g',
        '8' => 'b',
        'u' | 'y' => 'v',
        'e' => 'c',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_engines_mix_up_looks_the_same() {
        for (read, printed) in [("vom", "uom"), ("0ty", "qty"), ("invo1cen0", "invoiceno"), ("quantlty", "quantity")] {
            assert_eq!(blurred(read), blurred(printed));
        }
        assert_ne!(blurred("net"), blurred("nett"));
        assert!(same_look("CI/2026/0434", "c1/2026/0434") && same_look("PO73255", "P073255"));
        assert!(!same_look("MSKU1234565", "MSKU1234566"));
    }

    proptest! {
        #[test]
        fn blurring_never_lengthens(text in "[a-z0-9]{0,30}") {
            prop_assert!(blurred(&text).len() <= text.len());
        }
    }
}
