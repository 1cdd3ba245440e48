//! Where things stand on a page: words become printed lines and segments, rules become boxes, rows become tables. It knows
//! positions and not what a document is about.

pub mod label;
pub mod ruling;
pub mod segment;
pub mod table;

use super::page::{Page, Rect};
use crate::domain::packet::document::TextSource;
use ruling::Ruling;
use segment::Segment;

/// A page whose words have found their lines and boxes.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// From 1 in its file.
    pub number: u32,
    pub width: f32,
    pub height: f32,
    pub source: TextSource,
    pub name: Option<String>,
    /// Line by line from the top, from left to right in a line.
    pub segments: Vec<Segment>,
    pub ruling: Ruling,
}

impl Sheet {
    /// Lays out a page.
    pub fn new(page: Page) -> Self {
        let ruling = Ruling::new(&page.rules);
        let segments = segment::segments(page.words, &ruling);
        Self {
            number: page.number,
            width: page.width,
            height: page.height,
            source: page.source,
            name: page.sheet,
            segments,
            ruling,
        }
    }

    /// The printed lines: the segments of each, from the top.
    pub fn lines(&self) -> impl Iterator<Item = &[Segment]> {
        self.segments.chunk_by(|a, b| a.line == b.line)
    }

    /// True for a spreadsheet or a text table, where cells and not distances part the columns.
    pub fn is_grid(&self) -> bool {
        matches!(self.source, TextSource::Xlsx | TextSource::Csv)
    }

    /// The text of the page, one printed line a line.
    pub fn text(&self) -> String {
        let lines = self.lines().map(|line| line.iter().map(Segment::text).collect::<Vec<_>>().join("  "));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The words inside a rectangle, in reading order.
    pub fn inside(&self, area: Rect) -> impl Iterator<Item = &Segment> {
        self.segments.iter().filter(move |segment| {
            let (x, y) = (segment.rect.middle(), segment.rect.centre());
            (area.x0..=area.x1).contains(&x) && (area.y0..=area.y1).contains(&y)
        })
    }
}
