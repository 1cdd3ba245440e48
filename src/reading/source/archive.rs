//! A look into zip files: which kind of Office file one is, and whether it may be unpacked. Sizes are counted while unpacking,
//! because the directory of a hostile file lies about them.

use super::{Format, Limits, Refusal};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// A document type stands before the first element of an XML part; no office program writes one.
const DOCTYPE: &[u8] = b"<!DOCTYPE";
/// So much of each part is searched for one. Those who read the parts expand no entity wherever it is declared.
const HEAD: u64 = 64 * 1024;

/// What a zip file is, by the parts it must have.
pub(super) fn kind(bytes: &[u8]) -> Format {
    let Ok(archive) = ZipArchive::new(Cursor::new(bytes)) else { return Format::Archive };
    let has = |part: &str| archive.index_for_name(part).is_some();
    if has("[Content_Types].xml") {
        if has("xl/workbook.xml") {
            return Format::Xlsx;
        }
        if has("word/document.xml") {
            return Format::Word;
        }
        if has("ppt/presentation.xml") {
            return Format::Presentation;
        }
    }
    if has("mimetype") && has("META-INF/manifest.xml") { Format::OpenDocument } else { Format::Archive }
}

/// Unpacks every part of a workbook into nothing, and stops where it comes to more than allowed or declares a document type.
pub(super) fn unpack_within(bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
    if u32::try_from(archive.len()).unwrap_or(u32::MAX) > limits.entries {
        return Err(Refusal::UnpacksTooLarge);
    }
    let allowed = |packed: u64| packed.saturating_mul(limits.unpacked_ratio).max(1_048_576);
    let mut total = 0u64;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(|_| Refusal::Damaged)?;
        if part.encrypted() {
            return Err(Refusal::Encrypted);
        }
        total = total.saturating_add(part.size());
        if part.size() > allowed(part.compressed_size()) || total > limits.unpacked_bytes {
            return Err(Refusal::UnpacksTooLarge);
        }
    }
    let mut unpacked = 0u64;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| Refusal::Damaged)?;
        let most = allowed(part.compressed_size()).min(limits.unpacked_bytes.saturating_sub(unpacked));
        let mut part = part.take(most.saturating_add(1));
        let mut head = Vec::new();
        let seen = part.by_ref().take(HEAD).read_to_end(&mut head).map_err(|_| Refusal::Damaged)?;
        if head.windows(DOCTYPE.len()).any(|window| window.eq_ignore_ascii_case(DOCTYPE)) {
            return Err(Refusal::DocumentType);
        }
        let rest = std::io::copy(&mut part, &mut std::io::sink()).map_err(|_| Refusal::Damaged)?;
        let count = rest.saturating_add(u64::try_from(seen).unwrap_or(u64::MAX));
        if count > most {
            return Err(Refusal::UnpacksTooLarge);
        }
        unpacked = unpacked.saturating_add(count);
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop where its own file cannot be written")]
mod tests {
    use super::*;
    use std::io::Write;

    fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn office_files_are_told_apart_by_their_parts() {
        let types = ("[Content_Types].xml", b"<Types/>".as_slice());
        for (part, format) in [
            ("xl/workbook.xml", Format::Xlsx),
            ("word/document.xml", Format::Word),
            ("ppt/presentation.xml", Format::Presentation),
            ("letter.txt", Format::Archive),
        ] {
            assert_eq!(kind(&zip(&[types, (part, b"<x/>")])), format);
        }
        assert_eq!(kind(b"PK\x03\x04broken"), Format::Archive);
    }

    #[test]
    fn a_workbook_that_unpacks_to_a_thousand_times_its_size_is_refused() {
        let zeros = vec![b' '; 4 * 1_048_576];
        let bomb =
            zip(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<x/>"), ("xl/sheet1.xml", &zeros)]);
        assert_eq!(unpack_within(&bomb, &Limits::default()), Err(Refusal::UnpacksTooLarge));
        let generous = Limits { unpacked_ratio: 10_000, ..Limits::default() };
        assert_eq!(unpack_within(&bomb, &generous), Ok(()));
        let small = Limits { unpacked_bytes: 1_000_000, ..generous };
        assert_eq!(unpack_within(&bomb, &small), Err(Refusal::UnpacksTooLarge));
    }

    #[test]
    fn a_workbook_that_declares_a_document_type_is_refused() {
        let strings = b"<?xml version=\"1.0\"?><!DOCTYPE sst SYSTEM \"file:///etc/passwd\"><sst/>";
        let file = zip(&[("xl/workbook.xml", b"<x/>"), ("xl/sharedStrings.xml", strings)]);
        assert_eq!(unpack_within(&file, &Limits::default()), Err(Refusal::DocumentType));
    }

    #[test]
    fn a_directory_that_lies_about_sizes_is_found_out_while_unpacking() {
        let zeros = vec![b' '; 4 * 1_048_576];
        let mut bomb = zip(&[("xl/sheet1.xml", &zeros)]);
        let size = u32::try_from(zeros.len()).unwrap().to_le_bytes();
        let places: Vec<usize> = bomb.windows(4).enumerate().filter(|(_, w)| *w == size).map(|(at, _)| at).collect();
        for at in places {
            bomb.splice(at..at + 4, [1, 0, 0, 0]);
        }
        assert!(unpack_within(&bomb, &Limits::default()).is_err());
    }
}
