//! Where a correction belongs: a document by its file and first page, and a value in it. Whether the same is still read there is
//! `lost`'s.

use crate::domain::ids::FileId;
use crate::domain::packet::document::Field;
use serde::{Deserialize, Serialize};

/// A document of a packet, whatever it was read as: the file that it is in, and its first page there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    pub file: FileId,
    pub page: u32,
}

/// One value of a packet: a field of a document's head, or a cell of one of its lines, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Spot {
    pub place: Place,
    pub field: Field,
    pub line: Option<usize>,
}

/// The first document of a place: the only one that a correction of that place concerns.
pub fn at(places: &[Place], place: Place) -> Option<usize> {
    places.iter().position(|other| *other == place)
}
