//! The check of a chain: entries go in oldest first, and what is wrong comes out by name. It holds the entries in doubt and nothing
//! else, however long the chain is. Reading the entries is `store::audit`.

use super::anchor::{Anchor, Head};
use super::fault::{Fault, Report};
use super::{ChainKey, Entry};
use crate::domain::ids::TeamId;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Entries in doubt are kept to tell a swap from a change; a chain with more than this is broken beyond telling.
const IN_DOUBT: usize = 500;

/// An entry whose hash does not follow from the stored ones.
struct Doubt {
    entry: Entry,
    stored: Vec<u8>,
    before: Vec<u8>,
}

/// A walk along one chain.
pub struct Walk {
    key: ChainKey,
    report: Report,
    before: Vec<u8>,
    doubts: Vec<Doubt>,
    /// What the anchors say of this chain, by entry.
    anchored: BTreeMap<i64, (String, NaiveDate)>,
    /// The predecessor is missing, so that the next hash cannot be computed.
    unlinked: bool,
}

impl Walk {
    /// A walk along the chain of a team, which is compared with `anchors` as it goes.
    pub fn new(key: ChainKey, team: TeamId, anchors: &[Anchor]) -> Self {
        let of = |anchor: &Anchor| {
            let head = anchor.of(team)?;
            Some((head.seq, (head.hash.clone(), anchor.day)))
        };
        // Where days have the same entry the earliest one counts: what was written anew since then shows.
        let anchored: BTreeMap<_, _> = anchors.iter().rev().filter_map(of).collect();
        let report = Report { anchors: anchored.len(), ..Report::default() };
        Self { key, report, before: Vec::new(), doubts: Vec::new(), anchored, unlinked: false }
    }

    /// The last entry so far.
    pub fn through(&self) -> i64 {
        self.report.through
    }

    /// Faults that are found beside the chain.
    pub fn add(&mut self, fault: Fault) {
        self.report.add(fault);
    }

    /// The next entry with the hash that is stored beside it.
    pub fn take(&mut self, entry: Entry, stored: Vec<u8>) {
        let expected = self.report.through.saturating_add(1);
        self.report.entries = self.report.entries.saturating_add(1);
        if entry.seq < expected {
            self.add(Fault::Doubled { seq: entry.seq });
            return;
        }
        if entry.seq > expected {
            self.add(Fault::Removed { from: expected, to: entry.seq.saturating_sub(1) });
            self.unlinked = true;
        }
        self.report.through = entry.seq;
        if let Some((hash, day)) = self.anchored.get(&entry.seq)
            && *hash != hex::encode(&stored)
        {
            let fault = Fault::Rewritten { seq: entry.seq, day: *day };
            self.add(fault);
        }
        // After a gap the entry's own hash stands for it: the entries that follow are bound to it.
        let linked = self.unlinked || entry.hash(&self.key, &self.before) == stored;
        self.unlinked = false;
        let before = std::mem::replace(&mut self.before, stored.clone());
        if !linked {
            if self.doubts.len() < IN_DOUBT {
                self.doubts.push(Doubt { entry, stored, before });
            } else {
                self.report.more = self.report.more.saturating_add(1);
            }
        }
    }

    /// What was found, after the last entry. `head` is what the database says the last one is.
    pub fn finish(mut self, head: Option<Head>) -> Report {
        let named: Vec<Fault> = self.doubts.iter().filter_map(|doubt| self.name(doubt)).collect();
        for fault in named {
            self.add(fault);
        }
        let through = self.report.through;
        let head_seq = head.as_ref().map_or(0, |head| head.seq);
        if head_seq > through {
            self.add(Fault::CutOff { from: through.saturating_add(1), to: head_seq });
        } else if head_seq < through || head.is_some_and(|head| head.hash != hex::encode(&self.before)) {
            self.add(Fault::HeadChanged { says: head_seq, to: through });
        }
        if let Some((seq, (_, day))) = self.anchored.last_key_value()
            && *seq > through.max(head_seq)
        {
            let fault = Fault::CutOffAndHidden { from: through.saturating_add(1), to: *seq, day: *day };
            self.add(fault);
        }
        self.report.faults.sort_by_key(Fault::place);
        self.report
    }

