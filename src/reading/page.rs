//! The one page model: words with boxes, whatever the file was. Everything above a format reader works on this and never asks
//! where it came from. Lengths are points (1/72 in) from the page's top left corner.

use super::tilt::Tilt;
use crate::domain::packet::document::TextSource;

/// A rectangle on a page, in points, origin top left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub x0: f32,
    pub y0: f32,
    pub x1: f32,
    pub y1: f32,
}

/// A word as it stands on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    pub text: String,
    pub rect: Rect,
    /// The size of the type in points; for OCR the height of the box.
    pub size: f32,
    pub bold: bool,
    /// How sure the source is of the letters, 0 to 1; 1 where they were typed.
    pub confidence: f32,
    /// Where the word stands in a sheet or a text file; nothing on a drawn page.
    pub place: Option<Place>,
}

/// Where a word of a sheet or a text file stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Row and column from 0.
    Cell { row: u32, column: u32 },
    /// Line from 1.
    Line(u32),
}

/// A horizontal or vertical rule, or the edge of a filled box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    pub rect: Rect,
}

/// A page (or a sheet laid out as one).
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// From 1 in its file.
    pub number: u32,
    pub width: f32,
    pub height: f32,
    pub source: TextSource,
    /// The sheet's name where the page is one.
    pub sheet: Option<String>,
    /// In reading order as the source gave them.
    pub words: Vec<Word>,
    pub rules: Vec<Rule>,
    /// The share of the page that pictures cover, 0 to 1.
    pub picture: f32,
    /// How the page was turned before it was read; boxes above are those of the turned page.
    pub tilt: Tilt,
}
