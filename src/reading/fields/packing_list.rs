//! Packing lists: what their labels, columns and totals become (19 CFR 141.86(e)).

use super::target::{Target, named};
use super::{Draft, LineTables, Plan, Read};
use crate::domain::packet::document::{Field, Kind};
use crate::reading::vocabulary::Concept;

const SHIPPER: Target = Target::Party { name: Field::ShipperName, address: None, country: None, sender: true };

pub const PLAN: Plan = Plan {
    targets: &[
        (Concept::PackingNumber, Target::One(Field::PackingListNumber), 1.0),
        (Concept::PackingDate, Target::One(Field::PackingListDate), 1.0),
        (Concept::Date, Target::One(Field::PackingListDate), 0.95),
        (Concept::InvoiceNumber, Target::One(Field::InvoiceNumber), 1.0),
        (Concept::InvoiceNumberDate, Target::One(Field::InvoiceNumber), 0.95),
        (Concept::Shipper, SHIPPER, 1.0),
        (Concept::Exporter, SHIPPER, 0.97),
        (Concept::Seller, SHIPPER, 0.93),
        (Concept::Consignee, named(Field::ConsigneeName), 1.0),
        (Concept::ShipTo, named(Field::ConsigneeName), 0.88),
        (Concept::Buyer, named(Field::ConsigneeName), 0.82),
        (Concept::PoNumber, Target::One(Field::PoNumbers), 1.0),
        (Concept::Packages, Target::One(Field::PackageCount), 1.0),
        (Concept::GrossWeight, Target::One(Field::GrossWeightKg), 1.0),
        (Concept::NetWeight, Target::One(Field::NetWeightKg), 1.0),
        (Concept::Volume, Target::One(Field::VolumeM3), 1.0),
        (Concept::Container, Target::One(Field::ContainerNumbers), 1.0),
        (Concept::Seal, Target::One(Field::SealNumbers), 1.0),
        (Concept::Container, Target::One(Field::SealNumbers), 0.85),
        (Concept::BlNumber, Target::One(Field::BlNumber), 1.0),
        (Concept::VesselVoyage, Target::VesselVoyage, 1.0),
        (Concept::Vessel, Target::VesselVoyage, 0.98),
        (Concept::Voyage, Target::One(Field::Voyage), 1.0),
        (Concept::PortOfLoading, Target::One(Field::PortOfLoading), 1.0),
        (Concept::PortOfDischarge, Target::One(Field::PortOfDischarge), 1.0),
    ],
    columns: &[
        (Concept::LineNumber, Field::LineNumber),
        (Concept::Sku, Field::Sku),
        (Concept::Goods, Field::Description),
        (Concept::Quantity, Field::Quantity),
        (Concept::Unit, Field::Unit),
        (Concept::Packages, Field::PackageCount),
        (Concept::NetWeight, Field::NetWeightKg),
        (Concept::GrossWeight, Field::GrossWeightKg),
        (Concept::Volume, Field::VolumeM3),
        (Concept::Item, Field::LineNumber),
        (Concept::Item, Field::Sku),
        (Concept::Item, Field::Description),
    ],
    totals: &[
        (Concept::Packages, Field::PackageCount),
        (Concept::NetWeight, Field::NetWeightKg),
        (Concept::GrossWeight, Field::GrossWeightKg),
        (Concept::Volume, Field::VolumeM3),
    ],
    lines: LineTables::Goods,
};

/// What a packing list prints without a label of its own.
pub fn finish(draft: &Draft<'_>, read: &mut Read) {
    super::invoice::titled_number(
        draft,
        &mut read.fields,
        Kind::PackingList,
        Field::PackingListNumber,
        Field::PackingListDate,
    );
    super::invoice::free_date(draft, &mut read.fields, Field::PackingListDate);
}
