//! Corrections: what a person says in place of what was read. A correction lies over the reading, which stays beside it; the checks
//! see the corrected values. It names its document by file and first page, so that it finds its place again in every later run.

mod corrected;
mod lost;
mod refused;
mod spot;

pub use corrected::{Corrected, Source};
pub use lost::{Lost, Seen, Unplaced};
pub use refused::{CorrectionRefused, reason};
pub use spot::{Place, Spot, at};

use super::document::{Document, Value};
use crate::domain::ids::{CorrectionId, UserId};
use chrono::{DateTime, Utc};

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

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use crate::domain::ids::FileId;
    use crate::domain::packet::arrangement::Arranged;
    use crate::domain::packet::check::check;
    use crate::domain::packet::document::{Evidence, Field, Kind, Reading};
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
