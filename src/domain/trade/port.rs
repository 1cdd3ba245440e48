//! Ports as they are printed: a name, a country, a UN/LOCODE, in any mixture. Two prints mean the same port where a name or a
//! code agrees; where one has only a name and the other only a code, nothing can be said without a list of codes.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A place as UN/LOCODE lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Two letters of the country and three characters.
    pub code: String,
    /// Without accents.
    pub name: String,
}

/// What a print tells of a port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Port {
    /// The names, as words in upper case: several where the print has a slash.
    pub names: Vec<Vec<String>>,
    /// UN/LOCODE.
    pub code: Option<String>,
    /// The whole print has the form of a code, and may be one or a name.
    lone: bool,
}

/// Codes that carriers print for a port which the list now gives another code.
const ALIASES: [(&str, &str); 2] = [("CNSHA", "CNSGH"), ("CNNGB", "CNNBO")];

/// Names that mean one port, each with the one that UN/LOCODE has. Only the word that tells ports apart.
const SPELLINGS: [(&str, &str); 28] = [
    ("AMOY", "XIAMEN"),
    ("ANTWERP", "ANTWERPEN"),
    ("ANVERS", "ANTWERPEN"),
    ("BOMBAY", "MUMBAI"),
    ("CALCUTTA", "KOLKATA"),
    ("CANTON", "GUANGZHOU"),
    ("CHILUNG", "KEELUNG"),
    ("COPENHAGEN", "KOBENHAVN"),
    ("GAOXIONG", "KAOHSIUNG"),
    ("GENOVA", "GENOA"),
    ("GENES", "GENOA"),
    ("GOTHENBURG", "GOTEBORG"),
    ("HCMC", "HO CHI MINH CITY"),
    ("JAWAHARLAL NEHRU", "NHAVA SHEVA"),
    ("JILONG", "KEELUNG"),
    ("JNPT", "NHAVA SHEVA"),
    ("LEGHORN", "LIVORNO"),
    ("LISBOA", "LISBON"),
    ("MADRAS", "CHENNAI"),
    ("NAPLES", "NAPOLI"),
    ("NINGPO", "NINGBO"),
    ("PUSAN", "BUSAN"),
    ("RANGOON", "YANGON"),
    ("SAIGON", "HO CHI MINH CITY"),
    ("TSINGTAO", "QINGDAO"),
    ("VENICE", "VENEZIA"),
    ("XINGANG", "TIANJIN"),
    ("YOKOHAMA SHI", "YOKOHAMA"),
];

impl Port {
    /// Reads `Norfolk, VA`, `Busan (KRPUS)`, `USLGB` or `Los Angeles/Long Beach`.
    pub fn read(print: &str) -> Self {
        let plain: String = print.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_uppercase).collect();
        let tokens = plain.split(|c: char| !c.is_ascii_alphanumeric());
        // A print of five capitals is a code where it starts with a country; some names do so, too.
        let lone =
            print.trim().len() == 5 && print.trim().chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        let bracketed = |token: &&str| plain.contains(&format!("({token})")) || plain.contains(&format!("[{token}]"));
        let code = tokens.filter(|token| is_code(token)).find(|token| lone || bracketed(token));
        let known = |code: &str| ALIASES.iter().find(|(old, _)| *old == code).map_or(code, |(_, new)| new).to_owned();
        let before = plain.split([',', '(', '[', ';']).next().unwrap_or_default();
        let words = |name: &str| -> Vec<String> {
            let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            words
                .filter(|word| !matches!(*word, "PORT" | "OF" | "SEAPORT" | "HARBOR" | "HARBOUR"))
                .map(str::to_owned)
                .collect()
        };
        let known_as = |words: Vec<String>| -> Vec<String> {
            let name = words.join(" ");
            let spelling = SPELLINGS.iter().find(|(other, _)| *other == name);
            spelling.map_or(words, |(_, listed)| listed.split(' ').map(str::to_owned).collect())
        };
        let names: Vec<Vec<String>> =
            before.split('/').map(words).map(known_as).filter(|words| !words.is_empty()).collect();
        Self { names, lone: lone && code.is_some(), code: code.map(known) }
    }

    /// The same port where a list knows its code: with the list's name, so that a code alone can be told from another name.
    #[must_use]
    pub fn listed_as(mut self, name: &str) -> Self {
        if self.lone {
            self.names.clear();
            self.lone = false;
        }
        self.names.extend(Self::read(name).names);
        self
    }

    /// True where both prints can mean one port.
    pub fn may_be(&self, other: &Self) -> bool {
        let within = |a: &[String], b: &[String]| a.iter().all(|word| b.contains(word));
        let same = |a: &Vec<String>, b: &Vec<String>| within(a, b) || within(b, a);
        let named = self.names.iter().any(|a| other.names.iter().any(|b| same(a, b)));
        match (&self.code, &other.code) {
            (Some(a), Some(b)) => a == b || (named && (self.lone || other.lone)),
            _ if self.lone || other.lone => true,
            _ => named || self.names.is_empty() || other.names.is_empty(),
        }
    }
}

