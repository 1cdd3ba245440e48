//! Corrections: what a person says in place of what was read. A correction lies over the reading, which stays beside it; the checks
//! see the corrected values. It names its document by file and first page, so that it finds its place again in every later run.

use super::document::{Document, Field, Reading, Readings, Value, words};
use crate::domain::ids::{CorrectionId, FileId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

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

/// The documents as corrected. `places` says where each of them is. A correction whose place or line is gone changes nothing.
pub fn apply(mut documents: Vec<Document>, places: &[Place], corrections: &[Correction]) -> Vec<Document> {
    for correction in corrections {
        let found = at(places, correction.spot.place).and_then(|at| documents.get_mut(at));
        if let Some(document) = found {
            document.correct(correction);
        }
    }
    documents
}

impl Document {
    fn cells(&mut self, line: Option<usize>) -> Option<&mut Readings> {
        match line {
            None => Some(&mut self.fields),
            Some(line) => self.lines.get_mut(line),
        }
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
        }
    }

    #[test]
    fn a_correction_lies_over_the_reading_which_stays_beside_it() {
        let place = place();
        let read = paper("d1", Kind::PackingList, &[(Field::PackageCount, "118")], &[]);
        let now = apply(vec![read.clone()], &[place], &[says(place, Field::PackageCount, None, Some("120"))]).remove(0);
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
        let now = apply(vec![read], &[place], &corrections).remove(0);
        assert_eq!(now.value(Field::VolumeM3), Some("3.5"));
        assert_eq!((now.field(Field::PackageCount), now.source(Field::PackageCount, None)), (None, Source::Corrected));
        assert_eq!(now.lines[0][&Field::Unit].value.words(), "PCS");
    }

    #[test]
    fn what_has_lost_its_place_changes_nothing() {
        let (here, gone) = (place(), place());
        let read = paper("d1", Kind::PackingList, &[], &[&[(Field::Quantity, "5")]]);
        let corrections =
            [says(gone, Field::Quantity, Some(0), Some("6")), says(here, Field::Quantity, Some(9), Some("6"))];
        assert_eq!(apply(vec![read.clone()], &[here], &corrections), [read]);
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
        assert!(!differs(&apply(read, &places, &[says(places[1], Field::PackageCount, None, Some("120"))])));
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
            let now = apply(vec![read.clone()], &[place], &corrections).remove(0);
            for correction in &corrections {
                let Spot { field, line, .. } = correction.spot;
                if line.is_none_or(|line| line < 2) {
                    prop_assert_eq!(now.reading(field, line).map(|it| it.value.clone()), correction.value.clone());
                    prop_assert_eq!(now.as_read(field, line), read.reading(field, line));
                    prop_assert_eq!(now.source(field, line), Source::Corrected);
                }
            }
            let backwards: Vec<Correction> = corrections.into_iter().rev().collect();
            let other = apply(vec![read.clone()], &[place], &backwards).remove(0);
            prop_assert_eq!((&other.fields, &other.lines), (&now.fields, &now.lines), "in whatever order");
            let again: Document = serde_json::from_value(serde_json::to_value(&now).unwrap()).unwrap();
            prop_assert_eq!(&again, &now);
            prop_assert_eq!(now.uncorrected(), read);
        }
    }
}
