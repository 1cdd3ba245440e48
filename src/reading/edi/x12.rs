//! X12 interchanges (ASC X12.5 and X12.6): the marks are those of the ISA segment, the envelopes ISA, GS and ST are checked. A
//! transaction set that comes without its envelopes is read as well.

mod invoice;
mod manifest;
mod ocean;
mod ship_notice;

use super::segment::{Cut, Marks, Segment, cut};
use super::{Corrupt, Fault, Message, controlled, counted, documents};
use crate::domain::packet::document::{Field, Readings};
use crate::reading::source::Limits;
use crate::reading::stated::{Print, Stated, say, say_joined};
use encoding_rs::WINDOWS_1252;

/// The documents of an interchange.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Stated>, Corrupt> {
    let cut = parse(bytes, limits)?;
    let mut found = Vec::new();
    for message in messages(&cut.segments)? {
        let segments = message.segments;
        let read = match message.sort.as_str() {
            "810" => Some(invoice::read(segments).map(|stated| vec![stated])),
            "856" => Some(ship_notice::read(segments).map(|stated| vec![stated])),
            "309" => Some(Ok(manifest::read(segments))),
            "310" => Some(Ok(vec![ocean::read(segments)])),
            _ => None,
        };
        found.extend(documents(read, &format!("X12 {}", message.sort)));
    }
    Ok(found)
}

/// Cuts a file into its segments.
pub fn parse<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Cut<'a>, Corrupt> {
    let marks = marks(bytes).ok_or(Corrupt { segment: 1, tag: "ISA".to_owned(), fault: Fault::NoMarks })?;
    cut(&[], bytes, marks, limits.segments)
}

/// The marks of the ISA segment: the letter behind its name, its last element, and what ends it. Its elements are counted and not
/// measured, because some writers do not fill them to their width.
fn marks(bytes: &[u8]) -> Option<Marks<'_>> {
    let start = bytes.trim_ascii_start();
    let enveloped = start.starts_with(b"ISA");
    let element = *start.get(if enveloped { 3 } else { 2 })?;
    let (component, end) = if enveloped {
        let (last, _) = start.iter().enumerate().filter(|(_, byte)| **byte == element).nth(15)?;
        (*start.get(last.checked_add(1)?)?, start.get(last.checked_add(2)?..)?)
    } else {
        let control = start.get(7..)?;
        let length = control.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        (b':', control.get(length..)?)
    };
    let width = match std::str::from_utf8(end.get(..end.len().min(4))?) {
        Ok(text) => text.chars().next()?.len_utf8(),
        Err(error) => {
            let sound = end.get(..error.valid_up_to())?;
            std::str::from_utf8(sound).ok().and_then(|text| text.chars().next()).map_or(1, char::len_utf8)
        }
    };
    let terminator = if end.starts_with(b"\r\n") { end.get(..2)? } else { end.get(..width)? };
    let sound = terminator != [element] && terminator != [component] && component != element;
    let named = terminator.first().is_some_and(u8::is_ascii_alphanumeric) || element.is_ascii_alphanumeric();
    (sound && !named).then_some(Marks { element, component, release: None, terminator, letters: WINDOWS_1252 })
}

/// The transaction sets of an interchange, its counts and control numbers checked.
pub fn messages<'a, 's>(segments: &'s [Segment<'a>]) -> Result<Vec<Message<'a, 's>>, Corrupt> {
    let mut found = Vec::new();
    // Each envelope by the segment that opened it and what it holds so far.
    let mut interchange: Option<(usize, usize)> = None;
    let mut group: Option<(usize, usize)> = None;
    let mut set: Option<usize> = None;
    let bare = segments.first().is_some_and(|first| first.is("ST"));
    for (at, segment) in segments.iter().enumerate() {
        let opened = |place: usize| segments.get(place);
        match (segment.tag().as_ref(), set) {
            ("", _) => return Err(segment.fault(Fault::Nameless)),
            ("ISA", None) if interchange.is_none() => interchange = Some((at, 0)),
            ("GS", None) if group.is_none() && interchange.is_some() => group = Some((at, 0)),
            ("ST", None) if group.is_some() || bare => set = Some(at),
            ("SE", Some(start)) => {
                counted(segment, 1, "segments", at.saturating_sub(start).saturating_add(1))?;
                controlled(segment, 2, opened(start).map(|open| open.text(2)).unwrap_or_default())?;
                let sort = opened(start).map(|open| open.text(1)).unwrap_or_default();
                found.push(Message { sort, segments: segments.get(start..=at).unwrap_or_default() });
                group = group.map(|(start, sets)| (start, sets.saturating_add(1)));
                set = None;
            }
            ("GE", None) => {
                let (start, sets) = group.take().ok_or_else(|| segment.fault(Fault::NotOpened))?;
                counted(segment, 1, "transaction sets", sets)?;
                controlled(segment, 2, opened(start).map(|open| open.text(6)).unwrap_or_default())?;
                interchange = interchange.map(|(start, groups)| (start, groups.saturating_add(1)));
            }
            ("IEA", None) if group.is_none() => {
                let (start, groups) = interchange.take().ok_or_else(|| segment.fault(Fault::NotOpened))?;
                counted(segment, 1, "groups", groups)?;
                controlled(segment, 2, opened(start).map(|open| open.text(13)).unwrap_or_default())?;
            }
            ("ISA" | "GS" | "ST" | "GE" | "IEA", _) => {
                let open = set.or(group.map(|(start, _)| start)).or(interchange.map(|(start, _)| start));
                return Err(open.and_then(opened).unwrap_or(segment).fault(Fault::NotClosed));
            }
            ("SE", None) => return Err(segment.fault(Fault::NotOpened)),
            // Acknowledgements of an interchange stand between the envelopes.
            ("TA1", None) => {}
            (_, None) => return Err(segment.fault(Fault::Stray)),
            (_, Some(_)) => {}
        }
    }
    let open = set.or(group.map(|(start, _)| start)).or(interchange.map(|(start, _)| start));
    match open.and_then(|start| segments.get(start)) {
        Some(segment) => Err(segment.fault(Fault::NotClosed)),
        None => Ok(found),
    }
}

