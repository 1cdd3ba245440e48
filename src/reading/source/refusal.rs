//! Why a file is not read: a stable code and a sentence that names the file, what is wrong and what to do.

use super::Format;
use crate::domain::packet::document::{Document, Kind, Problem, Readings};
use serde::{Deserialize, Serialize};

/// A reason not to read a file, found before, while or after its reader ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    Empty,
    /// The limit in bytes.
    TooLarge {
        limit: u64,
    },
    /// The limit in pages.
    TooManyPages {
        limit: u32,
    },
    /// A workbook that unpacks to far more than it should.
    UnpacksTooLarge,
    /// A workbook with an XML part that declares a document type.
    DocumentType,
    /// The size of the picture in pixels.
    PictureTooLarge {
        width: u32,
        height: u32,
    },
    Encrypted,
    Damaged,
    NotADocument {
        format: Format,
    },
    /// A picture on which no text was seen.
    NoText,
    /// The reader reached its limit of memory.
    OutOfMemory,
    /// The reader reached its limit of time.
    OutOfTime,
    /// The reader's answer passed its limit.
    AnswerTooLarge,
    /// The reader died of something else.
    Crashed,
    /// The reader could not be started, or the file could not be handed to it.
    NotStarted,
}

impl Refusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "file.empty",
            Self::TooLarge { .. } => "file.too_large",
            Self::TooManyPages { .. } => "file.too_many_pages",
            Self::UnpacksTooLarge => "file.unpacks_too_large",
            Self::DocumentType => "file.not_allowed",
            Self::PictureTooLarge { .. } => "file.picture_too_large",
            Self::Encrypted => "file.encrypted",
            Self::Damaged => "file.damaged",
            Self::NotADocument { .. } => "file.not_a_document",
            Self::NoText => "page.no_text",
            Self::OutOfMemory => "file.out_of_memory",
            Self::OutOfTime => "file.out_of_time",
            Self::AnswerTooLarge => "file.answer_too_large",
            Self::Crashed => "file.reader_crashed",
            Self::NotStarted => "file.reader_not_started",
        }
    }

    /// The refusal of the file called `name`, as a result shows it.
    pub fn problem(&self, name: &str) -> Problem {
        Problem { code: self.code().to_owned(), page: None, message: self.sentence(name) }
    }

    /// The document that stands for a file that was not read.
    pub fn document(&self, name: &str, sha256: &str) -> Document {
        Document {
            id: String::new(),
            file: name.to_owned(),
            sha256: sha256.to_owned(),
            pages: Vec::new(),
            kind: Kind::Unknown,
            kind_confidence: 1.0,
            text_source: None,
            fields: Readings::new(),
            lines: Vec::new(),
            problems: vec![self.problem(name)],
            corrections: Vec::new(),
            arranged: None,
        }
    }

    fn sentence(&self, name: &str) -> String {
        match self {
            Self::Empty => format!("{name} is empty. Ask the sender for the file again."),
            Self::TooLarge { limit } => {
                format!("{name} is larger than {} MB. Split it, or save it with smaller pictures.", limit / 1_048_576)
            }
            Self::TooManyPages { limit } => format!("{name} has more than {limit} pages. Split it into smaller files."),
            Self::UnpacksTooLarge => {
                format!(
                    "{name} unpacks to far more than its size allows and was not opened. Ask the sender to save it anew."
                )
            }
            Self::DocumentType => {
                format!(
                    "{name} declares a document type (DTD), which is not read because it can reach outside the file. Save it anew in Excel."
                )
            }
            Self::PictureTooLarge { width, height } => {
                format!(
                    "{name} is a picture of {width} by {height} pixels, which is too large to read. Scan it at 300 dpi."
                )
            }
            Self::Encrypted => format!("{name} is protected by a password. Ask the sender for a copy without one."),
            Self::Damaged => format!("{name} is damaged and cannot be opened. Ask the sender for the file again."),
            Self::NotADocument { format: Format::Archive } => {
                format!("{name} is an archive. Unpack it and add the files that are in it.")
            }
            Self::NotADocument { format: Format::Other } => {
                format!("{name} is not a document that can be read. Send it as PDF, picture, Excel workbook or CSV.")
            }
            Self::NotADocument { format } => {
                format!(
                    "{name} is {}, which is not read. Save it as PDF, or send a picture, an Excel workbook or CSV.",
                    format.words()
                )
            }
            Self::NoText => format!("{name} is a picture and no text could be read on it. Ask for a copy with text."),
            Self::OutOfMemory => {
                format!("{name} needs more memory to read than is allowed. Save it anew, or print it to a new PDF.")
            }
            Self::OutOfTime => {
                format!("{name} takes longer to read than is allowed. Split it, or print it to a new PDF.")
            }
            Self::AnswerTooLarge => format!("{name} holds more text than is allowed. Split it into smaller files."),
            Self::Crashed => {
                format!("{name} could not be read: it broke its reader. Print it to a new PDF and try again.")
            }
            Self::NotStarted => {
                format!("{name} was not read because its reader could not be started. Check the packet again later.")
            }
        }
    }
}
