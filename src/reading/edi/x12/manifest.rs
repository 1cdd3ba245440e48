//! The customs manifest, transaction set 309: every bill of lading on it is a document.

use super::super::segment::Segment;
use super::super::stated;
use super::{container, parties, say_party};
use crate::domain::packet::document::{Field, Kind, Readings};
use crate::reading::stated::{Stated, say, weigh};

pub(super) fn read(segments: &[Segment<'_>]) -> Vec<Stated> {
    let mut head = Readings::new();
    for segment in segments {
        match segment.tag().as_ref() {
            "M10" => {
                say(&mut head, Field::Scac, segment.print(1));
                say(&mut head, Field::Vessel, segment.print(5));
                say(&mut head, Field::Voyage, segment.print(6));
            }
            "P4" => say(&mut head, Field::PortOfDischarge, segment.print(1)),
            _ => {}
        }
    }
    let starts: Vec<usize> =
        segments.iter().enumerate().filter(|(_, segment)| segment.is("M11")).map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain(std::iter::once(segments.len()));
    starts.iter().zip(ends).map(|(start, end)| bill(&head, segments.get(*start..end).unwrap_or_default())).collect()
}

fn bill(head: &Readings, segments: &[Segment<'_>]) -> Stated {
    let mut stated = stated(Kind::BillOfLading);
    let mut fields = Readings::new();
    for segment in segments {
        match segment.tag().as_ref() {
            "M11" => {
                say(&mut fields, Field::BlNumber, segment.print(1));
                say(&mut fields, Field::PortOfLoading, segment.print(2));
                say(&mut fields, Field::PackageCount, segment.print(3));
                weigh(&mut fields, Field::GrossWeightKg, segment.print(5), &segment.text(6));
                weigh(&mut fields, Field::VolumeM3, segment.print(7), &segment.text(8));
                say(&mut fields, Field::PlaceOfReceipt, segment.print(9));
                say(&mut fields, Field::Scac, segment.print(12));
            }
            "VID" => {
                let mut line = Readings::new();
                say(&mut line, Field::ContainerNumber, container(segment, 2, 3, None));
                if !line.is_empty() {
                    say(&mut line, Field::SealNumber, segment.print(4));
                }
                stated.line(line);
            }
            "N10" => say(&mut fields, Field::DescriptionOfGoods, segment.print(2)),
            _ => {}
        }
    }
    let parties = parties(segments);
    say_party(&mut fields, Field::ShipperName, &parties, &["SH"]);
    say_party(&mut fields, Field::ConsigneeName, &parties, &["CN"]);
    say_party(&mut fields, Field::NotifyName, &parties, &["N1", "NP"]);
    for (field, reading) in head {
        fields.entry(*field).or_insert_with(|| reading.clone());
    }
    stated.fields = fields;
    stated
}
