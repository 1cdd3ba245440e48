//! The Harmonized Tariff Schedule as the U.S. International Trade Commission exports it: a text table, or JSON with one object a line of
//! the schedule. Lines without a number only structure it and are passed over.

use super::table::Table;
use super::{ListError, Tally};
use crate::domain::trade::tariff::Line;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use std::cell::Cell;
use std::fmt;
use std::io::{BufRead, Read};

const LIST: &str = "tariff";

/// Hands on each numbered line of the schedule.
///
/// # Errors
/// [`ListError`] where the file is no export of the schedule, and what `keep` refuses.
pub fn tariff<E>(mut from: impl BufRead, mut keep: impl FnMut(Line) -> Result<(), E>) -> Result<Tally, ListError<E>> {
    super::without_mark(&mut from)?;
    let json = from.fill_buf()?.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| *byte == b'[');
    let mut tally = Tally::default();
    let mut take = |tally: &mut Tally, at: u64, number: &str, description: &str| match line(number, description) {
        Ok(None) => Ok(()),
        Ok(Some(line)) => {
            tally.lines = tally.lines.saturating_add(1);
            keep(line)
        }
        Err(why) => {
            tally.fault(at, why);
            Ok(())
        }
    };
    if json {
        objects(from, |at, row| {
            let (number, description) = (row.htsno.unwrap_or_default(), row.description.unwrap_or_default());
            take(&mut tally, at, &number, &description)
        })?;
    } else {
        let mut table = Table::new(from)?;
        let number = table.column(&["htsnumber", "htsno", "hts"]);
        let number = number.ok_or(ListError::NoColumn { list: LIST, column: "HTS Number" })?;
        let description = table.column(&["description"]);
        let description = description.ok_or(ListError::NoColumn { list: LIST, column: "Description" })?;
        while let Some(row) = table.record()? {
            take(&mut tally, row.line, &row.cell(number), &row.cell(description)).map_err(ListError::Kept)?;
        }
    }
    tally.judged(LIST)
}

/// A numbered line, nothing for one that only structures, or what is wrong with the number.
fn line(number: &str, description: &str) -> Result<Option<Line>, String> {
    let code: String = number.chars().filter(|c| *c != '.').collect();
    if code.is_empty() {
        return Ok(None);
    }
    if !matches!(code.len(), 4 | 6 | 8 | 10) || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("{number} is no number of 4, 6, 8 or 10 digits"));
    }
    Ok(Some(Line { code, description: description.to_owned() }))
}

#[derive(Deserialize)]
struct Row {
    htsno: Option<String>,
    description: Option<String>,
}

/// Counts the lines that pass through it.
struct Counted<'a, R> {
    from: R,
    line: &'a Cell<u64>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.from.read(into)?;
        let ends = into.iter().take(count).filter(|byte| **byte == b'\n').count();
        self.line.set(self.line.get().saturating_add(u64::try_from(ends).unwrap_or(0)));
        Ok(count)
    }
}

/// Hands on the objects of an array one by one.
fn objects<E>(from: impl BufRead, each: impl FnMut(u64, Row) -> Result<(), E>) -> Result<(), ListError<E>> {
    let line = Cell::new(1);
    let mut json = serde_json::Deserializer::from_reader(Counted { from, line: &line });
    let mut refused = None;
    let done = Rows { each, line: &line, refused: &mut refused }.deserialize(&mut json).and_then(|()| json.end());
    match (refused, done) {
        (Some(refused), _) => Err(ListError::Kept(refused)),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) if error.is_io() => Err(ListError::Unreadable(error.into())),
        (None, Err(error)) => Err(ListError::Broken {
            line: line.get(),
            why: format!("the JSON is broken or no list of lines ({error})"),
        }),
    }
}

/// Visits the array without keeping it.
struct Rows<'a, F, E> {
    each: F,
    line: &'a Cell<u64>,
    refused: &'a mut Option<E>,
}

