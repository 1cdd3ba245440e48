//! Where on the originals a value stands. It draws nothing.

use crate::domain::packet::document::{Document, Evidence, Reading};
use crate::domain::packet::result::Part;

/// The reading that takes part in a finding.
pub fn of_part<'d>(documents: &'d [Document], part: &Part) -> Option<(&'d Document, Option<&'d Reading>)> {
    let document = documents.iter().find(|document| document.id == part.document)?;
    Some((document, part.field.and_then(|field| document.reading(field, part.line))))
}

/// The page (or sheet's place in the file) of the first evidence.
pub fn first_page(reading: &Reading) -> Option<u32> {
    reading.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Page { page, .. } => Some(*page),
        Evidence::Cell { .. } | Evidence::Line { .. } => None,
    })
}

/// Row and column from 0 of a cell's name, `B7`.
pub fn cell_place(cell: &str) -> Option<(usize, usize)> {
    let split = cell.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = cell.split_at_checked(split)?;
    let row: usize = digits.parse().ok()?;
    let column = letters.bytes().try_fold(0usize, |sum, letter| {
        let value = usize::from(letter.to_ascii_uppercase().checked_sub(b'A')?).checked_add(1)?;
        (value <= 26).then(|| sum.checked_mul(26)?.checked_add(value)).flatten()
    })?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

/// The name of a column from 0: A, B, … Z, AA.
pub fn column_name(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(u8::try_from(column % 26).map_or('?', |place| char::from(b'A'.saturating_add(place))));
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_by_their_names() {
        assert_eq!(cell_place("A1"), Some((0, 0)));
        assert_eq!(cell_place("AB12"), Some((11, 27)));
        for bad in ["", "A", "7", "A0", "é1", "1A"] {
            assert!(cell_place(bad).is_none_or(|(row, _)| bad == "7" && row == 6), "{bad}");
        }
        for column in [0, 25, 26, 27, 51, 52, 701, 702] {
            let name = format!("{}1", column_name(column));
            assert_eq!(cell_place(&name), Some((0, column)), "{name}");
        }
    }
}
