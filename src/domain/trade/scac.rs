//! Standard Carrier Alpha Codes: the form, two to four letters. The list of carriers is licensed and loaded apart; a line of it is a
//! [`Carrier`].

/// A carrier as a loaded list names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carrier {
    pub code: String,
    pub name: String,
}

/// True where the print has the form of a SCAC.
pub fn is_possible(print: &str) -> bool {
    (2..=4).contains(&print.len()) && print.bytes().all(|letter| letter.is_ascii_alphabetic())
}

/// The carrier's code in front of a bill number: four letters before a rest that has a digit.
pub fn prefix(bill: &str) -> Option<&str> {
    let (code, rest) = bill.split_at_checked(4)?;
    (is_possible(code) && rest.len() >= 4 && rest.bytes().any(|byte| byte.is_ascii_digit())).then_some(code)
}

/// A bill number without the carrier's code in front, where the rest still is a number.
pub fn without_prefix(bill: &str) -> &str {
    match bill.split_at_checked(4) {
        Some((code, rest)) if is_possible(code) && rest.len() >= 4 => rest,
        _ => bill,
    }
}

/// True where two bill numbers are one, printed with the carrier's code or without.
pub fn same_bill(a: &str, b: &str) -> bool {
    a == b || without_prefix(a) == b || a == without_prefix(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_in_front_of_a_bill_is_told_from_its_number() {
        assert_eq!(prefix("TWLL36760421"), Some("TWLL"));
        assert_eq!(prefix("36760421"), None);
        assert_eq!(prefix("OAKMNALTX"), None, "letters alone may be a name");
    }

    #[test]
    fn a_bill_is_the_same_with_its_carriers_code_and_without() {
        assert!(same_bill("TWLL36760421", "36760421"));
        assert!(same_bill("36760421", "TWLL36760421"));
        assert!(!same_bill("TWLL36760421", "BABL36760421"));
        assert!(!same_bill("TWLL36760421", "TWLL36760422"));
        assert!(is_possible("ORLS") && is_possible("UP") && !is_possible("M1SC") && !is_possible("ORLSX"));
    }
}
