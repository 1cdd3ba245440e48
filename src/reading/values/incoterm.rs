//! Terms of sale: three letters of Incoterms and the place named with them.

use crate::domain::trade::incoterm;

/// A term and the text after it: `FCA Xiamen` gives `FCA` and `Xiamen`. The term stands first or follows `Incoterms 2020`.
pub fn incoterm(print: &str) -> Option<(&'static str, String)> {
    let mut words = print.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '&');
        if let Some(term) = term(bare) {
            let place = words.collect::<Vec<_>>().join(" ");
            return Some((term, named(&place)));
        }
        let preface = bare.is_empty()
            || bare.to_ascii_lowercase().starts_with("incoterm")
            || matches!(bare, "2000" | "2010" | "2020");
        if !preface {
            return None;
        }
    }
    None
}

/// A term by its letters, old names included.
fn term(word: &str) -> Option<&'static str> {
    match word {
        "C&F" | "CNF" | "C+F" | "CandF" => Some("CFR"),
        _ => incoterm::find(&word.replace('.', "")).map(|term| term.code),
    }
}

/// The place without the year of the rules around it.
fn named(rest: &str) -> String {
    let mut place = rest.trim();
    for year in [
        "Incoterms® 2020",
        "Incoterms 2020",
        "Incoterms 2010",
        "INCOTERMS 2020",
        "INCOTERMS 2010",
        "INCOTERMS® 2020",
        "2020",
        "2010",
        "Incoterms",
        "INCOTERMS",
    ] {
        place = place.trim_matches(|letter: char| matches!(letter, ' ' | ',' | '(' | '-' | ':'));
        place = place.strip_suffix(year).or_else(|| place.strip_prefix(year)).unwrap_or(place);
        if let Some(cut) = place.strip_suffix(')').and_then(|cut| cut.strip_suffix(year)) {
            place = cut;
        }
    }
    let place = place.trim_matches(|letter: char| matches!(letter, ' ' | ',' | '(' | '-' | ':' | '[' | ']' | ';'));
    let open = place.matches('(').count();
    let place = if place.matches(')').count() > open { place.trim_end_matches(')') } else { place };
    place.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_term_is_told_from_its_place() {
        for (print, want) in [
            ("CIF Oakland", Some(("CIF", "Oakland"))),
            ("FOB", Some(("FOB", ""))),
            ("FOB, Shanghai (Incoterms 2020)", Some(("FOB", "Shanghai"))),
            ("Incoterms 2020: DAP Dallas, TX", Some(("DAP", "Dallas, TX"))),
            ("C&F Long Beach", Some(("CFR", "Long Beach"))),
            ("Net 30 days", None),
            ("fob", None),
        ] {
            assert_eq!(incoterm(print).as_ref().map(|(term, place)| (*term, place.as_str())), want, "{print}");
        }
    }

    proptest! {
        #[test]
        fn no_print_breaks_it(print in "\\PC{0,40}") {
            let _ = incoterm(&print);
        }
    }
}
