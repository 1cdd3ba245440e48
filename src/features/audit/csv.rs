//! The lines of the log's CSV file.

use crate::domain::audit::anchor::Head;
use crate::store::audit::export::Row;
use crate::web::csv::{line, own, text};
use chrono::SecondsFormat;

/// The columns, in order.
pub const COLUMNS: [&str; 11] =
    ["seq", "at", "user", "role", "address", "action", "subject", "result", "change", "person", "hash"];

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
