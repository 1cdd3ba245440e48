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

impl Rect {
    /// The smallest rectangle that holds both.
    pub fn union(self, other: Self) -> Self {
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// The smallest rectangle that holds all; nothing for none.
    pub fn around(rects: impl IntoIterator<Item = Self>) -> Option<Self> {
        rects.into_iter().reduce(Self::union)
    }

    pub fn width(self) -> f32 {
        self.x1 - self.x0
    }

    pub fn height(self) -> f32 {
        self.y1 - self.y0
    }

    /// The middle from left to right.
    pub fn middle(self) -> f32 {
        f32::midpoint(self.x0, self.x1)
    }

    /// The middle from top to bottom.
    pub fn centre(self) -> f32 {
        f32::midpoint(self.y0, self.y1)
    }

    /// How much of the shorter one's height both share, 0 to 1.
    pub fn beside(self, other: Self) -> f32 {
        let shared = self.y1.min(other.y1) - self.y0.max(other.y0);
        (shared / self.height().min(other.height()).max(0.1)).clamp(0.0, 1.0)
    }

    /// How many points of width both share.
    pub fn shared_width(self, other: Self) -> f32 {
        (self.x1.min(other.x1) - self.x0.max(other.x0)).max(0.0)
    }
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Row and column from 0.
    Cell { row: u32, column: u32 },
    /// Line and column of the text file: the line from 1, the column from 0.
    Line { line: u32, column: u32 },
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
    /// The share of letters that the source could not name, 0 to 1.
    pub unreadable: f32,
}

impl Page {
    /// True where the words printed on the page are not in its text: a scan, or letters without a meaning.
    pub fn wants_ocr(&self) -> bool {
        let bare = self.words.len() < 8;
        self.picture > 0.8 || (bare && self.picture > 0.15) || self.unreadable > 0.1
    }
}
