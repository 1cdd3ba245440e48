//! How transit declarations print single values: occurrences after `;`, the parts of one between `/` or commas, numbered from 1, a full
//! stop at the end of a box. It reads texts and knows no page; what is not surely such a value gives nothing.

use crate::domain::trade::{country, grn, mrn, party};
use crate::reading::values::code;

/// Runs of letters and digits in a text, in upper case.
fn runs(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|run| !run.is_empty()).map(str::to_uppercase)
}

/// True for a number formed like an MRN whose check digit is right.
fn right_mrn(number: &str) -> bool {
    let land = number.get(2..4).unwrap_or_default();
    mrn::judge(number) == Ok(()) && (country::is_code(land) || matches!(land, "XI" | "EU"))
}

/// A movement reference number that stands in one piece and checks.
pub fn sure_mrn(text: &str) -> Option<String> {
    runs(text).find(|run| right_mrn(run))
}

/// A movement reference number behind its label: in groups where it checks, and as printed where its check digit is wrong.
pub fn mrn(text: &str) -> Option<String> {
    let runs: Vec<String> = runs(text).collect();
    let grouped = (0..runs.len()).find_map(|from| {
        let mut joined = String::new();
        for run in runs.iter().skip(from) {
            joined.push_str(run);
            if joined.len() >= 18 {
                break;
            }
        }
        right_mrn(&joined).then_some(joined)
    });
    let formed = |run: &&String| mrn::judge(run) != Err(mrn::Fault::Form);
    grouped.or_else(|| runs.iter().find(formed).cloned())
}

/// A guarantee reference number. `sure` asks for its check digit, which some administrations do not follow.
pub fn guarantee(text: &str, sure: bool) -> Option<String> {
    let fits = |run: &String| match grn::judge(run) {
        Ok(()) => true,
        Err(grn::Fault::CheckDigit(_)) => !sure,
        Err(grn::Fault::Form) => false,
    };
    runs(text).find(fits)
}

/// True for the code of a customs office: a country and six letters or digits.
pub fn is_office(word: &str) -> bool {
    let word = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
    word.len() == 8
        && word.get(..2).is_some_and(|land| country::is_code(land) || matches!(land, "XI" | "EU"))
        && word.chars().all(|letter| letter.is_ascii_digit() || letter.is_ascii_uppercase())
        && word.chars().filter(char::is_ascii_digit).count() >= 2
}

/// A text without the number of its occurrence (`1/`), without the full stop that ends a box, and nothing for dashes.
pub fn bare(text: &str) -> Option<&str> {
    let text = text.trim().trim_end_matches(';').trim_end();
    let text = match text.strip_suffix('.') {
        Some(rest) if !abbreviated(rest) => rest,
        _ => text,
    };
    let rest = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let counted = (1..=3).contains(&(text.len() - rest.len()));
    let text = match rest.trim_start().strip_prefix(['/', ',']) {
        Some(rest) if counted && rest.chars().any(char::is_alphanumeric) => rest.trim_start(),
        _ => text,
    };
    text.chars().any(char::is_alphanumeric).then(|| text.trim())
}

/// True where the full stop behind a text belongs to its last word: `B.V`, `Ltd`.
fn abbreviated(text: &str) -> bool {
    let last = text.rsplit([' ', ',', '/']).next().unwrap_or_default();
    last.contains('.') || (last.len() <= 4 && last.chars().all(char::is_alphabetic) && !is_land(last))
}

fn is_land(piece: &str) -> bool {
    piece.len() == 2 && (country::is_code(piece) || piece == "XI")
}

/// A customs office as printed, without what surrounds it. A date behind it is none of its.
pub fn office(text: &str) -> Option<&str> {
    let text = bare(text)?;
    let day = text.match_indices(' ').map(|(at, _)| at).find(|at| text.get(at + 1..).is_some_and(starts_with_day));
    let text = text.get(..day.unwrap_or(text.len()))?.trim();
    (text.chars().filter(|letter| letter.is_alphabetic()).count() >= 2).then_some(text)
}

