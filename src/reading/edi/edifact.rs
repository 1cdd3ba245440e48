//! EDIFACT interchanges (ISO 9735): the marks are those of the UNA or the usual ones, the letters those that the UNB names, the
//! envelopes UNB, UNG and UNH are checked. A message that comes without its envelope is read as well.

mod despatch;
mod instruction;
mod invoice;

use super::segment::{Cut, Marks, Segment, cut};
use super::{Corrupt, Fault, Message, controlled, counted, documents};
use crate::domain::packet::document::{Field, Readings};
use crate::reading::source::Limits;
use crate::reading::stated::{Print, Stated, say, say_joined, weigh};
use encoding_rs::{Encoding, WINDOWS_1252};

/// The documents of an interchange.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Stated>, Corrupt> {
    let cut = parse(bytes, limits)?;
    let mut found = Vec::new();
    for message in messages(&cut.segments)? {
        let segments = message.segments;
        let read = match message.sort.as_str() {
            "INVOIC" => Some(invoice::read(segments)),
            "DESADV" => Some(despatch::read(segments)),
            "IFTMIN" => Some(instruction::read(segments)),
            _ => None,
        };
        found.extend(documents(read.map(|read| read.map(|stated| vec![stated])), &format!("EDIFACT {}", message.sort)));
    }
    Ok(found)
}

/// Cuts a file into its segments.
pub fn parse<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Cut<'a>, Corrupt> {
    let blank = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let start = bytes.get(blank..).unwrap_or_default();
    let mut marks =
        Marks { element: b'+', component: b':', release: Some(b'?'), terminator: b"'", letters: WINDOWS_1252 };
    let mut head = 0usize;
    if let Some([component, element, _, release, _, ..]) = start.strip_prefix(b"UNA") {
        marks.component = *component;
        marks.element = *element;
        marks.release = Some(*release).filter(|release| *release != b' ');
        marks.terminator = start.get(8..9).unwrap_or_default();
        head = blank.saturating_add(9);
    }
    let all = [Some(marks.component), Some(marks.element), marks.release, marks.terminator.first().copied()];
    let sound = !marks.terminator.is_empty()
        && all
            .iter()
            .enumerate()
            .all(|(at, mark)| mark.is_none() || !all.iter().skip(at + 1).any(|other| other == mark));
    if !sound {
        return Err(Corrupt { segment: 1, tag: "UNA".to_owned(), fault: Fault::NoMarks });
    }
    let (head, rest) = bytes.split_at_checked(head).unwrap_or((bytes, &[]));
    let syntax = rest.trim_ascii_start().get(4..8).unwrap_or_default();
    if rest.trim_ascii_start().starts_with(b"UNB") {
        marks.letters = letters(syntax);
    }
    cut(head, rest, marks, limits.segments)
}

/// The letters of a syntax identifier (UN/ECE 0001). What is UTF-8 all the same is read as such.
fn letters(syntax: &[u8]) -> &'static Encoding {
    match syntax {
        b"UNOD" => encoding_rs::ISO_8859_2,
        b"UNOE" => encoding_rs::ISO_8859_5,
        b"UNOF" => encoding_rs::ISO_8859_7,
        b"UNOG" => encoding_rs::ISO_8859_3,
        b"UNOH" => encoding_rs::ISO_8859_4,
        b"UNOI" => encoding_rs::ISO_8859_6,
        b"UNOJ" => encoding_rs::ISO_8859_8,
        b"UNOK" => encoding_rs::WINDOWS_1254,
        b"UNOW" | b"UNOY" => encoding_rs::UTF_8,
        _ => WINDOWS_1252,
    }
}

/// The messages of an interchange, its counts and control references checked.
pub fn messages<'a, 's>(segments: &'s [Segment<'a>]) -> Result<Vec<Message<'a, 's>>, Corrupt> {
    let mut found: Vec<Message<'a, 's>> = Vec::new();
    let mut interchange: Option<usize> = None;
    // A group by the segment that opened it and the messages it holds so far.
    let mut group: Option<(usize, usize)> = None;
    let mut open: Option<usize> = None;
    let (mut groups, mut units) = (0usize, 0usize);
    let bare = segments.first().is_some_and(|first| first.is("UNH"));
    let reference =
        |place: usize, element: usize| segments.get(place).map(|segment| segment.text(element)).unwrap_or_default();
    for (at, segment) in segments.iter().enumerate() {
        match (segment.tag().as_ref(), open) {
            ("", _) => return Err(segment.fault(Fault::Nameless)),
            ("UNB", None) if interchange.is_none() => {
                interchange = Some(at);
                (groups, units) = (0, 0);
            }
            ("UNG", None) if group.is_none() && interchange.is_some() => group = Some((at, 0)),
            ("UNH", None) if interchange.is_some() || bare => open = Some(at),
            ("UNT", Some(start)) => {
                counted(segment, 1, "segments", at.saturating_sub(start).saturating_add(1))?;
                controlled(segment, 2, reference(start, 1))?;
                found.push(Message {
                    sort: reference(start, 2),
                    segments: segments.get(start..=at).unwrap_or_default(),
                });
                units = units.saturating_add(1);
                group = group.map(|(start, messages)| (start, messages.saturating_add(1)));
                open = None;
            }
            ("UNE", None) => {
                let (start, messages) = group.take().ok_or_else(|| segment.fault(Fault::NotOpened))?;
                counted(segment, 1, "messages", messages)?;
                controlled(segment, 2, reference(start, 5))?;
                groups = groups.saturating_add(1);
            }
            ("UNZ", None) if group.is_none() => {
                let start = interchange.take().ok_or_else(|| segment.fault(Fault::NotOpened))?;
                counted(segment, 1, "messages or groups", if groups > 0 { groups } else { units })?;
                controlled(segment, 2, reference(start, 5))?;
            }
            ("UNT", None) => return Err(segment.fault(Fault::NotOpened)),
            ("UNB" | "UNG" | "UNH" | "UNE" | "UNZ", _) => {
                let start = open.or(group.map(|(start, _)| start)).or(interchange);
                return Err(start.and_then(|start| segments.get(start)).unwrap_or(segment).fault(Fault::NotClosed));
            }
            (_, None) => return Err(segment.fault(Fault::Stray)),
            (_, Some(_)) => {}
        }
    }
    let start = open.or(group.map(|(start, _)| start)).or(interchange);
    match start.and_then(|start| segments.get(start)) {
        Some(segment) => Err(segment.fault(Fault::NotClosed)),
        None => Ok(found),
    }
}

