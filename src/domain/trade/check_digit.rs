//! The check digit of ISO 6346, which containers, movement references and guarantee references share: each letter and digit has a
//! value, each place doubles the weight of the one before, and the sum is taken modulo 11. What form a number has is not known here.

/// The value of a letter or digit: A is 10, B 12, and so on past every multiple of 11.
fn value(letter: char) -> Option<u32> {
    match letter {
        '0'..='9' => letter.to_digit(10),
        'A'..='Z' => {
            let place = u32::from(letter).checked_sub(u32::from('A'))?;
            // 11, 22 and 33 are left out.
            place.checked_add(10)?.checked_add(place.checked_add(9)? / 10)
        }
        _ => None,
    }
}

/// The digit that goes behind the first `length` characters; nothing where one of them is no upper-case letter or digit, or where
/// there are fewer or more than 24.
pub fn of(number: &str, length: u32) -> Option<u32> {
    let mut sum = 0u32;
    let mut seen = 0u32;
    for (place, letter) in (0..length).zip(number.chars()) {
        // At 24 places the largest sum still fits: 38 times 2 to the 24th.
        let weight = 1u32.checked_shl(place).filter(|_| place < 24)?;
        sum = sum.checked_add(value(letter)?.checked_mul(weight)?)?;
        seen = seen.checked_add(1)?;
    }
    (seen == length).then_some(sum % 11 % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_skip_the_multiples_of_eleven() {
        for (letter, wanted) in [('A', 10), ('B', 12), ('K', 21), ('L', 23), ('U', 32), ('V', 34), ('Z', 38)] {
            assert_eq!(value(letter), Some(wanted), "{letter}");
        }
        assert_eq!(value('a'), None);
        assert_eq!(of("CSQU305438", 10), Some(3));
        assert_eq!(of("CSQU30543", 10), None, "a character short");
    }
}
