//! Records of a list that comes as a text table: columns by the names in its first line, letters in UTF-8 or the western code page, and
//! the number of each line. What the columns mean is known to each list.

use super::ListError;
use csv::ByteRecord;
use std::io::BufRead;

/// The records of a table.
pub struct Table<R> {
    reader: csv::Reader<R>,
    first: Option<ByteRecord>,
}

/// One record.
pub struct Row {
    record: ByteRecord,
    /// From 1.
    pub line: u64,
}

impl Row {
    /// A cell without the white space around it; empty where there is none.
    pub fn cell(&self, column: usize) -> String {
        let bytes = self.record.get(column).unwrap_or_default();
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
        };
        text.trim().replace('\0', "")
    }
}

impl<R: BufRead> Table<R> {
    pub fn new<E>(mut from: R) -> Result<Self, ListError<E>> {
        super::without_mark(&mut from)?;
        // A line ends with its line feed: taken together with the carriage return before it, lines would be counted one short.
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(from);
        let mut table = Self { reader, first: None };
        table.first = table.record()?.map(|row| row.record);
        Ok(table)
    }

    /// The column whose name, letters and digits alone, is one of these.
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        let plain = |cell: &[u8]| -> String {
            let text = String::from_utf8_lossy(cell).to_lowercase();
            text.chars().filter(char::is_ascii_alphanumeric).collect()
        };
        self.first.iter().flat_map(ByteRecord::iter).position(|cell| names.contains(&plain(cell).as_str()))
    }

    /// The first line as a row, where the list has no line of names.
    pub fn first(&mut self) -> Option<Row> {
        self.first.take().map(|record| Row { record, line: 1 })
    }

    /// The next row, or nothing at the end.
    pub fn record<E>(&mut self) -> Result<Option<Row>, ListError<E>> {
        let mut record = ByteRecord::new();
        let line = self.reader.position().line();
        let more = self.reader.read_byte_record(&mut record).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => ListError::Unreadable(error),
            other => ListError::Broken { line, why: format!("{other:?}") },
        })?;
        let line = record.position().map_or(line, csv::Position::line);
        Ok(more.then_some(Row { record, line }))
    }
}
