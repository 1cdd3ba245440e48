//! Corrections: what a person says in place of what was read. A correction lies over the reading, which stays beside it; the checks
//! see the corrected values. It names its document by file and first page, so that it finds its place again in every later run.

use super::document::{Document, Field, Reading, Readings, Value};
use crate::domain::ids::{CorrectionId, FileId, UserId};
use crate::domain::words::words;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most letters of a reason.
pub const REASON_MAX: usize = 500;

words! {
    /// Where a value comes from.
    Source {
        Read = "read",
        /// A person said so.
        Corrected = "corrected",
        /// A language model proposed it; nobody has confirmed it.
        Proposed = "proposed",
        /// The document was not seen to print one.
        Missing = "missing",
    }
}

impl Source {
    /// The name on a page.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Read => "Read",
            Self::Corrected => "Corrected",
            Self::Proposed => "Proposed by a machine",
            Self::Missing => "Not read",
        }
    }
}

/// A document of a packet, whatever it was read as: the file that it is in, and its first page there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    pub file: FileId,
    pub page: u32,
}

/// One value of a packet: a field of a document's head, or a cell of one of its lines, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Spot {
    pub place: Place,
    pub field: Field,
    pub line: Option<usize>,
}

/// A correction that stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    pub id: CorrectionId,
    pub spot: Spot,
    /// What the document says; nothing where it does not print the field at all.
    pub value: Option<Value>,
    pub reason: String,
    pub by: UserId,
    pub at: DateTime<Utc>,
    /// What it was made on; nothing for those made before that was kept.
    pub seen: Option<Seen>,
    /// True where it was made on an older version of its file.
    pub is_older: bool,
}

/// What somebody saw who corrected a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// What was read; nothing where the field was missing.
    pub value: Option<Value>,
    /// The pages of the document.
    pub pages: Vec<u32>,
    /// The number of the arrangement of its file, 0 for none.
    pub arrangement: i32,
}

impl Seen {
    /// What a correction of a value of the document is made on.
    pub fn of(document: &Document, field: Field, line: Option<usize>) -> Self {
        Self {
            value: document.as_read(field, line).map(|read| read.value.clone()),
            pages: document.pages.clone(),
            arrangement: document.arrangement_number(),
        }
    }
}

words! {
    /// Why a correction that stands does not show.
    Lost {
        /// No document begins on its page any more.
        Document = "document",
        /// Its document has fewer lines.
        Line = "line",
        /// Something else is read in its place than when it was made.
        Otherwise = "otherwise",
    }
}

/// A correction that stands and has lost its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unplaced {
    pub spot: Spot,
    pub value: Option<Value>,
    pub reason: String,
    pub by: UserId,
    pub at: DateTime<Utc>,
    pub why: Lost,
    /// What is read in its place now.
    pub now: Option<Value>,
}

/// A correction in the document that it changed, with the reading that it lies over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Corrected {
    pub field: Field,
    pub line: Option<usize>,
    /// What the document says; nothing where it does not print the field at all.
    pub value: Option<Value>,
    /// What was read; nothing where the field was missing.
    pub read: Option<Reading>,
    pub reason: String,
    pub by: UserId,
    pub at: DateTime<Utc>,
}

/// The first document of a place: the only one that a correction of that place concerns.
pub fn at(places: &[Place], place: Place) -> Option<usize> {
    places.iter().position(|other| *other == place)
}

/// The documents as corrected, and the corrections that have lost their place: those change nothing. `places` says where each document is.
pub fn apply(
    mut documents: Vec<Document>,
    places: &[Place],
    corrections: &[Correction],
) -> (Vec<Document>, Vec<Unplaced>) {
    let mut unplaced = Vec::new();
    for correction in corrections {
        let Spot { place, field, line } = correction.spot;
        let found = at(places, place).and_then(|at| documents.get_mut(at));
        let lost = found.as_ref().map_or(Some(Lost::Document), |document| document.loses(correction));
        match (lost, found) {
            (None, Some(document)) => document.correct(correction),
            (why, document) => unplaced.push(Unplaced {
                spot: correction.spot,
                value: correction.value.clone(),
                reason: correction.reason.clone(),
                by: correction.by,
                at: correction.at,
                why: why.unwrap_or(Lost::Document),
                now: document.and_then(|it| it.reading(field, line)).map(|read| read.value.clone()),
            }),
        }
    }
    (documents, unplaced)
}

impl Document {
    fn cells(&mut self, line: Option<usize>) -> Option<&mut Readings> {
        match line {
            None => Some(&mut self.fields),
            Some(line) => self.lines.get_mut(line),
        }
    }

