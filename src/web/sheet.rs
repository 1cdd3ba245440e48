//! An Excel file of tables and a page about them, written row by row to the disk: it never stands in memory as a whole. Texts are texts
//! whatever they begin with; there are no formulas.

pub use rust_xlsxwriter::XlsxError as SheetError;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use std::fs::File;

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    Number(i32),
    /// A number that a person may add up.
    Decimal(f64),
    Empty,
}

/// Letters that a cell of Excel holds.
const LETTERS: usize = 32_767;
/// Letters wide.
const WIDTH: f64 = 18.0;

/// A file as it is written.
pub struct Sheet {
    book: Workbook,
    /// The tables that are whole.
    done: Vec<Worksheet>,
    table: Worksheet,
    row: u32,
}

fn bounded(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).take(LETTERS).collect()
}

fn table(book: &mut Workbook, name: &str, headings: &[&str]) -> Result<Worksheet, XlsxError> {
    let mut table = book.new_worksheet_with_constant_memory()?;
    table.set_name(name)?;
    table.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (column, heading) in (0u16..).zip(headings) {
        table.set_column_width(column, WIDTH)?;
        table.write_string_with_format(0, column, *heading, &bold)?;
    }
    Ok(table)
}

impl Sheet {
    /// A table with its headings, which stay in view.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn new(name: &str, headings: &[&str]) -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        let table = table(&mut book, name, headings)?;
        Ok(Self { book, done: Vec::new(), table, row: 0 })
    }

    /// The same file with a further table, to which rows are added from now on.
    ///
    /// # Errors
    /// Where the disk is full, or a table has the name already.
    pub fn then(mut self, name: &str, headings: &[&str]) -> Result<Self, XlsxError> {
        let next = table(&mut self.book, name, headings)?;
        self.done.push(std::mem::replace(&mut self.table, next));
        Ok(Self { row: 0, ..self })
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
                Cell::Decimal(number) => drop(self.table.write_number(self.row, column, *number)?),
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
        for table in self.done.into_iter().chain([self.table]) {
            self.book.push_worksheet(table);
        }
        self.book.push_worksheet(page);
        let mut file = tempfile::tempfile()?;
        self.book.save_to_writer(&mut file)?;
        std::io::Seek::rewind(&mut file)?;
        Ok(file)
    }
}
