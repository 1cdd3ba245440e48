//! Two results of one packet side by side: what is not found any more, what is found now, and which values read otherwise. A file that
//! a newer version replaced is the same document here; why something changed is not its business.

use super::document::{Document, Field, Readings, Value};
use super::result::{Finding, PacketResult};
use super::waiver::key;
use std::collections::{BTreeMap, BTreeSet};

/// A value, or a line as a whole, that is otherwise than before.
#[derive(Clone, Debug, PartialEq)]
pub enum Change<'r> {
    /// A value of the head, or of a line (from 0, as the later result counts).
    Value { field: Field, line: Option<usize>, before: Option<&'r Value>, after: Option<&'r Value> },
    /// A line (from 0) that the later result has not.
    LineWent { line: usize, cells: &'r Readings },
    /// A line (from 0) that the earlier result had not.
    LineCame { line: usize, cells: &'r Readings },
}

/// One document in both results.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair<'r> {
    pub before: &'r Document,
    pub after: &'r Document,
    pub changes: Vec<Change<'r>>,
}

impl Pair<'_> {
    /// True where a newer version took the place of its file.
    pub fn is_replaced(&self) -> bool {
        self.before.sha256 != self.after.sha256
    }

    /// True where a person has something to look at.
    pub fn is_changed(&self) -> bool {
        !self.changes.is_empty() || self.is_replaced() || self.before.kind != self.after.kind
    }
}