    /// The number of the arrangement that it was read under, 0 for none.
    pub fn arrangement_number(&self) -> i32 {
        self.arranged.as_ref().map_or(0, |arranged| arranged.number)
    }

    /// Why a correction of this place does not belong to what is read here now. A person's word holds in every run on the same pages,
    /// whatever a better reader sees there; of other pages, or of a newer file, it holds where the same is read as when it was said.
    fn loses(&self, correction: &Correction) -> Option<Lost> {
        let Spot { field, line, .. } = correction.spot;
        if line.is_some_and(|line| line >= self.lines.len()) {
            return Some(Lost::Line);
        }
        let same_print = |seen: &Seen| {
            let now = self.reading(field, line).map(|read| &read.value);
            now == seen.value.as_ref() || now == correction.value.as_ref()
        };
        let same_pages = |seen: &Seen| match line {
            None => seen.pages.iter().collect::<BTreeSet<_>>() == self.pages.iter().collect(),
            // The lines of a document are counted through its pages: any other arrangement may have moved them.
            Some(_) => seen.arrangement == self.arrangement_number(),
        };
        let holds = match &correction.seen {
            Some(seen) => same_print(seen) || (!correction.is_older && same_pages(seen)),
            None => !correction.is_older,
        };
        (!holds).then_some(Lost::Otherwise)
    }

    fn correct(&mut self, correction: &Correction) {
        let Spot { field, line, .. } = correction.spot;
        let Some(cells) = self.cells(line) else { return };
        let read = cells.remove(&field);
        if let Some(value) = &correction.value {
            // A person has looked: nothing about the value is uncertain, and it stands where the reading stood.
            let evidence = read.as_ref().map(|read| read.evidence.clone()).unwrap_or_default();
            cells.insert(field, Reading { value: value.clone(), raw: value.words(), confidence: 1.0, evidence });
        }
        let (value, reason) = (correction.value.clone(), correction.reason.clone());
        self.corrections.push(Corrected { field, line, value, read, reason, by: correction.by, at: correction.at });
    }

    /// The correction that lies over a value.
    pub fn correction(&self, field: Field, line: Option<usize>) -> Option<&Corrected> {
        self.corrections.iter().find(|corrected| corrected.field == field && corrected.line == line)
    }

    /// Where a value comes from.
    pub fn source(&self, field: Field, line: Option<usize>) -> Source {
        match (self.correction(field, line), self.reading(field, line)) {
            (Some(_), _) => Source::Corrected,
            (None, Some(_)) => Source::Read,
            (None, None) => Source::Missing,
        }
    }

    /// What was read for a field, whatever was corrected.
    pub fn as_read(&self, field: Field, line: Option<usize>) -> Option<&Reading> {
        match self.correction(field, line) {
            Some(corrected) => corrected.read.as_ref(),
            None => self.reading(field, line),
        }
    }

    /// The document as it was before any correction.
    #[must_use]
    pub fn uncorrected(mut self) -> Self {
        for corrected in std::mem::take(&mut self.corrections).into_iter().rev() {
            let Some(cells) = self.cells(corrected.line) else { continue };
            match corrected.read {
                Some(read) => cells.insert(corrected.field, read),
                None => cells.remove(&corrected.field),
            };
        }
        self
    }
}

/// Why a correction was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CorrectionRefused {
    #[error("Say why: whoever looks at this later wants to know.")]
    NoReason,
    #[error("Give the reason in at most {REASON_MAX} letters.")]
    LongReason,
    #[error("That is what the document says already.")]
    NoChange,
    /// The sentence says how such a value is written.
    #[error("{0}")]
    Form(&'static str),
}

