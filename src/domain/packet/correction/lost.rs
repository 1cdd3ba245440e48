//! Whether a correction still belongs to what is read in its place: what its maker saw, and why it shows no more. It changes no
//! document.

use super::{Correction, Spot};
use crate::domain::ids::UserId;
use crate::domain::packet::document::{Document, Field, Value};
use crate::domain::words::words;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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

impl Document {
    /// The number of the arrangement that it was read under, 0 for none.
    pub fn arrangement_number(&self) -> i32 {
        self.arranged.as_ref().map_or(0, |arranged| arranged.number)
    }

    /// Why a correction of this place does not belong to what is read here now. A person's word holds in every run on the same pages,
    /// whatever a better reader sees there; of other pages, or of a newer file, it holds where the same is read as when it was said.
    pub(super) fn loses(&self, correction: &Correction) -> Option<Lost> {
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
}
