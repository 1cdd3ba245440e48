//! Numbers of CBP entries: three characters of the filer, seven digits that the filer counts, and a check digit (CATAIR Appendix E).
//! Whether an entry was filed is not known here.

/// Why a text is no entry number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not a filer's code, seven digits and one.
    Form,
    /// The digit that the others ask for.
    CheckDigit(u32),
}

/// The value of a character: digits count as they are, letters 1 to 9 from A, again from J, and 2 to 9 from S.
fn value(letter: char) -> Option<u32> {
    let from = |first: char, value: u32| {
        u32::from(letter).checked_sub(u32::from(first)).and_then(|place| place.checked_add(value))
    };
    match letter {
        '0'..='9' => letter.to_digit(10),
        'A'..='I' => from('A', 1),
        'J'..='R' => from('J', 1),
        'S'..='Z' => from('S', 2),
        _ => None,
    }
}

/// The check digit of a filer's code and seven digits: every second character counts twice, beginning with the last, and the digits
/// of a doubled value are added up.
pub fn check_digit(body: &str) -> Option<u32> {
    let mut sum = 0u32;
    let mut twice = true;
    for letter in body.chars().rev() {
        let plain = value(letter)?;
        let counted = if twice { plain.checked_mul(2)? } else { plain };
        sum = sum.checked_add(counted / 10)?.checked_add(counted % 10)?;
        twice = !twice;
    }
    Some((10 - sum % 10) % 10)
}

/// Judges a number written `FFF-NNNNNNN-C`; the hyphens may be missing.
///
/// # Errors
/// [`Fault::Form`] and [`Fault::CheckDigit`].
pub fn judge(number: &str) -> Result<(), Fault> {
    let plain: String = number.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    let (body, check) = plain.split_at_checked(10).ok_or(Fault::Form)?;
    let (filer, serial) = body.split_at_checked(3).ok_or(Fault::Form)?;
    let filer_fits = filer.bytes().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
    let serial_fits = serial.bytes().all(|c| c.is_ascii_digit());
    let mut rest = check.chars();
    let (Some(printed), None) = (rest.next().and_then(|c| c.to_digit(10)), rest.next()) else {
        return Err(Fault::Form);
    };
    let wanted = check_digit(body).filter(|_| filer_fits && serial_fits).ok_or(Fault::Form)?;
    if wanted == printed { Ok(()) } else { Err(Fault::CheckDigit(wanted)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_right_with_its_own_check_digit() {
        assert_eq!(judge("B76-0324527-8"), Ok(()));
        assert_eq!(judge("B7603245278"), Ok(()));
        assert_eq!(judge("B76-0324527-3"), Err(Fault::CheckDigit(8)));
        for bad in ["", "B76-032452-8", "B76-0324527", "b76-0324527-8", "B76-03245A7-8", "B76-0324527-88"] {
            assert_eq!(judge(bad), Err(Fault::Form), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn one_changed_digit_is_noticed(filer in "[A-Z0-9]{3}", serial in "[0-9]{7}", place in 3usize..10, other in 0u8..10) {
            let body = format!("{filer}{serial}");
            let good = format!("{body}{}", check_digit(&body).unwrap_or(0));
            prop_assert_eq!(judge(&good), Ok(()));
            let changed: String =
                good.chars().enumerate().map(|(at, c)| if at == place { char::from(b'0' + other) } else { c }).collect();
            prop_assert!(changed == good || judge(&changed).is_err());
        }

        #[test]
        fn nothing_troubles_the_judge(text in "\\PC{0,14}") {
            let _ = judge(&text);
        }
    }
}
