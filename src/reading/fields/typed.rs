//! One field from the printed lines of a block: the field's type says which parser judges it, and how much of the block is its
//! print. It refuses what is not surely such a value.

use crate::domain::packet::document::{Field, FieldType, Value};
use crate::reading::layout::segment::{flowed, text};
use crate::reading::page::Word;
use crate::reading::values::{Conventions, code, country, date, measure, money, number, package};

/// The value, the print it was read from, and the words of that print.
pub type Typed = (Value, String, Vec<Word>);

/// Reads a field from printed lines. `hint` holds the units that stand with its label or heading.
pub fn read(field: Field, lines: &[Vec<Word>], hint: &str, conventions: Conventions) -> Option<Typed> {
    let first = lines.first()?;
    let mark = conventions.mark;
    match field.field_type() {
        FieldType::Date => window(first, |print| date::date(print, conventions.order)),
        FieldType::Decimal => decimal(field, first, mark),
        FieldType::Weight => prefix(first, |print| measure::weight(print, measure::weight_unit(hint), mark)),
        FieldType::Volume => prefix(first, |print| measure::volume(print, measure::volume_unit(hint), mark)),
        FieldType::Count => prefix(first, |print| package::packages(print, mark)),
        FieldType::Country => window(first, |print| country::country(print).map(str::to_owned)),
        FieldType::Currency => window(first, |print| money::currency(print).map(str::to_owned)),
        FieldType::Tariff if field.is_list() => list(lines, code::tariffs, false),
        FieldType::Tariff => prefix(first, code::tariff),
        FieldType::Choice => choice(field, first),
        FieldType::Identifier => identifier(field, lines),
        FieldType::Party => whole(first),
        FieldType::Text if field == Field::PoNumbers => list(lines, code::document_numbers, true),
        FieldType::Text if is_number_like(field) => number_like(first, conventions),
        FieldType::Text if spans_lines(field) => joined(lines),
        FieldType::Text => whole(first),
    }
}

/// True for texts that are numbers of something: they have a digit.
pub fn is_number_like(field: Field) -> bool {
    matches!(
        field,
        Field::InvoiceNumber
            | Field::PackingListNumber
            | Field::PoNumbers
            | Field::BookingNumber
            | Field::ArrivalNoticeNumber
            | Field::ItNumber
            | Field::ImporterOfRecordNumber
            | Field::ConsigneeNumber
            | Field::Lrn
            | Field::FlightNumber
            | Field::Voyage
    )
}

fn spans_lines(field: Field) -> bool {
    matches!(field, Field::PaymentTerms | Field::DescriptionOfGoods | Field::Description)
}

/// How sure a value is by its form alone, once its parser took it.
pub fn certainty(field: Field, value: &Value) -> f32 {
    match field.field_type() {
        FieldType::Text if is_number_like(field) => 0.98,
        FieldType::Text => {
            if value.words().chars().count() > 80 {
                0.8
            } else {
                0.95
            }
        }
        _ => 1.0,
    }
}

fn typed(value: String, words: &[Word]) -> Typed {
    (Value::One(value), text(words), words.to_vec())
}

fn whole(words: &[Word]) -> Option<Typed> {
    let print = text(words);
    let value = print.trim_matches(|letter: char| matches!(letter, ',' | ';' | ':')).trim().to_owned();
    let says = value.chars().any(char::is_alphanumeric) && !is_nothing(&value);
    says.then(|| typed(value, words))
}

/// What people print where they have nothing to say.
fn is_nothing(value: &str) -> bool {
    let folded = crate::reading::vocabulary::fold(value);
    matches!(folded.as_str(), "na" | "nil" | "none" | "tba" | "tbd" | "tbc" | "tobeadvised" | "notapplicable" | "xxx")
}

fn joined(lines: &[Vec<Word>]) -> Option<Typed> {
    let words: Vec<Word> = lines.iter().flatten().cloned().collect();
    let (_, raw, words) = whole(&words)?;
    let value = flowed(lines).trim_matches(|letter: char| matches!(letter, ',' | ';' | ':')).trim().to_owned();
    Some((Value::One(value), raw, words))
}

/// The whole line, else the longest run of its first words that the parser takes.
fn prefix(words: &[Word], parse: impl Fn(&str) -> Option<String>) -> Option<Typed> {
    (1..=words.len().min(8)).rev().find_map(|count| {
        let part = words.get(..count)?;
        parse(text(part).trim_matches(|letter: char| matches!(letter, ';' | ':'))).map(|value| typed(value, part))
    })
}

/// The whole line, else the longest run of words anywhere in it that the parser takes.
fn window(words: &[Word], parse: impl Fn(&str) -> Option<String>) -> Option<Typed> {
    let words = words.get(..words.len().min(16))?;
    (1..=words.len().min(6)).rev().find_map(|count| {
        words.windows(count).find_map(|part| {
            parse(text(part).trim_matches(|letter: char| matches!(letter, ',' | ';' | ':' | '(' | ')')))
                .map(|value| typed(value, part))
        })
    })
}

