//! The words by which a packet is found, and what somebody who searches means by theirs. Letters and digits count; case, accents,
//! spaces and dashes do not. Where the words are kept is the store's business.

use super::document::{Document, Field, FieldType, Kind};
use super::result::PacketResult;
use super::written::inside;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// By these rules words are taken; what was taken by others is taken again.
pub const VERSION: i16 = 1;
/// The most words that are kept of one packet; those of fields come before those of the text.
const MOST: usize = 5_000;
/// Shorter words tell nothing, longer ones are cut.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=40;
/// Of one word, that many places are kept.
const PLACES: usize = 4;
/// The most words of one search.
const WANTED: usize = 8;

/// Letters and digits only, lower case, without accents.
pub fn fold(text: &str) -> String {
    let plain = text.nfkd().filter(|letter| !is_combining_mark(*letter) && letter.is_alphanumeric());
    plain.flat_map(char::to_lowercase).take(*LENGTHS.end()).collect()
}

/// The word under which packets with a document of a kind are found.
pub fn kind_word(kind: Kind) -> String {
    format!("kind:{kind}")
}

/// The word under which packets with a finding are found.
pub fn code_word(code: &str) -> String {
    format!("code:{code}")
}

/// Where a word was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The packet's name.
    Name,
    Field(Field, Kind),
    /// A file's name.
    File,
    /// The text of a page; which document it belongs to, where that is known.
    Text(Option<Kind>),
}

impl Place {
    /// As it is stored.
    pub fn word(self) -> String {
        match self {
            Self::Name => "name".to_owned(),
            Self::Field(field, kind) => format!("{field}@{kind}"),
            Self::File => "file".to_owned(),
            Self::Text(None) => "text".to_owned(),
            Self::Text(Some(kind)) => format!("text@{kind}"),
        }
    }

    /// The place of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        match word.split_once('@') {
            None => [Self::Name, Self::File, Self::Text(None)].into_iter().find(|place| place.word() == word),
            Some(("text", kind)) => Some(Self::Text(Some(Kind::from_word(kind)?))),
            Some((field, kind)) => Some(Self::Field(Field::from_word(field)?, Kind::from_word(kind)?)),
        }
    }

    /// As people read it: `containers · bill of lading`.
    pub fn label(self) -> String {
        let lower = |kind: Kind| inside(kind.label());
        match self {
            Self::Name => "name".to_owned(),
            Self::Field(field, kind) => format!("{} · {}", field.label(), lower(kind)),
            Self::File => "file name".to_owned(),
            Self::Text(None) => "text".to_owned(),
            Self::Text(Some(kind)) => format!("text · {}", lower(kind)),
        }
    }
}

/// The words of a packet, each with its places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(BTreeMap<String, Vec<Place>>);

impl Words {
    fn put(&mut self, word: String, place: Place) {
        if !LENGTHS.contains(&word.chars().count()) {
            return;
        }
        let is_full = self.0.len() >= MOST;
        match self.0.get_mut(&word) {
            Some(places) if places.len() < PLACES && !places.contains(&place) => places.push(place),
            None if !is_full => drop(self.0.insert(word, vec![place])),
            Some(_) | None => {}
        }
    }

    /// Each print between spaces as one word, and its parts where dashes or dots part it, or letters and digits meet.
    pub fn add(&mut self, text: &str, place: Place) {
        for print in text.split_whitespace() {
            self.put(fold(print), place);
            let parts = print.split(|letter: char| !letter.is_alphanumeric());
            for part in parts.filter(|part| part.len() < print.len()) {
                self.put(fold(part), place);
            }
            if let (letters, Some(digits)) = halves(print) {
                self.put(fold(letters), place);
                self.put(fold(digits), place);
            }
        }
    }

    /// A value that may be printed with spaces in it: as one word, too.
    fn add_value(&mut self, value: &str, place: Place) {
        if value.contains(char::is_whitespace) && value.chars().any(|letter| letter.is_ascii_digit()) {
            self.put(fold(value), place);
        }
        self.add(value, place);
    }

    fn add_document(&mut self, document: &Document) {
        let cells = document.lines.iter().flatten();
        for (field, reading) in document.fields.iter().chain(cells) {
            let is_found = matches!(
                field.field_type(),
                FieldType::Text | FieldType::Party | FieldType::Identifier | FieldType::Tariff
            );
            for value in reading.value.all().iter().filter(|_| is_found) {
                self.add_value(value, Place::Field(*field, document.kind));
            }
        }
    }

    /// What a result found: fields, kinds of documents, and codes of findings.
    pub fn add_result(&mut self, result: &PacketResult) {
        for document in &result.documents {
            self.0.entry(kind_word(document.kind)).or_default();
        }
        for finding in &result.findings {
            self.0.entry(code_word(&finding.code)).or_default();
        }
        result.documents.iter().for_each(|document| self.add_document(document));
    }

