//! Floor 3: one folder for each thing people do. A file is one resource; a feature never imports another.

pub mod account;
pub mod audit;
pub mod clients;
pub mod development;
pub mod packets;
pub mod public;
pub mod rules;
pub mod team;
pub mod work;
