//! Amounts of money as they are printed: when a product, a sum or a conversion comes out as far as the printed decimals can tell,
//! because a figure is never exacter than its print.

use super::measure::half_unit;
use rust_decimal::Decimal;
use rust_decimal::dec;

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

/// True where two prints can be of one amount: they differ by no more than what the coarser one leaves open.
pub fn same(a: Decimal, b: Decimal) -> bool {
    let open = if a.scale() == b.scale() { Decimal::ZERO } else { half_unit(a).max(half_unit(b)) };
    (a - b).abs() <= open
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
    fn an_amount_printed_without_cents_leaves_half_a_unit_open() {
        assert!(same(dec!(1200), dec!(1200.49)) && same(dec!(1200.5), dec!(1200.48)));
        assert!(!same(dec!(1200), dec!(1200.51)) && !same(dec!(1200.00), dec!(1200.01)));
        assert!(same(dec!(1200), dec!(1200.00)));
    }

    proptest! {
        #[test]
        fn an_amount_rounded_from_its_product_is_never_wrong(quantity in 1i64..100_000, price in 1i64..1_000_000) {
            let (quantity, price) = (Decimal::from(quantity), Decimal::new(price, 3));
            prop_assert!(is_product(quantity, price, (quantity * price).round_dp(2)));
        }

        #[test]
        fn sameness_has_no_order(a in -10_000_000i64..10_000_000, b in -10_000_000i64..10_000_000, x in 0u32..4, y in 0u32..4) {
            let (a, b) = (Decimal::new(a, x), Decimal::new(b, y));
            prop_assert_eq!(same(a, b), same(b, a));
            prop_assert!(same(a, a) && same(a, a.round_dp(0)));
        }
    }
}
