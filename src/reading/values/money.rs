//! Amounts of money and the currency printed with them.

use super::number::{Mark, number};
use crate::domain::trade::currency::in_use;
use crate::reading::vocabulary::fold;

/// The ISO 4217 code of a print that is a currency and nothing else: `USD`, `US$`, `EUR (€)`, `US Dollars`.
pub fn currency(print: &str) -> Option<&'static str> {
    let trimmed = print.trim().trim_matches(|letter: char| matches!(letter, '(' | ')' | '.' | ':' | ' '));
    if let Some(code) = in_use(&trimmed.to_ascii_uppercase()) {
        return Some(code);
    }
    if let Some((first, rest)) = trimmed.split_once([' ', '/', '-', '(', ',']) {
        let code = in_use(first);
        let agrees = code.is_some() && !rest.chars().any(|letter| letter.is_ascii_digit());
        if agrees {
            return code;
        }
    }
    let symbol = match trimmed {
        "US$" | "USD$" | "$US" | "U.S.$" | "US $" => Some("USD"),
        "€" => Some("EUR"),
        "£" => Some("GBP"),
        "HK$" => Some("HKD"),
        "NT$" => Some("TWD"),
        "C$" | "CA$" | "CAD$" => Some("CAD"),
        "A$" | "AU$" => Some("AUD"),
        "S$" => Some("SGD"),
        "MX$" => Some("MXN"),
        "R$" => Some("BRL"),
        "元" => Some("CNY"),
        _ => None,
    };
    symbol.or_else(|| match fold(trimmed).as_str() {
        "usdollar"
        | "usdollars"
        | "unitedstatesdollar"
        | "unitedstatesdollars"
        | "dollarusd"
        | "dolaresusd"
        | "dolares"
        | "dollarsus"
        | "美元"
        | "美金"
        | "usdollarsusd"
        | "dolaresamericanos"
        | "amerikaansedollar"
        | "dollariusa"
        | "dolaresestadounidenses"
        | "usdusdollars"
        | "dollarus" => Some("USD"),
        "euro" | "euros" | "欧元" | "euroseur" => Some("EUR"),
        "rmb" | "renminbi" | "yuan" | "cnh" | "人民币" => Some("CNY"),
        "poundsterling" | "britishpound" | "sterling" => Some("GBP"),
        "yen" | "japaneseyen" | "日元" => Some("JPY"),
        _ => None,
    })
}

/// An amount with the currency that stands before or behind it, if any. Refuses prints with other words.
pub fn amount(print: &str, mark: Mark) -> Option<(String, Option<&'static str>)> {
    let print = print.trim();
    if let Some(value) = number(print, mark) {
        return Some((value, None));
    }
    let (minus, print) = match print.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest.trim()),
        None => (false, print),
    };
    let start = print.find(|letter: char| letter.is_ascii_digit() || matches!(letter, '(' | '-'))?;
    let end = print.rfind(|letter: char| letter.is_ascii_digit() || matches!(letter, ')' | '-' | '*'))?;
    let (before, digits) = print.split_at_checked(start)?;
    let end = end.checked_sub(start)?.checked_add(1)?;
    let (digits, after) = digits.split_at_checked(end)?;
    let code = match (before.trim(), after.trim()) {
        ("", "") => None,
        ("$", "") | ("", "$") | ("¥" | "￥", "") | ("", "¥") => None,
        (code, "") | ("", code) => Some(currency(code)?),
        ("$", code) | (code, "$") => Some(currency(code)?),
        _ => return None,
    };
    let value = number(digits, mark)?;
    let value = if minus && !value.starts_with('-') { format!("-{value}") } else { value };
    Some((value, code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_amount_brings_its_currency() {
        for (print, value) in [
            ("150,004.60", Some(("150004.60", None))),
            ("USD 1,200.00", Some(("1200.00", Some("USD")))),
            ("US$1,200.00", Some(("1200.00", Some("USD")))),
            ("$ 1,200.00", Some(("1200.00", None))),
            ("1.200,00 €", Some(("1200.00", Some("EUR")))),
            ("-$45.00", Some(("-45.00", None))),
            ("(3,018.04)", Some(("-3018.04", None))),
            ("3 pieces", None),
            ("Net 30 days", None),
        ] {
            let got = amount(print, Mark::Point);
            assert_eq!(got.as_ref().map(|(value, code)| (value.as_str(), *code)), value, "{print}");
        }
    }

    #[test]
    fn a_currency_is_a_code_a_sign_or_a_name_and_a_bare_dollar_is_none() {
        assert_eq!(currency("USD"), Some("USD"));
        assert_eq!(currency("US Dollars"), Some("USD"));
        assert_eq!(currency("EUR (Euro)"), Some("EUR"));
        assert_eq!(currency("$"), None);
        assert_eq!(currency("PCS"), None);
    }

    proptest! {
        #[test]
        fn no_print_breaks_it(print in "\\PC{0,30}") {
            let _ = amount(&print, Mark::Comma);
            let _ = currency(&print);
        }
    }
}
