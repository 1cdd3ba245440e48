//! Spreadsheets through the page model: every cell is laid out on a grid, so that the same eyes that read a drawn page read it.
//! Evidence keeps the true address of each cell.

use super::measure::number;
use super::page::{Page, Place, Rect, Word};
use super::source::Refusal;
use crate::domain::packet::document::TextSource;
use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;

/// Rows and columns beyond these are not looked at: no document of the trade is larger, and a hostile one may claim millions.
const ROWS: usize = 20_000;
const COLUMNS: usize = 256;

/// The size of one cell on the laid out page, in points.
pub const CELL_WIDTH: f32 = 100.0;
pub const CELL_HEIGHT: f32 = 12.0;

/// A sheet as text: the page for reading and the rows for showing.
#[derive(Clone, Debug)]
pub struct GridPage {
    pub page: Page,
    /// The first 500 rows.
    pub grid: Vec<Vec<String>>,
}

/// The filled sheets of an XLSX workbook.
pub fn pages(bytes: &[u8]) -> Result<Vec<GridPage>, Refusal> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsxError::Password => Refusal::Encrypted,
        _ => Refusal::Damaged,
    })?;
    let mut pages = Vec::new();
    for (at, name) in book.sheet_names().iter().enumerate() {
        let Ok(range) = book.worksheet_range(name) else { continue };
        let (top, left) = range.start().unwrap_or((0, 0));
        let mut cells = Vec::new();
        for (row, columns) in range.rows().take(ROWS).enumerate() {
            for (column, data) in columns.iter().take(COLUMNS).enumerate() {
                let print = print(data);
                if !print.trim().is_empty() {
                    cells.push((top.saturating_add(number(row)), left.saturating_add(number(column)), print));
                }
            }
        }
        if !cells.is_empty() {
            pages.push(lay(number(at).saturating_add(1), Some(name.clone()), TextSource::Xlsx, &cells));
        }
    }
    if pages.is_empty() { Err(Refusal::Empty) } else { Ok(pages) }
}

/// Lays cells of a grid out as a page.
pub fn lay(at: u32, name: Option<String>, source: TextSource, cells: &[(u32, u32, String)]) -> GridPage {
    let mut words = Vec::new();
    let mut grid: Vec<Vec<String>> = Vec::new();
    let mut heights: Vec<f32> = Vec::new();
    for (row, _, print) in cells {
        let lines = super::measure::count(print.lines().count().clamp(1, 60));
        let row = usize::try_from(*row).unwrap_or(usize::MAX).min(ROWS * 2);
        if heights.len() <= row {
            heights.resize(row + 1, 1.0);
        }
        if let Some(height) = heights.get_mut(row) {
            *height = height.max(lines);
        }
    }
    let mut tops = Vec::with_capacity(heights.len());
    let mut y = 0.0;
    for height in &heights {
        tops.push(y);
        y += height * CELL_HEIGHT;
    }
    let mut width: f32 = CELL_WIDTH;
    for (row, column, print) in cells {
        let row_at = usize::try_from(*row).unwrap_or(usize::MAX);
        let column_at = usize::try_from(*column).unwrap_or(usize::MAX);
        let Some(top) = tops.get(row_at) else { continue };
        let x0 = super::measure::count(column_at.min(COLUMNS * 2)) * CELL_WIDTH;
        width = width.max(x0 + CELL_WIDTH);
        let place = match source {
            TextSource::Csv => Place::Line { line: row.saturating_add(1), column: *column },
            _ => Place::Cell { row: *row, column: *column },
        };
        for (line, print) in print.lines().enumerate() {
            let y0 = top + super::measure::count(line) * CELL_HEIGHT;
            place_words(&mut words, print, x0, y0, place);
        }
        if row_at < 500 {
            if grid.len() <= row_at {
                grid.resize(row_at + 1, Vec::new());
            }
            if let Some(cells) = grid.get_mut(row_at) {
                if cells.len() <= column_at && column_at < COLUMNS {
                    cells.resize(column_at + 1, String::new());
                }
                if let Some(cell) = cells.get_mut(column_at) {
                    cell.clone_from(print);
                }
            }
        }
    }
    let page = Page {
        number: at,
        width,
        height: y,
        source,
        sheet: name,
        words,
        rules: Vec::new(),
        picture: 0.0,
        tilt: crate::reading::tilt::Tilt::default(),
        unreadable: 0.0,
    };
    GridPage { page, grid }
}

/// The words of one line of a cell, side by side within its width.
fn place_words(words: &mut Vec<Word>, print: &str, x0: f32, y0: f32, place: Place) {
    let total = super::measure::count(print.chars().count().max(1));
    let step = ((CELL_WIDTH - 10.0) / total).min(4.0);
    let mut x = x0;
    for text in print.split_whitespace() {
        let width = step * super::measure::count(text.chars().count());
        let rect = Rect { x0: x, y0: y0 + 1.0, x1: x + width, y1: y0 + CELL_HEIGHT - 2.0 };
        words.push(Word { text: text.to_owned(), rect, size: 9.0, bold: false, confidence: 1.0, place: Some(place) });
        x += width + step;
    }
}

/// The address of a cell: column letters and row number, `B7`.
pub fn address(row: u32, column: u32) -> String {
    let mut letters = String::new();
    let mut rest = column.saturating_add(1);
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.insert(0, char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    format!("{letters}{}", row.saturating_add(1))
}

/// A cell as its sheet means it: dates as dates, numbers without the noise of binary fractions.
fn print(data: &Data) -> String {
    match data {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(value) => value.to_string(),
        Data::Float(value) => float(*value),
        Data::DateTime(moment) => match moment.as_datetime() {
            Some(day) if moment.is_datetime() => day.format("%Y-%m-%d").to_string(),
            _ => float(moment.as_f64()),
        },
        Data::Bool(value) => value.to_string().to_uppercase(),
        Data::Error(_) | Data::Empty => String::new(),
    }
}

fn float(value: f64) -> String {
    let text = format!("{value:.6}");
    let trimmed = text.trim_end_matches('0').trim_end_matches('.');
    if trimmed.is_empty() || trimmed == "-" { "0".to_owned() } else { trimmed.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_addressed_as_a_sheet_does() {
        assert_eq!(address(6, 1), "B7");
        assert_eq!(address(0, 25), "Z1");
        assert_eq!(address(9, 26), "AA10");
        assert_eq!(address(9, 702), "AAA10");
    }

    #[test]
    fn binary_noise_is_not_printed() {
        assert_eq!(float(9.029_999_999_999_99), "9.03");
        assert_eq!(float(1440.0), "1440");
        assert_eq!(float(0.0), "0");
    }
}
