//! Weights in kilograms and volumes in cubic metres, from the units that documents print.

use super::number::{Mark, number};
use crate::reading::vocabulary::fold;
use rust_decimal::Decimal;
use std::str::FromStr;

/// What a unit is worth in the contract's unit; `None` for the unit itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit(Option<&'static str>);

/// The weight unit that a print names.
pub fn weight_unit(print: &str) -> Option<Unit> {
    named(
        print,
        &[
            (
                &[
                    "kg",
                    "kgs",
                    "kgm",
                    "kilo",
                    "kilos",
                    "kilogram",
                    "kilograms",
                    "公斤",
                    "千克",
                    "kilogramos",
                    "kilogramm",
                    "k",
                ],
                None,
            ),
            (&["lb", "lbs", "pound", "pounds", "l"], Some("0.45359237")),
            (&["mt", "mts", "tne", "ton", "tons", "tonne", "tonnes", "t", "吨", "to"], Some("1000")),
            (&["g", "gr", "grams", "gram"], Some("0.001")),
            (&["oz"], Some("0.028349523")),
        ],
    )
}

/// The volume unit that a print names.
pub fn volume_unit(print: &str) -> Option<Unit> {
    named(
        print,
        &[
            (
                &[
                    "cbm",
                    "m3",
                    "cum",
                    "cubicmeters",
                    "cubicmetres",
                    "cubicmeter",
                    "cbms",
                    "立方米",
                    "mc",
                    "mtq",
                    "cubicmetre",
                    "mtr3",
                ],
                None,
            ),
            (&["cft", "cuft", "ft3", "cubicfeet", "cuf", "cubicfoot", "ftq"], Some("0.028316846592")),
        ],
    )
}

fn named(print: &str, units: &[(&[&str], Option<&'static str>)]) -> Option<Unit> {
    let whole = fold(&print.replace(['³'], "3"));
    let find = |word: &str| units.iter().find(|(names, _)| names.contains(&word)).map(|(_, worth)| Unit(*worth));
    find(&whole).or_else(|| {
        print.split(|letter: char| !letter.is_alphanumeric()).find_map(|word| {
            let word = fold(&word.replace('³', "3"));
            if word.chars().count() < 2 { None } else { find(&word) }
        })
    })
}

/// A weight in kilograms. `hint` is the unit of the label or the column, where it has one.
pub fn weight(print: &str, hint: Option<Unit>, mark: Mark) -> Option<String> {
    measured(print, hint, mark, weight_unit)
}

/// A volume in cubic metres. `hint` is the unit of the label or the column, where it has one.
pub fn volume(print: &str, hint: Option<Unit>, mark: Mark) -> Option<String> {
    measured(print, hint, mark, volume_unit)
}

fn measured(print: &str, hint: Option<Unit>, mark: Mark, unit: fn(&str) -> Option<Unit>) -> Option<String> {
    let (digits, rest) = leading_number(print)?;
    let value = number(digits, mark)?;
    let worth = if rest.is_empty() { hint.unwrap_or(Unit(None)) } else { unit(rest)? };
    if value.starts_with('-') {
        return None;
    }
    let Unit(Some(factor)) = worth else { return Some(value) };
    let value = Decimal::from_str(&value).ok()?.checked_mul(Decimal::from_str(factor).ok()?)?;
    Some(value.round_dp(3).to_string())
}

/// The number that a print starts with, and what follows it.
pub fn leading_number(print: &str) -> Option<(&str, &str)> {
    let print = print.trim();
    let end = print.find(|letter: char| {
        !(letter.is_ascii_digit() || matches!(letter, '.' | ',' | ' ' | '\'' | '’' | '*' | '\u{a0}' | '\u{202f}'))
    });
    let (digits, rest) = print.split_at_checked(end.unwrap_or(print.len()))?;
    let digits = digits.trim();
    if digits.is_empty() { None } else { Some((digits, rest.trim())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn weights_come_out_in_kilograms() {
        for (print, hint, value) in [
            ("5,659.80 KG", None, Some("5659.80")),
            ("5,659.80", None, Some("5659.80")),
            ("100 LBS", None, Some("45.359")),
            ("100", weight_unit("LBS"), Some("45.359")),
            ("21.5 MT", None, Some("21500.0")),
            ("8,769.0 KGS", weight_unit("LB"), Some("8769.0")),
            ("5,659.80 CTNS", None, None),
            ("N/A", None, None),
        ] {
            assert_eq!(weight(print, hint, Mark::Point).as_deref(), value, "{print}");
        }
    }

    #[test]
    fn volumes_come_out_in_cubic_metres() {
        assert_eq!(volume("44.600 CBM", None, Mark::Point).as_deref(), Some("44.600"));
        assert_eq!(volume("12,5 m³", None, Mark::Comma).as_deref(), Some("12.5"));
        assert_eq!(volume("100 CFT", None, Mark::Point).as_deref(), Some("2.832"));
    }

    proptest! {
        #[test]
        fn no_print_breaks_it(print in "\\PC{0,30}") {
            let _ = weight(&print, None, Mark::Point);
            let _ = volume(&print, weight_unit(&print), Mark::Comma);
        }
    }
}
