//! The few conversions between whole numbers and lengths on a page. Everything else converts with `From` and `TryFrom`.

/// A coordinate as the page model keeps it.
#[expect(
    clippy::as_conversions,
    reason = "there is no fallible conversion from f64; a page coordinate loses nothing that matters"
)]
pub fn points(value: f64) -> f32 {
    value as f32
}

/// A count as a length.
#[expect(clippy::as_conversions, reason = "counts on a page are far below the exact range of f32")]
pub fn count(value: usize) -> f32 {
    value as f32
}

/// A count as the contract writes numbers of pages and lines; saturates.
pub fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
