//! A value that a person typed instead of what was read: the parsers of the page judge it, and they must take all of it. What a page
//! leaves to its surroundings (a decimal comma, the order of day and month) is not guessed here: the point is the decimal mark, and a
//! date that could be two is none.

use super::target::prepaid_or_collect;
use crate::domain::packet::document::{Field, FieldType, Value};
use crate::reading::values::date::Order;
use crate::reading::values::number::Mark;
use crate::reading::values::{code, country, date, incoterm, measure, money, package};

/// The most letters of a value.
const LONGEST: usize = 2000;

/// The value of a field; nothing where the text is not surely one.
pub fn value(field: Field, typed: &str) -> Option<Value> {
    let text = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() || text.chars().count() > LONGEST || text.contains(char::is_control) {
        return None;
    }
    if field.is_list() {
        let mut values: Vec<String> = Vec::new();
        for part in typed.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
            let value = one(field, &part.split_whitespace().collect::<Vec<_>>().join(" "))?;
            if !values.contains(&value) {
                values.push(value);
            }
        }
        return (!values.is_empty()).then_some(Value::Many(values));
    }
    one(field, &text).map(Value::One)
}

fn one(field: Field, text: &str) -> Option<String> {
    match field.field_type() {
        FieldType::Date => day(text),
        FieldType::Decimal => {
            let (value, _) = money::amount(text, Mark::Point)?;
            // A discount is a positive amount.
            Some(if field == Field::DiscountAmount { value.trim_start_matches('-').to_owned() } else { value })
        }
        FieldType::Weight => measure::weight(text, None, Mark::Point),
        FieldType::Volume => measure::volume(text, None, Mark::Point),
        FieldType::Count => package::packages(text, Mark::Point),
        FieldType::Country => {
            country::country(text).or_else(|| country::country(&text.to_uppercase())).map(str::to_owned)
        }
        FieldType::Currency => money::currency(text).map(str::to_owned),
        FieldType::Tariff => code::tariff(text),
        FieldType::Choice => choice(field, text),
        FieldType::Identifier => identifier(field, text),
        FieldType::Text if field == Field::PoNumbers => code::document_number(text),
        FieldType::Text | FieldType::Party => text.contains(char::is_alphanumeric).then(|| text.to_owned()),
    }
}

/// A date that is the same whichever of day and month stands first.
fn day(text: &str) -> Option<String> {
    let (one, other) = (date::date(text, Order::DayFirst), date::date(text, Order::MonthFirst));
    match (one, other) {
        (Some(one), Some(other)) => (one == other).then_some(one),
        (one, other) => one.or(other),
    }
}

fn choice(field: Field, text: &str) -> Option<String> {
    let upper = text.to_uppercase();
    match field {
        Field::FreightTerms => prepaid_or_collect(text).map(str::to_owned),
        Field::Incoterm => {
            incoterm::incoterm(&upper).filter(|(_, place)| place.is_empty()).map(|(term, _)| term.to_owned())
        }
        Field::DeclarationType => matches!(upper.as_str(), "T1" | "T2" | "T2F" | "T2SM" | "T" | "TIR").then_some(upper),
        _ => None,
    }
}

