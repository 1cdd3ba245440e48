//! Text tables through the page model. Separator and letters are told from the bytes; evidence is the line of the file.

use super::sheet::{GridPage, lay};
use crate::domain::packet::document::TextSource;

/// Lines and fields beyond these are not looked at.
const LINES: usize = 20_000;
const FIELDS: usize = 256;

/// The page of a text table, or nothing where no field is filled.
pub fn page(bytes: &[u8]) -> Option<GridPage> {
    let text = decoded(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(&text))
        .from_reader(text.as_bytes());
    let mut cells = Vec::new();
    for record in reader.records().take(LINES).flatten() {
        let line = record
            .position()
            .map_or(0, |position| position.line().saturating_sub(1).saturating_add(blank(&text, position.byte())));
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        for (field, column) in record.iter().take(FIELDS).zip(0u32..) {
            if !field.trim().is_empty() {
                cells.push((line, column, field.trim().to_owned()));
            }
        }
    }
    (!cells.is_empty()).then(|| lay(1, None, TextSource::Csv, &cells))
}

/// The empty lines that stand before a record.
fn blank(text: &str, byte: u64) -> u64 {
    let rest = usize::try_from(byte).ok().and_then(|byte| text.as_bytes().get(byte..)).unwrap_or_default();
    let ends = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n').count();
    u64::try_from(ends).unwrap_or(0)
}

/// UTF-8 or UTF-16 where marked or valid, else the western code page of Windows.
fn decoded(bytes: &[u8]) -> String {
    let encoding = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        None => encoding_rs::WINDOWS_1252,
    };
    encoding.decode(bytes).0.into_owned()
}

/// The separator that most lines agree on.
fn separator(text: &str) -> u8 {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(50).collect();
    let score = |mark: char| {
        let counts: Vec<usize> = lines.iter().map(|line| line.matches(mark).count()).collect();
        counts.iter().filter(|count| **count > 0).count() * 1000 + counts.iter().sum::<usize>().min(999)
    };
    let marks = [(',', b','), (';', b';'), ('\t', b'\t'), ('|', b'|')];
    let best = marks.iter().max_by_key(|(mark, byte)| (score(*mark), *byte != b','));
    best.map_or(b',', |(_, byte)| *byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_and_letters_are_told_from_the_bytes() {
        assert_eq!(separator("a;b;c\n1,5;2;3\n"), b';');
        assert_eq!(separator("a\tb\n1\t2\n"), b'\t');
        assert_eq!(decoded(b"Pe\xf1almar"), "Peñalmar");
        assert_eq!(decoded("Peñalmar".as_bytes()), "Peñalmar");
    }

    #[test]
    fn every_field_keeps_its_line() {
        let page = page(b"Invoice No;A-1\n\nDate;2026-01-02\n");
        let places: Vec<_> = page.iter().flat_map(|page| &page.page.words).filter_map(|word| word.place).collect();
        assert!(places.contains(&crate::reading::page::Place::Line { line: 3, column: 1 }));
    }
}
