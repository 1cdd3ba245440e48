//! Arrival notices: what their labels and their charges become.

use super::target::{Target, named};
use super::{Draft, LineTables, Plan, Read};
use crate::domain::packet::document::Field;
use crate::reading::vocabulary::Concept;

pub const PLAN: Plan = Plan {
    targets: &[
        (Concept::NoticeNumber, Target::One(Field::ArrivalNoticeNumber), 1.0),
        (Concept::NoticeDate, Target::One(Field::NoticeDate), 1.0),
        (Concept::Date, Target::One(Field::NoticeDate), 0.9),
        (Concept::BlNumber, Target::One(Field::BlNumber), 1.0),
        (Concept::MasterBl, Target::One(Field::MasterBlNumber), 1.0),
        (Concept::Scac, Target::One(Field::Scac), 1.0),
        (Concept::VesselVoyage, Target::VesselVoyage, 1.0),
        (Concept::Vessel, Target::VesselVoyage, 0.98),
        (Concept::Voyage, Target::One(Field::Voyage), 1.0),
        (Concept::PortOfLoading, Target::One(Field::PortOfLoading), 1.0),
        (Concept::PortOfDischarge, Target::One(Field::PortOfDischarge), 1.0),
        (Concept::PlaceOfDelivery, Target::One(Field::PlaceOfDelivery), 1.0),
        (Concept::Eta, Target::One(Field::Eta), 1.0),
        (Concept::Container, Target::One(Field::ContainerNumbers), 1.0),
        (Concept::Container, Target::One(Field::SealNumbers), 0.8),
        (Concept::Seal, Target::One(Field::SealNumbers), 1.0),
        (Concept::Packages, Target::One(Field::PackageCount), 1.0),
        (Concept::Pieces, Target::One(Field::PackageCount), 0.9),
        (Concept::GrossWeight, Target::One(Field::GrossWeightKg), 1.0),
        (Concept::Volume, Target::One(Field::VolumeM3), 1.0),
        (Concept::Shipper, named(Field::ShipperName), 1.0),
        (Concept::Consignee, named(Field::ConsigneeName), 1.0),
        (Concept::Notify, named(Field::NotifyName), 1.0),
        (Concept::Firms, Target::One(Field::FirmsCode), 1.0),
        (Concept::ItNumber, Target::One(Field::ItNumber), 1.0),
        (Concept::LastFreeDay, Target::One(Field::LastFreeDay), 1.0),
        (Concept::TotalCharges, Target::One(Field::TotalCharges), 1.0),
        (Concept::Currency, Target::One(Field::Currency), 1.0),
        (Concept::FreightTerms, Target::FreightTerms, 1.0),
        (Concept::Freight, Target::FreightTerms, 0.9),
    ],
    columns: &[
        (Concept::Container, Field::ContainerNumber),
        (Concept::Seal, Field::SealNumber),
        (Concept::Packages, Field::PackageCount),
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

/// What a notice says in its text, and lines that the contract does not ask for.
pub fn finish(draft: &Draft<'_>, read: &mut Read) {
    super::bill_of_lading::free_freight(draft, &mut read.fields);
    super::invoice::currency(draft, &mut read.fields);
    // The only container carries the whole shipment.
    if let [only] = read.lines.as_slice() {
        for field in [Field::PackageCount, Field::GrossWeightKg, Field::VolumeM3] {
            if let Some(reading) = only.get(&field) {
                read.fields.entry(field).or_insert_with(|| reading.clone());
            }
        }
    }
    read.lines.clear();
}
