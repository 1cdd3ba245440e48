//! The places of proof that a report shows: page and box of each value that a finding speaks of.

use crate::domain::packet::document::{Document, Evidence};
use crate::domain::packet::result::{PacketResult, Part};
use crate::store::packets::File;

/// The most places of proof that one report shows.
pub const PLACES: usize = 60;
/// A place that proves a value: page and box in points.
pub struct Place {
    pub position: usize,
    pub page: u32,
    pub bbox: [f32; 4],
}

/// Where a part of a finding stands in the files; nothing where no page shows it.
pub fn place(document: &Document, part: &Part, files: &[File]) -> Option<Place> {
    let reading = document.reading(part.field?, part.line)?;
    let position = files.iter().position(|file| file.sha256 == document.sha256)?;
    reading.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Page { page, bbox } => Some(Place { position, page: *page, bbox: *bbox }),
        Evidence::Cell { .. } | Evidence::Line { .. } => None,
    })
}

/// The places that the findings speak of, in order.
pub fn places(result: &PacketResult, files: &[File]) -> Vec<Place> {
    let parts = result.findings.iter().flat_map(|finding| &finding.values);
    let placed = parts.filter_map(|part| place(result.document(&part.document)?, part, files));
    placed.take(PLACES).collect()
}