/// Two letters of a country, three of the place.
fn is_code(token: &str) -> bool {
    let (country, place) = token.split_at_checked(2).unwrap_or_default();
    place.len() == 3
        && super::country::is_code(country)
        && place.bytes().all(|c| c.is_ascii_uppercase() || matches!(c, b'2'..=b'9'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_port_has_many_prints() {
        for (a, b) in [
            ("Norfolk, VA", "Norfolk (USORF)"),
            ("New York (USNYC)", "NEW YORK"),
            ("Port of Long Beach", "Los Angeles/Long Beach, CA"),
            ("KRPUS", "Busan (KRPUS)"),
            ("Busan, South Korea", "KRPUS"),
            ("Shanghai (CNSHA)", "Shanghai (CNSGH)"),
            ("Göteborg", "GOTEBORG, SWEDEN"),
            ("Miami", "Miami (USMIA)"),
            ("GENOA", "Genoa (ITGOA)"),
            ("Los Angeles, CA", "USLAX"),
            ("USLAX", "LOS ANGELES (USLAX)"),
            ("Los Angeles, CA", "LOS ANGELES (USLAX)"),
            ("Pusan", "Busan, South Korea"),
            ("Saigon", "Ho Chi Minh City, Vietnam"),
            ("Genova", "Genoa"),
        ] {
            assert!(Port::read(a).may_be(&Port::read(b)), "{a} / {b}");
        }
        for (a, b) in [
            ("Norfolk", "New York (USNYC)"),
            ("Genoa (ITGOA)", "La Spezia"),
            ("San Francisco", "San Diego"),
            ("USLGB", "USLAX"),
        ] {
            assert!(!Port::read(a).may_be(&Port::read(b)), "{a} / {b}");
        }
    }

    #[test]
    fn a_list_tells_a_code_from_another_name() {
        let code = || Port::read("USLAX").listed_as("Los Angeles");
        assert!(code().may_be(&Port::read("Los Angeles, CA")));
        assert!(code().may_be(&Port::read("LOS ANGELES (USLAX)")) && code().may_be(&Port::read("USLAX")));
        assert!(!code().may_be(&Port::read("Oakland, CA")));
        assert!(Port::read("USLAX").may_be(&Port::read("Oakland, CA")), "without a list nothing can be said");
    }

    proptest! {
        #[test]
        fn a_port_is_itself_and_order_does_not_matter(a in "\\PC{0,30}", b in "\\PC{0,30}") {
            let (a, b) = (Port::read(&a), Port::read(&b));
            prop_assert!(a.may_be(&a));
            prop_assert_eq!(a.may_be(&b), b.may_be(&a));
        }
    }

    #[test]
    fn a_name_of_five_letters_is_a_name() {
        assert_eq!(Port::read("Genoa (ITGOA)").names, [["GENOA"]]);
        assert!(Port::read("Busan, KR").code.is_none());
    }
}
