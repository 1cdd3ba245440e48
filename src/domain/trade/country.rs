//! Countries by their two letters, ISO 3166-1. Names of countries are the business of reading.

use celes::Country;

/// True where two upper-case letters are the code of a country.
pub fn is_code(code: &str) -> bool {
    find(code).is_some()
}

fn find(code: &str) -> Option<Country> {
    Country::from_alpha2(code).ok().filter(|country| country.alpha2 == code)
}

/// The name of a country in English, for a sentence; the code itself where it is none.
pub fn name(code: &str) -> &str {
    find(code).map_or(code, |country| country.long_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_known_and_nothing_else_is() {
        for code in ["AD", "US", "CN", "NA", "ZW"] {
            assert!(is_code(code), "{code}");
        }
        for code in ["", "U", "UK", "us", "MI", "US CN"] {
            assert!(!is_code(code), "{code}");
        }
        assert_eq!((name("CU"), name("QQ")), ("Cuba", "QQ"));
    }
}
