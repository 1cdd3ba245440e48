//! What a document of a packet is: its kind, its fields and lines, and the proof of each value on the page.
//! The words here are those of the packet result (`quayside.packet/1`); how a file becomes a document is `reading`'s business.

mod field;
mod kind;

pub use field::{Field, FieldType};
pub use kind::Kind;

use super::arrangement::Arranged;
use super::correction::Corrected;
use crate::domain::words::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// Where the words of a document came from.
    TextSource { PdfText = "pdf_text", Ocr = "ocr", Xlsx = "xlsx", Csv = "csv", Xml = "xml", Edi = "edi" }
}

/// A value as a result writes it: one, or a list in the order printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    One(String),
    Many(Vec<String>),
}

impl Value {
    /// The single value, or nothing for a list.
    pub fn one(&self) -> Option<&str> {
        match self {
            Self::One(text) => Some(text),
            Self::Many(_) => None,
        }
    }

    /// Every value: one for a single value, all of a list.
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        }
    }

    /// The value in one line for a page or a message.
    pub fn words(&self) -> String {
        self.all().join(", ")
    }
}

/// The place on the original that proves a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Evidence {
    /// A box on a page: points from the top left corner, `[x0, y0, x1, y1]`; pages count from 1 in their file.
    Page { page: u32, bbox: [f32; 4] },
    /// A cell of a spreadsheet, `B7`.
    Cell { sheet: String, cell: String },
    /// A line of a text file, from 1.
    Line { line: u32 },
}

/// What was read for one field: the value, how it was printed, how sure the reader is, and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub value: Value,
    /// The print itself, before normalisation.
    pub raw: String,
    /// The share of such readings that are right, 0 to 1.
    pub confidence: f32,
    pub evidence: Vec<Evidence>,
}

/// Below this the reader was not sure enough to be taken at its word: a person looks at the page first.
const SURE: f32 = 0.8;

impl Reading {
    /// True where a person should look at the page before trusting the value.
    pub fn is_unsure(&self) -> bool {
        self.confidence < SURE
    }
}

/// The readings of a document's header or of one of its lines.
pub type Readings = BTreeMap<Field, Reading>;

/// Something about a file or page that a person must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A stable code such as `file.encrypted` or `page.unreadable`.
    pub code: String,
    /// The page it concerns, or the whole file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// One sentence that names what is wrong and what to do.
    pub message: String,
}

/// One document of a packet. A file may hold several; a document never spans files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// `d1`, `d2`, … in the order of files and pages.
    pub id: String,
    /// The name of the file it came in.
    pub file: String,
    /// SHA-256 of the file, lower-case hexadecimal.
    pub sha256: String,
    /// Its pages in that file, from 1; empty where the file could not be read.
    pub pages: Vec<u32>,
    pub kind: Kind,
    pub kind_confidence: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_source: Option<TextSource>,
    pub fields: Readings,
    pub lines: Vec<Readings>,
    pub problems: Vec<Problem>,
    /// What people said in place of what was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Corrected>,
    /// That a person arranged its file otherwise than it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arranged: Option<Arranged>,
}

impl Document {
    /// The reading of a header field.
    pub fn field(&self, field: Field) -> Option<&Reading> {
        self.fields.get(&field)
    }

    /// The reading of a header field, or of a cell of the line `line`, from 0.
    pub fn reading(&self, field: Field, line: Option<usize>) -> Option<&Reading> {
        match line {
            None => self.field(field),
            Some(line) => self.lines.get(line).and_then(|cells| cells.get(&field)),
        }
    }

    /// The single value of a header field.
    pub fn value(&self, field: Field) -> Option<&str> {
        self.field(field).and_then(|reading| reading.value.one())
    }

    /// Every value of a header field, none where it is absent.
    pub fn values(&self, field: Field) -> &[String] {
        self.field(field).map_or(&[], |reading| reading.value.all())
    }
}
