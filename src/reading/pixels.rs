//! The one place where lengths on a page become counts of pixels and back. Out of range values end at the nearest bound.

/// A length in whole pixels, rounded; nothing below zero or above what a picture can have.
#[expect(clippy::as_conversions, reason = "`as` saturates, which is wanted")]
pub fn count(length: f32) -> u32 {
    length.round() as u32
}

/// A count of pixels as a length. Exact up to 16 million, far beyond any picture that is read.
#[expect(clippy::as_conversions, reason = "pictures are smaller than 2^24 pixels a side")]
pub const fn length(count: u32) -> f32 {
    count as f32
}

/// A level of grey from a number, 0 to 255.
#[expect(clippy::as_conversions, reason = "`as` saturates, which is wanted")]
pub fn grey(level: f32) -> u8 {
    level.round() as u8
}
