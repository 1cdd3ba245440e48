//! Transit declarations and their accompanying documents: what their numbered boxes become.

use super::target::{Target, named};
use super::{LineTables, Plan};
use crate::domain::packet::document::Field;
use crate::reading::vocabulary::Concept;

pub const PLAN: Plan = Plan {
    targets: &[
        (Concept::Mrn, Target::One(Field::Mrn), 1.0),
        (Concept::Lrn, Target::One(Field::Lrn), 1.0),
        (Concept::DeclarationType, Target::One(Field::DeclarationType), 1.0),
        (Concept::OfficeDeparture, Target::One(Field::OfficeOfDeparture), 1.0),
        (Concept::OfficeDestination, Target::One(Field::OfficeOfDestination), 1.0),
        (Concept::ReleaseDate, Target::One(Field::ReleaseDate), 1.0),
        (Concept::LimitDate, Target::One(Field::LimitDate), 1.0),
        (Concept::Holder, named(Field::HolderName), 1.0),
        (Concept::Shipper, named(Field::ConsignorName), 1.0),
        (Concept::Exporter, named(Field::ConsignorName), 0.9),
        (Concept::Consignee, named(Field::ConsigneeName), 1.0),
        (Concept::Packages, Target::One(Field::PackageCount), 1.0),
        (Concept::GrossWeight, Target::One(Field::GrossWeightKg), 1.0),
        (Concept::Container, Target::One(Field::ContainerNumbers), 1.0),
        (Concept::Seal, Target::One(Field::SealNumbers), 1.0),
        (Concept::Guarantee, Target::One(Field::GuaranteeReference), 1.0),
        (Concept::TransportIdentity, Target::One(Field::TransportIdentity), 1.0),
    ],
    columns: &[],
    totals: &[],
    lines: LineTables::None,
};
