//! What can be wrong with a chain, each fault as a sentence, and the report of a check. Finding them is `walk`'s.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// More faults than this are counted and not named.
const NAMED: usize = 50;
/// What is wrong with a chain, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    #[error("Entry {seq} was changed after it was written.")]
    Changed { seq: i64 },
    #[error("Where entry {seq} belongs stands the entry that was written as {written_as}: they were swapped or moved.")]
    Moved { seq: i64, written_as: i64 },
    #[error("{} missing: removed from the log.", entries(*.from, *.to))]
    Removed { from: i64, to: i64 },
    #[error("There is more than one entry {seq}.")]
    Doubled { seq: i64 },
    #[error("{} missing at the end: the log was cut off after entry {}.", entries(*.from, *.to), .from.saturating_sub(1))]
    CutOff { from: i64, to: i64 },
    #[error(
        "{} missing at the end, and the record of the last entry was put back: the anchor of {day} still has it.", entries(*.from, *.to)
    )]
    CutOffAndHidden { from: i64, to: i64, day: NaiveDate },
    #[error("Entry {seq} is not the one that the anchor of {day} holds: the log was written anew.")]
    Rewritten { seq: i64, day: NaiveDate },
    #[error("The record of the last entry says {says}, but the log goes to entry {to}.")]
    HeadChanged { says: i64, to: i64 },
    #[error("The anchor of {day} is damaged or not from this installation.")]
    AnchorDamaged { day: NaiveDate },
    #[error("The anchor of {day} was made, and is in neither of its two places any more.")]
    AnchorMissing { day: NaiveDate },
    #[error("Entry {seq} is filed under another person than the one who acted.")]
    Misfiled { seq: i64 },
    #[error("The name beside the chain for the pseudonym {identity} was changed.")]
    Renamed { identity: uuid::Uuid },
    #[error(
        "Entries {action} ({result}) of {month} would not be found by a filter: their line in the index of kinds is missing."
    )]
    Unlisted { month: NaiveDate, action: String, result: String },
    #[error("Entries lie outside the months that were prepared for them (in the default partition).")]
    Astray,
}

impl Fault {
    /// The entry that it begins at: where it stands among the faults of a log. What concerns no entry stands last.
    pub(super) fn place(&self) -> i64 {
        match self {
            Self::Changed { seq }
            | Self::Moved { seq, .. }
            | Self::Doubled { seq }
            | Self::Misfiled { seq }
            | Self::Rewritten { seq, .. } => *seq,
            Self::Removed { from, .. } | Self::CutOff { from, .. } | Self::CutOffAndHidden { from, .. } => *from,
            Self::HeadChanged { .. } | Self::AnchorDamaged { .. } | Self::AnchorMissing { .. } => i64::MAX,
            Self::Renamed { .. } | Self::Unlisted { .. } | Self::Astray => i64::MAX,
        }
    }
}

fn entries(from: i64, to: i64) -> String {
    if from == to { format!("Entry {from} is") } else { format!("Entries {from} to {to} are") }
}

/// What a check of a team's chain found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// How many entries there are.
    pub entries: i64,
    /// The last one.
    pub through: i64,
    /// How many anchors were compared.
    pub anchors: usize,
    /// In the order of the log.
    pub faults: Vec<Fault>,
    /// Faults that are not named any more.
    pub more: usize,
}

impl Report {
    /// True where every entry stands as it was written.
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty()
    }

    /// Adds a fault that was found beside the chain.
    pub fn add(&mut self, fault: Fault) {
        if self.faults.len() < NAMED {
            self.faults.push(fault);
        } else {
            self.more = self.more.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_as_a_sentence() {
        assert_eq!(Fault::Removed { from: 3, to: 3 }.to_string(), "Entry 3 is missing: removed from the log.");
    }
}
