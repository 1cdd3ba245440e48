//! Identifiers of the trade: containers, seals, bills, waybills, tariff numbers and document numbers, by their forms. Check digits
//! are judged elsewhere: a wrong one is read as it is printed.

/// Container numbers in a text, in the order printed: four letters ending in U, J or Z and seven digits, with blanks, hyphens or
/// dots between (ISO 6346). A number that runs on into other letters or digits is none.
pub fn containers(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.to_uppercase().chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let fresh = at == 0 || letters.get(at - 1).is_none_or(|before| !before.is_alphanumeric());
        match fresh.then(|| container_at(&letters, at)).flatten() {
            Some((number, end)) => {
                if !found.contains(&number) {
                    found.push(number);
                }
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

fn container_at(letters: &[char], from: usize) -> Option<(String, usize)> {
    let mut number = String::new();
    let mut at = from;
    while number.len() < 11 {
        let letter = *letters.get(at)?;
        let expected = match number.len() {
            0..=2 => letter.is_ascii_uppercase(),
            3 => matches!(letter, 'U' | 'J' | 'Z'),
            _ => letter.is_ascii_digit(),
        };
        if expected {
            number.push(letter);
        } else if number.len() < 4
            || !matches!(letter, ' ' | '-' | '.' | '/' | '\u{a0}')
            || letters.get(at + 1).is_some_and(|next| !next.is_ascii_digit() && *next != '-')
        {
            return None;
        }
        at += 1;
    }
    let ends = letters.get(at).is_none_or(|next| !next.is_ascii_alphanumeric());
    ends.then_some((number, at))
}

/// Seal numbers in a text: 4 to 15 letters and digits, at least three of them digits, that are no container numbers.
pub fn seals(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in without_containers(text).split([',', ';', '/', '\n', ' ', '|']) {
        let seal: String =
            part.chars().filter(|letter| !matches!(letter, '-' | '.' | '(' | ')')).collect::<String>().to_uppercase();
        let digits = seal.chars().filter(char::is_ascii_digit).count();
        let plain = seal.chars().all(|letter| letter.is_ascii_alphanumeric());
        if plain
            && (4..=15).contains(&seal.len())
            && digits >= 3
            && containers(&seal).is_empty()
            && !found.contains(&seal)
        {
            found.push(seal);
        }
    }
    found
}

/// A text with blanks where it prints container numbers.
fn without_containers(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let upper: Vec<char> = letters.iter().map(|letter| letter.to_ascii_uppercase()).collect();
    for from in 0..upper.len() {
        let fresh = from == 0 || upper.get(from - 1).is_none_or(|before| !before.is_alphanumeric());
        if let Some((_, end)) = fresh.then(|| container_at(&upper, from)).flatten() {
            letters.iter_mut().take(end).skip(from).for_each(|letter| *letter = ' ');
        }
    }
    letters.into_iter().collect()
}

/// A bill of lading number: 6 to 20 letters and digits with at least four digits; blanks, hyphens and slashes are dropped.
pub fn bill(text: &str) -> Option<String> {
    if text.split_whitespace().count() > 3 {
        return None;
    }
    let number: String =
        text.chars().filter(|letter| !matches!(letter, ' ' | '-' | '/' | '.')).collect::<String>().to_uppercase();
    let plain = number.chars().all(|letter| letter.is_ascii_alphanumeric());
    let digits = number.chars().filter(char::is_ascii_digit).count();
    (plain && (5..=20).contains(&number.len()) && digits >= 3).then_some(number)
}

/// An air waybill number: `NNN-NNNNNNNN` (IATA).
pub fn air_waybill(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|letter| !matches!(letter, ' ' | '-')).collect();
    if digits.len() != 11 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(format!("{}-{}", digits.get(..3)?, digits.get(3..)?))
}

/// A tariff number as digits: 6, 8 or 10 of them as printed, with points, blanks or hyphens between.
pub fn tariff(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | ' ' | '-' | '\u{a0}')) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    matches!(digits.len(), 6 | 8 | 10).then_some(digits)
}

