//! A document as a message states it: values that stand under the names of a standard, so that nothing is searched for and nothing
//! is judged by its place. It types each print as the packet result wants it; which name means which field is the business of each
//! message.

use super::PageFacts;
use super::measure::{count, number};
use super::values::measure::{volume, volume_unit, weight, weight_unit};
use super::values::number::Mark;
use super::values::{code, country, date, incoterm, money};
use crate::domain::packet::arrangement::Turn;
use crate::domain::packet::document::{
    Evidence, Field, FieldType, Kind, Problem, Reading, Readings, TextSource, Value,
};

/// A message leaves no doubt about what a value is; what is left is that its writer filled the wrong element.
const SURE: f32 = 0.99;

/// What stands in an element of a message, and the line of the file on which it stands, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Print {
    pub text: String,
    pub line: u32,
}

/// A document while a message is read into it.
#[derive(Clone, Debug)]
pub struct Stated {
    pub kind: Kind,
    pub source: TextSource,
    pub fields: Readings,
    pub lines: Vec<Readings>,
    /// Why nothing could be read, where that is so; the sentence goes on after the file's name.
    pub problem: Option<Unread>,
}

/// Why a message gave no document: a stable code, and a sentence that goes on after the file's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    pub code: &'static str,
    pub rest: String,
}

impl Unread {
    /// The problem of the file called `name`.
    pub fn problem(&self, name: &str) -> Problem {
        Problem { code: self.code.to_owned(), page: None, message: format!("{name} {}", self.rest) }
    }
}

impl Stated {
    pub const fn new(kind: Kind, source: TextSource) -> Self {
        Self { kind, source, fields: Readings::new(), lines: Vec::new(), problem: None }
    }

    /// A message that is none of the kinds.
    pub fn unread(source: TextSource, problem: Unread) -> Self {
        Self { problem: Some(problem), ..Self::new(Kind::Unknown, source) }
    }

    /// Adds a line unless it says nothing.
    pub fn line(&mut self, line: Readings) {
        if !line.is_empty() {
            self.lines.push(line);
        }
    }

    /// Lists that collect what the lines print, and an origin that all lines share.
    pub fn gather(&mut self) {
        let lists = [
            (Field::ContainerNumber, Field::ContainerNumbers),
            (Field::SealNumber, Field::SealNumbers),
            (Field::HtsCode, Field::HtsCodes),
        ];
        for (cell, list) in lists {
            let wanted = list != Field::HtsCodes || self.kind == Kind::BillOfLading;
            for reading in self.lines.iter().filter_map(|line| line.get(&cell)).filter(|_| wanted) {
                let many = Reading { value: Value::Many(reading.value.all().to_vec()), ..reading.clone() };
                super::fields::add(&mut self.fields, list, many);
            }
        }
    }
}

/// Says a field where it is not said yet; a list takes every value. A print that is no such value says nothing.
pub fn say(into: &mut Readings, field: Field, print: Option<Print>) {
    let Some(print) = print else { return };
    let Some(value) = typed(field, &print.text) else { return };
    put(into, field, value, vec![print]);
}

/// Says a text of several elements, parted by commas: an address.
pub fn say_joined(into: &mut Readings, field: Field, prints: impl IntoIterator<Item = Option<Print>>) {
    let prints: Vec<Print> = prints.into_iter().flatten().filter(|print| !print.text.trim().is_empty()).collect();
    let parts: Vec<String> = prints.iter().map(|print| collapsed(&print.text)).collect();
    if !parts.is_empty() {
        put(into, field, parts.join(", "), prints);
    }
}

/// Says a weight or a volume in the unit that the message names beside it, a word or a code of a standard.
pub fn weigh(into: &mut Readings, field: Field, print: Option<Print>, unit: &str) {
    let Some(print) = print else { return };
    let Some(value) = plain_decimal(&print.text) else { return };
    if value.trim_start_matches('-').chars().all(|letter| matches!(letter, '0' | '.')) {
        return;
    }
    let value = match field.field_type() {
        FieldType::Volume => volume_unit(volume_word(unit)).and_then(|unit| volume(&value, Some(unit), Mark::Point)),
        _ => weight_unit(weight_word(unit)).and_then(|unit| weight(&value, Some(unit), Mark::Point)),
    };
    if let Some(value) = value {
        let raw = Print { text: format!("{} {unit}", print.text.trim()), ..print };
        put(into, field, value, vec![raw]);
    }
}

