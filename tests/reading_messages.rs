//! Files that state their values, measured on files that others made: invoices inside PDFs, EDI and JSON messages. Invented ones
//! are tested where their parsers stand.

#![expect(clippy::unwrap_used, reason = "a test may stop where its own preparation fails")]

use quayside::domain::packet::document::{Evidence, Field, Kind};
use quayside::reading::edi::{edifact, x12};
use quayside::reading::source::{Format, Limits};
use quayside::reading::{Manner, NoOcr, read, read_as};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of the files that lie beside the checkout; nothing, and a word about it, where they do not.
fn shared(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("QUAYSIDE_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let folder = root.join(folder);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: ../shared is not here");
    None
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
    files.sort();
    files
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

const MEASURED: [Field; 6] = [
    Field::InvoiceNumber,
    Field::InvoiceDate,
    Field::SellerName,
    Field::BuyerName,
    Field::Currency,
    Field::TotalAmount,
];

fn plain(value: &serde_json::Value) -> Option<String> {
    let text = match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn same(field: Field, a: &str, b: &str) -> bool {
    match (field, a.parse::<f64>(), b.parse::<f64>()) {
        (Field::TotalAmount, Ok(a), Ok(b)) => (a - b).abs() < 0.005,
        _ => a == b,
    }
}

/// F1 over the measured fields of all invoices, and what was missed.
fn measure(folder: &Path, pages_alone: bool) -> (f64, Vec<String>) {
    let manner = Manner { pages_alone, ..Manner::default() };
    let (mut right, mut said, mut wanted, mut missed) = (0u32, 0u32, 0u32, Vec::new());
    for path in files(folder, ".truth.json") {
        let truth: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let file = truth.get("file").and_then(|file| file.as_str()).unwrap().to_owned();
        let bytes = fs::read(folder.join(&file)).unwrap();
        let reading = read_as(&file, bytes, Format::Pdf, &manner, &NoOcr, &mut |_, _| {});
        let invoice = reading.documents.iter().find(|document| document.kind == Kind::CommercialInvoice);
        for field in MEASURED {
            let truth = truth.get("fields").and_then(|fields| fields.get(field.as_str())).and_then(plain);
            let value = invoice.and_then(|invoice| invoice.value(field)).map(str::to_owned);
            wanted += u32::from(truth.is_some());
            said += u32::from(value.is_some());
            match (&truth, &value) {
                (Some(a), Some(b)) if same(field, a, b) => right += 1,
                (None, None) => {}
                _ => missed.push(format!("{file} {field}: {truth:?} was read as {value:?}")),
            }
        }
    }
    (2.0 * f64::from(right) / f64::from(said + wanted), missed)
}

#[test]
fn invoices_inside_pdfs_are_read_without_a_fault() {
    let Some(folder) = shared("real/invoices") else { return };
    let (f1, missed) = measure(&folder, false);
    println!("six fields of the invoices with what they carry inside: F1 {f1:.4}");
    assert!((f1 - 1.0).abs() < f64::EPSILON, "{f1}: {missed:#?}");
}

/// What is still missed differs on the pages from what the files carry inside, or stands in a picture.
#[test]
fn invoices_are_read_by_their_printed_pages_alone() {
    let Some(folder) = shared("real/invoices") else { return };
    let (f1, missed) = measure(&folder, true);
    println!("six fields of the invoices by their printed pages alone: F1 {f1:.4}");
    assert!(f1 >= 0.91, "{f1}: {missed:#?}");
}

#[test]
fn a_value_from_inside_a_pdf_is_proven_by_its_line_and_by_the_page_where_it_is_printed() {
    let Some(folder) = shared("real/invoices") else { return };
    let (mut lines, mut pages) = (0, 0);
    for path in files(&folder, ".pdf") {
        let reading = read(&name(&path), fs::read(&path).unwrap(), &NoOcr, &mut |_, _| {});
        for document in &reading.documents {
            let Some(number) = document.field(Field::InvoiceNumber) else { continue };
            lines += usize::from(matches!(number.evidence.first(), Some(Evidence::Line { line: 1.. })));
            pages += usize::from(number.evidence.iter().any(|place| matches!(place, Evidence::Page { .. })));
        }
    }
    println!("{lines} invoice numbers proven by a line, {pages} of them also by a page");
    assert_eq!(lines, files(&folder, ".pdf").len());
    assert!(pages > 0);
}

#[test]
fn edi_files_are_cut_without_loss() {
    let Some(folder) = shared("real/edi") else { return };
    for path in files(&folder, "").into_iter().filter(|path| path.is_file()) {
        let bytes = fs::read(&path).unwrap();
        let parse = if bytes.starts_with(b"UN") { edifact::parse } else { x12::parse };
        let cut = parse(&bytes, &Limits::default()).unwrap();
        assert!(cut.segments.len() > 3, "{}", name(&path));
        assert!(cut.write() == bytes, "{} is not the same again", name(&path));
    }
}

/// Which of the files end how: a kind with its numbers of fields and lines, or the sentence of a refusal.
#[test]
fn edi_files_are_read_named_or_refused_with_the_segment() {
    let Some(folder) = shared("real/edi") else { return };
    let corrupt = [
        ("apimx12_test_310_0.x12", "segment 48 (SE): it counts 49 segments where there are 46"),
        ("staedi_invoic_d97b_bad.edi", "segment 11 (QTY): 1020A is not a number"),
    ];
    let mut told = 0;
    for path in files(&folder, "").into_iter().filter(|path| path.is_file()) {
        let file = name(&path);
        let reading = read(&file, fs::read(&path).unwrap(), &NoOcr, &mut |_, _| {});
        for document in &reading.documents {
            let problem = document.problems.first().map(|problem| problem.message.clone());
            println!(
                "{file}: {} {} fields {} lines {problem:?}",
                document.kind,
                document.fields.len(),
                document.lines.len()
            );
            let problem = problem.unwrap_or_default();
            assert_eq!(document.kind == Kind::Unknown, !problem.is_empty(), "{file}");
            assert!(problem.is_empty() || problem.starts_with(&file), "{problem}");
            if let Some((_, wanted)) = corrupt.iter().find(|(corrupt, _)| *corrupt == file) {
                assert!(problem.contains(wanted), "{problem}");
                told += 1;
            }
        }
    }
    assert_eq!(told, corrupt.len());
}

#[test]
fn carriers_messages_are_read_or_named() {
    let Some(folder) = shared("real/json") else { return };
    for path in files(&folder, ".json") {
        let file = name(&path);
        let reading = read(&file, fs::read(&path).unwrap(), &NoOcr, &mut |_, _| {});
        let kinds: Vec<Kind> = reading.documents.iter().map(|document| document.kind).collect();
        let wanted = if file.contains("error-message") {
            Kind::Unknown
        } else if file.contains("arrivalnotice") {
            Kind::ArrivalNotice
        } else {
            Kind::BillOfLading
        };
        assert_eq!(kinds, [wanted], "{file}");
        for document in &reading.documents {
            println!("{file}: {} {} fields {} lines", document.kind, document.fields.len(), document.lines.len());
            assert_eq!(document.fields.is_empty(), wanted == Kind::Unknown, "{file}");
            assert_eq!(document.problems.is_empty(), wanted != Kind::Unknown, "{file}");
        }
    }
}