/// Tariff numbers in a list: `6404.11, 4202.12`.
pub fn tariffs(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split([',', ';', '/', '\n', '|', '&']) {
        let whole = tariff(part).map(|code| vec![code]);
        let codes = whole.unwrap_or_else(|| part.split_whitespace().filter_map(tariff).collect());
        for code in codes {
            if !found.contains(&code) {
                found.push(code);
            }
        }
    }
    found
}

/// A document number: up to 35 letters, digits and marks with at least one digit, in at most three words.
pub fn document_number(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(|letter: char| matches!(letter, ',' | ';' | ':' | '#' | '"')).trim();
    let words = text.split_whitespace().count();
    let fits = text.chars().all(|letter| {
        letter.is_alphanumeric() || matches!(letter, '-' | '/' | '.' | '_' | ' ' | '#' | '(' | ')' | '&' | '\\' | '+')
    });
    let has_digit = text.chars().any(|letter| letter.is_ascii_digit());
    (fits && has_digit && (1..=3).contains(&words) && text.chars().count() <= 35).then(|| text.to_owned())
}

/// Document numbers in a list, parted by commas, semicolons or lines; slashes part them only with blanks around.
pub fn document_numbers(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.replace(" / ", ",").replace(" & ", ",").replace(" and ", ",").split([',', ';', '\n', '|', '、']) {
        if let Some(number) = document_number(part)
            && !found.contains(&number)
        {
            found.push(number);
        }
    }
    found
}

/// A carrier's code as printed: two to four letters.
pub fn scac(text: &str) -> Option<String> {
    let text = text.trim();
    ((2..=6).contains(&text.len())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric())
        && text.chars().any(|letter| letter.is_ascii_alphabetic()))
    .then(|| text.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn containers_are_found_however_they_are_parted() {
        assert_eq!(containers("CZCU 9343892"), ["CZCU9343892"]);
        assert_eq!(containers("TWGU 902794-5, MSKU-123456-5/SL778899"), ["TWGU9027945", "MSKU1234565"]);
        assert_eq!(containers("BWSU4863259, ARKU5180035"), ["BWSU4863259", "ARKU5180035"]);
        assert!(containers("INVOICE 1234567 MSKU12345678").is_empty());
    }

    #[test]
    fn seals_bills_waybills_and_tariff_numbers_have_forms() {
        assert_eq!(seals("1324637, CM0488884"), ["1324637", "CM0488884"]);
        assert!(seals("N/A").is_empty());
        assert_eq!(seals("TWGU 902794-5 / 8609024"), ["8609024"]);
        assert_eq!(bill("OAK/MNA/02514"), Some("OAKMNA02514".into()));
        assert_eq!(bill("TO ORDER OF BANK"), None);
        assert_eq!(air_waybill("917 5127 2126"), Some("917-51272126".into()));
        assert_eq!(air_waybill("12345"), None);
        assert_eq!(tariff("6404.11.90.20"), Some("6404119020".into()));
        assert_eq!(tariff("64041"), None);
        assert_eq!(tariffs("6404.11, 4202.12\n0003.99"), ["640411", "420212", "000399"]);
        assert_eq!(document_numbers("HB-18774, HB-88946"), ["HB-18774", "HB-88946"]);
        assert_eq!(document_number("see attached"), None);
    }

    proptest! {
        #[test]
        fn no_print_breaks_them(text in "\\PC{0,40}") {
            for number in containers(&text) {
                prop_assert_eq!(number.len(), 11);
                prop_assert_eq!(containers(&number), vec![number.clone()]);
            }
            let _ = (seals(&text), bill(&text), air_waybill(&text), tariff(&text), tariffs(&text), document_number(&text), scac(&text));
        }
    }
}
