//! Guarantee reference numbers of transit in the Union: year, country, twelve characters and a check digit, and seven characters more
//! where the guarantee is a voucher (Regulation (EU) 2015/2447, Annex 32-01; NCTS rule R0318). Whether a guarantee exists is not known here.

use super::{check_digit, country};

/// Why a text is no guarantee reference number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not two digits, two letters of a country, twelve characters and a digit, with or without a letter and six digits.
    Form,
    /// The digit that the others ask for. Some customs administrations hand out numbers that do not follow it.
    CheckDigit(u32),
}

/// Judges a number written in upper case without spaces.
///
/// # Errors
/// [`Fault::Form`] and [`Fault::CheckDigit`].
pub fn judge(number: &str) -> Result<(), Fault> {
    let (own, voucher) = number.split_at_checked(17).ok_or(Fault::Form)?;
    let (year, rest) = own.split_at_checked(2).ok_or(Fault::Form)?;
    let (land, serial) = rest.split_at_checked(2).ok_or(Fault::Form)?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let last = serial.chars().last().and_then(|last| last.to_digit(10)).ok_or(Fault::Form)?;
    let serial_fits = serial.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    let mut tail = voucher.chars();
    let voucher_fits = voucher.is_empty()
        || (tail.next().is_some_and(|letter| letter.is_ascii_uppercase())
            && tail.as_str().len() == 6
            && digits(tail.as_str()));
    // Northern Ireland issues under XI, the Union's own offices under EU.
    let known = country::is_code(land) || matches!(land, "XI" | "EU");
    if !(digits(year) && known && serial_fits && voucher_fits) {
        return Err(Fault::Form);
    }
    let wanted = check_digit::of(own, 16).ok_or(Fault::Form)?;
    if wanted == last { Ok(()) } else { Err(Fault::CheckDigit(wanted)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn official_numbers_are_right_and_edited_ones_are_not() {
        for good in ["23GB0000010000058", "26GB000001038B634", "23XI00000100000D0", "24GB0000010000295"] {
            assert_eq!(judge(good), Ok(()), "{good}");
        }
        assert_eq!(judge("24GB0000010000296"), Err(Fault::CheckDigit(5)));
        assert_eq!(judge("24GB0000010000295A123456"), Ok(()), "a voucher");
    }

    #[test]
    fn what_is_not_formed_like_one_is_refused() {
        for bad in
            ["", "24GB", "24gb0000010000295", "24QQ0000010000295", "24GB000001000029X", "24GB0000010000295A12345"]
        {
            assert_eq!(judge(bad), Err(Fault::Form), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn only_its_own_check_digit_makes_a_number_right(body in "[0-9]{2}(NL|DE|FR)[A-Z0-9]{12}", wrong in 1u32..10) {
            let check = check_digit::of(&body, 16).unwrap_or(0);
            prop_assert_eq!(judge(&format!("{body}{check}")), Ok(()));
            prop_assert_eq!(judge(&format!("{body}{}", (check + wrong) % 10)), Err(Fault::CheckDigit(check)));
        }

        #[test]
        fn nothing_troubles_the_judge(text in "\\PC{0,26}") {
            let _ = judge(&text);
        }
    }
}