/// Where a party's name, address and country go.
type Side = (Field, Option<(Field, Field)>);

/// Says a party of a NAD segment: its name in C080, or the first line of C058 where the address is not structured.
fn party(fields: &mut Readings, segment: &Segment<'_>, (name, more): Side) {
    let structured = whole_name(segment, 4);
    let free = segment.at(3, 0);
    say(fields, name, structured.clone().or_else(|| free.clone()));
    let Some((address, country)) = more else { return };
    let lines = (0..4).map(|at| segment.at(5, at));
    let street = (0..5).filter(|at| structured.is_some() || *at > 0).map(|at| segment.at(3, at));
    let rest = [6, 7, 8].map(|element| segment.print(element));
    say_joined(fields, address, street.chain(lines).chain(rest));
    say(fields, country, segment.print(9));
}

/// A name that goes on over the components of a composite: they are one text cut to the width of a field.
fn whole_name(segment: &Segment<'_>, element: usize) -> Option<Print> {
    let parts: Vec<String> = (0..5).map(|at| segment.component(element, at)).filter(|part| !part.is_empty()).collect();
    segment.as_print(parts.join(" "))
}

/// The seller's number of an article, then the buyer's, then any other; tariff numbers by their code (UNTDID 7143).
fn article(line: &mut Readings, segment: &Segment<'_>) {
    for element in 2..=6 {
        let field = match segment.component(element, 1).as_str() {
            "HS" | "CV" => Field::HtsCode,
            "SA" | "VN" | "MF" | "IN" | "BP" | "SRV" | "EN" => Field::Sku,
            _ => continue,
        };
        say(line, field, segment.at(element, 0));
    }
}

/// A weight, a volume or nothing of a MEA segment (UNTDID 6311 and 6313).
fn measured(into: &mut Readings, segment: &Segment<'_>) {
    let field = match (segment.text(2).as_str(), segment.text(1).as_str()) {
        ("G" | "AAD" | "AAB", _) => Field::GrossWeightKg,
        ("N" | "AAC" | "AAA" | "AAL", _) => Field::NetWeightKg,
        ("AAW" | "ABJ" | "AAX", _) | ("", "VOL") => Field::VolumeM3,
        _ => return,
    };
    weigh(into, field, segment.at(3, 1), &segment.component(3, 0));
}

/// Packages, weight or volume of a control segment (UNTDID 6069).
fn control(into: &mut Readings, segment: &Segment<'_>) {
    let print = segment.at(1, 1);
    match segment.component(1, 0).as_str() {
        "11" => say(into, Field::PackageCount, print),
        "7" => weigh(into, Field::GrossWeightKg, print, &segment.component(1, 2)),
        "15" => weigh(into, Field::VolumeM3, print, &segment.component(1, 2)),
        _ => {}
    }
}

/// A place of a LOC segment (UNTDID 3227): its name, or its code where it has none.
fn place(fields: &mut Readings, segment: &Segment<'_>) {
    let field = match segment.text(1).as_str() {
        "9" => Field::PortOfLoading,
        "11" | "12" => Field::PortOfDischarge,
        "88" => Field::PlaceOfReceipt,
        "7" => Field::PlaceOfDelivery,
        _ => return,
    };
    say(fields, field, segment.at(2, 3).or_else(|| segment.at(2, 0)));
}

/// Vessel and voyage of the main carriage.
fn carriage(fields: &mut Readings, segment: &Segment<'_>) {
    if segment.text(1) == "20" {
        say(fields, Field::Voyage, segment.print(2));
        say(fields, Field::Vessel, segment.at(8, 3));
    }
}

/// References (UNTDID 1153).
fn reference(fields: &mut Readings, segment: &Segment<'_>) {
    let field = match segment.component(1, 0).as_str() {
        "ON" | "CO" => Field::PoNumbers,
        "BM" | "BH" => Field::BlNumber,
        "MB" => Field::MasterBlNumber,
        "BN" => Field::BookingNumber,
        "IV" => Field::InvoiceNumber,
        "SN" => Field::SealNumbers,
        _ => return,
    };
    say(fields, field, segment.at(1, 1));
}

/// The text of an IMD or FTX segment's composite.
fn description(segment: &Segment<'_>, element: usize, from: usize) -> Option<Print> {
    let parts: Vec<String> = (from..from.saturating_add(5))
        .map(|at| segment.component(element, at))
        .filter(|part| !part.is_empty())
        .collect();
    segment.as_print(parts.join(" "))
}

#[cfg(test)]
#[path = "edifact/tests.rs"]
mod tests;
