//! Cells of a CSV file (RFC 4180) that no spreadsheet runs: every cell is quoted, and a text that would be taken for a formula is marked
//! as a text.

/// A text cell. What begins like a formula gets an apostrophe: `=1+1` stays a text.
pub fn text(out: &mut String, text: &str) {
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
pub fn own(out: &mut String, value: &str) {
    out.push('"');
    out.push_str(value);
    out.push('"');
}

/// A line of text cells.
pub fn line(out: &mut String, cells: &[&str]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        text(out, cell);
    }
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
