//! Two names of which a person said that they are one company. Only names of parties are ever joined so: never numbers, never addresses.
//! A finding that rests on such names alone stays as a note that says who confirmed it.

use super::packet::document::{Document, Kind};
use super::packet::result::{Finding, Severity};
use super::trade::party;
use chrono::NaiveDate;

/// The codes of the findings that a confirmation can settle.
const SYMMETRIC: [&str; 3] = ["match.seller", "match.buyer", "match.consignee"];
const MANUFACTURER: &str = "match.manufacturer";
/// The most pairs that are confirmed at once: more names than that are no two spellings.
const PAIRS_MAX: usize = 4;
/// The longest name that is remembered, in bytes.
const NAME_MAX: usize = 1_000;

/// Two names as they were printed, of which neither is the other in another spelling that is known anyway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub one: String,
    pub other: String,
    keys: (String, String),
}

impl Pair {
    /// The pair of two names; nothing where they are one name, or one of them names nobody.
    pub fn of(a: &str, b: &str) -> Option<Self> {
        let key = |name: &str| Some(party::words(name).join(" ")).filter(|key| (1..=NAME_MAX).contains(&key.len()));
        let (a, b) = ((key(a)?, a), (key(b)?, b));
        let fits = a.0 != b.0 && !party::names_nobody(a.1) && !party::names_nobody(b.1);
        let ((one_key, one), (other_key, other)) = if a.0 < b.0 { (a, b) } else { (b, a) };
        fits.then(|| Self { one: one.to_owned(), other: other.to_owned(), keys: (one_key, other_key) })
    }

    /// By what the pair is known again, the lesser first.
    pub fn keys(&self) -> (&str, &str) {
        (&self.keys.0, &self.keys.1)
    }
}

/// A pair that somebody confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    pub pair: Pair,
    /// The person's name.
    pub by: String,
    pub on: NaiveDate,
}

impl Alias {
    fn joins(&self, pair: &Pair) -> bool {
        self.pair.keys == pair.keys
    }
}

/// The names of a finding, each with the kind of its document.
fn names<'a>(finding: &'a Finding, documents: &[Document]) -> Vec<(Kind, &'a str)> {
    let name = |part: &'a super::packet::result::Part| {
        let document = documents.iter().find(|document| document.id == part.document)?;
        Some((document.kind, part.value.as_ref()?.one()?))
    };
    finding.values.iter().filter_map(name).collect()
}

/// For each name that does not agree, the pairs of which it needs one.
fn needed(finding: &Finding, documents: &[Document]) -> Vec<Vec<Pair>> {
    let names = names(finding, documents);
    let mut needed: Vec<Vec<Pair>> = Vec::new();
    if SYMMETRIC.contains(&finding.code.as_str()) {
        for (at, (_, a)) in names.iter().enumerate() {
            let differing = names.iter().skip(at).filter(|(_, b)| !party::same(a, b));
            needed.extend(differing.filter_map(|(_, b)| Pair::of(a, b)).map(|pair| vec![pair]));
        }
    }
    if finding.code == MANUFACTURER {
        let filed = || names.iter().filter(|(kind, _)| *kind == Kind::Isf).map(|(_, name)| *name);
        let strays =
            names.iter().filter(|(kind, name)| *kind != Kind::Isf && !filed().any(|other| party::same(other, name)));
        needed.extend(strays.map(|(_, stray)| filed().filter_map(|other| Pair::of(stray, other)).collect()));
    }
    for choices in &mut needed {
        choices.dedup_by(|a, b| a.keys == b.keys);
    }
    let mut once: Vec<Vec<Pair>> = Vec::new();
    for choices in needed {
        let keys = |choices: &[Pair]| choices.iter().map(|pair| pair.keys.clone()).collect::<Vec<_>>();
        if !once.iter().any(|known| keys(known) == keys(&choices)) {
            once.push(choices);
        }
    }
    once
}

/// What somebody says who says of a finding that its names are one company; nothing where that could mean several things.
pub fn offered(finding: &Finding, documents: &[Document]) -> Vec<Pair> {
    let needed = needed(finding, documents);
    if needed.len() > PAIRS_MAX || needed.iter().any(|choices| choices.len() != 1) {
        return Vec::new();
    }
    needed.into_iter().flatten().collect()
}