/// The word for a unit of weight: UN/ECE Recommendation 20 and X12 element 355.
fn weight_word(unit: &str) -> &str {
    match unit.trim() {
        "KGM" | "KG" | "K" | "01" => "kg",
        "LBR" | "LB" | "L" => "lb",
        "TNE" | "MT" | "ET" | "M" => "t",
        "GRM" | "GR" => "g",
        other => other,
    }
}

/// The word for a unit of volume.
fn volume_word(unit: &str) -> &str {
    match unit.trim() {
        "MTQ" | "CR" | "X" => "m3",
        "FTQ" | "CF" | "E" => "cu ft",
        other => other,
    }
}

fn put(into: &mut Readings, field: Field, value: String, prints: Vec<Print>) {
    let raw: Vec<String> = prints.iter().map(|print| collapsed(&print.text)).collect();
    let mut evidence: Vec<Evidence> = Vec::new();
    for print in &prints {
        let place = Evidence::Line { line: print.line };
        if !evidence.contains(&place) {
            evidence.push(place);
        }
    }
    let value = if field.is_list() { Value::Many(vec![value]) } else { Value::One(value) };
    let reading = Reading { value, raw: raw.join(", "), confidence: SURE, evidence };
    if field.is_list() {
        super::fields::add(into, field, reading);
    } else {
        into.entry(field).or_insert(reading);
    }
}

fn typed(field: Field, text: &str) -> Option<String> {
    let text = collapsed(text);
    match field.field_type() {
        FieldType::Text | FieldType::Party => Some(text).filter(|text| !text.is_empty()),
        FieldType::Date => plain_date(&text),
        FieldType::Decimal => plain_decimal(&text),
        FieldType::Weight | FieldType::Volume => None,
        FieldType::Count => plain_count(&text),
        FieldType::Country => country::country(&text).map(str::to_owned),
        FieldType::Currency => money::currency(&text).map(str::to_owned),
        FieldType::Tariff => code::tariff(&text),
        FieldType::Identifier => {
            let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
            Some(plain.to_ascii_uppercase()).filter(|plain| !plain.is_empty())
        }
        FieldType::Choice if field == Field::Incoterm => incoterm::incoterm(&text).map(|(term, _)| term.to_owned()),
        FieldType::Choice => Some(text.to_ascii_lowercase()).filter(|text| !text.is_empty()),
    }
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A decimal of a message: digits with one point or comma, never grouped. Refuses anything else.
pub fn plain_decimal(text: &str) -> Option<String> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-').or_else(|| text.strip_suffix('-')) {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = match digits.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let filled = !whole.is_empty() || fraction.is_some_and(|fraction| !fraction.is_empty());
    if !filled || !number(whole) || !fraction.is_none_or(number) || text.len() > 40 {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(match fraction {
        Some(fraction) if !fraction.is_empty() => format!("{sign}{whole}.{fraction}"),
        _ => format!("{sign}{whole}"),
    })
}

/// True where a decimal says nothing but zero.
pub fn is_zero(text: &str) -> bool {
    plain_decimal(text).is_some_and(|value| !value.bytes().any(|byte| matches!(byte, b'1'..=b'9')))
}

/// An amount whose last `places` digits are decimals without a point (X12 type N2); one with a point is left as it is.
pub fn implied(text: &str, places: usize) -> Option<String> {
    let text = text.trim();
    if text.contains('.') {
        return plain_decimal(text);
    }
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let wide = format!("{digits:0>width$}", width = places.saturating_add(1));
    let (whole, fraction) = wide.split_at_checked(wide.len().saturating_sub(places))?;
    plain_decimal(&format!("{sign}{whole}.{fraction}"))
}

fn plain_count(text: &str) -> Option<String> {
    let value = plain_decimal(text)?;
    let (whole, fraction) = value.split_once('.').unwrap_or((&value, ""));
    (fraction.bytes().all(|byte| byte == b'0') && !whole.starts_with('-') && whole != "0").then(|| whole.to_owned())
}

/// A date of a message: `2026-06-02`, with or without a time behind it, `20260602`, `202606021200`, `260602`.
pub fn plain_date(text: &str) -> Option<String> {
    let head: String = text.trim().chars().take_while(|letter| letter.is_ascii_digit() || *letter == '-').collect();
    let digits: String = head.chars().filter(char::is_ascii_digit).collect();
    let day = match (digits.len(), head.contains('-')) {
        (6, false) => format!("20{digits}"),
        (8 | 10 | 12 | 14, false) => digits.get(..8)?.to_owned(),
        (8, true) if head.len() >= 10 => digits,
        _ => return None,
    };
    let (year, month, day) = (day.get(..4)?, day.get(4..6)?, day.get(6..8)?);
    date::date(&format!("{year}-{month}-{day}"), date::Order::default())
}

/// A text file as it is shown beside its documents: a row a line.
pub fn shown<'t>(source: TextSource, name: Option<String>, at: u32, lines: impl Iterator<Item = &'t str>) -> PageFacts {
    const ROWS: usize = 500;
    const WIDTH: usize = 1_000;
    let rows: Vec<Vec<String>> =
        lines.take(ROWS).map(|line| vec![line.trim_end().chars().take(WIDTH).collect()]).collect();
    let text: Vec<&str> = rows.iter().flatten().map(String::as_str).collect();
    PageFacts {
        number: at,
        width: 612.0,
        height: count(rows.len().max(1)) * super::sheet::CELL_HEIGHT,
        source,
        turn: Turn::None,
        sheet: name,
        text: text.join("\n"),
        grid: Some(rows),
    }
}

