//! Container numbers, ISO 6346: three letters of the owner, one of the category, six digits and a check digit.

/// Why a text is no container number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not four letters, the last U, J or Z, and seven digits.
    Form,
    /// The digit that the others ask for.
    CheckDigit(u8),
}

/// The check digit of the first ten characters; nothing where they are not letters and digits.
pub fn check_digit(number: &str) -> Option<u8> {
    u8::try_from(super::check_digit::of(number, 10)?).ok()
}

/// Judges a number written in upper case without spaces.
pub fn judge(number: &str) -> Result<(), Fault> {
    let (owner, rest) = number.split_at_checked(4).ok_or(Fault::Form)?;
    let letters = owner.chars().all(|letter| letter.is_ascii_uppercase()) && owner.ends_with(['U', 'J', 'Z']);
    if !letters || rest.len() != 7 || !rest.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Fault::Form);
    }
    let wanted = check_digit(number).ok_or(Fault::Form)?;
    let printed = rest.bytes().last().map(|digit| digit.saturating_sub(b'0'));
    if printed == Some(wanted) { Ok(()) } else { Err(Fault::CheckDigit(wanted)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_of_the_standard_are_judged() {
        for good in ["CSQU3054383", "MSKU1234565", "TGHU7599330", "MSKU1000090"] {
            assert_eq!(judge(good), Ok(()), "{good}");
        }
        assert_eq!(judge("CSQU3054384"), Err(Fault::CheckDigit(3)));
        for bad in ["", "CSQU305438", "CSQX3054383", "csqu3054383", "CSQU30543830", "ÄÖÜU3054383", "CSQU305438A"] {
            assert_eq!(judge(bad), Err(Fault::Form), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn one_changed_digit_is_noticed(owner in "[A-Z]{3}U", serial in "[0-9]{6}", place in 4usize..10, other in 0u8..10) {
            let body = format!("{owner}{serial}");
            let good = format!("{body}{}", check_digit(&body).unwrap_or(0));
            prop_assert_eq!(judge(&good), Ok(()));
            let changed: String =
                good.chars().enumerate().map(|(at, c)| if at == place { char::from(b'0' + other) } else { c }).collect();
            // A sum that leaves ten is written 0 as one that leaves nothing is: the standard's own blind spot.
            let blind = [&good, &changed].iter().any(|number| number.ends_with('0'));
            prop_assert!(changed == good || blind || judge(&changed).is_err());
        }

        #[test]
        fn nothing_troubles_the_judge(text in "\\PC{0,14}") {
            let _ = judge(&text);
        }
    }
}
