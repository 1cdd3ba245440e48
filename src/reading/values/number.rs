//! Numbers as documents print them. The decimal mark is decided once for a document; a print that does not fit is read by its own
//! form where that leaves no doubt, and refused otherwise.

/// What parts whole and fraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    #[default]
    Point,
    Comma,
}

/// Where numbers are printed with a decimal comma.
const COMMA_COUNTRIES: &[&str] = &[
    "AR", "AT", "BE", "BG", "BR", "CL", "CO", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IT", "LT",
    "LV", "NL", "NO", "PL", "PT", "RO", "RS", "RU", "SE", "SI", "SK", "TR", "UA", "UY", "VE",
];

impl Mark {
    /// Decides by the prints of a document that leave no doubt; the sender's country breaks a tie.
    pub fn of<'a>(prints: impl Iterator<Item = &'a str>, sender: Option<&str>) -> Self {
        let (mut point, mut comma) = (0u32, 0u32);
        for print in prints {
            match sure(print) {
                Some(Self::Point) => point += 1,
                Some(Self::Comma) => comma += 1,
                None => {}
            }
        }
        let habit = sender.is_some_and(|country| COMMA_COUNTRIES.contains(&country));
        if comma > point || (comma == point && comma == 0 && habit) { Self::Comma } else { Self::Point }
    }

    fn decimal(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }
}

/// The decimal mark of a number whose form leaves no doubt.
fn sure(print: &str) -> Option<Mark> {
    let digits = print.trim_matches(|letter: char| !letter.is_ascii_digit());
    if !digits.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | ',')) {
        return None;
    }
    let points = digits.matches('.').count();
    let commas = digits.matches(',').count();
    let tail = |mark: char| digits.rsplit(mark).next().map_or(0, str::len);
    match (points, commas) {
        (0, 0) => None,
        (1, 0) if tail('.') != 3 => Some(Mark::Point),
        (0, 1) if tail(',') != 3 => Some(Mark::Comma),
        (1, 0) | (0, 1) => None,
        (1, _) if digits.rfind('.') > digits.rfind(',') => Some(Mark::Point),
        (_, 1) if digits.rfind(',') > digits.rfind('.') => Some(Mark::Comma),
        (0, _) if grouped(digits, ',') => Some(Mark::Point),
        (_, 0) if grouped(digits, '.') => Some(Mark::Comma),
        _ => None,
    }
}

fn grouped(digits: &str, mark: char) -> bool {
    digits.split(mark).skip(1).all(|group| group.len() == 3)
}

/// A number as the contract writes it: `.` as the decimal mark, no grouping, the printed decimals kept; `-` for a negative one.
/// Refuses anything but one number.
pub fn number(print: &str, mark: Mark) -> Option<String> {
    let text: String =
        print.chars().filter(|letter| !matches!(letter, '*' | '\u{a0}' | '\u{202f}' | '\u{2009}')).collect();
    let text = text.trim();
    let (negative, text) = match text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => (true, inner.trim()),
        None => match text.strip_prefix(['-', '−', '–']) {
            Some(rest) => (true, rest.trim()),
            None => match text.strip_suffix('-') {
                Some(rest) => (true, rest.trim()),
                None => (false, text),
            },
        },
    };
    let text = text.strip_prefix('+').unwrap_or(text);
    if text.is_empty() || !text.starts_with(|letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',')) {
        return None;
    }
    let spaced = text.split(' ').count() > 1;
    if spaced && !text.split(' ').skip(1).all(|group| group.bytes().take_while(u8::is_ascii_digit).count() == 3) {
        return None;
    }
    let text = text.replace([' ', '\'', '’'], "");
    let (whole, fraction) = parts(&text, mark)?;
    if whole.len() + fraction.len() > 24 || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if negative { "-" } else { "" };
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