/// The finding as it weighs after what was confirmed: a note, where every difference is between names of one company.
pub fn weighed(aliases: &[Alias], documents: &[Document], mut finding: Finding) -> Finding {
    let needed = needed(&finding, documents);
    let confirmed: Option<Vec<&Alias>> = needed
        .iter()
        .map(|choices| aliases.iter().find(|alias| choices.iter().any(|pair| alias.joins(pair))))
        .collect();
    let Some(confirmed) = confirmed.filter(|confirmed| !confirmed.is_empty()) else { return finding };
    finding.severity = Severity::Info;
    let mut told: Vec<String> = Vec::new();
    for alias in confirmed {
        let words = format!(" Same company as confirmed by {} on {}.", alias.by, alias.on.format("%-d %b %Y"));
        if !told.contains(&words) {
            told.push(words);
        }
    }
    finding.explanation.push_str(&told.concat());
    finding
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::domain::packet::document::{Field, Readings, Value};
    use crate::domain::packet::result::Part;
    use proptest::prelude::*;

    fn packet(code: &str, said: &[(Kind, &str)]) -> (Finding, Vec<Document>) {
        let document = |(at, (kind, _)): (usize, &(Kind, &str))| Document {
            id: format!("d{at}"),
            file: "a.pdf".to_owned(),
            sha256: String::new(),
            pages: vec![1],
            kind: *kind,
            kind_confidence: 1.0,
            text_source: None,
            fields: Readings::new(),
            lines: Vec::new(),
            problems: Vec::new(),
            corrections: Vec::new(),
            arranged: None,
        };
        let part = |(at, (_, name)): (usize, &(Kind, &str))| Part {
            document: format!("d{at}"),
            field: Some(Field::SellerName),
            line: None,
            value: Some(Value::One((*name).to_owned())),
        };
        let finding = Finding {
            code: code.to_owned(),
            severity: Severity::Critical,
            title: String::new(),
            explanation: "They differ.".to_owned(),
            fix: String::new(),
            citation: String::new(),
            values: said.iter().enumerate().map(part).collect(),
            waiver: None,
        };
        (finding, said.iter().enumerate().map(document).collect())
    }

    fn alias(a: &str, b: &str) -> Alias {
        let on = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        Alias { pair: Pair::of(a, b).unwrap(), by: "Olga".to_owned(), on }
    }

    const INVOICE: Kind = Kind::CommercialInvoice;

    #[test]
    fn a_confirmed_pair_makes_a_note_that_says_who_confirmed_it_and_no_other_pair_does() {
        let (finding, documents) =
            packet("match.seller", &[(INVOICE, "Hongda Plastics Ltd."), (Kind::Isf, "HD Export Co")]);
        assert_eq!(offered(&finding, &documents).len(), 1);
        let note = weighed(&[alias("HD EXPORT", "Hongda Plastics")], &documents, finding.clone());
        assert_eq!(note.severity, Severity::Info);
        assert_eq!(note.explanation, "They differ. Same company as confirmed by Olga on 21 Nov 2026.");
        for other in [vec![], vec![alias("HD Export", "Kesselring AG")], vec![alias("Hongda Plastics", "Kesselring")]] {
            assert_eq!(weighed(&other, &documents, finding.clone()), finding);
        }
    }

    #[test]
    fn every_difference_must_be_confirmed_and_none_follows_from_two_others() {
        let said = [(INVOICE, "Hongda Plastics"), (Kind::PackingList, "HD Export"), (Kind::Isf, "Silver Bay Trading")];
        let (finding, documents) = packet("match.seller", &said);
        assert_eq!(offered(&finding, &documents).len(), 3);
        let two = [alias("Hongda Plastics", "HD Export"), alias("HD Export", "Silver Bay Trading")];
        assert_eq!(weighed(&two, &documents, finding.clone()).severity, Severity::Critical);
        let all = [two.to_vec(), vec![alias("Silver Bay Trading", "Hongda Plastics")]].concat();
        assert_eq!(weighed(&all, &documents, finding).severity, Severity::Info);
    }

    #[test]
    fn a_maker_is_settled_by_one_filed_maker_and_offered_only_where_there_is_no_choice() {
        let one = [(INVOICE, "Hongda Plastics"), (Kind::Isf, "HD Factory Two")];
        let (finding, documents) = packet("match.manufacturer", &one);
        assert_eq!(offered(&finding, &documents).len(), 1);
        let (finding, documents) =
            packet("match.manufacturer", &[one.as_slice(), &[(Kind::Isf, "Silver Bay Mills")]].concat());
        assert!(offered(&finding, &documents).is_empty(), "which of the two?");
        let note = weighed(&[alias("Hongda Plastics", "HD Factory Two")], &documents, finding);
        assert_eq!(note.severity, Severity::Info);
    }

    #[test]
    fn numbers_places_and_nobody_are_never_joined() {
        for code in ["match.bl_number", "match.container_number", "match.port_of_loading", "match.vessel"] {
            let (finding, documents) = packet(code, &[(INVOICE, "Alpha One"), (Kind::Isf, "Beta Two")]);
            assert!(offered(&finding, &documents).is_empty(), "{code}");
            assert_eq!(weighed(&[alias("Alpha One", "Beta Two")], &documents, finding.clone()), finding, "{code}");
        }
        for nobody in ["TO ORDER", "---", "SAME AS CONSIGNEE", "HONGDA PLASTICS LTD"] {
            assert_eq!(Pair::of("Hongda Plastics", nobody), None, "{nobody}");
        }
    }

    proptest! {
        #[test]
        fn a_pair_is_the_same_both_ways(a in "\\PC{0,30}", b in "\\PC{0,30}") {
            let keys = |pair: Option<Pair>| pair.map(|pair| pair.keys);
            prop_assert_eq!(keys(Pair::of(&a, &b)), keys(Pair::of(&b, &a)));
            prop_assert_eq!(Pair::of(&a, &a), None);
        }
    }
}
