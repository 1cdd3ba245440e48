//! Dates as documents print them, in several languages. Where a print leaves day and month open, the order comes from the
//! document's other dates or its sender's country; nothing is taken from the day it is read.

use super::super::vocabulary::fold;
use chrono::NaiveDate;

/// Whether a document writes the day or the month first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    DayFirst,
    MonthFirst,
}

/// Where the month is printed first.
const MONTH_FIRST: &[&str] = &["US", "PH", "PR", "GU", "FM", "MH", "PW"];

impl Order {
    /// What the dates of a document that leave no doubt say, if they say anything.
    pub fn shown<'a>(prints: impl Iterator<Item = &'a str>) -> Option<Self> {
        let (mut day, mut month) = (0u32, 0u32);
        for print in prints {
            let parts: Vec<u32> = split(print).iter().filter_map(|part| part.parse().ok()).collect();
            if let (3, [first, second, _]) = (split(print).len(), parts.as_slice()) {
                match (*first > 12, *second > 12) {
                    (true, false) if *first <= 31 => day += 1,
                    (false, true) if *second <= 31 => month += 1,
                    _ => {}
                }
            }
        }
        match day.cmp(&month) {
            std::cmp::Ordering::Greater => Some(Self::DayFirst),
            std::cmp::Ordering::Less => Some(Self::MonthFirst),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// The habit of the sender's country.
    pub fn of_country(sender: Option<&str>) -> Self {
        if sender.is_some_and(|country| MONTH_FIRST.contains(&country)) { Self::MonthFirst } else { Self::DayFirst }
    }
}

fn split(print: &str) -> Vec<&str> {
    let trimmed = print.trim_matches(|letter: char| !letter.is_alphanumeric());
    let marks = trimmed.matches(['/', '-', '.']).count();
    if marks == 2 { trimmed.split(['/', '-', '.']).collect() } else { Vec::new() }
}

/// A date as `YYYY-MM-DD`. Refuses anything but one date.
pub fn date(print: &str, order: Order) -> Option<String> {
    let order = if pointed(print) { Order::DayFirst } else { order };
    let tokens = tokens(print);
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).filter(|token| !filler(token)).collect();
    let day = match tokens.as_slice() {
        [whole] => compact(whole)?,
        [a, b, c] | [a, b, c, _] | [a, b, c, _, _] | [a, b, c, _, _, _]
            if clock(tokens.get(3..).unwrap_or_default()) =>
        {
            three(a, b, c, order)?
        }
        _ => return None,
    };
    (1990..2100).contains(&chrono::Datelike::year(&day)).then(|| day.format("%Y-%m-%d").to_string())
}

/// True for a date written with points: nobody who writes it so puts the month first.
fn pointed(print: &str) -> bool {
    print.matches('.').count() == 2 && split(print).len() == 3 && !print.contains(['/', '-'])
}

/// Runs of letters and runs of digits.
fn tokens(print: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut last: Option<u8> = None;
    for letter in print.chars() {
        let class = match letter {
            '年' | '月' | '日' => 0,
            _ if letter.is_ascii_digit() => 1,
            _ if letter.is_alphabetic() => 2,
            _ => 0,
        };
        if class > 0 {
            match tokens.last_mut() {
                Some(token) if last == Some(class) => token.push(letter),
                _ => tokens.push(letter.to_string()),
            }
        }
        last = Some(class);
    }
    tokens
}

/// Words that stand in a date and say nothing: ordinals, `de`, weekdays.
fn filler(token: &str) -> bool {
    const WORDS: &[&str] = &[
        "st",
        "nd",
        "rd",
        "th",
        "de",
        "del",
        "of",
        "le",
        "den",
        "di",
        "er",
        "am",
        "o",
        "the",
        "on",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "t",
        "z",
        "dd",
        "dated",
        "date",
    ];
    WORDS.contains(&fold(token).as_str())
}

/// What may follow a date: a time of day.
fn clock(rest: &[&str]) -> bool {
    rest.iter().all(|part| part.len() <= 2 && part.parse::<u32>().is_ok_and(|number| number < 60))
}

/// `20200930`, `202009301215`.
fn compact(print: &str) -> Option<NaiveDate> {
    if !matches!(print.len(), 8 | 12 | 14) || !print.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year = print.get(..4)?.parse().ok()?;
    let month = print.get(4..6)?.parse().ok()?;
    let day = print.get(6..8)?.parse().ok()?;
    if !(1990..2100).contains(&year) { None } else { NaiveDate::from_ymd_opt(year, month, day) }
}

fn three(a: &str, b: &str, c: &str, order: Order) -> Option<NaiveDate> {
    let number = |part: &str| part.parse::<u32>().ok().filter(|_| part.len() <= 4);
    match (number(a), number(b), number(c)) {
        (Some(year), Some(month), Some(day)) if a.len() == 4 => at(year, month, day),
        (Some(first), Some(second), Some(_)) if a.len() <= 2 && b.len() <= 2 => {
            let year = year(c)?;
            match (first > 12, second > 12, order) {
                (true, false, _) => at(year, second, first),
                (false, true, _) => at(year, first, second),
                (_, _, Order::DayFirst) => at(year, second, first),
                (_, _, Order::MonthFirst) => at(year, first, second),
            }
        }
        (Some(day), None, Some(_)) if a.len() <= 2 => at(year(c)?, month(b)?, day),
        (None, Some(day), Some(_)) if b.len() <= 2 => at(year(c)?, month(a)?, day),
        (Some(year), None, Some(day)) if a.len() == 4 => at(year, month(b)?, day),
        _ => None,
    }
}