fn identifier(field: Field, text: &str) -> Option<String> {
    let whole = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
    let found = match field {
        Field::ContainerNumbers | Field::ContainerNumber => code::containers(text).into_iter().next(),
        Field::SealNumbers | Field::SealNumber => {
            code::seals(text).into_iter().next().or_else(|| code::seals(&whole(text)).into_iter().next())
        }
        Field::BlNumber | Field::MasterBlNumber | Field::HawbNumber => code::bill(text),
        Field::AwbNumber => code::air_waybill(text),
        Field::Scac => code::scac(text),
        Field::FirmsCode => Some(whole(text)).filter(|code| code.len() == 4),
        _ => Some(whole(text)).filter(|code| code.len() >= 5 && code.contains(|c: char| c.is_ascii_digit())),
    };
    // Nothing of what was typed is left out.
    let letters = text.chars().filter(|letter| letter.is_alphanumeric()).count();
    found.filter(|found| whole(found) == whole(text) && whole(text).len() == letters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_typed_is_written_as_the_result_writes_it() {
        for (field, typed, written) in [
            (Field::TotalAmount, "1,204.50", Some("1204.50")),
            (Field::TotalAmount, "USD 1204.50", Some("1204.50")),
            (Field::TotalAmount, "1.204,50", Some("1204.50")),
            (Field::TotalAmount, "about 1204", None),
            (Field::DiscountAmount, "-5.00", Some("5.00")),
            (Field::InvoiceDate, "2026-06-04", Some("2026-06-04")),
            (Field::InvoiceDate, "4 June 2026", Some("2026-06-04")),
            (Field::InvoiceDate, "06/04/2026", None),
            (Field::InvoiceDate, "06/24/2026", Some("2026-06-24")),
            (Field::InvoiceDate, "soon", None),
            (Field::GrossWeightKg, "12.230", Some("12.230")),
            (Field::GrossWeightKg, "100 lb", Some("45.359")),
            (Field::GrossWeightKg, "-3", None),
            (Field::VolumeM3, "36.320 m3", Some("36.320")),
            (Field::PackageCount, "1,204 ctns", Some("1204")),
            (Field::PackageCount, "5.5", None),
            (Field::CountryOfOrigin, "cn", Some("CN")),
            (Field::CountryOfOrigin, "Viet Nam", Some("VN")),
            (Field::CountryOfOrigin, "Atlantis", None),
            (Field::Currency, "usd", Some("USD")),
            (Field::HtsCode, "6404.11.90", Some("64041190")),
            (Field::HtsCode, "64", None),
            (Field::Incoterm, "fob", Some("FOB")),
            (Field::Incoterm, "FOB Ningbo", None),
            (Field::FreightTerms, "Freight Collect", Some("collect")),
            (Field::ContainerNumber, "msku 123456-5", Some("MSKU1234565")),
            (Field::ContainerNumber, "MSKU1234565 and more", None),
            (Field::BlNumber, "ORMU 240551873", Some("ORMU240551873")),
            (Field::AwbNumber, "917 51272126", Some("917-51272126")),
            (Field::InvoiceNumber, "  INV  4421 ", Some("INV 4421")),
            (Field::SellerName, "---", None),
            (Field::SellerName, "", None),
        ] {
            assert_eq!(value(field, typed), written.map(|text| Value::One(text.to_owned())), "{field} {typed}");
        }
    }

    #[test]
    fn every_part_of_a_list_is_one_of_its_kind() {
        let many = |values: &[&str]| Some(Value::Many(values.iter().map(|value| (*value).to_owned()).collect()));
        let containers = "MSKU 123456-5, TWGU9027945; MSKU1234565";
        assert_eq!(value(Field::ContainerNumbers, containers), many(&["MSKU1234565", "TWGU9027945"]));
        assert_eq!(value(Field::ContainerNumbers, "MSKU1234565, none"), None);
        assert_eq!(value(Field::SealNumbers, "CM-0488884\n1324637"), many(&["CM0488884", "1324637"]));
        assert_eq!(value(Field::PoNumbers, "HB-18774"), many(&["HB-18774"]));
        assert_eq!(value(Field::HtsCodes, "6404.11, 420212"), many(&["640411", "420212"]));
        assert_eq!(value(Field::HtsCodes, " , "), None);
    }

    proptest! {
        #[test]
        fn what_was_taken_is_taken_again_as_itself(at in 0..Field::ALL.len(), typed in "\\PC{0,30}|[0-9.,]{1,12}|[A-Z]{4}[0-9]{7}") {
            let Some(field) = Field::ALL.get(at).copied() else { return Ok(()) };
            if let Some(taken) = value(field, &typed) {
                prop_assert_eq!(value(field, &taken.words()), Some(taken));
            }
        }
    }
}
