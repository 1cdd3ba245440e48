//! Files that are messages, XML, EDI or JSON: they state documents instead of printing them, so they have no pages but the lines of their text.

use super::origin::Origin;
use super::source::{Format, Limits};
use super::stated::{Stated, Unread, shown};
use super::{FileReading, PageFacts};
use super::{edi, json, xml};
use crate::domain::packet::document::{Document, TextSource};

/// The documents of a message; nothing for a file of another format.
pub(super) fn read(origin: &Origin<'_>, bytes: &[u8], format: Format, limits: &Limits) -> Option<FileReading> {
    let (stated, page) = match format {
        Format::Xml => from_xml(bytes, limits),
        Format::Edi => from_edi(bytes, limits),
        Format::Json => {
            let text = String::from_utf8_lossy(bytes);
            (json::read(&text, limits), shown(TextSource::Edi, None, 1, text.lines()))
        }
        _ => return None,
    };
    let documents = stated.into_iter().map(|stated| document(origin, stated)).collect();
    Some(FileReading { documents, pages: vec![page], ..FileReading::default() })
}

fn from_xml(bytes: &[u8], limits: &Limits) -> (Vec<Stated>, PageFacts) {
    let text = xml::decoded(bytes);
    let stated = xml::read(&text, limits).unwrap_or_else(|error| Stated::unread(TextSource::Xml, error.unread()));
    (vec![stated], shown(TextSource::Xml, None, 1, text.lines()))
}

fn from_edi(bytes: &[u8], limits: &Limits) -> (Vec<Stated>, PageFacts) {
    let stated = edi::read(bytes, limits);
    let text = String::from_utf8_lossy(bytes);
    let page = if text.trim().contains('\n') {
        shown(TextSource::Edi, None, 1, text.lines())
    } else {
        // The rows of a file of one line are its segments, as its evidence counts them.
        let segments = edi::segments(bytes, limits);
        shown(TextSource::Edi, None, 1, segments.iter().map(String::as_str))
    };
    (stated, page)
}

fn document(origin: &Origin<'_>, mut stated: Stated) -> Document {
    stated.gather();
    let problems = stated.problem.iter().map(|unread: &Unread| unread.problem(origin.name)).collect();
    let document = origin.document(vec![1], stated.kind, 1.0, Some(stated.source), problems);
    Document { fields: stated.fields, lines: stated.lines, ..document }
}