    /// Each word with its places as they are stored.
    pub fn into_rows(self) -> impl Iterator<Item = (String, String)> {
        let places = |places: Vec<Place>| places.into_iter().map(Place::word).collect::<Vec<_>>().join(" ");
        self.0.into_iter().map(move |(word, found)| (word, places(found)))
    }
}

/// `MSKU1234565` is `MSKU` and `1234565`.
fn halves(print: &str) -> (&str, Option<&str>) {
    let digits = print.find(|letter: char| letter.is_ascii_digit()).filter(|at| *at > 0);
    match digits.and_then(|at| print.split_at_checked(at)) {
        Some((letters, digits)) if letters.chars().all(char::is_alphabetic) => (letters, Some(digits)),
        _ => (print, None),
    }
}

/// A word that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub word: String,
    /// Words that only begin with it are meant, too.
    pub is_begun: bool,
}

/// What somebody looks for: packets with all of these words, the last of which may be begun only. Single letters beside other words
/// are passed over; nothing is left of a search without letters and digits.
pub fn wanted(query: &str) -> Vec<Wanted> {
    let mut words: Vec<String> =
        query.split_whitespace().map(fold).filter(|word| word.chars().count() >= *LENGTHS.start()).collect();
    words.truncate(WANTED);
    let last = words.len().saturating_sub(1);
    let mut wanted: Vec<Wanted> =
        words.into_iter().enumerate().map(|(at, word)| Wanted { word, is_begun: at == last }).collect();
    wanted.dedup_by(|next, before| next.word == before.word && !next.is_begun);
    wanted
}

#[cfg(test)]
#[expect(clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words_of(text: &str) -> Words {
        let mut words = Words::default();
        words.add_value(text, Place::Name);
        words
    }

    fn finds(query: &str, text: &str) -> bool {
        let words = words_of(text);
        let wanted = wanted(query);
        let has = |wanted: &Wanted| match wanted.is_begun {
            true => words.0.keys().any(|word| word.starts_with(&wanted.word)),
            false => words.0.contains_key(&wanted.word),
        };
        !wanted.is_empty() && wanted.iter().all(has)
    }

    #[test]
    fn a_number_is_found_however_it_is_written() {
        for (query, text) in [
            ("MSKU1234565", "MSKU 123456-5"),
            ("msku 1234565", "MSKU1234565"),
            ("MSKU 123456-5", "MSKU1234565"),
            ("MSKU 123456 5", "MSKU 123456-5"),
            ("INV-4421", "INV4421"),
            ("4421", "INV-4421"),
            ("4421", "INV4421"),
            ("INV 4421", "INV-4421"),
            ("160-4011 8822", "160-4011 8822"),
            ("16040118822", "160-40118822"),
            ("atlas app", "Atlas Apparel, Inc."),
            ("muller", "Müller GmbH"),
            ("apparel atlas", "Atlas Apparel, Inc."),
        ] {
            assert!(finds(query, text), "{query} in {text}: {:?}", words_of(text));
        }
        for (query, text) in [("4422", "INV-4421"), ("a", "a b"), ("-", "x-y"), ("atlas x9", "Atlas Apparel")] {
            assert!(!finds(query, text), "{query} in {text}");
        }
    }

    #[test]
    fn each_place_is_stored_and_comes_back() {
        let places = [
            Place::Name,
            Place::File,
            Place::Text(None),
            Place::Text(Some(Kind::PackingList)),
            Place::Field(Field::ContainerNumbers, Kind::BillOfLading),
        ];
        for place in places {
            assert_eq!(Place::from_word(&place.word()), Some(place));
        }
        assert_eq!(places[4].label(), "Containers · bill of lading");
        assert_eq!(Place::from_word("nothing@nowhere"), None);
    }

    #[test]
    fn words_of_fields_are_kept_and_the_text_is_cut() {
        let mut words = Words::default();
        words.add("field", Place::Name);
        let many: Vec<String> = (0..MOST * 2).map(|at| format!("w{at:08}")).collect();
        words.add(&many.join(" "), Place::Text(None));
        words.add("field again", Place::Text(None));
        assert_eq!(words.0.len(), MOST);
        assert_eq!(words.0["field"], [Place::Name, Place::Text(None)]);
    }

    proptest! {
        #[test]
        fn whatever_is_one_word_is_found_by_itself_and_by_its_beginning(text in "[A-Za-z0-9./-]{4,30}") {
            prop_assume!(fold(&text).len() >= 4);
            prop_assert!(finds(&text, &text));
            let folded = fold(&text);
            let begun: String = folded.chars().take(3).collect();
            prop_assert!(finds(&begun, &text));
        }

        #[test]
        fn a_search_never_holds_more_than_it_can(query in "\\PC{0,300}") {
            let found = wanted(&query);
            prop_assert!(found.len() <= WANTED);
            prop_assert!(found.iter().all(|wanted| LENGTHS.contains(&wanted.word.chars().count())));
        }
    }
}
