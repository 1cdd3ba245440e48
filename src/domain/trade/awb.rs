//! Air waybill numbers: three digits of the airline, seven of the waybill and a check digit, the seven modulo 7 (IATA 600a).

/// Why a text is no air waybill number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not eleven digits.
    Form,
    /// The digit that the others ask for.
    CheckDigit(u32),
}

/// Judges a number written `NNN-NNNNNNNN`; the hyphen and spaces may be missing.
pub fn judge(number: &str) -> Result<(), Fault> {
    let digits: Vec<u32> = number.chars().filter(|c| !matches!(c, '-' | ' ')).filter_map(|c| c.to_digit(10)).collect();
    let clean = number.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' '));
    let Ok(digits) = <[u32; 11]>::try_from(digits) else { return Err(Fault::Form) };
    let [_, _, _, serial @ .., check] = digits;
    if !clean {
        return Err(Fault::Form);
    }
    let wanted = serial.iter().fold(0u32, |number, digit| number * 10 + digit) % 7;
    if wanted == check { Ok(()) } else { Err(Fault::CheckDigit(wanted)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_eighth_digit_is_the_seven_before_it_modulo_seven() {
        assert_eq!(judge("125-12345675"), Ok(()));
        assert_eq!(judge("17612345675"), Ok(()));
        assert_eq!(judge("020-98765430"), Err(Fault::CheckDigit(5)));
        for bad in ["", "125-1234567", "125-123456756", "12A-12345675"] {
            assert_eq!(judge(bad), Err(Fault::Form), "{bad}");
        }
    }
    proptest! {
        #[test]
        fn only_one_last_digit_is_right(airline in "[0-9]{3}", serial in 0u32..10_000_000, last in 0u32..10) {
            let judged = judge(&format!("{airline}-{serial:07}{last}"));
            prop_assert_eq!(judged, if last == serial % 7 { Ok(()) } else { Err(Fault::CheckDigit(serial % 7)) });
        }

        #[test]
        fn nothing_troubles_the_judge(text in "\\PC{0,14}") {
            let _ = judge(&text);
        }
    }
}
