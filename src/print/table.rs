//! A table that goes on over pages, with its header on each.

use super::{Align, Paper, Weight};

const SIZE: f32 = 8.5;
const ROW: f32 = 15.0;
const TOP: f32 = 54.0;

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    pub title: String,
    pub width: f32,
    pub align: Align,
}

impl Column {
    /// A column of texts.
    pub fn text(title: &str, width: f32) -> Self {
        Self { title: title.to_owned(), width, align: Align::Left }
    }

    /// A column of numbers, set to the right.
    pub fn number(title: &str, width: f32) -> Self {
        Self { title: title.to_owned(), width, align: Align::Right }
    }
}

/// A table at a place.
pub struct Table {
    x: f32,
    columns: Vec<Column>,
}

impl Table {
    /// A table whose left edge is at `x`.
    pub fn new(x: f32, columns: Vec<Column>) -> Self {
        Self { x, columns }
    }

    fn width(&self) -> f32 {
        self.columns.iter().map(|column| column.width).sum()
    }

    fn row(&self, paper: &mut Paper, y: f32, weight: Weight, cells: impl Iterator<Item = String>) {
        let mut left = self.x;
        for (column, text) in self.columns.iter().zip(cells) {
            let at = match column.align {
                Align::Left => left + 3.0,
                Align::Right => left + column.width - 3.0,
            };
            paper.text((at, y + 10.5), column.align, SIZE, weight, text);
            left += column.width;
        }
    }

    fn header(&self, paper: &mut Paper, y: f32) -> f32 {
        paper.rule((self.x, y), (self.x + self.width(), y));
        self.row(paper, y, Weight::Bold, self.columns.iter().map(|column| column.title.clone()));
        paper.rule((self.x, y + ROW), (self.x + self.width(), y + ROW));
        y + ROW
    }

    /// Draws the rows from `y` on, and the last one in bold where it is a total; gives the place below.
    pub fn draw(&self, paper: &mut Paper, y: f32, rows: &[Vec<String>], total: Option<&[String]>) -> f32 {
        let mut y = self.header(paper, y);
        for row in rows {
            if y + ROW > paper.bottom() {
                paper.turn();
                y = self.header(paper, TOP);
            }
            self.row(paper, y, Weight::Regular, row.iter().cloned());
            y += ROW;
        }
        paper.rule((self.x, y), (self.x + self.width(), y));
        if let Some(total) = total {
            self.row(paper, y, Weight::Bold, total.iter().cloned());
            y += ROW;
            paper.rule((self.x, y), (self.x + self.width(), y));
        }
        y
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_long_table_turns_the_page_and_makes_a_pdf() {
        let mut paper = Paper::letter("Lines", "Test").unwrap();
        let table = Table::new(40.0, vec![Column::text("Item", 100.0), Column::number("Amount", 80.0)]);
        let rows: Vec<Vec<String>> = (0..120).map(|n| vec![format!("Item {n}"), format!("{n}.00")]).collect();
        let end = table.draw(&mut paper, 60.0, &rows, Some(&["Total".into(), "7,140.00".into()]));
        assert!(end < paper.bottom() + 20.0);
        let pdf = paper.finish().unwrap();
        assert!(pdf.starts_with(b"%PDF"));
        let read = hayro_syntax::Pdf::new(pdf).unwrap();
        assert_eq!(read.pages().len(), 3);
    }

    #[test]
    fn words_are_wrapped_at_the_width() {
        let paper = Paper::letter("t", "").unwrap();
        let lines = paper.wrapped("cotton knit shirts for men and women", 10.0, Weight::Regular, 90.0);
        assert!(lines.len() > 1);
        assert!(lines.iter().all(|line| paper.text_width(line, 10.0, Weight::Regular) <= 90.0));
    }
}
