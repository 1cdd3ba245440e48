//! EDI messages: X12 and EDIFACT interchanges, cut into segments without loss, checked against their own counts and control
//! numbers, and each message read into a document. Evidence is the line on which a segment starts, or the segment's number where
//! the whole file is one line. A message of another type is a document of no kind that names it.

pub mod edifact;
pub mod segment;
pub mod x12;

use super::source::Limits;
use super::stated::{Stated, Unread};
use crate::domain::packet::document::TextSource;
use segment::Segment;

/// What is wrong with an interchange. The sentence goes on after the file's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is corrupt at segment {segment}{}: {fault}. Ask the sender for the message again.", named(tag))]
pub struct Corrupt {
    /// From 1 in the file.
    pub segment: u32,
    pub tag: String,
    pub fault: Fault,
}

fn named(tag: &str) -> String {
    if tag.is_empty() { String::new() } else { format!(" ({tag})") }
}

/// A fault of an interchange.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("it counts {said} {things} where there are {counted}")]
    Count { things: &'static str, said: String, counted: u32 },
    #[error("its control number is {closed}, but {opened} was opened")]
    Control { opened: String, closed: String },
    #[error("it closes what was not opened")]
    NotOpened,
    #[error("it is not closed before the file ends or the next one opens")]
    NotClosed,
    #[error("it stands outside of any message")]
    Stray,
    #[error("it has no name")]
    Nameless,
    #[error("{print} is not a number")]
    NoNumber { print: String },
    #[error("there are more than {limit} segments, which is more than is allowed")]
    TooMany { limit: u32 },
    #[error("the marks that part its elements cannot be told")]
    NoMarks,
}

impl Corrupt {
    /// As the problem of a file.
    pub fn unread(&self) -> Unread {
        let code = if matches!(self.fault, Fault::TooMany { .. }) { "file.too_large" } else { "file.corrupt" };
        Unread { code, rest: self.to_string() }
    }
}

/// One message of an interchange, from the segment that opens it to the one that closes it.
#[derive(Clone, Debug)]
pub struct Message<'a, 's> {
    /// `810`, `INVOIC`, …
    pub sort: String,
    pub segments: &'s [Segment<'a>],
}

/// True where the first letters of a file are those of an interchange or of a bare message.
pub fn begins(start: &str) -> bool {
    let parted = |tag: &str| {
        let mark = start.strip_prefix(tag).and_then(|rest| rest.chars().next());
        mark.filter(|mark| mark.is_ascii_punctuation() || mark.is_ascii_control())
    };
    let una = start.strip_prefix("UNA").and_then(|rest| rest.get(6..)).is_some_and(|rest| {
        let rest = rest.trim_start();
        ["UNB", "UNG", "UNH"].iter().any(|tag| rest.starts_with(tag))
    });
    let isa = parted("ISA").is_some_and(|mark| start.matches(mark).count() >= 16);
    let bare = parted("ST").is_some_and(|mark| {
        let sort = start.split(mark).nth(1).unwrap_or_default();
        sort.len() == 3 && sort.bytes().all(|byte| byte.is_ascii_digit())
    });
    una || isa || bare || start.starts_with("UNB+") || start.starts_with("UNH+")
}

/// The documents of an interchange in the order of their messages.
pub fn read(bytes: &[u8], limits: &Limits) -> Vec<Stated> {
    let start = bytes.trim_ascii_start();
    let found = if start.starts_with(b"ISA") || start.starts_with(b"ST") {
        x12::read(bytes, limits)
    } else {
        edifact::read(bytes, limits)
    };
    match found {
        Ok(documents) if documents.is_empty() => {
            let rest = "is an EDI file without a message. Ask the sender for the message.".to_owned();
            vec![Stated::unread(TextSource::Edi, Unread { code: "file.empty", rest })]
        }
        Ok(documents) => documents,
        Err(corrupt) => vec![Stated::unread(TextSource::Edi, corrupt.unread())],
    }
}

/// The first segments of a file as they stand in it, for showing them.
pub fn segments(bytes: &[u8], limits: &Limits) -> Vec<String> {
    let cut = if bytes.trim_ascii_start().starts_with(b"UN") { edifact::parse } else { x12::parse };
    let cut = cut(bytes, limits).map(|cut| cut.segments).unwrap_or_default();
    cut.iter().take(500).map(|segment| segment.shown()).collect()
}

/// The document of one message, or one of no kind that says why not.
fn documents(read: Option<Result<Vec<Stated>, Corrupt>>, sort: &str) -> Vec<Stated> {
    match read {
        Some(Ok(documents)) => documents,
        Some(Err(corrupt)) => vec![Stated::unread(TextSource::Edi, corrupt.unread())],
        None => {
            let rest = format!(
                "holds an EDI message of the type {sort}, which is not read. Check it by hand, or send the document as PDF."
            );
            vec![Stated::unread(TextSource::Edi, Unread { code: "message.not_read", rest })]
        }
    }
}

/// Checks a count that a closing segment says.
fn counted(segment: &Segment<'_>, element: usize, things: &'static str, counted: usize) -> Result<(), Corrupt> {
    let said = segment.text(element);
    let counted = u32::try_from(counted).unwrap_or(u32::MAX);
    if said.parse() == Ok(counted) { Ok(()) } else { Err(segment.fault(Fault::Count { things, said, counted })) }
}

/// Checks the control number that a closing segment repeats; numbers are compared without leading zeros.
fn controlled(close: &Segment<'_>, element: usize, opened: String) -> Result<(), Corrupt> {
    let closed = close.text(element);
    let plain = |text: &str| text.trim_start_matches('0').to_owned();
    if plain(&closed) == plain(&opened) { Ok(()) } else { Err(close.fault(Fault::Control { opened, closed })) }
}

/// A document of EDI.
const fn stated(kind: crate::domain::packet::document::Kind) -> Stated {
    Stated::new(kind, TextSource::Edi)
}
