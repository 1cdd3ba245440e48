//! Manufacturer identification codes, built from the name and address of the maker (19 CFR 102.23(a), Appendix to Part 102): country,
//! up to six characters of the name, four of the number in the street and three of the city. Whether CBP knows the maker is not known here.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The maker as the code sees it.
#[derive(Clone, Copy, Debug)]
pub struct Maker<'a> {
    /// ISO 3166-1 alpha-2, of the country of origin.
    pub country: &'a str,
    /// For Canada, the province by its postal abbreviation.
    pub province: Option<&'a str>,
    pub name: &'a str,
    /// Street, suite and post-office box.
    pub street: &'a str,
    pub city: &'a str,
}

/// The provinces of Canada, which stand in the place of the country.
const PROVINCES: [(&str, &str); 13] = [
    ("AB", "XA"),
    ("BC", "XC"),
    ("MB", "XM"),
    ("NB", "XB"),
    ("NL", "XW"),
    ("NT", "XT"),
    ("NS", "XN"),
    ("NU", "XV"),
    ("ON", "XO"),
    ("PE", "XP"),
    ("QC", "XQ"),
    ("SK", "XS"),
    ("YT", "XY"),
];
/// Countries that are one city: their name stands for it.
const CITY_STATES: [(&str, &str); 3] = [("HK", "HON"), ("SG", "SIN"), ("MO", "MAC")];
/// What a name may open with that tells no maker from another.
const OPENINGS: [&[&str]; 6] =
    [&["FABRICA", "DE", "ARTIGOS", "DE", "VESTUARIO"], &["PT"], &["JSC"], &["OAO"], &["OOO"], &["ZAO"]];
const SILENT: [&str; 5] = ["A", "AN", "AND", "OF", "THE"];

/// The code of a maker; nothing where the country is unknown, Canada has no province, or the name has no Latin letter or digit.
pub fn build(maker: &Maker<'_>) -> Option<String> {
    let country = match maker.country {
        "CA" => PROVINCES.iter().find(|(province, _)| Some(*province) == maker.province).map(|(_, code)| *code)?,
        country if super::country::is_code(country) => country,
        _ => return None,
    };
    let name = name(maker.name)?;
    let city = match CITY_STATES.iter().find(|(state, _)| *state == maker.country) {
        Some((_, city)) => (*city).to_owned(),
        None => city(maker.city),
    };
    Some(format!("{country}{name}{}{city}", number(maker.street)))
}

/// Upper case without accents.
fn plain(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_uppercase).collect()
}

