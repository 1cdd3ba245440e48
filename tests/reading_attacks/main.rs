//! Files made to hurt their reader. Each ends with a sentence for its own file, in bounded time and memory, and the next file
//! is read as if nothing had been.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop where its own preparation fails")]

use flate2::{Compression, write::ZlibEncoder};
use quayside::reading::FileReading;
use quayside::reading::ocr::Engine;
use quayside::reading::sandbox::{RenderError, Sandbox};
use quayside::reading::source::Limits;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn sandbox() -> Sandbox {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_quayside-reader"));
    Sandbox { program, limits: Limits::default(), ocr: Engine::installed(), pages_alone: false }
}

fn size(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap()
}

async fn read(name: &str, bytes: &[u8]) -> FileReading {
    let started = Instant::now();
    let reading = sandbox().read_file(name, bytes, size(bytes), |_, _| {}).await;
    assert!(started.elapsed() < Duration::from_secs(60), "{name} took {:?}", started.elapsed());
    reading
}

/// The code and the sentence of the one problem of a file that was not read.
async fn refused(name: &str, bytes: &[u8]) -> (String, String) {
    let reading = read(name, bytes).await;
    let problem = reading.documents.first().and_then(|document| document.problems.first()).cloned();
    let Some(problem) = problem else { panic!("{name} was read: {reading:?}") };
    assert!(problem.message.starts_with(name), "{}", problem.message);
    (problem.code, problem.message)
}

async fn shown(name: &str, bytes: &[u8]) -> Result<Vec<u8>, RenderError> {
    let started = Instant::now();
    let shown = sandbox().render_page(name, bytes, size(bytes), 1, 800).await;
    assert!(started.elapsed() < Duration::from_secs(60), "{name} took {:?}", started.elapsed());
    shown
}

fn deflated(chunk: &[u8], times: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..times {
        encoder.write_all(chunk).unwrap();
    }
    encoder.finish().unwrap()
}

/// A PDF of the given objects, numbered from 1; the first is the catalogue.
fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.5\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(file.len());
        writeln!(file, "{number} 0 obj").unwrap();
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1);
    for place in &places {
        writeln!(table, "{place:010} 00000 n ").unwrap();
    }
    writeln!(table, "trailer<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF", places.len() + 1).unwrap();
    file.extend_from_slice(table.as_bytes());
    file
}

fn stream(dictionary: &str, bytes: &[u8]) -> Vec<u8> {
    let mut object = format!("<<{dictionary}/Length {}>>stream\n", bytes.len()).into_bytes();
    object.extend_from_slice(bytes);
    object.extend_from_slice(b"\nendstream");
    object
}

/// A PDF of one page with the given resources and content stream.
fn one_page(resources: &str, content: Vec<u8>, more: Vec<Vec<u8>>) -> Vec<u8> {
    let page = format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<<{resources}>>>>");
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        page.into_bytes(),
        content,
    ];
    objects.extend(more);
    pdf(&objects)
}

fn sound() -> Vec<u8> {
    one_page("", stream("", b"0 0 100 100 re f"), vec![])
}

/// The most memory that children of this process ever had resident, in kilobytes.
fn peak() -> i64 {
    nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_CHILDREN).unwrap().max_rss()
}

#[tokio::test]
async fn a_stream_that_unpacks_twice_to_more_than_the_memory_ends_its_reader_alone() {
    let once = deflated(&vec![b' '; 1 << 20], 640);
    let bomb = one_page("", stream("/Filter[/FlateDecode/FlateDecode]", &deflated(&once, 1)), vec![]);
    assert!(bomb.len() < 1_000_000, "{}", bomb.len());
    let started = Instant::now();
    let read = read("bomb.pdf", &bomb).await;
    let shown = shown("bomb.pdf", &bomb).await;
    let sentences =
        read.documents.iter().flat_map(|document| &document.problems).map(|problem| problem.message.clone());
    for sentence in sentences.chain(shown.err().map(|error| error.to_string())) {
        assert!(sentence.contains("bomb.pdf"), "{sentence}");
    }
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    assert!(peak() < 600_000, "{} kB", peak());
    assert!(self::shown("sound.pdf", &sound()).await.is_ok());
}

