//! Workbooks and pictures that are more than they seem, and files that are none of what is read.

use crate::forge::{PRINT, sound, zip};
use crate::{read, refused, shown};
use quayside::reading::sandbox::RenderError;

#[tokio::test]
async fn what_is_no_document_says_what_it_is() {
    for (name, bytes, code, words) in [
        ("nothing.pdf", b"".as_slice(), "file.empty", "is empty"),
        ("blank.pdf", b"  \n\n ", "file.empty", "is empty"),
        ("page.pdf", b"<!doctype html><script>alert(1)</script>%PDF-1.4", "file.not_a_document", "is a web page"),
        ("logo.svg.html", b"<html><svg onload=alert(1)>", "file.not_a_document", "is a web page"),
        ("tool.pdf", b"\x7fELF\x02\x01\x01", "file.not_a_document", "is a program"),
        ("papers.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "file.not_a_document", "is an archive"),
        ("run.pdf", b"#!/bin/sh\nrm -rf /\n\0\x01\x02\x03", "file.not_a_document", "is not a document"),
        ("noise.bin", b"\x00\x9f\x01\x02\x03\xfe\xfd", "file.not_a_document", "is not a document"),
    ] {
        let (found, sentence) = refused(name, bytes).await;
        assert_eq!(found, code, "{name}");
        assert!(sentence.contains(words), "{sentence}");
    }
}

#[tokio::test]
async fn a_workbook_that_unpacks_to_half_a_gigabyte_is_refused_unopened() {
    let parts =
        ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"].map(|part| (part, b"<x/>".to_vec()));
    let bomb = zip(&parts, 8_192);
    assert!(bomb.len() < 1_000_000);
    assert_eq!(refused("bomb.xlsx", &bomb).await.0, "file.unpacks_too_large");
}

#[tokio::test]
async fn a_workbook_of_too_many_parts_is_refused_unopened() {
    let mut parts =
        vec![("[Content_Types].xml".to_owned(), b"<Types/>".to_vec()), ("xl/workbook.xml".to_owned(), vec![])];
    parts.extend((0..10_001).map(|index| (format!("../../escape/{index}"), Vec::new())));
    let named: Vec<(&str, Vec<u8>)> = parts.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    assert_eq!(refused("parts.xlsx", &zip(&named, 0)).await.0, "file.unpacks_too_large");
}

#[tokio::test]
async fn a_picture_that_promises_more_than_it_holds_is_refused() {
    // A PNG header of 50,000 by 50,000 pixels with nothing behind it.
    let mut header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    header.extend_from_slice(&50_000u32.to_be_bytes());
    header.extend_from_slice(&50_000u32.to_be_bytes());
    header.extend_from_slice(&[8, 0, 0, 0, 0]);
    let mut crc = flate2::Crc::new();
    crc.update(header.get(12..).unwrap());
    header.extend_from_slice(&crc.sum().to_be_bytes());
    header.extend_from_slice(&[0, 0, 0, 0, b'I', b'D', b'A', b'T', 0x35, 0xaf, 0x06, 0x1e]);
    // A TIFF of one strip, and a JPEG, that promise as much.
    let mut tiff = b"II*\0\x08\0\0\0\x08\0".to_vec();
    for (tag, value) in
        [(256u16, 50_000u32), (257, 50_000), (258, 8), (259, 1), (262, 1), (273, 8), (278, 50_000), (279, 9)]
    {
        tiff.extend_from_slice(&[tag.to_le_bytes(), 4u16.to_le_bytes(), 1u16.to_le_bytes(), [0, 0]].concat());
        tiff.extend_from_slice(&value.to_le_bytes());
    }
    tiff.extend_from_slice(&[0; 4]);
    let mut jpeg = b"\xff\xd8\xff\xc0\0\x0b\x08\xc3\x50\xc3\x50\x01\x01\x11\0".to_vec();
    jpeg.extend_from_slice(b"\xff\xda\0\x08\x01\x01\0\0\x3f\0\xff\xd9");
    for (name, file) in [("wall.png", header), ("wall.tif", tiff), ("wall.jpg", jpeg)] {
        let Err(RenderError::Refused(sentence)) = shown(name, &file).await else { panic!("{name} was drawn") };
        assert!(sentence.contains("50000 by 50000 pixels"), "{sentence}");
        let (code, sentence) = refused(name, &file).await;
        assert_eq!(code, "file.picture_too_large", "{sentence}");
    }
}

#[tokio::test]
async fn archives_in_archives_are_refused_at_the_first() {
    let mut nested = zip(&[("a.pdf", sound())], 0);
    for level in 0..50 {
        nested = zip(&[(format!("{level}.zip").as_str(), nested)], 0);
    }
    let (code, sentence) = refused("nested.zip", &nested).await;
    assert_eq!(code, "file.not_a_document");
    assert!(sentence.contains("Unpack it"), "{sentence}");
}

/// The parts of a workbook of one sheet, with a text in its first cell.
fn workbook(strings: &str) -> Vec<(&'static str, Vec<u8>)> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let part = |name, text: String| (name, text.into_bytes());
    vec![
        part("[Content_Types].xml", format!("<Types xmlns=\"{PACKAGE}/content-types\"/>")),
        part(
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        part(
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r1\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{OFFICE}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
            ),
        ),
        part(
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"Invoice\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        part(
            "xl/worksheets/sheet1.xml",
            format!(
                "<worksheet xmlns=\"{MAIN}\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row></sheetData></worksheet>"
            ),
        ),
        part("xl/sharedStrings.xml", strings.replace("MAIN", MAIN)),
    ]
}

#[tokio::test]
async fn a_workbook_with_names_that_lead_out_of_it_or_with_archives_inside_is_read_and_nothing_is_unpacked() {
    let mut parts = workbook("<sst xmlns=\"MAIN\"><si><t>INV 4421</t></si></sst>");
    let bait = std::env::temp_dir().join(format!("quayside-escape-{}", std::process::id()));
    let absolute = bait.display().to_string();
    let climbing = format!("../../../../../../../..{absolute}");
    parts.push((absolute.clone().leak(), b"escaped".to_vec()));
    parts.push((climbing.leak(), b"escaped".to_vec()));
    parts.push(("xl/embeddings/a.zip", zip(&[("b.zip", zip(&[("c", vec![0; 100])], 0))], 0)));
    let reading = read("slip.xlsx", &zip(&parts, 0)).await;
    assert!(reading.pages.first().unwrap().text.contains("INV 4421"), "{reading:?}");
    assert!(!bait.exists(), "a part was written to {absolute}");
}

#[tokio::test]
async fn a_workbook_whose_xml_reaches_outside_or_grows_is_refused() {
    let outside = "<?xml version=\"1.0\"?><!DOCTYPE sst [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><sst xmlns=\"MAIN\"><si><t>&x;</t></si></sst>";
    let laughs: String =
        (1..10).map(|at| format!("<!ENTITY l{at} \"{}\">", format!("&l{};", at - 1).repeat(10))).collect();
    let laughs = format!("<!doctype sst [<!ENTITY l0 \"ha\">{laughs}]><sst xmlns=\"MAIN\"><si><t>&l9;</t></si></sst>");
    for strings in [outside, &laughs] {
        let (code, sentence) = refused("entities.xlsx", &zip(&workbook(strings), 0)).await;
        assert_eq!(code, "file.not_allowed");
        assert!(sentence.contains("DTD"), "{sentence}");
    }
    // Behind more than is searched for a declaration: nothing is expanded all the same.
    let hidden =
        format!("<?xml version=\"1.0\"?><!--{}-->{}", "abcdefgh".repeat(20_000), outside.split_once("?>").unwrap().1);
    let reading = read("hidden.xlsx", &zip(&workbook(&hidden), 0)).await;
    assert!(reading.pages.iter().all(|page| !page.text.contains("root:")), "{reading:?}");
}

#[tokio::test]
async fn a_file_of_two_formats_is_one_of_them_and_a_test_virus_is_only_text() {
    let both = [sound(), zip(&[("a.exe", b"MZ".to_vec())], 0)].concat();
    let reading = read("both.pdf", &both).await;
    assert!(reading.pages.first().unwrap().text.contains(PRINT));
    let other = [zip(&[("a.txt", b"x".to_vec())], 0), sound()].concat();
    assert_eq!(refused("other.pdf", &other).await.0, "file.not_a_document");
    // In two halves: this file is no virus.
    let virus = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"].concat();
    for name in ["eicar.com", "eicar.pdf"] {
        let reading = read(name, virus.as_bytes()).await;
        assert!(reading.documents.iter().all(|document| document.fields.is_empty()), "{reading:?}");
    }
}
