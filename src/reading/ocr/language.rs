//! Which languages a page is read in, judged by its small words. The engine reads any Latin letters with English; with the right
//! language it gets their accents, too, and the names of people and places have accents on papers that are English otherwise.

/// A language the engine can be given, with words that stand on trade papers in no other of these languages.
struct Language {
    code: &'static str,
    words: &'static [&'static str],
}

const LANGUAGES: [Language; 5] = [
    Language {
        code: "eng",
        words: &[
            "the",
            "of",
            "and",
            "invoice",
            "to",
            "date",
            "shipper",
            "quantity",
            "weight",
            "description",
            "goods",
            "number",
        ],
    },
    Language {
        code: "deu",
        words: &[
            "und",
            "der",
            "die",
            "das",
            "rechnung",
            "menge",
            "gewicht",
            "für",
            "mit",
            "lieferung",
            "rechnungsnummer",
            "betrag",
        ],
    },
    Language {
        code: "fra",
        words: &[
            "facture",
            "du",
            "et",
            "des",
            "les",
            "quantité",
            "quantite",
            "poids",
            "montant",
            "prix",
            "désignation",
            "expéditeur",
        ],
    },
    Language {
        code: "spa",
        words: &[
            "factura",
            "del",
            "y",
            "los",
            "fecha",
            "cantidad",
            "peso",
            "importe",
            "precio",
            "descripción",
            "descripcion",
            "cliente",
        ],
    },
    Language {
        code: "nld",
        words: &[
            "factuur",
            "van",
            "het",
            "een",
            "aantal",
            "gewicht",
            "bedrag",
            "prijs",
            "omschrijving",
            "factuurnummer",
            "afzender",
            "klant",
        ],
    },
];

/// What is read before anything is known.
pub const FIRST: &str = "eng";
const GERMAN: &str = "eng+deu";
/// What is tried where Latin letters made no sense.
pub const CHINESE: &str = "chi_sim+eng";

/// The languages for the rest of the file: English, and the language its words are in where that is another.
pub fn judge<'a>(words: impl Iterator<Item = &'a str> + Clone) -> &'static str {
    let count = |language: &Language| {
        let known = |word: &&str| language.words.iter().any(|known| known.eq_ignore_ascii_case(word));
        words.clone().map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric())).filter(known).count()
    };
    let counted =
        LANGUAGES.iter().filter(|language| language.code != "eng").map(|language| (count(language), language.code));
    match counted.max_by_key(|(count, _)| *count) {
        Some((count, "fra")) if count >= 3 => "eng+fra",
        Some((count, "spa")) if count >= 3 => "eng+spa",
        Some((count, "nld")) if count >= 3 => "eng+nld",
        Some((count, "deu")) if count >= 3 => GERMAN,
        _ => FIRST,
    }
}

/// The languages for names on an English paper: of the country that it names.
pub fn accented<'a>(words: impl Iterator<Item = &'a str> + Clone) -> &'static str {
    const COUNTRIES: [(&str, &[&str]); 3] = [
        ("eng+spa", &["spain", "españa", "espana", "mexico", "méxico", "colombia", "peru", "chile", "argentina"]),
        ("eng+fra", &["france", "belgium", "belgique", "morocco", "tunisia", "canada"]),
        ("eng+nld", &["netherlands", "nederland"]),
    ];
    let named = |names: &[&str]| {
        let bare = |word: &&str| word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
        words.clone().any(|word| names.contains(&bare(&word).as_str()))
    };
    COUNTRIES.iter().find(|(_, names)| named(names)).map_or(GERMAN, |(languages, _)| languages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_words_tell_the_language() {
        let judged = |text: &'static str| judge(text.split(' '));
        assert_eq!(judged("COMMERCIAL INVOICE Date: Quantity of goods"), "eng");
        assert_eq!(judged("RECHNUNG Menge und Gewicht"), "eng+deu");
        assert_eq!(accented("CASTELLON SPAIN".split(' ')), "eng+spa");
        assert_eq!(accented("SHANGHAI CHINA".split(' ')), "eng+deu");
        assert_eq!(judged("FACTURE Quantité, Poids Montant"), "eng+fra");
        assert_eq!(judged("FACTURA Fecha: Cantidad"), "eng+spa");
        assert_eq!(judged("FACTUUR Aantal Omschrijving Bedrag"), "eng+nld");
        assert_eq!(judged(""), "eng");
    }
}
