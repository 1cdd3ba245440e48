//! The papers of invented shipments, for the demo team, for whoever tries Quayside with a sample, and for tests. Each of them says that
//! it is invented.

mod papers;
mod shipment;

pub use papers::Drawn;
pub use shipment::{Flaw, Goods, Party, SHIPMENTS, Shipment};
