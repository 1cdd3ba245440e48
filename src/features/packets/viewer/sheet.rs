//! What stands in the place of the page: its picture with a box for each value that it proves, or the cells of a sheet.

use super::super::evidence::{cell_place, column_name};
use super::super::file::picture_href;
use super::{View, at};
use crate::domain::packet::arrangement::Leaf;
use crate::domain::packet::document::Evidence;
use crate::domain::packet::written::words;
use crate::store::packets::File;
use crate::store::runs::Page;
use std::collections::BTreeSet;

/// A value's box on the page.
pub struct BoxView {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
    pub class: String,
    pub href: String,
    pub title: String,
    /// The value that it proves: the same word as at the value.
    pub at: String,
}

/// A cell of a sheet.
pub struct GridCell {
    pub text: String,
    pub lit: bool,
}

/// What stands in the place of the page.
pub enum Sheet {
    /// The page's picture with boxes over it.
    Picture { href: String, width: f32, height: f32, boxes: Vec<BoxView> },
    /// The cells of a sheet, each row with its number.
    Grid { columns: Vec<String>, rows: Vec<(usize, Vec<GridCell>)> },
    /// There is nothing to show.
    Nothing,
}

impl View<'_> {
    fn boxes(&self, number: u32) -> Vec<BoxView> {
        let mut boxes = Vec::new();
        for (field, line, reading) in self.readings() {
            let lit = self.selection.is_lit(self.document, field, line);
            for evidence in &reading.evidence {
                let Evidence::Page { page, bbox: [x0, y0, x1, y1] } = evidence else { continue };
                if *page != number {
                    continue;
                }
                boxes.push(BoxView {
                    x: x0 - 1.5,
                    y: y0 - 1.5,
                    width: x1 - x0 + 3.0,
                    height: y1 - y0 + 3.0,
                    class: if lit { format!("box lit {}", self.selection.severity) } else { "box".to_owned() },
                    href: self.href(field, line, Some(reading)),
                    title: format!("{}: {}", field.label(), words(field, &reading.value)),
                    at: at(field, line),
                });
            }
        }
        // What is lit is drawn last, over the rest.
        boxes.sort_by_key(|one| one.class.len());
        boxes
    }

    fn grid(&self, page: &Page, rows: &[Vec<String>]) -> Sheet {
        let mut lit = BTreeSet::new();
        for (field, line, reading) in self.readings() {
            if !self.selection.is_lit(self.document, field, line) {
                continue;
            }
            for evidence in &reading.evidence {
                match evidence {
                    Evidence::Cell { sheet, cell } if Some(sheet) == page.sheet.as_ref() || page.sheet.is_none() => {
                        lit.extend(cell_place(cell));
                    }
                    Evidence::Line { line } => {
                        let row = usize::try_from(*line).unwrap_or(1).saturating_sub(1);
                        let width = rows.get(row).map_or(0, Vec::len);
                        lit.extend((0..width).map(|column| (row, column)));
                    }
                    Evidence::Cell { .. } | Evidence::Page { .. } => {}
                }
            }
        }
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let row = |(number, cells): (usize, &Vec<String>)| {
            let cell = |column: usize| GridCell {
                text: cells.get(column).cloned().unwrap_or_default(),
                lit: lit.contains(&(number, column)),
            };
            (number.saturating_add(1), (0..width).map(cell).collect())
        };
        Sheet::Grid { columns: (0..width).map(column_name).collect(), rows: rows.iter().enumerate().map(row).collect() }
    }

    pub(super) fn sheet(&self, file: Option<&File>, page: Option<&Page>) -> Sheet {
        let (Some(file), Some(page)) = (file, page) else { return Sheet::Nothing };
        if let Some(rows) = &page.grid {
            return self.grid(page, rows);
        }
        let Ok(number) = u32::try_from(page.number) else { return Sheet::Nothing };
        Sheet::Picture {
            href: picture_href(self.packet, file.id, Leaf { page: number, turn: page.turn }),
            width: page.width,
            height: page.height,
            boxes: self.boxes(number),
        }
    }
}