fn at(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// Two digits are of this century; the trade's papers are not older.
fn year(print: &str) -> Option<u32> {
    match (print.len(), print.parse::<u32>().ok()?) {
        (4, year) => Some(year),
        (2, year) => Some(2000 + year),
        _ => None,
    }
}

/// True for the name of a month.
pub fn names_month(print: &str) -> bool {
    month(print.trim_matches(|letter: char| !letter.is_alphanumeric())).is_some()
}

/// The month of a name or its first letters, in EN, ES, DE, FR, NL, IT or PT.
fn month(print: &str) -> Option<u32> {
    const NAMES: [&[&str]; 12] = [
        &["january", "enero", "januar", "janner", "janvier", "januari", "gennaio", "janeiro", "ene", "genn", "gen"],
        &["february", "febrero", "februar", "fevrier", "februari", "febbraio", "fevereiro", "fev"],
        &["march", "marzo", "marz", "mars", "maart", "marco", "mrz", "mrt", "maerz"],
        &["april", "abril", "avril", "aprile", "abr", "avr"],
        &["may", "mayo", "mai", "mei", "maggio", "maio", "mag"],
        &["june", "junio", "juni", "juin", "giugno", "junho", "giu"],
        &["july", "julio", "juli", "juillet", "luglio", "julho", "lug", "juil"],
        &["august", "agosto", "aout", "augustus", "ago"],
        &["september", "septiembre", "septembre", "settembre", "setembro", "sept", "set", "setiembre"],
        &["october", "octubre", "oktober", "octobre", "ottobre", "outubro", "okt", "ott", "out"],
        &["november", "noviembre", "novembre", "novembro"],
        &["december", "diciembre", "dezember", "decembre", "dicembre", "dezembro", "dic", "dez"],
    ];
    let name = fold(print);
    if name.chars().count() < 3 {
        return None;
    }
    let found = NAMES.iter().position(|names| names.contains(&name.as_str())).or_else(|| {
        let short = name.chars().count() <= 4;
        NAMES.iter().position(|names| short && names.iter().any(|full| full.starts_with(&name)))
    })?;
    u32::try_from(found + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_are_read_as_the_trade_prints_them() {
        for (print, value) in [
            ("04-Jun-2026", Some("2026-06-04")),
            ("JUL 23, 2026", Some("2026-07-23")),
            ("2026-01-23", Some("2026-01-23")),
            ("2025/12/25", Some("2025-12-25")),
            ("27.12.2025", Some("2025-12-27")),
            ("28th AUGUST, 2016", Some("2016-08-28")),
            ("28-NOV-25", Some("2025-11-28")),
            ("07/18/2025", Some("2025-07-18")),
            ("20200930", Some("2020-09-30")),
            ("18 de Abril de 2026", Some("2026-04-18")),
            ("202103131000", Some("2021-03-13")),
            ("2026年10月2日", Some("2026-10-02")),
            ("03 FEB 2026", Some("2026-02-03")),
            ("05/06/2026", Some("2026-06-05")),
            ("12. März 2026", Some("2026-03-12")),
            ("2 oktober 2026", Some("2026-10-02")),
            ("1er février 2026", Some("2026-02-01")),
            ("2026-04-21 10:30", Some("2026-04-21")),
            ("31/02/2026", None),
            ("12345678", None),
            ("Net 30 days", None),
            ("PO 12 2026", None),
        ] {
            assert_eq!(date(print, Order::DayFirst).as_deref(), value, "{print}");
        }
        assert_eq!(date("05/06/2026", Order::MonthFirst).as_deref(), Some("2026-05-06"));
    }

    #[test]
    fn one_sure_date_decides_the_order_for_all() {
        assert_eq!(Order::shown(["05/06/2026", "07/18/2026"].into_iter()), Some(Order::MonthFirst));
        assert_eq!(Order::shown(["18/07/2026"].into_iter()), Some(Order::DayFirst));
        assert_eq!(Order::shown(["05/06/2026"].into_iter()), None);
        assert_eq!(Order::of_country(Some("US")), Order::MonthFirst);
    }

    proptest! {
        #[test]
        fn nothing_printed_makes_it_fail(print in "\\PC{0,30}") {
            if let Some(value) = date(&print, Order::DayFirst) {
                prop_assert_eq!(value.len(), 10);
                prop_assert_eq!(date(&value, Order::MonthFirst), Some(value));
            }
        }

        #[test]
        fn a_day_reads_back_in_every_form(days in 0i64..20_000) {
            let day = NaiveDate::from_ymd_opt(2000, 1, 1).and_then(|first| first.checked_add_days(chrono::Days::new(days.unsigned_abs())));
            if let Some(day) = day {
                let want = Some(day.format("%Y-%m-%d").to_string());
                for form in ["%Y-%m-%d", "%d-%b-%Y", "%b %d, %Y", "%d.%m.%Y", "%Y%m%d", "%d %B %Y"] {
                    prop_assert_eq!(date(&day.format(form).to_string(), Order::DayFirst), want.clone());
                }
            }
        }
    }
}
