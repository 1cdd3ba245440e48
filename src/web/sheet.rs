//! An Excel file of one table and a page about it, written row by row to the disk: it never stands in memory as a whole. Texts are texts
//! whatever they begin with; there are no formulas.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use std::fs::File;

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    Number(i32),
    Empty,
}

/// Letters that a cell of Excel holds.
const LETTERS: usize = 32_767;
/// Letters wide.
const WIDTH: f64 = 18.0;

/// A file as it is written.
pub struct Sheet {
    book: Workbook,
    table: Worksheet,
    row: u32,
}

fn bounded(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).take(LETTERS).collect()
}

impl Sheet {
    /// A table with its headings, which stay in view.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn new(name: &str, headings: &[&str]) -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        let mut table = book.new_worksheet_with_constant_memory()?;
        table.set_name(name)?;
        table.set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold();
        for (column, heading) in (0u16..).zip(headings) {
            table.set_column_width(column, WIDTH)?;
            table.write_string_with_format(0, column, *heading, &bold)?;
        }
        Ok(Self { book, table, row: 0 })
    }

    /// One more row.
    ///
    /// # Errors
    /// Where the disk is full, or Excel's last row is reached.
    pub fn add(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        self.row = self.row.saturating_add(1);
        for (column, cell) in (0u16..).zip(cells) {
            match cell {
                Cell::Text(text) => drop(self.table.write_string(self.row, column, bounded(text))?),
                Cell::Number(number) => drop(self.table.write_number(self.row, column, *number)?),
                Cell::Empty => {}
            }
        }
        Ok(())
    }

    /// The whole file, with a page that says what it is, to be read from its beginning.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn finish(mut self, about: &[(&str, String)]) -> Result<File, XlsxError> {
        let mut page = self.book.new_worksheet_with_constant_memory()?;
        page.set_name("About")?;
        page.set_column_width(1, WIDTH * 4.0)?;
        for (row, (name, value)) in (0u32..).zip(about) {
            page.write_string(row, 0, *name)?;
            page.write_string(row, 1, bounded(value))?;
        }
        self.book.push_worksheet(self.table);
        self.book.push_worksheet(page);
        let mut file = tempfile::tempfile()?;
        self.book.save_to_writer(&mut file)?;
        std::io::Seek::rewind(&mut file)?;
        Ok(file)
    }
}