    /// What happened to an entry in doubt. Nothing, where only its neighbour is out of place.
    fn name(&self, doubt: &Doubt) -> Option<Fault> {
        let elsewhere = || self.doubts.iter().filter(|other| other.entry.seq != doubt.entry.seq);
        let hashes = || self.doubts.iter().map(|other| &other.stored);
        if hashes().any(|before| doubt.entry.hash(&self.key, before) == doubt.stored) {
            return None;
        }
        let was = |other: &&Doubt| {
            let written = Entry { seq: other.entry.seq, ..doubt.entry.clone() };
            let bound = |before: &Vec<u8>| written.hash(&self.key, before) == doubt.stored;
            bound(&other.before) || self.doubts.iter().any(|third| bound(&third.stored))
        };
        let seq = doubt.entry.seq;
        // With many in doubt a swap among them is not looked for: the time would grow with their cube.
        let swapped = (self.doubts.len() <= 60).then(|| elsewhere().find(was)).flatten();
        Some(match swapped {
            Some(other) => Fault::Moved { seq, written_as: other.entry.seq },
            None => Fault::Changed { seq },
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};
    use uuid::Uuid;

    const TEAM: TeamId = TeamId(Uuid::nil());

    fn key() -> ChainKey {
        ChainKey::new(b"key")
    }

    fn entry(seq: i64) -> Entry {
        let start: DateTime<Utc> = "2026-05-23T14:21:08Z".parse().unwrap();
        Entry {
            team: TEAM,
            seq,
            at: start + chrono::Duration::seconds(seq),
            identity: Uuid::nil(),
            role: "operator".into(),
            action: "packet.create".into(),
            subject: format!("INV-{seq}"),
            result: "success".into(),
            diff: None,
        }
    }

    type Log = Vec<(Entry, Vec<u8>)>;

    fn log(entries: i64) -> Log {
        let mut before = Vec::new();
        let link = |seq| {
            let hash = entry(seq).hash(&key(), &before);
            before = hash.clone();
            (entry(seq), hash)
        };
        (1..=entries).map(link).collect()
    }

    fn head(log: &Log) -> Head {
        let (entry, hash) = log.last().unwrap();
        Head { team: TEAM, seq: entry.seq, hash: hex::encode(hash) }
    }

    fn faults(log: Log, head: Option<Head>, anchors: &[Anchor]) -> Vec<Fault> {
        let mut walk = Walk::new(key(), TEAM, anchors);
        log.into_iter().for_each(|(entry, hash)| walk.take(entry, hash));
        walk.finish(head).faults
    }

    fn after(change: impl FnOnce(&mut Log)) -> Vec<Fault> {
        let mut log = log(9);
        let head = head(&log);
        change(&mut log);
        faults(log, Some(head), &[])
    }

    fn swap(log: &mut Log, one: usize, other: usize) {
        log.swap(one - 1, other - 1);
        for (at, (entry, _)) in log.iter_mut().enumerate() {
            entry.seq = i64::try_from(at).unwrap() + 1;
        }
    }

    #[test]
    fn each_way_to_tamper_is_found_and_named() {
        assert_eq!(after(|_| ()), []);
        assert_eq!(after(|log| log[3].0.result = "failed".into()), [Fault::Changed { seq: 4 }]);
        assert_eq!(
            after(|log| {
                log[3].0.result = "failed".into();
                log[6].0.role = "owner".into();
            }),
            [Fault::Changed { seq: 4 }, Fault::Changed { seq: 7 }]
        );
        assert_eq!(after(|log| drop(log.drain(2..5))), [Fault::Removed { from: 3, to: 5 }]);
        assert_eq!(after(|log| drop(log.drain(..2))), [Fault::Removed { from: 1, to: 2 }]);
        assert_eq!(after(|log| log.insert(3, log[2].clone())), [Fault::Doubled { seq: 3 }]);
        assert_eq!(after(|log| log.truncate(6)), [Fault::CutOff { from: 7, to: 9 }]);
        for (one, other) in [(3, 4), (3, 7), (1, 9), (8, 9), (1, 2)] {
            let moved = |seq, written_as| Fault::Moved { seq, written_as };
            let (first, last) = (i64::try_from(one).unwrap(), i64::try_from(other).unwrap());
            let found = after(|log| swap(log, one, other));
            assert_eq!(found[..2], [moved(first, last), moved(last, first)], "{one} and {other}");
            // With the last one out of place the record of the last one does not fit either.
            assert_eq!(found.len(), if other == 9 { 3 } else { 2 });
        }
    }

    #[test]
    fn the_end_cannot_be_cut_off_unseen_where_an_anchor_holds_it() {
        let whole = log(9);
        let day: NaiveDate = "2026-05-23".parse().unwrap();
        let anchor =
            Anchor::new(&key(), day, entry(7).at, vec![Head { hash: hex::encode(&whole[6].1), seq: 7, team: TEAM }]);
        let anchors = [anchor];
        assert_eq!(faults(whole.clone(), Some(head(&whole)), &anchors), []);
        let cut = log(5);
        let lowered = head(&cut);
        assert_eq!(faults(cut.clone(), Some(lowered.clone()), &[]), [], "without an anchor nobody can know");
        assert_eq!(faults(cut, Some(lowered), &anchors), [Fault::CutOffAndHidden { from: 6, to: 7, day }]);
        let mut anew = log(5);
        for seq in 6..=9 {
            let other = Entry { subject: "other".into(), ..entry(seq) };
            let hash = other.hash(&key(), &anew.last().unwrap().1);
            anew.push((other, hash));
        }
        let said = head(&anew);
        assert_eq!(faults(anew, Some(said), &anchors), [Fault::Rewritten { seq: 7, day }]);
    }
}
