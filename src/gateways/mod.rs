//! Floor 1: the only outside world.

pub mod anchors;
pub mod mail;
pub mod maildir;
pub mod objects;
pub mod sealed;
