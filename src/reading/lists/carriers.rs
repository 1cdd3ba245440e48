//! A list of carriers: their codes (SCAC) and names, with a line that names the columns. The list of the National Motor Freight Traffic
//! Association is licensed; a team brings its own.

use super::table::Table;
use super::{ListError, Tally};
use crate::domain::trade::scac::{self, Carrier};
use std::io::BufRead;

/// Hands on each carrier of a text table.
///
/// # Errors
/// [`ListError`] where the file is no such table, and what `keep` refuses.
pub fn carriers<E>(from: impl BufRead, mut keep: impl FnMut(Carrier) -> Result<(), E>) -> Result<Tally, ListError<E>> {
    let list = "carrier list";
    let mut table = Table::new(from)?;
    let code = table.column(&["scac", "code", "carriercode", "scaccode"]);
    let code = code.ok_or(ListError::NoColumn { list, column: "SCAC" })?;
    let name = table.column(&["name", "carriername", "companyname", "company", "carrier"]);
    let name = name.ok_or(ListError::NoColumn { list, column: "Name" })?;
    let mut tally = Tally::default();
    while let Some(row) = table.record()? {
        let carrier = Carrier { code: row.cell(code).to_uppercase(), name: row.cell(name) };
        if carrier.code.is_empty() && carrier.name.is_empty() {
            continue;
        }
        if !scac::is_possible(&carrier.code) {
            tally.fault(row.line, format!("{} is not two to four letters", carrier.code));
            continue;
        }
        keep(carrier).map_err(ListError::Kept)?;
        tally.lines = tally.lines.saturating_add(1);
    }
    tally.judged(list)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(Vec<String>, Tally), String> {
        let mut kept = Vec::new();
        let tally = carriers(text.as_bytes(), |carrier| {
            kept.push(carrier.code);
            Ok::<_, String>(())
        });
        tally.map(|tally| (kept, tally)).map_err(|error| error.to_string())
    }

    #[test]
    fn carriers_come_with_their_codes_and_bad_lines_with_their_numbers() {
        let rows: String = (b'A'..=b'R').map(|letter| format!("AB{},Line\n", char::from(letter))).collect();
        let text = format!("SCAC,Name\n{rows}11DX,\"Cheng\nLie\"\nmaeu,Maersk\n");
        let (kept, tally) = read(&text).unwrap();
        assert_eq!(read(&text.replace('\n', "\r\n")).unwrap(), (kept.clone(), tally.clone()), "lines end in two ways");
        assert_eq!((kept.len(), tally.lines, tally.left_out), (19, 19, 1));
        assert_eq!(kept.last().map(String::as_str), Some("MAEU"));
        assert_eq!(tally.faults.first().map(|fault| fault.line), Some(20));
    }

    #[test]
    fn another_table_is_refused() {
        assert!(read("colour,size\nred,1\n").unwrap_err().contains("no column SCAC"));
        assert!(read("scac,name\n").unwrap_err().contains("no lines"));
        assert!(read("scac,name\n1,a\n2,b\nMAEU,c\n").unwrap_err().contains("2 of its lines cannot be used. Line 2:"));
    }
}