#[tokio::test]
async fn a_picture_of_thirty_thousand_pixels_a_side_is_not_drawn() {
    let pixels = deflated(&[0; 30_000], 1_000);
    let picture = stream(
        "/Type/XObject/Subtype/Image/Width 30000/Height 30000/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/FlateDecode",
        &pixels,
    );
    let content = b"BT /F 20 Tf 40 700 Td (Commercial invoice number INV 4421 of the second of June 2026) Tj ET 612 0 0 792 0 0 cm /I Do";
    let resources = "/XObject<</I 5 0 R>>/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>";
    let file = one_page(resources, stream("", content), vec![picture]);
    let Err(RenderError::Refused(sentence)) = shown("huge.pdf", &file).await else { panic!("it was drawn") };
    assert!(sentence.contains("30000 by 30000 pixels"), "{sentence}");
    let reading = read("huge.pdf", &file).await;
    let text = &reading.pages.first().unwrap().text;
    assert!(text.contains("INV 4421"), "the text under the picture was not read: {text}");
    assert!(peak() < 400_000, "{} kB", peak());
}

#[tokio::test]
async fn ten_thousand_pages_are_shown_or_refused_but_never_stuck() {
    let kids: String = (0..10_000).map(|index| format!("{} 0 R ", index + 3)).collect();
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!("<</Type/Pages/Kids[{kids}]/Count 10000>>").into_bytes(),
    ];
    objects.extend((0..10_000).map(|_| b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>".to_vec()));
    let file = pdf(&objects);
    assert!(shown("book.pdf", &file).await.is_ok());
    assert_eq!(refused("book.pdf", &file).await.0, "file.too_many_pages");
}

#[tokio::test]
async fn a_page_tree_that_holds_itself_ends() {
    let file = pdf(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[2 0 R 2 0 R 3 0 R]/Count 3>>".to_vec(),
        b"<</Type/Pages/Kids[2 0 R]/Count 1>>".to_vec(),
    ]);
    assert!(shown("loop.pdf", &file).await.is_err());
    read("loop.pdf", &file).await;
}

#[tokio::test]
async fn a_form_that_draws_itself_ends() {
    let form = stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>", b"/F Do /F Do");
    let file = one_page("/XObject<</F 5 0 R>>", stream("", b"/F Do"), vec![form]);
    let _ = shown("form.pdf", &file).await;
    read("form.pdf", &file).await;
}

#[tokio::test]
async fn two_million_open_brackets_end() {
    let file = one_page("", stream("", &vec![b'['; 2_000_000]), vec![]);
    let _ = shown("brackets.pdf", &file).await;
    read("brackets.pdf", &file).await;
}

