//! Bills of lading and sea waybills: what their boxes, their container table and the text of their goods box become.

use super::target::{Target, named, prepaid_or_collect};
use super::{Draft, LineTables, Plan, Read, add};
use crate::domain::packet::document::{Field, Readings, Value};
use crate::reading::layout::segment::{Segment, text};
use crate::reading::values::package;
use crate::reading::vocabulary::Concept;

pub const PLAN: Plan = Plan {
    targets: &[
        (Concept::BlNumber, Target::One(Field::BlNumber), 1.0),
        (Concept::MasterBl, Target::One(Field::MasterBlNumber), 1.0),
        (Concept::Booking, Target::One(Field::BookingNumber), 1.0),
        (Concept::Scac, Target::One(Field::Scac), 1.0),
        (Concept::Shipper, named(Field::ShipperName), 1.0),
        (Concept::Exporter, named(Field::ShipperName), 0.95),
        (Concept::Consignee, named(Field::ConsigneeName), 1.0),
        (Concept::Notify, named(Field::NotifyName), 1.0),
        (Concept::VesselVoyage, Target::VesselVoyage, 1.0),
        (Concept::Vessel, Target::VesselVoyage, 0.98),
        (Concept::Voyage, Target::One(Field::Voyage), 1.0),
        (Concept::PortOfLoading, Target::One(Field::PortOfLoading), 1.0),
        (Concept::PortOfDischarge, Target::One(Field::PortOfDischarge), 1.0),
        (Concept::PlaceOfReceipt, Target::One(Field::PlaceOfReceipt), 1.0),
        (Concept::PlaceOfDelivery, Target::One(Field::PlaceOfDelivery), 1.0),
        (Concept::OnBoard, Target::PlaceAndDate(Field::OnBoardDate), 1.0),
        (Concept::IssueDate, Target::One(Field::IssueDate), 1.0),
        (Concept::PlaceDateIssue, Target::PlaceAndDate(Field::IssueDate), 0.95),
        (Concept::Date, Target::One(Field::IssueDate), 0.8),
        (Concept::Container, Target::One(Field::ContainerNumbers), 1.0),
        (Concept::Seal, Target::One(Field::SealNumbers), 1.0),
        (Concept::Packages, Target::One(Field::PackageCount), 1.0),
        (Concept::GrossWeight, Target::One(Field::GrossWeightKg), 1.0),
        (Concept::Volume, Target::One(Field::VolumeM3), 1.0),
        (Concept::FreightTerms, Target::FreightTerms, 1.0),
        (Concept::Freight, Target::FreightTerms, 0.9),
        (Concept::InvoiceNumber, Target::One(Field::InvoiceNumber), 1.0),
        (Concept::PoNumber, Target::One(Field::PoNumbers), 1.0),
        (Concept::Hts, Target::One(Field::HtsCodes), 1.0),
        (Concept::Goods, Target::One(Field::DescriptionOfGoods), 1.0),
    ],
    columns: &[
        (Concept::Container, Field::ContainerNumber),
        (Concept::Seal, Field::SealNumber),
        (Concept::ContainerType, Field::ContainerType),
        (Concept::Packages, Field::PackageCount),
        (Concept::Quantity, Field::PackageCount),
        (Concept::Pieces, Field::PackageCount),
        (Concept::GrossWeight, Field::GrossWeightKg),
        (Concept::Volume, Field::VolumeM3),
    ],
    totals: &[
        (Concept::Packages, Field::PackageCount),
        (Concept::GrossWeight, Field::GrossWeightKg),
        (Concept::Volume, Field::VolumeM3),
    ],
    lines: LineTables::Containers,
};

/// What a bill says in its text: freight prepaid or collect.
pub fn finish(draft: &Draft<'_>, read: &mut Read) {
    free_freight(draft, &mut read.fields);
    goods_row(draft, &mut read.fields);
}

/// The one row of goods that a bill prints under its headings: weight and volume under theirs, packages among the goods.
fn goods_row(draft: &Draft<'_>, fields: &mut Readings) {
    for (sheet, table) in draft.tables.iter().filter(|(_, table)| table.lists_goods() && table.items.len() == 1) {
        for row in &table.items {
            for (concept, field) in PLAN.totals {
                if let Some(reading) = draft.total(*sheet, table, row, *concept, *field) {
                    fields.entry(*field).or_insert(reading);
                }
            }
            let goods = table.column(Concept::Goods).and_then(|at| row.cells.get(at)).into_iter().flatten();
            for line in goods.take(4) {
                let print = text(line);
                let kind = print.chars().any(char::is_alphabetic);
                if let Some(count) = package::packages(&print, draft.conventions.mark).filter(|_| kind) {
                    let reading = draft.reading(*sheet, Value::One(count), print, line, 0.85);
                    fields.entry(Field::PackageCount).or_insert(reading);
                }
            }
        }
    }
}

/// `FREIGHT PREPAID` or `FREIGHT COLLECT` wherever it stands.
pub fn free_freight(draft: &Draft<'_>, fields: &mut Readings) {
    if fields.contains_key(&Field::FreightTerms) {
        return;
    }
    let says = |segment: &&Segment| {
        let text = segment.text().to_lowercase();
        let short = segment.words.len() <= 4;
        short
            && (text.contains("freight") || text == "prepaid" || text == "collect")
            && prepaid_or_collect(&text).is_some()
    };
    for (at, sheet) in draft.sheets.iter().enumerate() {
        if let Some(segment) = sheet.segments.iter().find(says) {
            let value = prepaid_or_collect(&segment.text()).unwrap_or_default().to_owned();
            let reading = draft.reading(at, Value::One(value), segment.text(), &segment.words, 0.93);
            add(fields, Field::FreightTerms, reading);
            return;
        }
    }
}
