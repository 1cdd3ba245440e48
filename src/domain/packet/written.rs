//! How values are written for people, in findings and on pages: figures in groups of three, days by the names of their months, labels
//! as they stand in the middle of a sentence. How the documents print them is kept beside and not changed here.

use super::document::{Field, FieldType, Value};
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// `18108.00` as `18,108.00`; what is no number stays as it is.
pub fn figure(number: &str) -> String {
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

/// The same of a number that was computed.
pub fn amount(number: Decimal) -> String {
    figure(&number.to_string())
}

/// `4 Jun 2026`.
pub fn day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

/// `8215993000` as `8215.99.3000`, the way the tariff prints it; what is no number of it stays as it is.
fn tariff(code: &str) -> String {
    let is_one = matches!(code.len(), 6..=10) && code.bytes().all(|byte| byte.is_ascii_digit());
    match (code.split_at_checked(4), code.get(6..)) {
        (Some((heading, rest)), Some(behind)) if is_one => {
            let sub = rest.get(..2).unwrap_or_default();
            let dot = if behind.is_empty() { "" } else { "." };
            format!("{heading}.{sub}{dot}{behind}")
        }
        _ => code.to_owned(),
    }
}

/// One value of a field, without its unit.
pub fn bare(field: Field, text: &str) -> String {
    match field.field_type() {
        FieldType::Date => text.parse().map_or_else(|_| text.to_owned(), day),
        FieldType::Decimal | FieldType::Count | FieldType::Weight | FieldType::Volume => figure(text),
        FieldType::Tariff => tariff(text),
        FieldType::Choice if field == Field::FreightTerms => {
            let mut letters = text.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
        FieldType::Text
        | FieldType::Party
        | FieldType::Country
        | FieldType::Currency
        | FieldType::Identifier
        | FieldType::Choice => text.to_owned(),
    }
}

/// A value of a field, with its unit.
pub fn words(field: Field, value: &Value) -> String {
    let unit = match field.field_type() {
        FieldType::Weight => " kg",
        FieldType::Volume => " m³",
        _ => "",
    };
    value.all().iter().map(|text| format!("{}{unit}", bare(field, text))).collect::<Vec<_>>().join(", ")
}

/// A label in the middle of a sentence: what is written in capitals (`HTS`, `B/L`) stays so.
pub fn inside(label: &str) -> String {
    let word = |word: &str| {
        if word.chars().skip(1).any(char::is_uppercase) { word.to_owned() } else { word.to_lowercase() }
    };
    label.split(' ').map(word).collect::<Vec<_>>().join(" ")
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
            (Field::HtsCode, "8215993000", "8215.99.3000"),
            (Field::HtsCode, "61051000", "6105.10.00"),
            (Field::HtsCode, "610510", "6105.10"),
            (Field::HtsCode, "6105", "6105"),
            (Field::HtsCode, "61.05", "61.05"),
        ] {
            assert_eq!(words(field, &Value::One(value.into())), shown);
        }
    }

    #[test]
    fn labels_keep_their_capitals_inside_a_sentence() {
        for (label, inner) in [
            ("HTS codes", "HTS codes"),
            ("B/L number", "B/L number"),
            ("ISF", "ISF"),
            ("Port of loading", "port of loading"),
            ("Commercial invoice", "commercial invoice"),
        ] {
            assert_eq!(inside(label), inner);
        }
    }
}
