//! The identifiers, names and measures of the trade: what one looks like, when it cannot be right, and when two mean the same.

pub mod awb;
pub mod container;
pub mod country;
pub mod importer_number;
pub mod measure;
pub mod mrn;
pub mod party;
pub mod port;
pub mod scac;
pub mod tariff;