/// The first three characters of the first two words.
fn name(print: &str) -> Option<String> {
    let plain = plain(print);
    let tokens: Vec<String> = plain
        .split_whitespace()
        .map(|token| token.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
        .filter(|token| !token.is_empty())
        .collect();
    let opens = |opening: &&&[&str]| {
        tokens.len() > opening.len() && tokens.iter().map(String::as_str).zip(opening.iter()).all(|(a, b)| a == *b)
    };
    let skipped = OPENINGS.iter().find(opens).map_or(0, |opening| opening.len());
    let words = words(tokens.get(skipped..)?);
    let code: String = words.iter().take(2).map(|word| word.chars().take(3).collect::<String>()).collect();
    (!code.is_empty()).then_some(code)
}

/// The words that count: initials beside each other are one word, an initial alone is none.
fn words(tokens: &[String]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut initials = String::new();
    for token in tokens {
        let initial = token.len() == 1 && token.bytes().all(|letter| letter.is_ascii_alphabetic());
        if initial {
            initials.push_str(token);
            continue;
        }
        close(&mut initials, &mut words);
        if !SILENT.contains(&token.as_str()) {
            words.push(token.clone());
        }
    }
    close(&mut initials, &mut words);
    words
}

fn close(initials: &mut String, words: &mut Vec<String>) {
    let word = std::mem::take(initials);
    if word.len() > 1 {
        words.push(word);
    }
}

/// The first four digits of the largest number. A comma or hyphen between two digits belongs to the number, a space does not.
fn number(street: &str) -> String {
    let mut numbers: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut letters = street.chars().peekable();
    while let Some(letter) = letters.next() {
        let joins =
            matches!(letter, '-' | ',') && !current.is_empty() && letters.peek().is_some_and(char::is_ascii_digit);
        if letter.is_ascii_digit() {
            current.push(letter);
        } else if !joins {
            numbers.push(std::mem::take(&mut current));
        }
    }
    numbers.push(current);
    let size = |number: &String| {
        let digits = number.trim_start_matches('0').to_owned();
        (digits.len(), digits)
    };
    let largest = numbers.into_iter().max_by_key(size).unwrap_or_default();
    largest.chars().take(4).collect()
}

/// The first three letters of the city.
fn city(print: &str) -> String {
    let plain = plain(print);
    let plain = plain.strip_prefix("THE ").unwrap_or(&plain);
    plain.chars().filter(char::is_ascii_uppercase).take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(country: &str, name: &str, street: &str, city: &str) -> Option<String> {
        build(&Maker { country, province: None, name, street, city })
    }

    #[test]
    fn the_appendixs_own_examples_come_out() {
        for (country, name, street, city, wanted) in [
            ("FR", "LA VIE DE FRANCE", "243 Rue de la Payees", "62591 Bremond", "FRLAVIE243BRE"),
            ("VE", "20TH CENTURY TECHNOLOGIES", "5 Ricardo Munoz, Suite 5880", "Caracas", "VE20TCEN5880CAR"),
            ("MO", "Fabrica de Artigos de Vestuario TOP JOB", "FI 2-4", "Grand River", "MOTOPJOB24MAC"),
            ("US", "THE GREENHOUSE", "45 Royal Crescent", "Birmingham", "USGRE45BIR"),
            ("AU", "CARDUCCIO AND JONES", "88 Canberra Ave", "Sidney", "AUCARJON88SID"),
            ("JP", "N. MINAMI & CO., LTD.", "2-6, 8-Chome Isogami-Dori", "Kobe", "JPMINCO26KOB"),
            ("IT", "BOCCHACCIO S.P.A.", "Visa Mendotti, 61", "8320 Verona", "ITBOCSPA61VER"),
            ("GR", "MURLA-PRAXITELES INC.", "Athens", "Athens", "GRMURINCATH"),
        ] {
            assert_eq!(code(country, name, street, city).as_deref(), Some(wanted), "{name}");
        }
    }

    #[test]
    fn initials_articles_and_hyphens_count_as_the_appendix_says() {
        for (print, wanted) in [
            ("A.B.C. Company", "ABCCOM"),
            ("A B C Company", "ABCCOM"),
            ("Thomas S. Delvaux Company", "THODEL"),
            ("Rawles-Aden Corp.", "RAWCOR"),
            ("20th Century Fox", "20TCEN"),
            ("PT Sumber Jaya", "SUMJAY"),
            ("The House of Lords", "HOULOR"),
        ] {
            assert_eq!(name(print).as_deref(), Some(wanted), "{print}");
        }
    }

    #[test]
    fn the_largest_number_of_the_street_counts() {
        for (street, wanted) in [
            ("12-34-56 Alaska Road", "1234"),
            ("12,34,56 Alaska Road", "1234"),
            ("12, 34, 56 Alaska Road", "56"),
            ("Apt. 509 2727 Cleveland Street", "2727"),
            ("P.O. Box 12345, 9 High Street", "1234"),
            ("Five Alaska Road", ""),
        ] {
            assert_eq!(number(street), wanted, "{street}");
        }
    }

    #[test]
    fn cities_lose_digits_and_their_article() {
        for (print, wanted) in
            [("St. Michel", "STM"), ("18-Mile High", "MIL"), ("The Hague", "HAG"), ("Łódź", "ODZ"), ("Ho", "HO")]
        {
            assert_eq!(city(print), wanted, "{print}");
        }
        assert_eq!(code("SG", "Lim Trading", "9 Orchard Road", "Jurong").as_deref(), Some("SGLIMTRA9SIN"));
    }

    #[test]
    fn canada_is_named_by_its_province_and_unknown_countries_by_nothing() {
        let maker = Maker { country: "CA", province: Some("QC"), name: "Tricots Nord", street: "1", city: "Laval" };
        assert_eq!(build(&maker).as_deref(), Some("XQTRINOR1LAV"));
        assert_eq!(build(&Maker { province: None, ..maker }), None);
        assert_eq!(code("QQ", "Tricots Nord", "1", "Laval"), None);
        assert_eq!(code("CN", "厦门", "1", "Xiamen"), None, "no Latin letter");
    }

    proptest! {
        #[test]
        fn a_code_is_at_most_fifteen_capitals_and_digits(name in "\\PC{0,40}", street in "\\PC{0,40}", city in "\\PC{0,20}") {
            if let Some(code) = code("CN", &name, &street, &city) {
                prop_assert!(code.len() <= 15, "{}", code);
                prop_assert!(code.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()), "{}", code);
            }
        }

        #[test]
        fn case_and_full_stops_change_nothing(name in "[A-Za-z]{2,8} [A-Za-z]{2,8}( [A-Za-z]{2,8})?") {
            let shouted = format!("{}.", name.to_uppercase());
            prop_assert_eq!(code("CN", &name, "1", "Xiamen"), code("CN", &shouted, "1", "Xiamen"));
        }
    }
}
