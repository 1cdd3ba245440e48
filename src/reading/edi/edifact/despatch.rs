//! The despatch advice, DESADV, as the packing list of a shipment.

use super::super::segment::Segment;
use super::super::{Corrupt, stated};
use super::{article, carriage, control, description, measured, party, place, reference};
use crate::domain::packet::document::{Field, Kind, Readings};
use crate::reading::stated::{Stated, say};

pub(super) fn read(segments: &[Segment<'_>]) -> Result<Stated, Corrupt> {
    let mut stated = stated(Kind::PackingList);
    let fields = &mut stated.fields;
    let mut line: Option<Readings> = None;
    let mut lines = Vec::new();
    // Packages and weights below the first step of the packing hierarchy are those of a part.
    let mut step = 0u32;
    for segment in segments {
        let tag = segment.tag();
        match (tag.as_ref(), &mut line) {
            ("LIN", _) => {
                let mut next = Readings::new();
                say(&mut next, Field::LineNumber, segment.print(1));
                article(&mut next, segment);
                say(&mut next, Field::Sku, segment.at(3, 0));
                lines.extend(line.replace(next));
            }
            ("CPS", _) => {
                lines.extend(line.take());
                step = step.saturating_add(1);
            }
            ("CNT", _) => control(fields, segment),
            (_, Some(line)) => item(line, segment)?,
            ("MEA", _) if step <= 1 => measured(fields, segment),
            ("PAC", _) if step <= 1 => say(fields, Field::PackageCount, segment.print(1)),
            _ => header(fields, segment),
        }
    }
    lines.extend(line);
    for line in lines {
        stated.line(line);
    }
    Ok(stated)
}

fn header(fields: &mut Readings, segment: &Segment<'_>) {
    match segment.tag().as_ref() {
        "BGM" => say(fields, Field::PackingListNumber, segment.at(2, 0)),
        "DTM" if segment.component(1, 0) == "137" => say(fields, Field::PackingListDate, segment.at(1, 1)),
        "RFF" => reference(fields, segment),
        "NAD" => match segment.text(1).as_str() {
            "SE" | "SU" | "SH" | "CZ" | "SF" => party(fields, segment, (Field::ShipperName, None)),
            "CN" | "ST" | "DP" | "UC" => party(fields, segment, (Field::ConsigneeName, None)),
            _ => {}
        },
        "TDT" => carriage(fields, segment),
        "LOC" => place(fields, segment),
        "EQD" if segment.text(1) == "CN" => say(fields, Field::ContainerNumbers, segment.at(2, 0)),
        "SEL" => say(fields, Field::SealNumbers, segment.at(1, 0)),
        _ => {}
    }
}

fn item(line: &mut Readings, segment: &Segment<'_>) -> Result<(), Corrupt> {
    match segment.tag().as_ref() {
        "PIA" => article(line, segment),
        "IMD" => say(line, Field::Description, description(segment, 3, 3)),
        "QTY" => {
            let quantity = segment.number(1, 1)?;
            if segment.component(1, 0) == "12" {
                say(line, Field::Quantity, quantity);
                say(line, Field::Unit, segment.at(1, 2));
            }
        }
        "MEA" => measured(line, segment),
        "PAC" => say(line, Field::PackageCount, segment.print(1)),
        _ => {}
    }
    Ok(())
}
