//! Amounts, weights and volumes: how far two may be apart and still say the same. Tolerances come from the printed decimals,
//! because a figure is never exacter than its print.

use rust_decimal::Decimal;
use rust_decimal::dec;

/// Half a unit of the last printed decimal.
pub fn half_unit(printed: Decimal) -> Decimal {
    Decimal::new(5, printed.scale().saturating_add(1).min(Decimal::MAX_SCALE))
}

/// A cent is never argued about.
const CENT: Decimal = dec!(0.01);

/// True where an amount is quantity times price as far as their printed decimals can tell.
pub fn is_product(quantity: Decimal, price: Decimal, amount: Decimal) -> bool {
    let Some(product) = quantity.checked_mul(price) else { return true };
    let slack = quantity.abs().checked_mul(half_unit(price)).and_then(|slack| slack.checked_add(half_unit(amount)));
    slack.is_none_or(|slack| (product - amount).abs() <= slack.max(CENT))
}

/// True where a total is the sum of `terms` amounts as far as rounding in each can tell.
pub fn is_sum(sum: Decimal, terms: usize, total: Decimal) -> bool {
    let terms = Decimal::from(terms.max(1));
    (sum - total).abs() <= (half_unit(total) * terms).max(CENT)
}

/// True where two weights in kilograms agree: within 1 kg or 0.5 % of the larger, whichever is more.
pub fn weights_agree(a: Decimal, b: Decimal) -> bool {
    (a - b).abs() <= (a.max(b) * dec!(0.005)).max(Decimal::ONE)
}

/// True where two volumes in cubic metres agree: within 0.05 m3 or 2 % of the larger, whichever is more.
pub fn volumes_agree(a: Decimal, b: Decimal) -> bool {
    (a - b).abs() <= (a.max(b) * dec!(0.02)).max(dec!(0.05))
}

/// A quantity in pieces where its unit is one of counting; the quantity and its unit where it is not.
pub fn in_pieces(quantity: Decimal, unit: &str) -> (Decimal, String) {
    let unit: String = unit.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    let pieces = match unit.as_str() {
        "" | "PC" | "PCS" | "PCE" | "PIECE" | "PIECES" | "EA" | "EACH" | "UNIT" | "UNITS" | "NO" | "NOS" | "C62"
        | "H87" | "ST" | "STK" | "STÜCK" | "STUECK" | "个" | "件" | "PZA" | "PZAS" | "PIEZAS" | "PIÈCES" | "STUKS" => {
            1
        }
        "DOZ" | "DZ" | "DZN" | "DOZEN" | "DOZENS" | "DPC" => 12,
        "GR" | "GRO" | "GROSS" => 144,
        _ => return (quantity, unit),
    };
    (quantity.saturating_mul(Decimal::from(pieces)), String::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_price_of_three_decimals_allows_for_what_was_rounded_away() {
        assert!(is_product(dec!(2016), dec!(2.024), dec!(4080.38)));
        assert!(is_product(dec!(24), dec!(5.527), dec!(132.65)));
        assert!(!is_product(dec!(100), dec!(12.00), dec!(1201.00)));
        assert!(is_product(dec!(100), dec!(12.00), dec!(1200.49)), "half a cent a piece may hide in the price");
    }

    #[test]
    fn weights_and_volumes_have_the_tolerances_of_the_trade() {
        assert!(weights_agree(dec!(100), dec!(101)) && !weights_agree(dec!(100), dec!(101.1)));
        assert!(weights_agree(dec!(20000), dec!(20100)) && !weights_agree(dec!(20000), dec!(20101)));
        assert!(volumes_agree(dec!(0.27), dec!(0.31)) && !volumes_agree(dec!(133.85), dec!(145.06)));
    }

    #[test]
    fn dozens_are_pieces_and_kilograms_are_not() {
        assert_eq!(in_pieces(dec!(10), "doz."), (dec!(120), String::new()));
        assert_eq!(in_pieces(dec!(10), "PCS"), (dec!(10), String::new()));
        assert_eq!(in_pieces(dec!(10), "kg"), (dec!(10), "KG".to_owned()));
    }

    proptest! {
        #[test]
        fn agreement_does_not_depend_on_the_order(a in 0i64..10_000_000, b in 0i64..10_000_000) {
            let (a, b) = (Decimal::new(a, 2), Decimal::new(b, 2));
            prop_assert_eq!(weights_agree(a, b), weights_agree(b, a));
            prop_assert_eq!(volumes_agree(a, b), volumes_agree(b, a));
            prop_assert!(weights_agree(a, a) && volumes_agree(a, a));
        }

        #[test]
        fn an_amount_rounded_from_its_product_is_never_wrong(quantity in 1i64..100_000, price in 1i64..1_000_000) {
            let (quantity, price) = (Decimal::from(quantity), Decimal::new(price, 3));
            prop_assert!(is_product(quantity, price, (quantity * price).round_dp(2)));
        }
    }
}