fn starts_with_day(text: &str) -> bool {
    let word = text.split(' ').next().unwrap_or_default();
    let marks = word.matches(['/', '-', '.']).count();
    marks == 2 && word.len() >= 8 && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '/' | '-' | '.'))
}

/// The number of a vehicle, vessel or aircraft: what stands between the code of its kind (`30`) and its nationality. Further
/// vehicles of one box are printed with it.
pub fn identity(text: &str) -> Option<&str> {
    let text = bare(text)?;
    let first = text.split(';').next().unwrap_or(text).trim();
    let slashed = first.contains('/');
    let parts: Vec<&str> = first.split(if slashed { '/' } else { ',' }).map(str::trim).collect();
    let coded = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let codes = parts.iter().take(2).take_while(|part| coded(part)).count();
    let land = parts.len() > codes + 1 && parts.last().is_some_and(|last| is_land(last));
    let own = parts.get(codes..parts.len() - usize::from(land))?;
    let whole = if codes > 0 || land { own.first().copied().filter(|_| own.len() == 1)? } else { text };
    (whole.chars().filter(char::is_ascii_alphanumeric).count() >= 3).then_some(whole)
}

/// The name of a party from the first line of its box: without the address that some print behind it, parted by commas or slashes.
pub fn name(text: &str) -> Option<&str> {
    let text = bare(text)?;
    let mut end = text.len();
    for (at, _) in text.match_indices([',', '/']) {
        let (before, after) = (text.get(..at)?, text.get(at + 1..)?);
        let piece = after.split([',', '/']).next().unwrap_or_default().trim();
        let form = !piece.is_empty() && party::words(&format!("{before} {piece}")) == party::words(before);
        let address = after.chars().any(|letter| letter.is_ascii_digit())
            || after.rsplit([',', '/', ' ']).next().is_some_and(|last| is_land(last.trim_end_matches('.')));
        if !form && address {
            end = at;
            break;
        }
    }
    let name = text.get(..end)?.trim();
    (name.chars().filter(|letter| letter.is_alphabetic()).count() >= 2 && !is_land(name)).then_some(name)
}

/// True for the number under which customs know a party: `NL123456789`.
pub fn is_party_number(word: &str) -> bool {
    let word = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
    (8..=17).contains(&word.len())
        && word.get(..2).is_some_and(is_land)
        && word.chars().all(|letter| letter.is_ascii_digit() || letter.is_ascii_uppercase())
        && word.chars().filter(char::is_ascii_digit).count() >= 6
}

/// Seals: pieces with a digit in them, of a range its two ends. Counts, occurrence numbers and containers are none.
pub fn seals(text: &str) -> Vec<String> {
    let containers = code::containers(text);
    let mut found: Vec<String> = Vec::new();
    for piece in text.split([',', ';', ' ', '/', '|', '(', ')', '[', ']', ':']) {
        let ends: Vec<&str> = match piece.split_once(['-', '–']) {
            Some((first, last)) if range(first, last) => vec![first, last],
            _ => vec![piece],
        };
        for end in ends {
            let seal: String = end.chars().filter(|letter| !matches!(letter, '-' | '–' | '.')).collect();
            let seal = seal.to_uppercase();
            let plain = seal.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let digits = seal.chars().filter(char::is_ascii_digit).count();
            let inside = containers.iter().any(|number| number.contains(&seal));
            if plain && digits > 0 && (4..=20).contains(&seal.len()) && !inside && !found.contains(&seal) {
                found.push(seal);
            }
        }
    }
    found
}

/// True where two ends of a range are alike: the same letters and as many digits.
fn range(first: &str, last: &str) -> bool {
    let letters = |text: &str| text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (a, b) = (letters(first), letters(last.trim_end_matches('.')));
    first.len() >= 4
        && first.len().abs_diff(last.trim_end_matches('.').len()) <= 2
        && a == b
        && a < first.len()
        && first.get(..a) == last.get(..b)
}

