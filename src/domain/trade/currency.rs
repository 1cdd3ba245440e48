//! Currencies by their three letters, ISO 4217. Signs and names of currencies are the business of reading.

use iso_currency::Currency;

/// The currency of three upper-case letters, where money of it changes hands: no precious metals, funds, test codes, or money that was
/// replaced.
fn find(code: &str) -> Option<Currency> {
    let currency = Currency::from_code(code).filter(|currency| currency.code() == code)?;
    (!currency.is_special() && !currency.is_fund() && currency.is_superseded().is_none()).then_some(currency)
}

/// The code itself, where it is one of a currency in use.
pub fn in_use(code: &str) -> Option<&'static str> {
    find(code).map(|currency| currency.code())
}

/// How many decimals its amounts have: 2 for most, 0 for the yen.
pub fn decimals(code: &str) -> Option<u16> {
    find(code)?.exponent()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_in_use_is_known_and_nothing_else_is() {
        for code in ["USD", "EUR", "CNY", "JPY", "TWD", "TRY", "CHF", "MXN", "VND"] {
            assert_eq!(in_use(code), Some(code));
        }
        for code in ["", "usd", "US", "XXX", "XAU", "XTS", "DEM", "PCS", "CTN"] {
            assert_eq!(in_use(code), None, "{code}");
        }
    }

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        for (code, wanted) in [("USD", Some(2)), ("JPY", Some(0)), ("KWD", Some(3)), ("XAU", None)] {
            assert_eq!(decimals(code), wanted, "{code}");
        }
    }
}