#[tokio::test]
async fn what_is_no_document_says_what_it_is() {
    for (name, bytes, code, words) in [
        ("nothing.pdf", b"".as_slice(), "file.empty", "is empty"),
        ("blank.pdf", b"  \n\n ", "file.empty", "is empty"),
        ("page.pdf", b"<!doctype html><script>alert(1)</script>%PDF-1.4", "file.not_a_document", "is a web page"),
        ("logo.svg.html", b"<html><svg onload=alert(1)>", "file.not_a_document", "is a web page"),
        ("tool.pdf", b"\x7fELF\x02\x01\x01", "file.not_a_document", "is a program"),
        ("papers.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "file.not_a_document", "is an archive"),
        ("noise.bin", b"\x00\x9f\x01\x02\x03\xfe\xfd", "file.not_a_document", "is not a document"),
    ] {
        let (found, sentence) = refused(name, bytes).await;
        assert_eq!(found, code, "{name}");
        assert!(sentence.contains(words), "{sentence}");
    }
}

/// A zip file whose last part is followed by `spaces` times 64 KB of spaces.
fn zip(parts: &[(&str, Vec<u8>)], spaces: usize) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    for _ in 0..spaces {
        writer.write_all(&[b' '; 1 << 16]).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_workbook_that_unpacks_to_half_a_gigabyte_is_refused_unopened() {
    let parts =
        ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"].map(|part| (part, b"<x/>".to_vec()));
    let bomb = zip(&parts, 8_192);
    assert!(bomb.len() < 1_000_000);
    assert_eq!(refused("bomb.xlsx", &bomb).await.0, "file.unpacks_too_large");
    assert!(peak() < 200_000, "{} kB", peak());
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
async fn cut_and_garbled_files_end_with_a_sentence_or_a_picture() {
    let whole = sound();
    for share in [10, 50, 90, 98] {
        let cut = whole.get(..whole.len() * share / 100).unwrap();
        let _ = shown("cut.pdf", cut).await;
        read("cut.pdf", cut).await;
    }
    for step in [3, 7, 31] {
        let garbled: Vec<u8> = whole
            .iter()
            .enumerate()
            .map(|(at, byte)| if at > 20 && at % step == 0 { byte ^ 0x55 } else { *byte })
            .collect();
        let _ = shown("garbled.pdf", &garbled).await;
        read("garbled.pdf", &garbled).await;
    }
}

#[tokio::test]
async fn a_protected_pdf_asks_for_a_copy_without_a_password() {
    // The key is 40 bits of RC4; /O and /U belong to a password that nobody knows.
    let encrypt = format!("<</Filter/Standard/V 1/R 2/P -4/O<{0}>/U<{0}>>>", "5a".repeat(32));
    let mut file = one_page("", stream("", b"0 0 100 100 re f"), vec![encrypt.into_bytes()]);
    let text = String::from_utf8_lossy(&file).replace("/Root 1 0 R", "/Encrypt 5 0 R/ID[<00><00>]/Root 1 0 R");
    file = text.into_bytes();
    let Err(RenderError::Refused(sentence)) = shown("secret.pdf", &file).await else { panic!("it was drawn") };
    assert!(sentence.contains("protected by a password"), "{sentence}");
    assert_eq!(
        read("secret.pdf", &file).await.documents.first().unwrap().problems.first().unwrap().code,
        "file.encrypted"
    );
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
    let Err(RenderError::Refused(sentence)) = shown("wall.png", &header).await else { panic!("it was drawn") };
    assert!(sentence.contains("50000 by 50000 pixels"), "{sentence}");
}

#[tokio::test]
async fn a_table_of_a_million_columns_and_utf16_text_end() {
    read("wide.csv", "a;".repeat(1_000_000).as_bytes()).await;
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("Menge;Preis\n1;2\n".bytes().flat_map(|byte| [byte, 0])).collect();
    read("utf16.csv", &utf16).await;
}

#[tokio::test]
async fn an_xml_that_declares_a_document_type_or_goes_too_deep_is_refused() {
    let laughs: String =
        (1..10).map(|at| format!("<!ENTITY l{at} \"{}\">", format!("&l{};", at - 1).repeat(10))).collect();
    let laughs = format!("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY l0 \"ha\">{laughs}]><a>&l9;</a>");
    let outside = "<?xml version=\"1.0\"?><!DOCTYPE a SYSTEM \"http://192.0.2.1/x.dtd\"><a/>";
    for text in [laughs.as_str(), outside] {
        let (code, sentence) = refused("laughs.xml", text.as_bytes()).await;
        assert_eq!(code, "file.not_allowed");
        assert!(sentence.contains("DTD"), "{sentence}");
    }
    let deep = format!("<?xml version=\"1.0\"?>{}", "<a>".repeat(2_000_000));
    assert_eq!(refused("deep.xml", deep.as_bytes()).await.0, "file.too_large");
    let wide = format!("<?xml version=\"1.0\"?><a>{}</a>", "<b/>".repeat(2_000_000));
    assert_eq!(refused("wide.xml", wide.as_bytes()).await.0, "file.too_large");
    assert!(peak() < 600_000, "{} kB", peak());
}

#[tokio::test]
async fn ten_million_empty_segments_end_with_a_sentence() {
    let head =
        "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260602*1200*U*00401*000000001*0*P*>~";
    let x12 = format!("{head}{}", "~".repeat(10_000_000));
    let edifact = format!("UNB+UNOC:3+A+B+260602:1200+1'{}", "'".repeat(10_000_000));
    let long = format!("UNB+UNOC:3+A+B+260602:1200+1'UNH+1+INVOIC:D'{}", "+:".repeat(5_000_000));
    for (name, text) in [("empty.x12", x12), ("empty.edi", edifact), ("long.edi", long)] {
        let (code, sentence) = refused(name, text.as_bytes()).await;
        assert!(matches!(code.as_str(), "file.too_large" | "file.corrupt"), "{code}");
        assert!(sentence.contains("segment"), "{sentence}");
    }
    assert!(peak() < 600_000, "{} kB", peak());
}

#[tokio::test]
async fn json_of_a_million_brackets_ends_with_a_sentence() {
    assert_eq!(
        refused("deep.json", format!("[{{\"a\":{}", "[".repeat(1_000_000)).as_bytes()).await.0,
        "file.too_large"
    );
    let wide = format!("{{\"a\":[{}1]}}", "1,".repeat(2_000_000));
    assert_eq!(refused("wide.json", wide.as_bytes()).await.0, "file.too_large");
}

#[tokio::test]
async fn an_e_mail_of_nested_parts_or_many_files_ends_with_a_sentence() {
    let head = "From: a@b.example\r\nMessage-ID: <1@b.example>\r\nSubject: x\r\n";
    let mut nested = format!("{head}Content-Type: text/csv\r\nContent-Disposition: attachment\r\n\r\n1;2");
    for level in 0..200 {
        nested = format!(
            "{head}Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\nContent-Type: message/rfc822\r\n\r\n{nested}\r\n--b{level}--\r\n"
        );
    }
    read("nested.eml", nested.as_bytes()).await;
    let parts = "--c\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n1;2\r\n".repeat(50_000);
    let many = format!("{head}Content-Type: multipart/mixed; boundary=c\r\n\r\n{parts}--c--\r\n");
    let (code, sentence) = refused("many.eml", many.as_bytes()).await;
    assert_eq!(code, "file.not_allowed");
    assert!(sentence.contains("more than 100 attachments"), "{sentence}");
    let opened: String =
        (0..100_000).map(|at| format!("--p\r\nContent-Type: multipart/mixed; boundary=q{at}\r\n\r\n")).collect();
    read("open.eml", format!("{head}Content-Type: multipart/mixed; boundary=p\r\n\r\n{opened}").as_bytes()).await;
    assert!(peak() < 600_000, "{} kB", peak());
}

/// A PDF that carries a file inside which unpacks to two hundred megabytes.
#[tokio::test]
async fn an_attachment_that_unpacks_to_far_more_is_left_alone_and_the_page_is_read() {
    let bomb = stream("/Type/EmbeddedFile/Filter/FlateDecode", &deflated(&vec![b' '; 1 << 20], 200));
    let content =
        stream("", b"BT /F 20 Tf 40 700 Td (Commercial invoice number INV 4421 of the second of June 2026) Tj ET");
    let objects = vec![
        b"<</Type/Catalog/Pages 2 0 R/AF[5 0 R]/Names<</EmbeddedFiles 7 0 R>>>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>".to_vec(),
        content,
        b"<</Type/Filespec/F(factur-x.xml)/EF<</F 6 0 R>>>>".to_vec(),
        bomb,
        b"<</Names[(factur-x.xml) 5 0 R]/Kids[7 0 R 7 0 R]>>".to_vec(),
    ];
    let reading = read("carrier.pdf", &pdf(&objects)).await;
    assert!(reading.pages.first().unwrap().text.contains("INV 4421"));
    assert!(peak() < 600_000, "{} kB", peak());
}
