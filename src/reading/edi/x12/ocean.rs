//! The freight receipt and invoice of an ocean carrier, transaction set 310, as the bill of lading that it repeats.

use super::super::segment::Segment;
use super::super::stated;
use super::{container, parties, say_party};
use crate::domain::packet::document::{Field, Kind, Readings};
use crate::reading::stated::{Stated, say, weigh};

pub(super) fn read(segments: &[Segment<'_>]) -> Stated {
    let mut stated = stated(Kind::BillOfLading);
    let fields = &mut stated.fields;
    let mut line: Option<Readings> = None;
    let mut lines = Vec::new();
    for segment in segments {
        match (segment.tag().as_ref(), &mut line) {
            ("B3", _) => {
                let terms = match segment.text(4).as_str() {
                    "PP" => Some("prepaid"),
                    "CC" => Some("collect"),
                    _ => None,
                };
                say(fields, Field::FreightTerms, terms.and_then(|terms| segment.as_print(terms.to_owned())));
                say(fields, Field::IssueDate, segment.print(6));
                say(fields, Field::Scac, segment.print(11));
            }
            ("N9", _) => {
                let field = match segment.text(1).as_str() {
                    "BM" | "OB" => Field::BlNumber,
                    "MB" => Field::MasterBlNumber,
                    "BN" => Field::BookingNumber,
                    "PO" => Field::PoNumbers,
                    "IV" => Field::InvoiceNumber,
                    _ => continue,
                };
                say(fields, field, segment.print(2));
            }
            ("V1", _) => {
                say(fields, Field::Vessel, segment.print(2));
                say(fields, Field::Voyage, segment.print(4));
            }
            ("R4", _) => {
                let field = match segment.text(1).as_str() {
                    "L" => Field::PortOfLoading,
                    "D" => Field::PortOfDischarge,
                    "R" => Field::PlaceOfReceipt,
                    "E" => Field::PlaceOfDelivery,
                    _ => continue,
                };
                say(fields, field, segment.print(4));
                say(fields, field, segment.print(3));
            }
            ("N7", _) => {
                let mut next = Readings::new();
                say(&mut next, Field::ContainerNumber, container(segment, 1, 2, Some(18)));
                if !next.is_empty() {
                    weigh(&mut next, Field::GrossWeightKg, segment.print(3), &segment.text(17));
                    weigh(&mut next, Field::VolumeM3, segment.print(8), &segment.text(9));
                    say(&mut next, Field::ContainerType, segment.print(22));
                }
                lines.extend(line.replace(next));
            }
            ("M7", Some(line)) => say(line, Field::SealNumber, segment.print(1)),
            ("L0", Some(line)) => say(line, Field::PackageCount, segment.print(8)),
            ("L5", _) => say(fields, Field::DescriptionOfGoods, segment.print(2)),
            ("L3", _) => {
                weigh(fields, Field::GrossWeightKg, segment.print(1), &segment.text(12));
                weigh(fields, Field::VolumeM3, segment.print(9), &segment.text(10));
                // Its lading quantity counts pieces of equipment as often as packages, so it says neither.
            }
            _ => {}
        }
    }
    lines.extend(line);
    let parties = parties(segments);
    say_party(fields, Field::ShipperName, &parties, &["SH"]);
    say_party(fields, Field::ConsigneeName, &parties, &["CN"]);
    say_party(fields, Field::NotifyName, &parties, &["N1", "NP"]);
    for line in lines {
        stated.line(line);
    }
    stated
}