/// The digits before and after the decimal mark.
fn parts(text: &str, mark: Mark) -> Option<(String, String)> {
    if !text.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | ',')) {
        return None;
    }
    let mark = match sure(text) {
        Some(own) => own,
        None => mark,
    };
    let (whole, fraction) = match text.rsplit_once(mark.decimal()) {
        Some((whole, fraction)) => (whole, fraction),
        None => (text, ""),
    };
    let other = if mark == Mark::Point { ',' } else { '.' };
    if fraction.contains(['.', ',']) || whole.contains(mark.decimal()) {
        return None;
    }
    if whole.contains(other) {
        let lengths: Vec<usize> = whole.split(other).map(str::len).collect();
        let western = lengths.iter().skip(1).all(|length| *length == 3);
        let indian = lengths.last() == Some(&3) && lengths.iter().skip(1).rev().skip(1).all(|length| *length == 2);
        if lengths.first().is_none_or(|first| *first == 0 || *first > 3) || !(western || indian) {
            return None;
        }
    }
    Some((whole.replace(other, ""), fraction.to_owned()))
}

/// A whole number as digits. Refuses fractions other than zeros.
pub fn count(print: &str, mark: Mark) -> Option<String> {
    let number = number(print, mark)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    if whole.starts_with('-') || fraction.chars().any(|digit| digit != '0') {
        return None;
    }
    Some(whole.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_read_by_the_documents_decimal_mark() {
        for (print, mark, value) in [
            ("1,234.50", Mark::Point, Some("1234.50")),
            ("1.234,50", Mark::Comma, Some("1234.50")),
            ("1.234,50", Mark::Point, Some("1234.50")),
            ("44.600", Mark::Point, Some("44.600")),
            ("44.600", Mark::Comma, Some("44600")),
            ("1,224", Mark::Point, Some("1224")),
            ("1,224", Mark::Comma, Some("1.224")),
            ("12 345,60", Mark::Comma, Some("12345.60")),
            ("1'234.50", Mark::Point, Some("1234.50")),
            ("12,34,567.00", Mark::Point, Some("1234567.00")),
            ("(3,018.04)", Mark::Point, Some("-3018.04")),
            ("**1,200.00**", Mark::Point, Some("1200.00")),
            ("######", Mark::Point, None),
            ("12 34", Mark::Point, None),
            ("1.2.3", Mark::Point, None),
            ("4202.12.8130", Mark::Point, None),
            ("12A", Mark::Point, None),
            ("", Mark::Point, None),
        ] {
            assert_eq!(number(print, mark).as_deref(), value, "{print}");
        }
    }

    #[test]
    fn the_document_decides_the_mark_and_the_sender_breaks_a_tie() {
        assert_eq!(Mark::of(["1.200", "3,50"].into_iter(), None), Mark::Comma);
        assert_eq!(Mark::of(["1,200.00", "3.5"].into_iter(), Some("DE")), Mark::Point);
        assert_eq!(Mark::of(["1.200"].into_iter(), Some("DE")), Mark::Comma);
        assert_eq!(Mark::of(["1.200"].into_iter(), Some("US")), Mark::Point);
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_is_digits_and_one_point(print in "\\PC{0,24}") {
            for mark in [Mark::Point, Mark::Comma] {
                if let Some(value) = number(&print, mark) {
                    prop_assert!(value.trim_start_matches('-').chars().all(|c| c.is_ascii_digit() || c == '.'));
                    prop_assert!(value.matches('.').count() <= 1);
                    prop_assert_eq!(number(&value, Mark::Point), Some(value));
                }
            }
        }

        #[test]
        fn grouping_never_changes_the_value(whole in 0u32..100_000_000, cents in 0u32..100) {
            let digits = whole.to_string();
            let mut grouped = String::new();
            for (at, digit) in digits.chars().enumerate() {
                if at > 0 && (digits.len() - at) % 3 == 0 { grouped.push(','); }
                grouped.push(digit);
            }
            let print = format!("{grouped}.{cents:02}");
            let turned = print.replace('.', ";").replace(',', ".").replace(';', ",");
            let want = Some(format!("{whole}.{cents:02}"));
            prop_assert_eq!(number(&print, Mark::Point), want.clone());
            prop_assert_eq!(number(&turned, Mark::Comma), want);
        }
    }
}
