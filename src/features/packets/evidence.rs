//! Where on the originals a value stands, and how it is written for people. It draws nothing.

use crate::domain::packet::document::{Document, Evidence, Field, FieldType, Reading, Value};
use crate::domain::packet::result::Part;
use chrono::NaiveDate;

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

/// `18108.00` as `18,108.00`.
pub fn grouped(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, decimals) = rest.split_once('.').map_or((rest, None), |(whole, decimals)| (whole, Some(decimals)));
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let digits: Vec<char> = whole.chars().collect();
    let mut out = String::from(sign);
    for (index, digit) in digits.iter().enumerate() {
        if index > 0 && digits.len().saturating_sub(index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(*digit);
    }
    decimals.map_or(out.clone(), |decimals| format!("{out}.{decimals}"))
}

/// One value of a field as people write it.
fn one(field: Field, text: &str) -> String {
    match field.field_type() {
        FieldType::Date => {
            text.parse::<NaiveDate>().map_or_else(|_| text.to_owned(), |date| date.format("%-d %b %Y").to_string())
        }
        FieldType::Decimal | FieldType::Count => grouped(text),
        FieldType::Weight => format!("{} kg", grouped(text)),
        FieldType::Volume => format!("{} m³", grouped(text)),
        FieldType::Choice if field == Field::FreightTerms => {
            let mut letters = text.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
        FieldType::Text
        | FieldType::Party
        | FieldType::Country
        | FieldType::Currency
        | FieldType::Tariff
        | FieldType::Identifier
        | FieldType::Choice => text.to_owned(),
    }
}

/// A value of a field as people write it.
pub fn words(field: Field, value: &Value) -> String {
    value.all().iter().map(|text| one(field, text)).collect::<Vec<_>>().join(", ")
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
    fn numbers_and_dates_are_written_as_people_write_them() {
        for (field, value, shown) in [
            (Field::TotalAmount, "150004.60", "150,004.60"),
            (Field::Quantity, "900", "900"),
            (Field::GrossWeightKg, "8390.9", "8,390.9 kg"),
            (Field::VolumeM3, "36.320", "36.320 m³"),
            (Field::InvoiceDate, "2026-06-04", "4 Jun 2026"),
            (Field::PackageCount, "1234567", "1,234,567"),
            (Field::TotalAmount, "-1234.5", "-1,234.5"),
            (Field::FreightTerms, "collect", "Collect"),
            (Field::BlNumber, "ORMU240551873", "ORMU240551873"),
            (Field::InvoiceDate, "soon", "soon"),
        ] {
            assert_eq!(words(field, &Value::One(value.into())), shown);
        }
    }

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