/// A reason as it is kept: one paragraph.
///
/// # Errors
/// [`CorrectionRefused`] where there is none, or too much of it.
pub fn reason(typed: &str) -> Result<String, CorrectionRefused> {
    let reason = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    match reason.chars().filter(|letter| !letter.is_control()).count() {
        0 => Err(CorrectionRefused::NoReason),
        count if count > REASON_MAX => Err(CorrectionRefused::LongReason),
        _ => Ok(reason.chars().filter(|letter| !letter.is_control()).collect()),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use crate::domain::packet::arrangement::Arranged;
    use crate::domain::packet::check::check;
    use crate::domain::packet::document::{Evidence, Kind};
    use proptest::prelude::*;

    fn reading(value: &str) -> Reading {
        let evidence = vec![Evidence::Page { page: 1, bbox: [1.0, 2.0, 3.0, 4.0] }];
        Reading { value: Value::One(value.to_owned()), raw: format!("print of {value}"), confidence: 0.7, evidence }
    }

    fn paper(id: &str, kind: Kind, fields: &[(Field, &str)], lines: &[&[(Field, &str)]]) -> Document {
        let cells = |cells: &[(Field, &str)]| cells.iter().map(|(field, value)| (*field, reading(value))).collect();
        Document {
            id: id.to_owned(),
            file: format!("{id}.pdf"),
            sha256: id.to_owned(),
            pages: vec![1],
            kind,
            kind_confidence: 1.0,
            text_source: None,
            fields: cells(fields),
            lines: lines.iter().map(|line| cells(line)).collect(),
            problems: Vec::new(),
            corrections: Vec::new(),
            arranged: None,
        }
    }

    fn place() -> Place {
        Place { file: FileId::fresh(), page: 1 }
    }

    fn says(place: Place, field: Field, line: Option<usize>, value: Option<&str>) -> Correction {
        Correction {
            id: CorrectionId::fresh(),
            spot: Spot { place, field, line },
            value: value.map(|value| Value::One(value.to_owned())),
            reason: "seen on the page".to_owned(),
            by: UserId::fresh(),
            at: DateTime::UNIX_EPOCH,
            seen: None,
            is_older: false,
        }
    }

    #[test]
    fn a_correction_lies_over_the_reading_which_stays_beside_it() {
        let place = place();
        let read = paper("d1", Kind::PackingList, &[(Field::PackageCount, "118")], &[]);
        let now =
            apply(vec![read.clone()], &[place], &[says(place, Field::PackageCount, None, Some("120"))]).0.remove(0);
        assert_eq!(now.value(Field::PackageCount), Some("120"));
        assert!(!now.field(Field::PackageCount).unwrap().is_unsure(), "a person has looked");
        assert_eq!(now.field(Field::PackageCount).unwrap().evidence, read.fields[&Field::PackageCount].evidence);
        assert_eq!(now.as_read(Field::PackageCount, None).unwrap().raw, "print of 118");
        assert_eq!(now.source(Field::PackageCount, None), Source::Corrected);
        assert_eq!(now.source(Field::VolumeM3, None), Source::Missing);
        assert_eq!(now.uncorrected(), read);
    }

    #[test]
    fn what_is_missing_is_added_and_what_is_not_printed_is_taken_away() {
        let place = place();
        let read = paper("d1", Kind::PackingList, &[(Field::PackageCount, "118")], &[&[(Field::Quantity, "5")]]);
        let corrections = [
            says(place, Field::VolumeM3, None, Some("3.5")),
            says(place, Field::PackageCount, None, None),
            says(place, Field::Unit, Some(0), Some("PCS")),
        ];
        let now = apply(vec![read], &[place], &corrections).0.remove(0);
        assert_eq!(now.value(Field::VolumeM3), Some("3.5"));
        assert_eq!((now.field(Field::PackageCount), now.source(Field::PackageCount, None)), (None, Source::Corrected));
        assert_eq!(now.lines[0][&Field::Unit].value.words(), "PCS");
    }

    #[test]
    fn what_has_lost_its_place_changes_nothing_and_is_told() {
        let (here, gone) = (place(), place());
        let read = paper("d1", Kind::PackingList, &[], &[&[(Field::Quantity, "5")]]);
        let corrections =
            [says(gone, Field::Quantity, Some(0), Some("6")), says(here, Field::Quantity, Some(9), Some("6"))];
        let (now, unplaced) = apply(vec![read.clone()], &[here], &corrections);
        assert_eq!(now, [read]);
        let told: Vec<_> = unplaced.iter().map(|lost| (lost.spot.place, lost.why)).collect();
        assert_eq!(told, [(gone, Lost::Document), (here, Lost::Line)]);
    }

    #[test]
    fn on_the_same_pages_a_person_is_right_and_on_others_where_the_same_is_read() {
        let place = place();
        let field = |value: &str| paper("d1", Kind::PackingList, &[(Field::PackageCount, value)], &[]);
        let seen =
            |pages: &[u32]| Seen { value: Some(Value::One("118".to_owned())), pages: pages.to_vec(), arrangement: 0 };
        let said = |seen, is_older| Correction {
            seen: Some(seen),
            is_older,
            ..says(place, Field::PackageCount, None, Some("120"))
        };
        for (now, correction, lost) in [
            // A better reader reads it otherwise: the person still has looked at this very page.
            ("113", said(seen(&[1]), false), None),
            ("118", said(seen(&[1, 2]), false), None),
            ("120", said(seen(&[1, 2]), false), None),
            ("113", said(seen(&[1, 2]), false), Some(Lost::Otherwise)),
            ("118", said(seen(&[1]), true), None),
            ("113", said(seen(&[1]), true), Some(Lost::Otherwise)),
            (
                "118",
                Correction { is_older: true, ..says(place, Field::PackageCount, None, Some("120")) },
                Some(Lost::Otherwise),
            ),
        ] {
            let (documents, unplaced) = apply(vec![field(now)], &[place], std::slice::from_ref(&correction));
            assert_eq!(unplaced.first().map(|it| it.why), lost, "{now} {correction:?}");
            assert_eq!(documents[0].value(Field::PackageCount), Some(if lost.is_none() { "120" } else { now }));
            assert!(unplaced.iter().all(|it| it.now == Some(Value::One(now.to_owned()))));
        }
    }

    #[test]
    fn a_line_that_may_have_moved_is_corrected_where_it_reads_as_it_did() {
        let place = place();
        let read = paper("d1", Kind::PackingList, &[], &[&[(Field::Quantity, "5")], &[(Field::Quantity, "7")]]);
        let arranged = Arranged { number: 2, read: Vec::new(), by: UserId::fresh(), at: DateTime::UNIX_EPOCH };
        let moved = Document { arranged: Some(arranged), ..read };
        let seen =
            |value: &str| Some(Seen { value: Some(Value::One(value.to_owned())), pages: vec![1], arrangement: 0 });
        let says =
            |line, value| Correction { seen: seen(value), ..says(place, Field::Quantity, Some(line), Some("6")) };
        let (now, unplaced) = apply(vec![moved], &[place], &[says(0, "5"), says(1, "5")]);
        assert_eq!((now[0].lines[0][&Field::Quantity].value.words(), unplaced.len()), ("6".to_owned(), 1));
        assert_eq!(now[0].lines[1][&Field::Quantity].value.words(), "7");
    }

    #[test]
    fn the_checks_see_the_corrected_values() {
        let places = [place(), place()];
        let read = vec![
            paper("d1", Kind::PackingList, &[(Field::PackageCount, "120")], &[]),
            paper("d2", Kind::BillOfLading, &[(Field::PackageCount, "118")], &[]),
        ];
        let differs = |documents: &[Document]| check(documents).iter().any(|it| it.code == "match.package_count");
        assert!(differs(&read));
        assert!(!differs(&apply(read, &places, &[says(places[1], Field::PackageCount, None, Some("120"))]).0));
    }

    #[test]
    fn a_reason_is_one_paragraph_of_some_length() {
        assert_eq!(reason("  seen\non\tthe page "), Ok("seen on the page".to_owned()));
        assert_eq!(reason(" \n"), Err(CorrectionRefused::NoReason));
        assert_eq!(reason(&"x".repeat(501)), Err(CorrectionRefused::LongReason));
    }

    proptest! {
        #[test]
        fn every_correction_shows_and_none_is_lost_on_the_way_back(
            said in proptest::collection::btree_map(
                (0..Field::ALL.len(), proptest::option::of(0usize..3)), proptest::option::of("[a-z0-9]{1,6}"), 0..12)
        ) {
            let place = place();
            let read = paper(
                "d1", Kind::CommercialInvoice,
                &[(Field::TotalAmount, "1"), (Field::Vessel, "A")], &[&[(Field::Quantity, "5")], &[(Field::Sku, "x")]],
            );
            let corrections: Vec<Correction> = said
                .iter()
                .map(|((field, line), value)| says(place, Field::ALL[*field], *line, value.as_deref()))
                .collect();
            let now = apply(vec![read.clone()], &[place], &corrections).0.remove(0);
            for correction in &corrections {
                let Spot { field, line, .. } = correction.spot;
                if line.is_none_or(|line| line < 2) {
                    prop_assert_eq!(now.reading(field, line).map(|it| it.value.clone()), correction.value.clone());
                    prop_assert_eq!(now.as_read(field, line), read.reading(field, line));
                    prop_assert_eq!(now.source(field, line), Source::Corrected);
                }
            }
            let backwards: Vec<Correction> = corrections.into_iter().rev().collect();
            let other = apply(vec![read.clone()], &[place], &backwards).0.remove(0);
            prop_assert_eq!((&other.fields, &other.lines), (&now.fields, &now.lines), "in whatever order");
            let again: Document = serde_json::from_value(serde_json::to_value(&now).unwrap()).unwrap();
            prop_assert_eq!(&again, &now);
            prop_assert_eq!(now.uncorrected(), read);
        }
    }
}
