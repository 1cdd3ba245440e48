//! Counts of packages and of goods, with the kind or unit printed behind them.

use super::measure::leading_number;
use super::number::{Mark, count, number};
use crate::reading::vocabulary::fold;

/// What packages are called, in several languages.
const KINDS: &[&str] = &[
    "ctn",
    "ctns",
    "carton",
    "cartons",
    "ct",
    "cts",
    "箱",
    "纸箱",
    "caja",
    "cajas",
    "karton",
    "kartons",
    "kartonnen",
    "plt",
    "plts",
    "pallet",
    "pallets",
    "托盘",
    "tarimas",
    "palette",
    "paletten",
    "palettes",
    "palets",
    "pkg",
    "pkgs",
    "package",
    "packages",
    "件",
    "包",
    "bultos",
    "bulto",
    "packstucke",
    "packstuck",
    "colis",
    "colli",
    "kolli",
    "case",
    "cases",
    "crate",
    "crates",
    "木箱",
    "bag",
    "bags",
    "袋",
    "sacos",
    "sacke",
    "sacs",
    "drum",
    "drums",
    "桶",
    "roll",
    "rolls",
    "卷",
    "bdl",
    "bundle",
    "bundles",
    "bale",
    "bales",
    "box",
    "boxes",
    "dozen",
    "dozens",
    "dozen",
    "pcs",
    "pieces",
    "piece",
    "pc",
    "skid",
    "skids",
    "container",
    "containers",
    "unit",
    "units",
    "wooden",
    "px",
    "cs",
    "bundels",
    "cartoni",
    "scatole",
    "cartones",
    "kisten",
    "kiste",
    "dozen",
    "doos",
    "cll",
    "bxs",
    "bgs",
    "rolls",
    "pails",
    "pail",
    "tins",
    "cans",
    "only",
    "in",
    "of",
    "total",
    "stuk",
    "stuks",
    "volumes",
    "caixas",
    "pk",
    "ctnss",
    "packs",
    "pack",
    "bundles",
    "reels",
    "reel",
    "sets",
    "set",
    "loose",
    "export",
    "fibreboard",
    "plywood",
    "packages",
    "s",
];

/// A count of packages: digits, with words for packages behind them or nothing. `518 CTNS`, `(518) cartons`.
pub fn packages(print: &str, mark: Mark) -> Option<String> {
    let (digits, rest) = leading_number(print)?;
    let known = rest
        .split(|letter: char| !letter.is_alphabetic())
        .filter(|word| !word.is_empty())
        .all(|word| KINDS.contains(&fold(word).as_str()));
    if !known {
        return None;
    }
    count(digits, mark).filter(|count| count.len() <= 7)
}

/// A quantity and the unit behind it: `63,300 PCS`. Refuses more than one word behind the number.
pub fn quantity(print: &str, mark: Mark) -> Option<(String, Option<String>)> {
    let (digits, rest) = leading_number(print)?;
    let value = number(digits, mark)?;
    let unit = rest.trim_matches(['.', '(', ')', ' ', '/']);
    if unit.is_empty() {
        return Some((value, None));
    }
    let short = unit.chars().count() <= 10 && unit.split_whitespace().count() == 1;
    let word = unit.chars().all(|letter| letter.is_alphabetic() || matches!(letter, '.' | '²' | '³' | '2' | '3' | '/'));
    (short && word && unit.chars().next().is_some_and(char::is_alphabetic)).then(|| (value, Some(unit.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn packages_are_counted_whatever_they_are_called() {
        for (print, value) in [
            ("518 CTNS", Some("518")),
            ("3,323 CARTONS", Some("3323")),
            ("12 wooden cases", Some("12")),
            ("518", Some("518")),
            ("20 箱", Some("20")),
            ("5.5", None),
            ("5,659.80 KG", None),
            ("CTNS", None),
        ] {
            assert_eq!(packages(print, Mark::Point).as_deref(), value, "{print}");
        }
    }

    #[test]
    fn a_quantity_brings_its_unit() {
        assert_eq!(quantity("63,300 PCS", Mark::Point), Some(("63300".into(), Some("PCS".into()))));
        assert_eq!(quantity("900", Mark::Point), Some(("900".into(), None)));
        assert_eq!(quantity("2 wide boxes", Mark::Point), None);
    }

    proptest! {
        #[test]
        fn no_print_breaks_it(print in "\\PC{0,30}") {
            let _ = packages(&print, Mark::Point);
            let _ = quantity(&print, Mark::Comma);
        }
    }
}