/// What lies between two results.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison<'r> {
    pub gone: Vec<&'r Finding>,
    /// With their places among the later findings.
    pub new: Vec<(usize, &'r Finding)>,
    /// As the later result has them, with their places there.
    pub same: Vec<(usize, &'r Finding)>,
    pub pairs: Vec<Pair<'r>>,
    pub went: Vec<&'r Document>,
    pub came: Vec<&'r Document>,
}

impl<'r> Comparison<'r> {
    /// Compares an earlier result with a later one.
    pub fn new(before: &'r PacketResult, after: &'r PacketResult) -> Self {
        let mut comparison = Self::default();
        comparison.pair(&before.documents, &after.documents);
        // A finding is known by the file it speaks of. Its newer version is spoken of by the older one's name.
        let known: Vec<Document> = after.documents.iter().map(|document| comparison.as_before(document)).collect();
        let mut left: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
        for finding in &before.findings {
            left.entry(key(finding, &before.documents)).or_default().push(finding);
        }
        for (at, finding) in after.findings.iter().enumerate() {
            match left.get_mut(&key(finding, &known)).and_then(Vec::pop) {
                Some(_) => comparison.same.push((at, finding)),
                None => comparison.new.push((at, finding)),
            }
        }
        comparison.gone = left.into_values().flatten().collect();
        comparison.gone.sort_by_key(|finding| finding.severity);
        comparison
    }

    /// True where nothing is otherwise than before.
    pub fn is_empty(&self) -> bool {
        let quiet = self.gone.is_empty() && self.new.is_empty() && self.went.is_empty() && self.came.is_empty();
        quiet && !self.pairs.iter().any(Pair::is_changed)
    }

    /// Finds each document again: by its place in its file, by the name of its file, or as the only one of its kind that is left over.
    fn pair(&mut self, before: &'r [Document], after: &'r [Document]) {
        type Same = fn(&Document, &Document) -> bool;
        const SAME: [Same; 3] = [
            |one, other| one.sha256 == other.sha256 && one.pages == other.pages,
            |one, other| {
                one.sha256 == other.sha256 && (one.pages.first() == other.pages.first() || one.kind == other.kind)
            },
            |one, other| one.file == other.file && one.kind == other.kind,
        ];
        let mut left: Vec<&Document> = before.iter().collect();
        let mut right: Vec<(usize, &Document)> = after.iter().enumerate().collect();
        let mut pairs: Vec<(usize, &Document, &Document)> = Vec::new();
        let mut settle = |left: &mut Vec<&'r Document>,
                          right: &mut Vec<(usize, &'r Document)>,
                          same: &dyn Fn(&Document, &Document) -> bool| {
            right.retain(|(at, after)| match left.iter().position(|before| same(before, after)) {
                Some(place) => {
                    pairs.push((*at, left.remove(place), after));
                    false
                }
                None => true,
            });
        };
        for same in SAME {
            settle(&mut left, &mut right, &same);
        }
        let alone: BTreeSet<_> = left
            .iter()
            .map(|document| document.kind)
            .filter(|kind| left.iter().filter(|other| other.kind == *kind).count() == 1)
            .filter(|kind| right.iter().filter(|(_, other)| other.kind == *kind).count() == 1)
            .collect();
        settle(&mut left, &mut right, &|one, other| one.kind == other.kind && alone.contains(&one.kind));
        pairs.sort_by_key(|(at, ..)| *at);
        let pair = |(_, before, after): (usize, &'r Document, &'r Document)| Pair {
            before,
            after,
            changes: changes(before, after),
        };
        self.pairs = pairs.into_iter().map(pair).collect();
        self.went = left;
        self.came = right.into_iter().map(|(_, document)| document).collect();
    }

    /// A document of the later result, without what it says, where the earlier result has it.
    fn as_before(&self, document: &Document) -> Document {
        let before = self.pairs.iter().find(|pair| pair.after.id == document.id).map_or(document, |pair| pair.before);
        Document {
            id: document.id.clone(),
            file: String::new(),
            sha256: before.sha256.clone(),
            pages: before.pages.clone(),
            kind: document.kind,
            kind_confidence: 0.0,
            text_source: None,
            fields: Readings::new(),
            lines: Vec::new(),
            problems: Vec::new(),
            corrections: Vec::new(),
            arranged: before.arranged.clone(),
        }
    }
}

/// The values of two readings that differ.
fn values<'r>(before: &'r Readings, after: &'r Readings, line: Option<usize>) -> impl Iterator<Item = Change<'r>> {
    let fields: BTreeSet<Field> = before.keys().chain(after.keys()).copied().collect();
    fields.into_iter().filter_map(move |field| {
        let of = |readings: &'r Readings| readings.get(&field).map(|reading| &reading.value);
        let (before, after) = (of(before), of(after));
        (before != after).then_some(Change::Value { field, line, before, after })
    })
}

fn is_same_line(before: &Readings, after: &Readings) -> bool {
    values(before, after, None).next().is_none()
}

/// What is otherwise in a document. Lines that are the same at both ends stay out of it; of what is between, the first are each other's.
fn changes<'r>(before: &'r Document, after: &'r Document) -> Vec<Change<'r>> {
    let mut all: Vec<Change<'_>> = values(&before.fields, &after.fields, None).collect();
    let shorter = before.lines.len().min(after.lines.len());
    let both = || before.lines.iter().zip(&after.lines);
    let head = both().take_while(|(before, after)| is_same_line(before, after)).count();
    let ends = before.lines.iter().rev().zip(after.lines.iter().rev());
    let tail =
        ends.take(shorter.saturating_sub(head)).take_while(|(before, after)| is_same_line(before, after)).count();
    let (old, new) = (before.lines.len().saturating_sub(tail), after.lines.len().saturating_sub(tail));
    for (line, (before, after)) in both().enumerate().take(old.min(new)).skip(head) {
        all.extend(values(before, after, Some(line)));
    }
    let rest = |lines: &'r [Readings], end: usize| lines.iter().enumerate().take(end).skip(head.max(old.min(new)));
    all.extend(rest(&before.lines, old).map(|(line, cells)| Change::LineWent { line, cells }));
    all.extend(rest(&after.lines, new).map(|(line, cells)| Change::LineCame { line, cells }));
    all
}

#[cfg(test)]
mod tests;
