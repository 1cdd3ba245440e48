//! A party as a document prints it: a name, the lines of an address, and what else stands in the block and belongs to neither.

use super::country;
use crate::reading::vocabulary::fold;

/// A party block, taken apart. The numbers are those of the lines given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    pub name: String,
    /// The lines that are the address.
    pub address: Vec<usize>,
    pub country: Option<&'static str>,
}

/// Takes the lines of a block apart. Refuses blocks without letters in their first line, and values that are no party.
pub fn party(lines: &[String]) -> Option<Party> {
    let name = lines.first()?.trim().trim_end_matches([',', ';']).to_owned();
    let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
    if letters < 3 || name.chars().count() > 120 {
        return None;
    }
    let lines_below = lines.iter().enumerate().skip(1);
    let address: Vec<usize> = lines_below.filter(|(_, line)| belongs(line)).map(|(at, _)| at).collect();
    let country = country::of_address(address.iter().filter_map(|at| lines.get(*at)).map(String::as_str));
    Some(Party { name, address, country })
}

/// True for a line of an address: no telephone, electronic mail, tax number or contact.
pub fn belongs(line: &str) -> bool {
    const OTHER: &[&str] = &[
        "tel",
        "telephone",
        "phone",
        "fax",
        "fon",
        "telefax",
        "mobil",
        "handy",
        "mobile",
        "mob",
        "email",
        "mail",
        "attn",
        "attention",
        "contact",
        "taxid",
        "vat",
        "vatno",
        "vatid",
        "eori",
        "usci",
        "ein",
        "irs",
        "gst",
        "gstin",
        "www",
        "web",
        "website",
        "teléfono",
        "telefono",
        "telefon",
        "téléphone",
        "tax",
        "ustid",
        "ustidnr",
        "rfc",
        "nif",
        "cif",
        "电话",
        "传真",
        "邮箱",
        "联系人",
        "ph",
        "whatsapp",
        "rex",
        "duns",
        "kvk",
        "btw",
        "tva",
        "iva",
        "mid",
        "uid",
        "p",
        "t",
        "f",
        "e",
        "m",
        "iec",
        "pan",
        "registrationno",
        "regno",
        "steuernummer",
        "ruc",
        "cnpj",
    ];
    if line.contains('@') || line.contains("www.") || line.contains("http") {
        return false;
    }
    let start: String = line.chars().take_while(|letter| !matches!(letter, ':' | '：' | '.' | '+' | '(')).collect();
    let first = fold(start.split_whitespace().next().unwrap_or_default());
    let lead = fold(&start);
    let marked = line.contains([':', '：']) || line.contains('+');
    let known = (OTHER.contains(&lead.as_str()) && (lead.chars().count() > 2 || marked))
        || (OTHER.contains(&first.as_str())
            && (first.chars().count() > 2 || marked)
            && (marked || line.contains('.') || digits(line) > 5));
    !known && line.chars().any(char::is_alphanumeric)
}

fn digits(line: &str) -> usize {
    line.chars().filter(char::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn telephone_and_mail_are_no_address() {
        let block = lines(&[
            "Song Lam Viet Joint Stock Company",
            "Plot 333, Le Trung Street",
            "Viet Nam",
            "Tel: +84 22 5550 0345",
            "sales@song.example",
        ]);
        let party = party(&block);
        assert_eq!(party.as_ref().map(|party| party.address.clone()), Some(vec![1, 2]));
        assert_eq!(party.and_then(|party| party.country), Some("VN"));
    }

    #[test]
    fn a_number_is_no_party() {
        assert_eq!(party(&lines(&["12-345"])), None);
        assert_eq!(party(&[]), None);
    }

    proptest! {
        #[test]
        fn no_block_breaks_it(block in proptest::collection::vec("\\PC{0,40}", 0..6)) {
            let _ = party(&block);
        }
    }
}
