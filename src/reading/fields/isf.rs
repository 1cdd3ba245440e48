//! ISF work sheets: the elements of 19 CFR 149.3 and what stands with them.

use super::target::{Target, named};
use super::{Draft, LineTables, Plan, Read};
use crate::domain::packet::document::Field;
use crate::reading::vocabulary::Concept;

pub const PLAN: Plan = Plan {
    targets: &[
        (Concept::ImporterNumber, Target::One(Field::ImporterOfRecordNumber), 1.0),
        (
            Concept::Importer,
            Target::Party { name: Field::ImporterName, address: None, country: None, sender: true },
            1.0,
        ),
        (Concept::ConsigneeId, Target::One(Field::ConsigneeNumber), 1.0),
        (Concept::Seller, named(Field::SellerName), 1.0),
        (Concept::Buyer, named(Field::BuyerName), 1.0),
        (Concept::ShipTo, named(Field::ShipToName), 1.0),
        (Concept::Manufacturer, named(Field::ManufacturerName), 1.0),
        (Concept::Stuffing, named(Field::StuffingLocationName), 1.0),
        (Concept::Consolidator, named(Field::ConsolidatorName), 1.0),
        (Concept::Origin, Target::One(Field::CountryOfOrigin), 1.0),
        (Concept::Hts, Target::One(Field::HtsCodes), 1.0),
        (Concept::BlNumber, Target::One(Field::BlNumber), 1.0),
        (Concept::MasterBl, Target::One(Field::MasterBlNumber), 1.0),
        (Concept::Scac, Target::One(Field::Scac), 1.0),
        (Concept::VesselVoyage, Target::VesselVoyage, 1.0),
        (Concept::Vessel, Target::VesselVoyage, 0.98),
        (Concept::Voyage, Target::One(Field::Voyage), 1.0),
        (Concept::PortOfLoading, Target::One(Field::PortOfLoading), 1.0),
        (Concept::PortOfDischarge, Target::One(Field::PortOfDischarge), 1.0),
        (Concept::Etd, Target::One(Field::Etd), 1.0),
        (Concept::Eta, Target::One(Field::Eta), 1.0),
        (Concept::Container, Target::One(Field::ContainerNumbers), 1.0),
        (Concept::PoNumber, Target::One(Field::PoNumbers), 1.0),
    ],
    columns: &[
        (Concept::Manufacturer, Field::ManufacturerName),
        (Concept::Origin, Field::CountryOfOrigin),
        (Concept::Hts, Field::HtsCode),
        (Concept::Goods, Field::Description),
    ],
    totals: &[],
    lines: LineTables::Goods,
};

/// Nothing stands without a label on an ISF sheet.
pub fn finish(_draft: &Draft<'_>, _read: &mut Read) {}
