//! The transport instruction, IFTMIN: what its sender wants on the bill of lading. Its number is that of the bill only where it
//! says so; the number of the message itself is none.

use super::super::segment::Segment;
use super::super::{Corrupt, stated};
use super::{carriage, control, description, measured, party, place, reference};
use crate::domain::packet::document::{Field, Kind, Readings};
use crate::reading::stated::{Stated, say};

/// Which part of the message a segment belongs to.
enum Part {
    Header,
    Goods,
    Container(Readings),
}

pub(super) fn read(segments: &[Segment<'_>]) -> Result<Stated, Corrupt> {
    let mut stated = stated(Kind::BillOfLading);
    let fields = &mut stated.fields;
    let mut lines = Vec::new();
    let mut part = Part::Header;
    let several = segments.iter().filter(|segment| segment.is("GID")).count() > 1;
    for segment in segments {
        let tag = segment.tag();
        match (tag.as_ref(), &mut part) {
            ("GID", _) => {
                part = Part::Goods;
                if !several {
                    say(fields, Field::PackageCount, segment.at(2, 0));
                }
            }
            ("EQD", _) => {
                let mut line = Readings::new();
                if segment.text(1) == "CN" {
                    say(&mut line, Field::ContainerNumber, segment.at(2, 0));
                    say(&mut line, Field::ContainerType, segment.at(3, 0));
                }
                if let Part::Container(before) = std::mem::replace(&mut part, Part::Container(line)) {
                    lines.push(before);
                }
            }
            ("SEL", Part::Container(line)) => say(line, Field::SealNumber, segment.at(1, 0)),
            ("MEA", Part::Container(line)) => measured(line, segment),
            ("MEA", Part::Goods) if several => {}
            ("MEA", _) => measured(fields, segment),
            ("FTX", _) if segment.text(1) == "AAA" => {
                say(fields, Field::DescriptionOfGoods, description(segment, 4, 0));
            }
            ("PIA", _) if segment.component(2, 1) == "HS" => say(fields, Field::HtsCodes, segment.at(2, 0)),
            ("RFF", _) => reference(fields, segment),
            ("CNT", _) => control(fields, segment),
            ("CPI", _) => {
                let terms = match segment.text(3).as_str() {
                    "P" => Some("prepaid"),
                    "C" => Some("collect"),
                    _ => None,
                };
                say(fields, Field::FreightTerms, terms.and_then(|terms| segment.as_print(terms.to_owned())));
            }
            ("TDT", _) => carriage(fields, segment),
            ("LOC", _) => place(fields, segment),
            ("DTM", Part::Header) if segment.component(1, 0) == "95" => say(fields, Field::IssueDate, segment.at(1, 1)),
            ("NAD", _) => match segment.text(1).as_str() {
                "CZ" => party(fields, segment, (Field::ShipperName, None)),
                "CN" => party(fields, segment, (Field::ConsigneeName, None)),
                "N1" | "NI" => party(fields, segment, (Field::NotifyName, None)),
                _ => {}
            },
            _ => {}
        }
    }
    if let Part::Container(last) = part {
        lines.push(last);
    }
    for line in lines {
        stated.line(line);
    }
    Ok(stated)
}
