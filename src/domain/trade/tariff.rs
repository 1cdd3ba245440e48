//! Tariff numbers by their form: 6, 8 or 10 digits under a chapter that exists. Whether a number is in the tariff of the day is
//! a question for a loaded tariff.

/// True where a number of digits can be one of the Harmonized Tariff Schedule: chapters 1 to 99 but 77, which is reserved.
pub fn is_possible(code: &str) -> bool {
    let digits = code.bytes().all(|digit| digit.is_ascii_digit());
    let chapter = code.get(..2).and_then(|chapter| chapter.parse::<u8>().ok());
    digits && matches!(code.len(), 6 | 8 | 10) && chapter.is_some_and(|chapter| chapter != 0 && chapter != 77)
}

/// The subheading, which all countries share: the first six digits.
pub fn subheading(code: &str) -> &str {
    code.get(..6).unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_and_chapter_decide() {
        for good in ["610910", "61091000", "6109100012", "9903880300"] {
            assert!(is_possible(good), "{good}");
        }
        for bad in ["", "6109", "0003996040", "7701000000", "61091000123", "6109.10", "六一〇九一〇"] {
            assert!(!is_possible(bad), "{bad}");
        }
    }
}
