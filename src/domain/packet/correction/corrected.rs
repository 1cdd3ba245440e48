//! A document under its corrections: what it says now, what was read, and the way back. Which corrections belong to it is `lost`'s.

use super::{Correction, Spot};
use crate::domain::ids::UserId;
use crate::domain::packet::document::{Document, Field, Reading, Readings, Value};
use crate::domain::words::words;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

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

impl Document {
    fn cells(&mut self, line: Option<usize>) -> Option<&mut Readings> {
        match line {
            None => Some(&mut self.fields),
            Some(line) => self.lines.get_mut(line),
        }
    }

    pub(super) fn correct(&mut self, correction: &Correction) {
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