/// A party: its N1 segment with the N2, N3 and N4 segments that follow.
struct Party<'a, 's> {
    function: String,
    segments: &'s [Segment<'a>],
}

/// The parties of a message in its order.
fn parties<'a, 's>(segments: &'s [Segment<'a>]) -> Vec<Party<'a, 's>> {
    let starts = segments.iter().enumerate().filter(|(_, segment)| segment.is("N1"));
    let party = |(start, segment): (usize, &Segment<'a>)| {
        let rest = segments.get(start.saturating_add(1)..).unwrap_or_default();
        let more = rest.iter().take_while(|next| ["N2", "N3", "N4"].iter().any(|tag| next.is(tag))).count();
        let end = start.saturating_add(more);
        Party { function: segment.text(1), segments: segments.get(start..=end).unwrap_or_default() }
    };
    starts.map(party).collect()
}

impl Party<'_, '_> {
    fn name(&self) -> Option<Print> {
        self.segments.first()?.print(2)
    }

    fn country(&self) -> Option<Print> {
        self.segments.iter().find(|segment| segment.is("N4")).and_then(|segment| segment.print(4))
    }

    fn address(&self, fields: &mut Readings, field: Field) {
        let parts = self.segments.iter().flat_map(|segment| match segment.tag().as_ref() {
            "N3" => vec![segment.print(1), segment.print(2)],
            "N4" => vec![segment.print(1), segment.print(2), segment.print(3)],
            _ => Vec::new(),
        });
        say_joined(fields, field, parts);
    }
}

/// The first name among the parties of some roles, best role first.
fn say_party(fields: &mut Readings, field: Field, parties: &[Party<'_, '_>], roles: &[&str]) {
    for role in roles {
        for party in parties.iter().filter(|party| party.function == *role) {
            say(fields, field, party.name());
        }
    }
}

/// The pairs of qualifier and identifier that IT1 and LIN list from an element on.
fn pairs<'s>(segment: &'s Segment<'_>, from: usize) -> impl Iterator<Item = (String, Option<Print>)> + 's {
    (from..from.saturating_add(30)).step_by(2).map(|at| (segment.text(at), segment.print(at.saturating_add(1))))
}

/// Part numbers, tariff numbers and origins among the pairs of a line (X12 element 235), the seller's own number first.
fn goods(line: &mut Readings, segment: &Segment<'_>, from: usize) {
    for wanted in ["VP", "VN", "VC", "SK", "MG", "PN", "BP", "PI", "IN", "EN", "UP", "UK", "UA", "UI", "IB"] {
        for (_, print) in pairs(segment, from).filter(|(qualifier, _)| qualifier == wanted) {
            say(line, Field::Sku, print);
        }
    }
    for (qualifier, print) in pairs(segment, from) {
        match qualifier.as_str() {
            "CH" => say(line, Field::CountryOfOrigin, print),
            "HS" | "ZB" => say(line, Field::HtsCode, print),
            _ => {}
        }
    }
}

/// A container that an initial and a number name, its check digit given apart or not; other equipment has no such number.
fn container(segment: &Segment<'_>, initial: usize, number: usize, check: Option<usize>) -> Option<Print> {
    let plain = |text: String| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let mut text = format!("{}{}", plain(segment.text(initial)), plain(segment.text(number)));
    if text.len() == 10 {
        text.push_str(&check.map(|check| segment.text(check)).unwrap_or_default());
    }
    let (letters, digits) = text.split_at_checked(4)?;
    let formed = letters.bytes().all(|byte| byte.is_ascii_alphabetic())
        && digits.len() == 7
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    formed.then_some(())?;
    segment.as_print(text)
}

#[cfg(test)]
#[path = "x12/tests.rs"]
mod tests;
