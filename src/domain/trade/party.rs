//! Names of parties: when two prints mean the same company. Legal forms, case, accents and punctuation say nothing.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Legal forms at the end of a name, as words.
const FORMS: [&str; 60] = [
    "INC",
    "INCORPORATED",
    "LLC",
    "L L C",
    "CORP",
    "CORPORATION",
    "CO",
    "COMPANY",
    "LTD",
    "LIMITED",
    "LP",
    "L P",
    "LLP",
    "PLC",
    "PTY",
    "PTE",
    "PVT",
    "PRIVATE",
    "SDN",
    "BHD",
    "GMBH",
    "MBH",
    "AG",
    "KG",
    "OHG",
    "UG",
    "EK",
    "SE",
    "SA",
    "S A",
    "SAS",
    "SASU",
    "SARL",
    "EURL",
    "SRL",
    "SPA",
    "S P A",
    "SL",
    "SLU",
    "SA DE CV",
    "S DE RL DE CV",
    "S DE RL",
    "DE CV",
    "CV",
    "BV",
    "B V",
    "BVBA",
    "NV",
    "N V",
    "VOF",
    "OY",
    "OYJ",
    "AB",
    "AS",
    "APS",
    "KK",
    "JSC",
    "JOINT STOCK COMPANY",
    "TBK",
    "ULC",
];
/// Legal forms that are not set apart by a space.
const JOINED_FORMS: [&str; 7] =
    ["股份有限公司", "有限责任公司", "有限責任公司", "有限公司", "株式会社", "株式會社", "주식회사"];
/// Abbreviations and what they stand for.
const ABBREVIATIONS: [(&str, &str); 17] = [
    ("INTL", "INTERNATIONAL"),
    ("MFG", "MANUFACTURING"),
    ("MFR", "MANUFACTURER"),
    ("IND", "INDUSTRIAL"),
    ("INDS", "INDUSTRIES"),
    ("TECH", "TECHNOLOGY"),
    ("TRDG", "TRADING"),
    ("IMP", "IMPORT"),
    ("EXP", "EXPORT"),
    ("ELEC", "ELECTRONIC"),
    ("LOG", "LOGISTICS"),
    ("ENT", "ENTERPRISE"),
    ("BROS", "BROTHERS"),
    ("DEV", "DEVELOPMENT"),
    ("HLDGS", "HOLDINGS"),
    ("GRP", "GROUP"),
    ("DIST", "DISTRIBUTION"),
];

/// The words of a name that tell it from others: upper case, no accents, no legal form, abbreviations written out.
pub fn words(name: &str) -> Vec<String> {
    let mut plain: String = name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_uppercase).collect();
    for form in JOINED_FORMS {
        plain = plain.replace(form, " ");
    }
    let plain = plain.replace('&', " AND ").replace('ß', "SS").replace(['.', ',', '\'', '"', '’'], "");
    let spaced: String = plain.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let mut words: Vec<String> = spaced.split_whitespace().map(str::to_owned).collect();
    while let Some(shorter) = without_form(&words) {
        words = shorter;
    }
    let full = |word: String| {
        ABBREVIATIONS.iter().find(|(short, _)| *short == word).map_or(word, |(_, full)| (*full).to_owned())
    };
    words.into_iter().map(full).collect()
}

/// The words without the legal form at their end, where one stands there and something is left.
fn without_form(words: &[String]) -> Option<Vec<String>> {
    let last = words.last()?;
    if last == "AND" && words.len() > 1 {
        return words.split_last().map(|(_, rest)| rest.to_vec());
    }
    FORMS.iter().find_map(|form| {
        let form: Vec<&str> = form.split(' ').collect();
        let rest = words.len().checked_sub(form.len()).filter(|rest| *rest > 0)?;
        let (kept, end) = words.split_at_checked(rest)?;
        end.iter().map(String::as_str).eq(form.iter().copied()).then(|| kept.to_vec())
    })
}

