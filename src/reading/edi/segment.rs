//! The segments of X12 and EDIFACT: one model for both, cut out of the file and never copied, so that writing the segments gives
//! the file again. What a segment means is the business of its message.

use super::{Corrupt, Fault};
use crate::reading::stated::{Print, plain_decimal};
use encoding_rs::Encoding;
use std::borrow::Cow;

/// The marks that a file parts its segments with, and its letters.
#[derive(Clone, Copy, Debug)]
pub struct Marks<'a> {
    pub element: u8,
    pub component: u8,
    /// Takes the next mark for a letter; X12 has none.
    pub release: Option<u8>,
    /// One byte, or the bytes of one letter.
    pub terminator: &'a [u8],
    /// The letters of a text that is not UTF-8.
    pub letters: &'static Encoding,
}

/// A segment where it stands in its file.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// From 1 in its file.
    pub number: u32,
    /// The line of the file on which it starts, from 1; its number where the file is one line.
    pub line: u32,
    /// The line ends and blanks before it.
    lead: &'a [u8],
    body: &'a [u8],
    ended: bool,
    marks: Marks<'a>,
}

/// A file cut into segments.
#[derive(Clone, Debug)]
pub struct Cut<'a> {
    /// What stands before the first segment: the UNA of EDIFACT.
    head: &'a [u8],
    pub segments: Vec<Segment<'a>>,
    /// The line ends and blanks after the last segment.
    tail: &'a [u8],
}

/// Cuts what follows `head` into segments, at most `limit` of them.
pub fn cut<'a>(head: &'a [u8], rest: &'a [u8], marks: Marks<'a>, limit: u32) -> Result<Cut<'a>, Corrupt> {
    let one_line = !rest.trim_ascii().contains(&b'\n');
    let mut segments = Vec::new();
    let mut left = rest;
    let mut line = 1u32.saturating_add(line_ends(head));
    loop {
        let blank = left.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let (lead, body) = left.split_at_checked(blank).unwrap_or((left, &[]));
        line = line.saturating_add(line_ends(lead));
        if body.is_empty() {
            return Ok(Cut { head, segments, tail: lead });
        }
        let number = u32::try_from(segments.len()).unwrap_or(u32::MAX).saturating_add(1);
        if number > limit {
            return Err(Corrupt { segment: number, tag: String::new(), fault: Fault::TooMany { limit } });
        }
        let length = length(body, &marks);
        let (body, after) = body.split_at_checked(length).unwrap_or((body, &[]));
        let ended = !after.is_empty();
        let own = if one_line { number } else { line };
        segments.push(Segment { number, line: own, lead, body, ended, marks });
        line = line.saturating_add(line_ends(body));
        // The line end of a terminator that is one counts for the next segment.
        left = after.get(marks.terminator.len()..).unwrap_or_default();
        line = line.saturating_add(if ended { line_ends(marks.terminator) } else { 0 });
    }
}

fn line_ends(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(u32::MAX)
}

/// The bytes before the next terminator.
fn length(bytes: &[u8], marks: &Marks<'_>) -> usize {
    let Some(first) = marks.terminator.first() else { return bytes.len() };
    let mut at = 0usize;
    while let Some(byte) = bytes.get(at) {
        if Some(*byte) == marks.release {
            at = at.saturating_add(2);
        } else if byte == first && bytes.get(at..).is_some_and(|rest| rest.starts_with(marks.terminator)) {
            return at;
        } else {
            at = at.saturating_add(1);
        }
    }
    bytes.len()
}

/// The parts between a mark, those that are released not counted.
fn parts(bytes: &[u8], mark: u8, release: Option<u8>) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0usize, 0usize);
    while let Some(byte) = bytes.get(at) {
        if Some(*byte) == release {
            at = at.saturating_add(2);
            continue;
        }
        if *byte == mark {
            found.push(bytes.get(start..at).unwrap_or_default());
            start = at.saturating_add(1);
        }
        at = at.saturating_add(1);
    }
    found.push(bytes.get(start..).unwrap_or_default());
    found
}

