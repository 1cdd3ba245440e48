//! The identifiers, names and measures of the trade: what one looks like, when it cannot be right, and when two mean the same.

pub mod awb;
pub mod check_digit;
pub mod container;
pub mod country;
pub mod currency;
pub mod entry_number;
pub mod grn;
pub mod importer_number;
pub mod incoterm;
pub mod look_alike;
pub mod measure;
pub mod mid;
pub mod money;
pub mod mrn;
pub mod party;
pub mod port;
pub mod scac;
pub mod tariff;
