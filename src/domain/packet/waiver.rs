//! Waivers: findings that a person lets pass, with a reason, until a day or for good. A finding is known by what it speaks of and not
//! by its values, so that its waiver holds in every run; a waived finding stays visible and does not count.

use super::document::Document;
use super::result::{Finding, PacketResult};
use super::score;
use crate::domain::ids::{UserId, WaiverId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// A waiver that nobody took back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    pub id: WaiverId,
    /// The [`key`] of the finding.
    pub finding: String,
    pub reason: String,
    /// The last day on which it holds (UTC); nothing for good.
    pub until: Option<NaiveDate>,
    pub by: UserId,
    pub at: DateTime<Utc>,
}

/// A waiver as its finding carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waived {
    pub id: WaiverId,
    pub reason: String,
    pub until: Option<NaiveDate>,
    pub by: UserId,
    pub at: DateTime<Utc>,
}

impl Waiver {
    /// True on every day up to its last.
    pub fn holds(&self, today: NaiveDate) -> bool {
        self.until.is_none_or(|until| today <= until)
    }
}

/// What a finding speaks of, the same in every run: its code, and for each value the document (by the content of its file and its first
/// page there, or all of its pages where a person put them together), the field and the line. SHA-256, lower-case hexadecimal.
pub fn key(finding: &Finding, documents: &[Document]) -> String {
    let places: BTreeSet<String> = finding
        .values
        .iter()
        .map(|part| {
            let document = documents.iter().find(|document| document.id == part.document);
            let content = document.map_or("", |document| document.sha256.as_str());
            let page = document.map_or_else(|| "0".to_owned(), place);
            let field = part.field.map(super::document::Field::as_str).unwrap_or_default();
            let line = part.line.map(|line| line.to_string()).unwrap_or_default();
            format!("{content} {page} {field} {line}")
        })
        .collect();
    let mut hash = Sha256::new();
    hash.update(finding.code.as_bytes());
    for place in places {
        hash.update(b"\n");
        hash.update(place.as_bytes());
    }
    hex::encode(hash.finalize())
}

/// Where a document is in its file. One that a person put together is known by all its pages, in order: its lines are not those of the
/// document that begins on the same page and was read whole.
fn place(document: &Document) -> String {
    let read = document.arranged.as_ref().map(|arranged| &arranged.read);
    let as_read = read.is_none_or(|read| read.iter().any(|read| read.pages == document.pages));
    let pages = document.pages.iter().take(if as_read { 1 } else { usize::MAX });
    let pages: Vec<String> = pages.map(u32::to_string).collect();
    if pages.is_empty() { "0".to_owned() } else { pages.join("+") }
}

/// The result with the waivers that hold today: what is waived does not count for score and verdict.
#[must_use]
pub fn judge(mut result: PacketResult, waivers: &[Waiver], today: NaiveDate) -> PacketResult {
    for finding in &mut result.findings {
        let key = key(finding, &result.documents);
        let holds = waivers.iter().find(|waiver| waiver.finding == key && waiver.holds(today));
        finding.waiver = holds.map(|waiver| Waived {
            id: waiver.id,
            reason: waiver.reason.clone(),
            until: waiver.until,
            by: waiver.by,
            at: waiver.at,
        });
    }
    let (score, reason) = score::score(&result.findings);
    result.packet.score = score;
    result.packet.reason = reason;
    result.packet.verdict = score::verdict(&result.findings);
    result
}

/// Why a waiver's form was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UntilRefused {
    #[error("Write the day as 2026-12-31, or leave it empty to waive for good.")]
    NoDay,
    #[error("Choose today or a later day, or leave it empty to waive for good.")]
    Past,
}

