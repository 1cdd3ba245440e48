//! Movement reference numbers of transit and other declarations in the Union: two digits of the year, two letters of the
//! country, thirteen characters and a check character that follows ISO 6346 with its remainder.

/// Why a text is no MRN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not two digits, two letters and fourteen letters or digits.
    Form,
    /// The digit that the others ask for.
    CheckDigit(u32),
}

/// The check digit of the first seventeen characters.
pub fn check_digit(number: &str) -> Option<u32> {
    super::check_digit::of(number, 17)
}

/// Judges a number written in upper case without spaces.
pub fn judge(number: &str) -> Result<(), Fault> {
    let form = number.len() == 18
        && number.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
        && number.get(..2).is_some_and(|year| year.bytes().all(|c| c.is_ascii_digit()))
        && number.get(2..4).is_some_and(|country| country.bytes().all(|c| c.is_ascii_uppercase()));
    let wanted = check_digit(number).filter(|_| form).ok_or(Fault::Form)?;
    if number.chars().last().and_then(|c| c.to_digit(10)) == Some(wanted) {
        Ok(())
    } else {
        Err(Fault::CheckDigit(wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn real_numbers_are_right() {
        for good in [
            "26NL000432A1B2C3J5",
            "25GB000246TK0E6WJ1",
            "99IT9876AB88901209",
            "23GB000246IF9W5YJ0",
            "24GB000246J8NY33L7",
        ] {
            assert_eq!(judge(good), Ok(()), "{good}");
        }
        assert_eq!(judge("26NL000432A1B2C3J6"), Err(Fault::CheckDigit(5)));
    }

    #[test]
    fn what_is_not_formed_like_one_is_refused() {
        for bad in ["", "23NL123", "NL23123456789012345", "23NL00036012345A", "23nl000360123456J5"] {
            assert_eq!(judge(bad), Err(Fault::Form), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_number_with_its_own_check_digit_is_right_and_with_another_is_not(body in "[0-9]{2}[A-Z]{2}[A-Z0-9]{13}", wrong in 1u32..10) {
            let check = check_digit(&body).unwrap_or(0);
            prop_assert_eq!(judge(&format!("{body}{check}")), Ok(()));
            prop_assert_eq!(judge(&format!("{body}{}", (check + wrong) % 10)), Err(Fault::CheckDigit(check)));
        }
    }
}
