//! Countries by code and by name in several languages, as documents print them. Cities and regions are no countries here, but for
//! the states of the U.S. with their postal code, which leave no doubt.

use crate::reading::vocabulary::{countries, fold};
use std::collections::HashMap;
use std::sync::LazyLock;

struct Names {
    by_name: HashMap<String, &'static str>,
    by_code: HashMap<&'static str, &'static str>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names { by_name: HashMap::new(), by_code: HashMap::new() };
    for [alpha2, alpha3, prints] in countries() {
        names.by_code.insert(alpha2, alpha2);
        names.by_code.insert(alpha3, alpha2);
        for print in prints.split(';') {
            names.by_name.entry(fold(print)).or_insert(alpha2);
        }
    }
    names
});

/// The states, the district and the islands of the U.S. by their postal codes.
const STATES: &[&str] = &[
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME",
    "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA",
    "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "DC", "PR",
];

/// The alpha-2 code of a print that is a country and nothing else: `Viet Nam`, `P.R. CHINA`, `CN`, `MADE IN ITALY`.
pub fn country(print: &str) -> Option<&'static str> {
    let print = print.trim();
    let bare = print.trim_matches(|letter: char| !letter.is_alphanumeric());
    if matches!(bare.len(), 2 | 3)
        && bare.chars().all(|letter| letter.is_ascii_uppercase())
        && let Some(code) = NAMES.by_code.get(bare)
    {
        return Some(code);
    }
    let folded = fold(print);
    let folded = folded.strip_prefix("madein").unwrap_or(&folded);
    if folded.chars().count() < 2 {
        return None;
    }
    if let Some(code) = NAMES.by_name.get(folded) {
        return Some(code);
    }
    let (name, code) = print.split_once(['(', '/', '-', ',']).map(|(a, b)| (a, b.trim_matches([')', ' '])))?;
    let by_code = country_exact(code);
    let by_name = country_exact(name);
    match (by_name, by_code) {
        (Some(a), Some(b)) if a == b => Some(a),
        (Some(a), None) => Some(a).filter(|_| fold(code).is_empty()),
        (None, Some(b)) => Some(b).filter(|_| fold(name).is_empty()),
        _ => None,
    }
}

fn country_exact(print: &str) -> Option<&'static str> {
    let print = print.trim();
    NAMES.by_code.get(print).or_else(|| NAMES.by_name.get(&fold(print))).copied()
}

/// The country that the lines of an address name, or leave no doubt about.
pub fn of_address<'a>(lines: impl DoubleEndedIterator<Item = &'a str>) -> Option<&'static str> {
    lines.rev().take(3).find_map(|line| {
        named(line).or_else(|| {
            line.rsplit([',', '·', '|', ';']).find_map(named).or_else(|| trailing(line)).or_else(|| state(line))
        })
    })
}

/// A country by its name; codes of two letters are too often states or provinces.
fn named(part: &str) -> Option<&'static str> {
    let folded = fold(part);
    let short = folded.chars().count() <= 2 && !matches!(folded.as_str(), "us" | "uk") && part.is_ascii();
    if short {
        None
    } else {
        NAMES
            .by_name
            .get(&folded)
            .or_else(|| NAMES.by_code.get(part.trim()).filter(|_| part.trim().len() == 3))
            .copied()
    }
}

/// A country at the end of a line without a comma before it: `10115 Berlin Germany`.
fn trailing(line: &str) -> Option<&'static str> {
    let words: Vec<&str> = line.split_whitespace().collect();
    (1..=4).rev().find_map(|count| {
        let from = words.len().checked_sub(count).filter(|from| *from > 0)?;
        named(&words.get(from..)?.join(" "))
    })
}

/// A U.S. state with its postal code: `Aurora, IL 60541`.
fn state(line: &str) -> Option<&'static str> {
    let words: Vec<&str> = line.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let found = words.windows(2).any(|pair| match pair {
        [state, zip] => {
            let digits = zip.split('-').next().unwrap_or_default();
            STATES.contains(&state.to_ascii_uppercase().as_str())
                && digits.len() == 5
                && digits.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    });
    found.then_some("US")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_country_is_known_by_code_and_by_name_in_many_tongues() {
        for (print, code) in [
            ("Viet Nam", Some("VN")),
            ("P.R. China", Some("CN")),
            ("TAIWAN", Some("TW")),
            ("CN", Some("CN")),
            ("España", Some("ES")),
            ("Deutschland", Some("DE")),
            ("中国", Some("CN")),
            ("MADE IN ITALY", Some("IT")),
            ("U.S.A.", Some("US")),
            ("China (CN)", Some("CN")),
            ("Shanghai", None),
            ("cn", None),
            ("", None),
        ] {
            assert_eq!(country(print), code, "{print}");
        }
    }

    #[test]
    fn an_address_tells_its_country_by_name_or_by_state_and_zip() {
        assert_eq!(of_address(["12 Road", "Hai Phong 042148", "Viet Nam"].into_iter()), Some("VN"));
        assert_eq!(of_address(["3453 Fairlane", "Aurora, IL 60541"].into_iter()), Some("US"));
        assert_eq!(of_address(["208 Hemei Road, Changhua 50872, Taiwan"].into_iter()), Some("TW"));
        assert_eq!(of_address(["Hauptstr. 1", "10115 Berlin Germany"].into_iter()), Some("DE"));
        assert_eq!(of_address(["Hauptstr. 1", "10115 Berlin"].into_iter()), None);
    }

    proptest! {
        #[test]
        fn no_print_breaks_it(print in "\\PC{0,30}") {
            let _ = country(&print);
            let _ = of_address([print.as_str()].into_iter());
        }
    }
}
