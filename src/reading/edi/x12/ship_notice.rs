//! The ship notice, transaction set 856, as the packing list of a shipment. Its HL segments make a tree of shipment, orders, packs
//! and items; what is said at the shipment is the header, every item is a line.

use super::super::segment::Segment;
use super::super::{Corrupt, stated};
use super::{container, goods, parties, say_party};
use crate::domain::packet::document::{Field, Kind, Readings};
use crate::reading::stated::{Stated, say, weigh};

pub(super) fn read(segments: &[Segment<'_>]) -> Result<Stated, Corrupt> {
    let mut stated = stated(Kind::PackingList);
    let fields = &mut stated.fields;
    let mut level = String::new();
    let mut line: Option<Readings> = None;
    let mut lines = Vec::new();
    for segment in segments {
        match (segment.tag().as_ref(), level.as_str(), &mut line) {
            ("BSN", ..) => {
                say(fields, Field::PackingListNumber, segment.print(2));
                say(fields, Field::PackingListDate, segment.print(3));
            }
            ("HL", ..) => {
                level = segment.text(3);
                lines.extend(line.take());
                line = (level == "I").then(Readings::new);
            }
            ("PRF", ..) => say(fields, Field::PoNumbers, segment.print(1)),
            ("REF", ..) => {
                let field = match segment.text(1).as_str() {
                    "BM" => Field::BlNumber,
                    "IV" => Field::InvoiceNumber,
                    "SN" => Field::SealNumbers,
                    _ => continue,
                };
                say(fields, field, segment.print(2));
            }
            ("TD1", "S" | "", _) => lading(fields, segment),
            ("TD1", _, Some(line)) => lading(line, segment),
            ("TD3", ..) => {
                say(fields, Field::ContainerNumbers, container(segment, 2, 3, None));
                say(fields, Field::SealNumbers, segment.print(9));
            }
            ("V1", ..) => {
                say(fields, Field::Vessel, segment.print(2));
                say(fields, Field::Voyage, segment.print(4));
            }
            ("LIN", _, Some(line)) => {
                say(line, Field::LineNumber, segment.print(1));
                goods(line, segment, 2);
            }
            ("SN1", _, Some(line)) => {
                say(line, Field::Quantity, segment.number(2, 0)?);
                say(line, Field::Unit, segment.print(3));
            }
            ("PID", _, Some(line)) => say(line, Field::Description, segment.print(5)),
            _ => {}
        }
    }
    lines.extend(line);
    let head = segments.iter().position(|segment| segment.is("HL") && segment.text(3) != "S");
    let parties = parties(segments.get(..head.unwrap_or(segments.len())).unwrap_or_default());
    say_party(fields, Field::ShipperName, &parties, &["SH", "SF", "SE", "VN", "SU"]);
    say_party(fields, Field::ConsigneeName, &parties, &["CN", "UC", "ST"]);
    for line in lines {
        stated.line(line);
    }
    Ok(stated)
}

/// Packages, weight and volume of a TD1 segment; a weight counts only where it is said to be gross or net (X12 element 187).
fn lading(into: &mut Readings, segment: &Segment<'_>) {
    say(into, Field::PackageCount, segment.print(2));
    let field = match segment.text(6).as_str() {
        "G" => Some(Field::GrossWeightKg),
        "N" => Some(Field::NetWeightKg),
        _ => None,
    };
    if let Some(field) = field {
        weigh(into, field, segment.print(7), &segment.text(8));
    }
    weigh(into, Field::VolumeM3, segment.print(9), &segment.text(10));
}