impl<'de, F: FnMut(u64, Row) -> Result<(), E>, E> DeserializeSeed<'de> for Rows<'_, F, E> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(u64, Row) -> Result<(), E>, E> Visitor<'de> for Rows<'_, F, E> {
    type Value = ();

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a list of tariff lines")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut rows: A) -> Result<(), A::Error> {
        while let Some(row) = rows.next_element::<Row>()? {
            if let Err(refused) = (self.each)(self.line.get(), row) {
                *self.refused = Some(refused);
                return Err(serde::de::Error::custom("not kept"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<(Vec<Line>, Tally), String> {
        let mut kept = Vec::new();
        let tally = tariff(text.as_bytes(), |line| {
            kept.push(line);
            Ok::<_, String>(())
        });
        tally.map(|tally| (kept, tally)).map_err(|error| error.to_string())
    }

    const CSV: &str = "\u{feff}HTS Number,Indent,Description,Unit of Quantity\n\
        \"0101\",\"0\",\"Live horses:\",\"\"\n\"\",\"1\",\"Horses:\",\"\"\n\
        \"0101.21.00\",\"2\",\"Purebred, for\nbreeding\",\"\"\n\"0101.21.00.10\",\"3\",\"Males\",\"[\"\"No.\"\"]\"\n";
    const JSON: &str = r#"[
        {"htsno": "0101", "indent": "0", "description": "Live horses:", "superior": null, "footnotes": [{"value": "x"}]},
        {"htsno": "", "description": "Horses:", "superior": "true"},
        {"htsno": "0101.21.00", "description": "Purebred, for\nbreeding", "units": null},
        {"htsno": "0101.21.00.10", "description": "Males", "units": ["No."]}
    ]"#;

    #[test]
    fn table_and_json_give_the_same_lines() {
        let (table, tally) = read(CSV).unwrap();
        assert_eq!((tally.lines, tally.left_out), (3, 0));
        assert_eq!(table, read(JSON).unwrap().0);
        assert_eq!(table.last().unwrap(), &Line { code: "0101210010".into(), description: "Males".into() });
    }

    #[test]
    fn a_bad_line_is_named_by_its_number() {
        let good: String = (10..40).map(|at| format!("01012100{at},x\n")).collect();
        let (_, tally) = read(&format!("hts number,description\n{good}0101.2,x\n")).unwrap();
        assert_eq!(
            tally.faults,
            [super::super::Fault { line: 32, why: "0101.2 is no number of 4, 6, 8 or 10 digits".into() }]
        );
        let good: String = (10..40).map(|at| format!("{{\"htsno\":\"01012100{at}\"}},\n")).collect();
        let (_, tally) = read(&format!("[\n{good}{{\"htsno\":\"0101.2\"}}]\n")).unwrap();
        assert_eq!(tally.faults.first().map(|fault| fault.line), Some(32));
    }

    #[test]
    fn what_is_no_tariff_is_refused_with_a_sentence() {
        for (text, words) in [
            ("", "no column HTS Number"),
            ("name,size\na,1\n", "no column HTS Number"),
            ("HTS Number,Description\n", "no lines"),
            ("[]", "no lines"),
            ("[{\"htsno\": 5}]", "Line 1"),
            ("[{\"htsno\": \"0101\"},\n{", "Line 2"),
        ] {
            let said = read(text).unwrap_err();
            assert!(said.contains(words), "{text}: {said}");
        }
    }

    #[test]
    fn a_keeper_that_refuses_ends_the_reading() {
        for text in [CSV, JSON] {
            let mut seen = 0;
            let refused = tariff(text.as_bytes(), |_| {
                seen += 1;
                if seen == 2 { Err("full") } else { Ok(()) }
            });
            assert_eq!((refused.unwrap_err().to_string().as_str(), seen), ("full", 2));
        }
    }

    proptest! {
        #[test]
        fn no_file_breaks_it(text in "\\PC{0,80}", json in "[\\[{\"htsno:, 0-9}\\]]{0,60}") {
            let _ = read(&text);
            let _ = read(&format!("[{json}"));
        }
    }
}