/// The lines of a text by the byte at which each starts.
pub struct LineStarts(Vec<usize>);

impl LineStarts {
    pub fn of(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at.saturating_add(1))).collect())
    }

    /// The line of a byte, from 1.
    pub fn line(&self, byte: usize) -> u32 {
        number(self.0.partition_point(|start| *start <= byte)).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimals_keep_their_places_and_take_either_mark() {
        let cases = [
            ("901,78", Some("901.78")),
            ("12345.60", Some("12345.60")),
            ("0020.0000", Some("20.0000")),
            ("-5", Some("-5")),
            ("5-", Some("-5")),
            (".5", Some("0.5")),
            ("7.", Some("7")),
            ("1.234,56", None),
            ("$1.179", None),
            ("1020A", None),
            ("", None),
            (".", None),
        ];
        for (text, value) in cases {
            assert_eq!(plain_decimal(text).as_deref(), value, "{text}");
        }
    }

    #[test]
    fn amounts_with_implied_decimals_get_their_point() {
        for (text, value) in [("255438", "2554.38"), ("5", "0.05"), ("-100", "-1.00"), ("12.50", "12.50")] {
            assert_eq!(implied(text, 2).as_deref(), Some(value), "{text}");
        }
        assert_eq!(implied("12A", 2), None);
    }

    #[test]
    fn dates_come_with_and_without_times() {
        for text in ["2026-06-02", "2026-06-02T10:00:00Z", "20260602", "202606021200", "260602"] {
            assert_eq!(plain_date(text).as_deref(), Some("2026-06-02"), "{text}");
        }
        for text in ["20261301", "19999715", "200", "02.06.2026", ""] {
            assert_eq!(plain_date(text), None, "{text}");
        }
    }

    #[test]
    fn weights_come_to_kilograms_and_volumes_to_cubic_metres() {
        let mut fields = Readings::new();
        let print = |text: &str| Some(Print { text: text.to_owned(), line: 3 });
        weigh(&mut fields, Field::GrossWeightKg, print("295.15625"), "LB");
        weigh(&mut fields, Field::NetWeightKg, print("12,50"), "KGM");
        weigh(&mut fields, Field::VolumeM3, print("1000"), "CF");
        let values: Vec<String> = fields.values().map(|reading| reading.value.words()).collect();
        assert_eq!(values, ["133.881", "12.50", "28.317"]);
    }

    proptest! {
        #[test]
        fn no_text_troubles_the_typing(text in "\\PC{0,40}") {
            for field in Field::ALL {
                let mut fields = Readings::new();
                say(&mut fields, *field, Some(Print { text: text.clone(), line: 1 }));
                weigh(&mut fields, *field, Some(Print { text: text.clone(), line: 1 }), &text);
            }
            let _ = implied(&text, 2);
        }

        #[test]
        fn every_byte_has_the_line_that_it_stands_on(text in "[a\n]{0,60}", at in 0usize..60) {
            prop_assume!(at < text.len());
            let before = text.get(..at).map_or(0, |head| head.matches('\n').count());
            prop_assert_eq!(LineStarts::of(&text).line(at), number(before) + 1);
        }
    }
}
