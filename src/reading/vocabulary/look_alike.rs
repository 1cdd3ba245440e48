//! Letters that look alike to an OCR engine, drawn together into one, so that a label that was seen wrong is found by its look. It is
//! for labels only: a value is never changed by what it looks like.

/// A folded print as it looks from afar: `vom` and `uom` are one.
pub fn blurred(folded: &str) -> String {
    let joined = folded.replace("rn", "m").replace("vv", "w");
    joined.chars().map(look).collect()
}

fn look(letter: char) -> char {
    match letter {
        '0' | 'q' => 'o',
        '1' | 'l' | 'j' | 't' => 'i',
        '2' => 'z',
        '5' => 's',
        '6' | '9' => 'g',
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
    }

    proptest! {
        #[test]
        fn blurring_never_lengthens(text in "[a-z0-9]{0,30}") {
            prop_assert!(blurred(&text).len() <= text.len());
        }
    }
}