impl Cut<'_> {
    /// The file again.
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = self.head.to_vec();
        for segment in &self.segments {
            segment.write(&mut bytes);
        }
        bytes.extend_from_slice(self.tail);
        bytes
    }
}

impl<'a> Segment<'a> {
    fn write(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(self.lead);
        for (at, element) in parts(self.body, self.marks.element, self.marks.release).into_iter().enumerate() {
            if at > 0 {
                into.push(self.marks.element);
            }
            for (at, component) in parts(element, self.marks.component, self.marks.release).into_iter().enumerate() {
                if at > 0 {
                    into.push(self.marks.component);
                }
                into.extend_from_slice(component);
            }
        }
        if self.ended {
            into.extend_from_slice(self.marks.terminator);
        }
    }

    /// The name of the segment.
    pub fn tag(&self) -> Cow<'a, str> {
        let end = self.body.iter().position(|byte| *byte == self.marks.element || *byte == self.marks.component);
        let tag = self.body.get(..end.unwrap_or(self.body.len())).unwrap_or_default();
        String::from_utf8_lossy(tag.get(..tag.len().min(12)).unwrap_or_default())
    }

    /// The segment as it stands in the file.
    pub fn shown(&self) -> String {
        String::from_utf8_lossy(self.body).into_owned()
    }

    pub fn is(&self, tag: &str) -> bool {
        self.tag() == tag
    }

    /// The element at a place, from 1, as its bytes stand in the file.
    fn raw(&self, element: usize) -> &'a [u8] {
        parts(self.body, self.marks.element, self.marks.release).get(element).copied().unwrap_or_default()
    }

    /// The text of an element that is not composed, or of its first component; empty where there is none.
    pub fn text(&self, element: usize) -> String {
        self.component(element, 0)
    }

    /// The text of a component, from 0, of an element, from 1.
    pub fn component(&self, element: usize, component: usize) -> String {
        let raw = self.raw(element);
        // X12's mark for components is a letter like any other where elements are not composed.
        let found = parts(raw, self.marks.component, self.marks.release).get(component).copied().unwrap_or_default();
        self.letters(found)
    }

    /// The text of a whole element, its components and all.
    pub fn whole(&self, element: usize) -> String {
        self.letters(self.raw(element))
    }

    /// Letters without line ends, which may stand anywhere, and without release marks.
    fn letters(&self, raw: &[u8]) -> String {
        let mut plain = Vec::with_capacity(raw.len());
        let mut bytes = raw.iter();
        while let Some(byte) = bytes.next() {
            let byte = if Some(*byte) == self.marks.release { bytes.next().unwrap_or(byte) } else { byte };
            if !matches!(byte, b'\n' | b'\r') {
                plain.push(*byte);
            }
        }
        match std::str::from_utf8(&plain) {
            Ok(text) => text.trim().to_owned(),
            Err(_) => self.marks.letters.decode_without_bom_handling(&plain).0.trim().to_owned(),
        }
    }

    /// What stands in an element, where something does.
    pub fn print(&self, element: usize) -> Option<Print> {
        self.at(element, 0)
    }

    /// What stands in a component, where something does.
    pub fn at(&self, element: usize, component: usize) -> Option<Print> {
        self.as_print(self.component(element, component))
    }

    /// A text of this segment as a print on its line.
    pub fn as_print(&self, text: String) -> Option<Print> {
        (!text.is_empty()).then_some(Print { text, line: self.line })
    }

    /// A component that the standard wants to be a number; one that is none is a fault of the file.
    pub fn number(&self, element: usize, component: usize) -> Result<Option<Print>, Corrupt> {
        match self.at(element, component) {
            Some(print) if plain_decimal(&print.text).is_none() => {
                let print = print.text.chars().take(40).collect();
                Err(self.fault(Fault::NoNumber { print }))
            }
            print => Ok(print),
        }
    }

    /// A fault at this segment.
    pub fn fault(&self, fault: Fault) -> Corrupt {
        Corrupt { segment: self.number, tag: self.tag().into_owned(), fault }
    }
}
