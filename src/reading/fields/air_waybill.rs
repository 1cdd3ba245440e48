//! Air waybills, master and house: what their boxes become.

use super::target::{Target, named};
use super::{Draft, LineTables, Plan, Read};
use crate::domain::packet::document::{Field, Readings, Value};
use crate::reading::values::code;
use crate::reading::vocabulary::Concept;

pub const PLAN: Plan = Plan {
    targets: &[
        (Concept::AwbNumber, Target::One(Field::AwbNumber), 1.0),
        (Concept::HawbNumber, Target::One(Field::HawbNumber), 1.0),
        (Concept::Shipper, named(Field::ShipperName), 1.0),
        (Concept::Consignee, named(Field::ConsigneeName), 1.0),
        (Concept::AirportDeparture, Target::One(Field::AirportOfDeparture), 1.0),
        (Concept::AirportDestination, Target::One(Field::AirportOfDestination), 1.0),
        (Concept::PlaceOfDelivery, Target::One(Field::AirportOfDestination), 0.85),
        (Concept::FlightAndDate, Target::NumberAndDate(Field::FlightNumber, Field::FlightDate), 1.0),
        (Concept::Flight, Target::One(Field::FlightNumber), 1.0),
        (Concept::FlightDate, Target::One(Field::FlightDate), 1.0),
        (Concept::Pieces, Target::One(Field::PackageCount), 1.0),
        (Concept::Packages, Target::One(Field::PackageCount), 0.98),
        (Concept::GrossWeight, Target::One(Field::GrossWeightKg), 1.0),
        (Concept::ChargeableWeight, Target::One(Field::ChargeableWeightKg), 1.0),
        (Concept::Currency, Target::One(Field::Currency), 1.0),
        (Concept::FreightTerms, Target::FreightTerms, 1.0),
        (Concept::Freight, Target::FreightTerms, 0.9),
        (Concept::Goods, Target::One(Field::DescriptionOfGoods), 1.0),
    ],
    columns: &[],
    totals: &[],
    lines: LineTables::None,
};

/// What a waybill says without a label: its number in the corners of the form, freight prepaid or collect.
pub fn finish(draft: &Draft<'_>, read: &mut Read) {
    corner_number(draft, &mut read.fields);
    super::bill_of_lading::free_freight(draft, &mut read.fields);
}

/// The number of the waybill stands in the upper corners of the form, often without a label.
fn corner_number(draft: &Draft<'_>, fields: &mut Readings) {
    if fields.contains_key(&Field::AwbNumber) {
        return;
    }
    for (at, sheet) in draft.sheets.iter().enumerate() {
        for segment in &sheet.segments {
            let text = segment.text();
            let parted = text.contains('-') || segment.words.len() > 1;
            if let Some(number) = code::air_waybill(&text).filter(|_| parted) {
                fields.insert(Field::AwbNumber, draft.reading(at, Value::One(number), text, &segment.words, 0.94));
                return;
            }
        }
    }
}
