//! Floor 1: the only outside world.

pub mod objects;
pub mod sealed;