/// The kind of procedure among the words of a text.
pub fn procedure(text: &str) -> Option<&str> {
    const KINDS: &[&str] = &["T1", "T2", "T2F", "T2SM", "T-", "T", "TIR"];
    text.split([' ', '/', ';', ','])
        .map(|word| word.trim_matches(|letter: char| matches!(letter, '.' | ':' | '(' | ')')))
        .find(|word| KINDS.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reference_numbers_are_known_by_their_check_digits() {
        for (print, value) in [
            ("23GB000246IF9W5YJ0", Some("23GB000246IF9W5YJ0")),
            ("MRN: 26NL 0004 32A1 B2C3 J5", Some("26NL000432A1B2C3J5")),
            ("26NL000432A1B2C3J6", Some("26NL000432A1B2C3J6")),
            ("23GB000246IF9W5YJ0 LRN A12", Some("23GB000246IF9W5YJ0")),
            ("12 PL EUROPALLETS", None),
        ] {
            assert_eq!(mrn(print).as_deref(), value, "{print}");
        }
        assert_eq!(sure_mrn("26NL000432A1B2C3J6"), None);
        assert_eq!(guarantee("1/1/24GB0000010000295.", true).as_deref(), Some("24GB0000010000295"));
        assert_eq!(guarantee("24GB0000010000296", true), None);
        assert_eq!(guarantee("24GB0000010000296", false).as_deref(), Some("24GB0000010000296"));
    }

    #[test]
    fn values_lose_what_the_form_adds_to_them() {
        for (print, value) in [
            ("1/NL000432.", Some("NL000432")),
            ("1 , XI000142", Some("XI000142")),
            ("NL000510 Rotterdam", Some("NL000510 Rotterdam")),
            ("GB000060 25/11/2023", Some("GB000060")),
            ("---", None),
        ] {
            assert_eq!(office(print), value, "{print}");
        }
        for (print, value) in [
            ("1, 30, NC15REG", Some("NC15REG")),
            ("30/NL-AB-12/NL.", Some("NL-AB-12")),
            ("1/30/BX123CD/PL", Some("BX123CD")),
            ("12-BFG-3 / OR-45-ZT", Some("12-BFG-3 / OR-45-ZT")),
            ("BX 123 CD", Some("BX 123 CD")),
            ("NL", None),
        ] {
            assert_eq!(identity(print), value, "{print}");
        }
        for (print, value) in [
            ("Van Dijk Expeditie B.V.", Some("Van Dijk Expeditie B.V.")),
            ("Van Dijk Expeditie B.V., Kade 12, 3011 AB, Rotterdam, NL.", Some("Van Dijk Expeditie B.V.")),
            ("Shenzhen Toys Co., Ltd., Road 5, Shenzhen, CN", Some("Shenzhen Toys Co., Ltd.")),
            ("Acme Logistics/Kade 12/3011AB/Rotterdam/NL.", Some("Acme Logistics")),
            ("Shenzhen Toys Co., Ltd.", Some("Shenzhen Toys Co., Ltd.")),
            ("---", None),
            ("GB", None),
        ] {
            assert_eq!(name(print), value, "{print}");
        }
    }

    #[test]
    fn seals_are_listed_and_a_range_gives_its_ends() {
        assert_eq!(seals("1/SEAL1-SEAL10; 2/X9911."), ["SEAL1", "SEAL10", "X9911"]);
        assert_eq!(seals("Number: 2 identity: NL778812, NL778813"), ["NL778812", "NL778813"]);
        assert_eq!(seals("MSKU 1234565 / 8609024"), ["8609024"]);
        assert!(seals("---").is_empty());
        assert_eq!(procedure("T1."), Some("T1"));
        assert_eq!(procedure("Type T2F"), Some("T2F"));
        assert_eq!(procedure("Total"), None);
    }

    proptest! {
        #[test]
        fn no_print_breaks_them(text in "\\PC{0,60}") {
            let _ = (mrn(&text), sure_mrn(&text), guarantee(&text, false), office(&text), identity(&text), name(&text));
            let _ = (seals(&text), procedure(&text), is_office(&text), is_party_number(&text), bare(&text));
        }
    }
}
