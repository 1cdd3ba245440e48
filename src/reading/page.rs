//! The one page model: words with boxes, whatever the file was. Everything above a format reader works on this and never asks
//! where it came from. Lengths are points (1/72 in) from the page's top left corner.

use super::tilt::Tilt;
use crate::domain::packet::arrangement::Turn;
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
    /// The page turned clockwise, with everything on it.
    #[must_use]
    pub fn turned(mut self, turn: Turn) -> Self {
        if turn == Turn::None {
            return self;
        }
        let (width, height) = (self.width, self.height);
        let turned = |Rect { x0, y0, x1, y1 }: Rect| match turn {
            Turn::None => Rect { x0, y0, x1, y1 },
            Turn::Right => Rect { x0: height - y1, y0: x0, x1: height - y0, y1: x1 },
            Turn::Over => Rect { x0: width - x1, y0: height - y1, x1: width - x0, y1: height - y0 },
            Turn::Left => Rect { x0: y0, y0: width - x1, x1: y1, y1: width - x0 },
        };
        self.words.iter_mut().for_each(|word| word.rect = turned(word.rect));
        self.rules.iter_mut().for_each(|rule| rule.rect = turned(rule.rect));
        if turn != Turn::Over {
            (self.width, self.height) = (height, width);
        }
        self
    }

    /// True where the words printed on the page are not in its text: a scan, or letters without a meaning.
    pub fn wants_ocr(&self) -> bool {
        let bare = self.words.len() < 8;
        self.picture > 0.8 || (bare && self.picture > 0.15) || self.unreadable > 0.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turned_page_has_its_words_where_they_are_seen_and_four_quarters_are_none() {
        let rect = Rect { x0: 10.0, y0: 20.0, x1: 110.0, y1: 32.0 };
        let word = Word { text: "INVOICE".into(), rect, size: 12.0, bold: false, confidence: 1.0, place: None };
        let page = Page {
            number: 1,
            width: 600.0,
            height: 800.0,
            source: TextSource::PdfText,
            sheet: None,
            words: vec![word],
            rules: vec![Rule { rect }],
            picture: 0.0,
            tilt: Tilt::default(),
            unreadable: 0.0,
        };
        let right = page.clone().turned(Turn::Right);
        let seen = Rect { x0: 768.0, y0: 10.0, x1: 780.0, y1: 110.0 };
        assert_eq!((right.width, right.height), (800.0, 600.0));
        assert_eq!(right.words.first().map(|word| word.rect), Some(seen));
        assert_eq!(right.clone().turned(Turn::Right), page.clone().turned(Turn::Over));
        assert_eq!(right.clone().turned(Turn::Over), page.clone().turned(Turn::Left));
        assert_eq!(right.turned(Turn::Left), page);
    }
}