/// True where two names mean the same party.
pub fn same(a: &str, b: &str) -> bool {
    let (a, b) = (words(a), words(b));
    if a.is_empty() || b.is_empty() {
        return true;
    }
    let numbers = |words: &[String]| -> Vec<String> {
        words.iter().filter(|word| word.chars().any(|c| c.is_ascii_digit())).cloned().collect()
    };
    if numbers(&a) != numbers(&b) {
        return false;
    }
    let (a, b) = (a.concat(), b.concat());
    // One name may be printed with a department or a place behind it.
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    a == b || (short.chars().count() >= 8 && long.starts_with(short.as_str())) || alike(&a, &b) >= 0.9
}

/// The share of letters that two names have in common, in order: twice the longest common subsequence over both lengths.
fn alike(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(120).collect(), b.chars().take(120).collect());
    let mut row = vec![0u32; b.len().saturating_add(1)];
    for x in &a {
        let (mut left, mut corner) = (0, 0);
        for (y, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let above = *cell;
            *cell = if x == y { corner + 1 } else { above.max(left) };
            (corner, left) = (above, *cell);
        }
    }
    let common = row.last().copied().unwrap_or(0);
    let length = u32::try_from(a.len().saturating_add(b.len())).unwrap_or(u32::MAX);
    if length == 0 { 1.0 } else { 2.0 * f64::from(common) / f64::from(length) }
}

/// True where the print names no party: an order clause, a reference to another box, or a bank that holds the papers.
pub fn names_nobody(name: &str) -> bool {
    let words = words(name);
    let starts =
        |start: &[&str]| words.iter().map(String::as_str).zip(start).filter(|(a, b)| a == *b).count() == start.len();
    starts(&["TO", "ORDER"])
        || starts(&["TO", "THE", "ORDER"])
        || starts(&["ORDER"]) && words.len() <= 2
        || starts(&["SAME"])
        || starts(&["AS", "ABOVE"])
        || name.contains("同收货人")
        || words.iter().any(|word| matches!(word.as_str(), "BANK" | "BANCO" | "BANQUE" | "BANCA"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn legal_forms_case_and_punctuation_say_nothing() {
        for (a, b) in [
            ("Vantage Mill Apparel LLC", "VANTAGE MILL APPAREL, L.L.C."),
            ("Windrow Distribution L.P.", "Windrow Distribution Company"),
            ("Xiamen Baolemei Co., Ltd", "XIAMEN BAOLEMEI CO LIMITED"),
            ("Müller & Söhne GmbH & Co. KG", "MULLER AND SOHNE"),
            ("Song Lam Viet Textile Joint Stock Company", "SONG LAM VIET TEXTILE JSC"),
            ("Pacific Intl Trading", "Pacific International Trading Inc."),
            ("厦门宝乐美有限公司", "厦门宝乐美"),
            ("Fertigung Kesselring & Voss AG", "Fertigung Kesselring & Voss AG, Werk Nord"),
        ] {
            assert!(same(a, b), "{a} / {b}: {:?} {:?}", words(a), words(b));
        }
    }

    #[test]
    fn different_companies_stay_different() {
        for (a, b) in [
            ("Metallwaren Brunnquell GmbH", "Kesselring & Voss AG"),
            ("Northfork Wholesale Company", "Hollin Street Foods LLC"),
            ("Ningbo Ruifengda Co., Ltd.", "Xiamen Yuelanbo Co., Ltd"),
            ("Factory No. 2", "Factory No. 3"),
        ] {
            assert!(!same(a, b), "{a} / {b}");
        }
    }

    #[test]
    fn an_order_clause_is_nobody() {
        for nobody in
            ["TO ORDER", "To the order of First Harbor Bank", "SAME AS CONSIGNEE", "Order", "Harbor Bank N.A."]
        {
            assert!(names_nobody(nobody), "{nobody}");
        }
        for somebody in ["Order Logistics Trading", "Bankside Foods", "Sameday Couriers"] {
            assert!(!names_nobody(somebody), "{somebody}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_itself_and_order_does_not_matter(a in "\\PC{0,40}", b in "\\PC{0,40}") {
            prop_assert!(same(&a, &a));
            prop_assert_eq!(same(&a, &b), same(&b, &a));
        }
    }
}