/// The last day of a waiver as it was typed; empty is for good.
///
/// # Errors
/// [`UntilRefused`] where it is no day, or one that is over.
pub fn until(typed: &str, today: NaiveDate) -> Result<Option<NaiveDate>, UntilRefused> {
    match typed.trim() {
        "" => Ok(None),
        typed => match typed.parse::<NaiveDate>() {
            Err(_) => Err(UntilRefused::NoDay),
            Ok(day) if day < today => Err(UntilRefused::Past),
            Ok(day) => Ok(Some(day)),
        },
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use crate::domain::packet::document::{Field, Kind, Readings, Value};
    use crate::domain::packet::result::{Part, Severity, Stats, Verdict};
    use proptest::prelude::*;

    fn document(id: &str, content: &str) -> Document {
        Document {
            id: id.to_owned(),
            file: "a.pdf".to_owned(),
            sha256: content.to_owned(),
            pages: vec![1],
            kind: Kind::PackingList,
            kind_confidence: 1.0,
            text_source: None,
            fields: Readings::new(),
            lines: Vec::new(),
            problems: Vec::new(),
            corrections: Vec::new(),
            arranged: None,
        }
    }

    fn finding(code: &str, severity: Severity, parts: &[(&str, Option<usize>, &str)]) -> Finding {
        let part = |(document, line, value): &(&str, Option<usize>, &str)| Part {
            document: (*document).to_owned(),
            field: Some(Field::PackageCount),
            line: *line,
            value: Some(Value::One((*value).to_owned())),
        };
        Finding {
            code: code.to_owned(),
            severity,
            title: String::new(),
            explanation: String::new(),
            fix: String::new(),
            citation: String::new(),
            values: parts.iter().map(part).collect(),
            waiver: None,
        }
    }

    fn waiver(finding: String, until: Option<&str>) -> Waiver {
        Waiver {
            id: WaiverId::fresh(),
            finding,
            reason: "known".to_owned(),
            until: until.map(|day| day.parse().unwrap()),
            by: UserId::fresh(),
            at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_finding_is_known_by_what_it_speaks_of_whatever_its_values_and_numbers() {
        let documents = [document("d1", "aa"), document("d2", "bb")];
        let renumbered = [document("d7", "bb"), document("d9", "aa")];
        let one = finding("match.x", Severity::Critical, &[("d1", None, "120"), ("d2", None, "118")]);
        let later = finding("match.x", Severity::Warning, &[("d7", None, "90"), ("d9", None, "120")]);
        assert_eq!(key(&one, &documents), key(&later, &renumbered));
        for other in [
            finding("match.y", Severity::Critical, &[("d1", None, "120"), ("d2", None, "118")]),
            finding("match.x", Severity::Critical, &[("d1", None, "120")]),
            finding("match.x", Severity::Critical, &[("d1", Some(0), "120"), ("d2", None, "118")]),
        ] {
            assert_ne!(key(&one, &documents), key(&other, &documents));
        }
    }

    #[test]
    fn what_is_waived_does_not_count_until_its_last_day_is_over() {
        let documents = vec![document("d1", "aa")];
        let findings = vec![
            finding("match.x", Severity::Critical, &[("d1", None, "1")]),
            finding("match.y", Severity::Warning, &[("d1", None, "1")]),
        ];
        let waivers = [waiver(key(&findings[0], &documents), Some("2026-12-31"))];
        let result = PacketResult::assemble("p", documents, findings, Stats { pages: 1, milliseconds: 1 });
        assert_eq!((result.packet.score, result.packet.verdict), (83, Verdict::Blocked));
        for (day, score, verdict, waived) in [
            ("2026-12-30", 95, Verdict::Review, true),
            ("2026-12-31", 95, Verdict::Review, true),
            ("2027-01-01", 83, Verdict::Blocked, false),
        ] {
            let judged = judge(result.clone(), &waivers, day.parse().unwrap());
            assert_eq!((judged.packet.score, judged.packet.verdict), (score, verdict), "{day}");
            assert_eq!((judged.findings.len(), judged.findings[0].waiver.is_some()), (2, waived), "{day}");
        }
        assert_eq!(judge(result.clone(), &[], NaiveDate::MIN), result);
    }

    #[test]
    fn the_last_day_is_today_at_the_earliest() {
        let today: NaiveDate = "2026-11-21".parse().unwrap();
        assert_eq!(until(" ", today), Ok(None));
        assert_eq!(until("2026-11-21", today), Ok(Some(today)));
        assert_eq!(until("2026-11-20", today), Err(UntilRefused::Past));
        assert_eq!(until("tomorrow", today), Err(UntilRefused::NoDay));
    }

    proptest! {
        #[test]
        fn a_waiver_never_lowers_a_score_and_hides_nothing(
            severities in proptest::collection::vec(0usize..3, 0..12), waived in proptest::collection::vec(any::<bool>(), 12)
        ) {
            let documents = vec![document("d1", "aa")];
            let findings: Vec<Finding> = severities
                .iter()
                .enumerate()
                .map(|(at, severity)| finding(&format!("c{at}"), Severity::ALL[*severity], &[("d1", None, "1")]))
                .collect();
            let waivers: Vec<Waiver> = findings
                .iter()
                .zip(&waived)
                .filter(|(_, waived)| **waived)
                .map(|(finding, _)| waiver(key(finding, &documents), None))
                .collect();
            let result = PacketResult::assemble("p", documents, findings, Stats { pages: 1, milliseconds: 1 });
            let judged = judge(result.clone(), &waivers, NaiveDate::MIN);
            prop_assert!(judged.packet.score >= result.packet.score);
            prop_assert!(judged.packet.verdict >= result.packet.verdict);
            prop_assert_eq!(judged.findings.len(), result.findings.len());
            prop_assert_eq!(judge(judged, &[], NaiveDate::MIN), result);
        }
    }
}
