//! Weights, volumes and quantities: how far two may be apart and still say the same, and what a unit is in another. A figure is
//! never exacter than its print.

use rust_decimal::Decimal;
use rust_decimal::dec;

/// Half a unit of the last printed decimal.
pub fn half_unit(printed: Decimal) -> Decimal {
    Decimal::new(5, printed.scale().saturating_add(1).min(Decimal::MAX_SCALE))
}

/// True where two weights in kilograms agree: within 1 kg or 0.5 % of the larger, whichever is more.
pub fn weights_agree(a: Decimal, b: Decimal) -> bool {
    (a - b).abs() <= (a.max(b) * dec!(0.005)).max(Decimal::ONE)
}

/// True where two volumes in cubic metres agree: within 0.05 m3 or 2 % of the larger, whichever is more.
pub fn volumes_agree(a: Decimal, b: Decimal) -> bool {
    (a - b).abs() <= (a.max(b) * dec!(0.02)).max(dec!(0.05))
}

/// Pounds in a kilogram, to the decimals by which two weights can be told to be one in two units.
const POUNDS: Decimal = dec!(2.2046226);

/// True where one weight is the other in pounds, or taken for pounds: their ratio is that of the units, to 1.5 %.
pub fn is_pounds_for_kilograms(a: Decimal, b: Decimal) -> bool {
    let (light, heavy) = if a < b { (a, b) } else { (b, a) };
    light > Decimal::ZERO
        && light.checked_mul(POUNDS).is_some_and(|pounds| (heavy - pounds).abs() <= heavy * dec!(0.015))
}

/// How many pieces one of a unit is, where the unit counts; nothing where it measures or packs.
pub fn pieces_in(unit: &str) -> Option<u32> {
    let unit: String = unit.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    match unit.as_str() {
        "" | "PC" | "PCS" | "PCE" | "PIECE" | "PIECES" | "EA" | "EACH" | "UNIT" | "UNITS" | "NO" | "NOS" | "C62"
        | "H87" | "ST" | "STK" | "STÜCK" | "STUECK" | "个" | "件" | "PZA" | "PZAS" | "PIEZAS" | "PIÈCES" | "STUKS" => {
            Some(1)
        }
        "PR" | "PRS" | "PAIR" | "PAIRS" | "NPR" | "PAAR" | "PAR" | "PARES" | "PAIRE" | "PAIRES" | "双" => Some(2),
        "DOZ" | "DZ" | "DZN" | "DOZEN" | "DOZENS" | "DPC" | "DOCENA" | "DOCENAS" | "DUTZEND" | "打" => Some(12),
        "DPR" | "DOZPR" | "DOZPRS" => Some(24),
        "HUN" | "CEN" | "HUNDRED" => Some(100),
        "GR" | "GRO" | "GROSS" => Some(144),
        "MIL" | "THS" | "THOUSAND" => Some(1000),
        "GGR" | "GREATGROSS" => Some(1728),
        _ => None,
    }
}

/// A quantity in pieces where its unit is one of counting; the quantity and its unit where it is not. Pairs stay pairs: many count
/// one pair as one piece, see [`pairs_may_be`].
pub fn in_pieces(quantity: Decimal, unit: &str) -> (Decimal, String) {
    match pieces_in(unit) {
        Some(2) => (quantity, PAIRS.to_owned()),
        Some(pieces) => (quantity.saturating_mul(Decimal::from(pieces)), String::new()),
        None => (quantity, unit.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()),
    }
}

/// What [`in_pieces`] calls pairs.
pub const PAIRS: &str = "PR";

/// True where so many pairs can be so many pieces, counted singly or as pairs.
pub fn pairs_may_be(pairs: Decimal, pieces: Decimal) -> bool {
    pairs == pieces || pairs.saturating_mul(dec!(2)) == pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn weights_and_volumes_have_the_tolerances_of_the_trade() {
        assert!(weights_agree(dec!(100), dec!(101)) && !weights_agree(dec!(100), dec!(101.1)));
        assert!(weights_agree(dec!(20000), dec!(20100)) && !weights_agree(dec!(20000), dec!(20101)));
        assert!(volumes_agree(dec!(0.27), dec!(0.31)) && !volumes_agree(dec!(133.85), dec!(145.06)));
    }

    #[test]
    fn dozens_are_pieces_and_kilograms_are_not() {
        assert_eq!(in_pieces(dec!(10), "doz."), (dec!(120), String::new()));
        assert_eq!(in_pieces(dec!(2), "GROSS"), (dec!(288), String::new()));
        assert_eq!(in_pieces(dec!(10), "PCS"), (dec!(10), String::new()));
        assert_eq!(in_pieces(dec!(10), "kg"), (dec!(10), "KG".to_owned()));
    }

    #[test]
    fn pairs_are_two_pieces_or_one() {
        assert_eq!(in_pieces(dec!(10), "prs."), (dec!(10), PAIRS.to_owned()));
        assert!(pairs_may_be(dec!(10), dec!(20)) && pairs_may_be(dec!(10), dec!(10)));
        assert!(!pairs_may_be(dec!(10), dec!(19)) && !pairs_may_be(dec!(20), dec!(10)));
    }

    #[test]
    fn pounds_taken_for_kilograms_are_known_by_their_ratio() {
        assert!(is_pounds_for_kilograms(dec!(1000), dec!(2204.6)) && is_pounds_for_kilograms(dec!(2205), dec!(1000)));
        assert!(!is_pounds_for_kilograms(dec!(1000), dec!(2000)) && !is_pounds_for_kilograms(dec!(0), dec!(0)));
    }

    proptest! {
        #[test]
        fn agreement_does_not_depend_on_the_order(a in 0i64..10_000_000, b in 0i64..10_000_000) {
            let (a, b) = (Decimal::new(a, 2), Decimal::new(b, 2));
            prop_assert_eq!(weights_agree(a, b), weights_agree(b, a));
            prop_assert_eq!(volumes_agree(a, b), volumes_agree(b, a));
            prop_assert!(weights_agree(a, a) && volumes_agree(a, a));
        }
    }
}