fn decimal(field: Field, words: &[Word], mark: number::Mark) -> Option<Typed> {
    let parse = |print: &str| {
        let (value, _) = money::amount(print, mark)?;
        let value = if field == Field::DiscountAmount { value.trim_start_matches('-').to_owned() } else { value };
        Some(value)
    };
    prefix(words, parse).or_else(|| {
        let last = words.len().checked_sub(1)?;
        (0..=last).find_map(|from| {
            let part = words.get(from..)?;
            parse(&text(part)).map(|value| typed(value, part))
        })
    })
}

fn number_like(words: &[Word], conventions: Conventions) -> Option<Typed> {
    let dates = |word: &Word| {
        let folded = crate::reading::vocabulary::fold(&word.text);
        matches!(folded.as_str(), "vom" | "dated" | "date" | "datum" | "fecha" | "du" | "del" | "van" | "dd" | "dt")
            || (word.text.len() > 6
                && !folded.bytes().all(|byte| byte.is_ascii_digit())
                && date::date(&word.text, conventions.order).is_some())
    };
    let dated = words.iter().skip(1).position(dates).map(|at| at + 1);
    let words = words.get(..dated.unwrap_or(words.len()))?;
    let part = words.get(..words.len().min(6))?;
    let sure = |part: &[Word]| {
        let print = text(part);
        let value = code::document_number(&print)?;
        let not_a_date =
            date::date(&value, conventions.order).is_none() || value.bytes().all(|byte| byte.is_ascii_digit());
        (not_a_date && !is_nothing(&value)).then(|| typed(value, part))
    };
    if part.len() == words.len()
        && let Some(found) = sure(part)
    {
        return Some(found);
    }
    part.iter().enumerate().take(3).find_map(|(at, _)| sure(part.get(at..=at)?))
}

fn list(lines: &[Vec<Word>], parse: fn(&str) -> Vec<String>, alike: bool) -> Option<Typed> {
    let mut used: Vec<Word> = Vec::new();
    let mut values: Vec<String> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let found = parse(&text(line));
        if found.is_empty() || (at > 0 && alike && !goes_on(&used, &values, &found)) {
            break;
        }
        used.extend(line.iter().cloned());
        for value in found {
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }
    (!values.is_empty()).then(|| (Value::Many(values), text(&used), used.clone()))
}

/// A list goes on below where the line before ends with a comma, or where each line holds one value of one shape.
fn goes_on(used: &[Word], values: &[String], found: &[String]) -> bool {
    let alike = match (values.last(), found) {
        (Some(before), [one]) => shape(before) == shape(one),
        _ => false,
    };
    used.last().is_some_and(|word| word.text.ends_with([',', ';', '/', '&'])) || alike
}

/// The shape of a number: runs of letters, runs of digits, marks.
fn shape(value: &str) -> String {
    let mut shape = String::new();
    for letter in value.chars() {
        let class = match letter {
            _ if letter.is_ascii_digit() => '9',
            _ if letter.is_alphabetic() => 'A',
            _ => letter,
        };
        if !shape.ends_with(class) {
            shape.push(class);
        }
    }
    shape
}

fn choice(field: Field, words: &[Word]) -> Option<Typed> {
    match field {
        Field::FreightTerms => {
            super::target::prepaid_or_collect(&text(words)).map(|value| typed(value.to_owned(), words))
        }
        Field::DeclarationType => {
            window(words, |print| matches!(print, "T1" | "T2" | "T2F" | "T2SM" | "T" | "TIR").then(|| print.to_owned()))
        }
        _ => None,
    }
}

fn identifier(field: Field, lines: &[Vec<Word>]) -> Option<Typed> {
    let first = lines.first()?;
    match field {
        Field::ContainerNumbers => list(lines, code::containers, false),
        Field::SealNumbers => list(lines, code::seals, false),
        Field::ContainerNumber => window(first, |print| code::containers(print).into_iter().next()),
        Field::SealNumber => window(first, |print| code::seals(print).into_iter().next()),
        Field::BlNumber | Field::MasterBlNumber => prefix(first, code::bill),
        Field::AwbNumber => window(first, code::air_waybill),
        Field::HawbNumber => prefix(first, code::bill),
        Field::Scac => prefix(first, code::scac),
        Field::FirmsCode => window(first, |print| {
            let fits = print.len() == 4
                && print.chars().all(|letter| letter.is_ascii_alphanumeric())
                && print.chars().any(|letter| letter.is_ascii_digit());
            fits.then(|| print.to_uppercase())
        }),
        _ => {
            let print = text(first);
            let value: String =
                print.chars().filter(|letter| letter.is_ascii_alphanumeric()).collect::<String>().to_uppercase();
            (value.len() >= 5 && value.chars().any(|letter| letter.is_ascii_digit())).then(|| typed(value, first))
        }
    }
}
