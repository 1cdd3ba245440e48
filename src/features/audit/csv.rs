//! Lines of a CSV file (RFC 4180) that no spreadsheet runs: every cell is quoted, and a text that would be taken for a formula is marked
//! as a text.

use crate::domain::audit::anchor::Head;
use crate::store::audit::export::Row;
use chrono::SecondsFormat;

/// The columns, in order.
pub const COLUMNS: [&str; 11] =
    ["seq", "at", "user", "role", "address", "action", "subject", "result", "change", "person", "hash"];

/// A text cell. What begins like a formula gets an apostrophe: `=1+1` stays a text.
fn text(out: &mut String, text: &str) {
    out.push('"');
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        out.push('\'');
    }
    raw(out, text);
    out.push('"');
}

fn raw(out: &mut String, text: &str) {
    for part in text.split_inclusive('"') {
        out.push_str(part);
        if part.ends_with('"') {
            out.push('"');
        }
    }
}

/// A cell that holds what the program itself wrote: a number, a time, a hash.
fn own(out: &mut String, value: &str) {
    out.push('"');
    out.push_str(value);
    out.push('"');
}

fn line(out: &mut String, cells: &[&str]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        text(out, cell);
    }
    out.push_str("\r\n");
}

/// The line that says which chain this is and how far it goes; it stands above the columns.
pub fn opening(out: &mut String, team: &str, head: &Head) {
    let seq = head.seq.to_string();
    line(out, &["# Quayside audit log", team, "head", &seq, &head.hash]);
    line(out, &COLUMNS);
}

/// The last line: a file without it is not whole.
pub fn closing(out: &mut String, rows: u64, head: &Head) {
    let (rows, seq) = (rows.to_string(), head.seq.to_string());
    line(out, &["# end", &rows, "head", &seq, &head.hash]);
}

/// One entry.
pub fn row(out: &mut String, row: &Row) {
    own(out, &row.seq.to_string());
    out.push(',');
    own(out, &row.at.to_rfc3339_opts(SecondsFormat::Micros, true));
    for cell in [row.email.as_deref(), Some(&row.role), row.address.as_deref(), Some(&row.action), Some(&row.subject)] {
        out.push(',');
        text(out, cell.unwrap_or_default());
    }
    out.push(',');
    text(out, &row.result);
    out.push(',');
    text(out, row.diff.as_deref().unwrap_or_default());
    out.push(',');
    own(out, &row.person.to_string());
    out.push(',');
    own(out, &hex::encode(&row.hash));
    out.push_str("\r\n");
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_run_as_a_formula_and_every_text_comes_back() {
        for (written, read) in [
            ("plain", "plain"),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("＝1", "'＝1"),
            ("a \"quoted\", \r\n word", "a \"quoted\", \r\n word"),
            ("", ""),
        ] {
            let mut out = String::new();
            line(&mut out, &[written, "next"]);
            assert!(out.ends_with("\"\r\n"), "{out:?}");
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(out.as_bytes());
            let record = reader.records().next().unwrap().unwrap();
            assert_eq!(record.iter().collect::<Vec<_>>(), [read, "next"]);
        }
    }
}
