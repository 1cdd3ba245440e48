//! The reader's child process: what it answers, what it may not do, and how it ends. The files that attack it are in
//! `reading_attacks.rs`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop where its own preparation fails")]

use quayside::domain::packet::arrangement::Leaf;
use quayside::reading::ocr::Engine;
use quayside::reading::sandbox::{RenderError, Sandbox};
use quayside::reading::source::Limits;
use std::io::Cursor;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::io::AsyncRead;

fn sandbox(limits: Limits) -> Sandbox {
    Sandbox {
        program: PathBuf::from(env!("CARGO_BIN_EXE_quayside-reader")),
        limits,
        ocr: Engine::installed(),
        pages_alone: false,
    }
}

fn size(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let image = image::RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([u8::try_from(x % 251).unwrap(), u8::try_from(y % 241).unwrap(), 7])
    });
    image.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

/// A PDF of one page of `width` by `height` points with the given content.
fn pdf(width: u32, height: u32, content: &str) -> Vec<u8> {
    format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents 4 0 R/Resources<</Font<</F<</Type/Font\
         /Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n4 0 obj<</Length {}>>stream\n{content}\nendstream endobj\n\
         trailer<</Root 1 0 R>>\n",
        content.len()
    )
    .into_bytes()
}

async fn problem(limits: Limits, name: &str, bytes: &[u8]) -> (String, String) {
    let reading = sandbox(limits).read_file(name, bytes, size(bytes), |_, _| {}).await;
    let document = reading.documents.first().unwrap();
    let problem = document.problems.first().unwrap();
    (problem.code.clone(), problem.message.clone())
}

#[tokio::test]
async fn a_file_that_is_no_document_is_an_unknown_document_that_says_why() {
    let (code, message) = problem(Limits::default(), "photo -rf;$(id).pdf", b"<html><body>Sign in</body></html>").await;
    assert_eq!(code, "file.not_a_document");
    assert!(message.starts_with("photo -rf;$(id).pdf is a web page"), "{message}");
    assert_eq!(problem(Limits::default(), "empty.pdf", b"").await.0, "file.empty");
    let small = Limits { file_bytes: 10, ..Limits::default() };
    assert_eq!(problem(small, "large.csv", b"a;b;c\n1;2;3\n").await.0, "file.too_large");
}

#[tokio::test]
async fn a_refused_file_still_carries_its_digest() {
    let reading = sandbox(Limits::default()).read_file("a.pdf", b"<html>".as_slice(), 6, |_, _| {}).await;
    let digest = &reading.documents.first().unwrap().sha256;
    assert_eq!(digest, "b7d082ee12e91b756ea22e8513b8594eebcf5d39fab813da3cb55794dc888ad7");
}

#[tokio::test]
async fn pages_of_pdfs_and_pictures_are_shown_at_the_width_asked_for() {
    let sandbox = sandbox(Limits::default());
    let letter = pdf(612, 792, "BT /F 24 Tf 72 700 Td (Bill of lading) Tj ET");
    let picture = png(300, 200);
    for (name, bytes, width, expected) in [
        ("letter.pdf", &letter, 306, (306, 396)),
        ("scan.png", &picture, 150, (150, 100)),
        ("scan.png", &picture, 900, (900, 600)),
    ] {
        let shown = sandbox.render_page(name, bytes.as_slice(), size(bytes), Leaf::from(1), width).await.unwrap();
        let shown = image::load_from_memory(&shown).unwrap();
        assert_eq!((shown.width(), shown.height()), expected, "{name} at {width}");
    }
    let missing = sandbox.render_page("letter.pdf", letter.as_slice(), size(&letter), Leaf::from(2), 100).await;
    assert_eq!(missing, Err(RenderError::NoSuchPage));
}

#[tokio::test]
async fn a_page_as_large_as_a_field_is_shown_within_bounds() {
    let field = pdf(2_000_000, 1_000_000, "0 0 1000 1000 re f");
    let shown = sandbox(Limits::default())
        .render_page("field.pdf", field.as_slice(), size(&field), Leaf::from(1), 5_000_000)
        .await;
    let shown = image::load_from_memory(&shown.unwrap()).unwrap();
    assert!(shown.width() <= 4_000 && shown.height() <= 4_000, "{} by {}", shown.width(), shown.height());
}

#[tokio::test]
async fn a_page_that_cannot_be_drawn_is_refused_with_a_sentence() {
    let broken = b"%PDF-1.4 nothing more";
    let refused =
        sandbox(Limits::default()).render_page("b.pdf", broken.as_slice(), size(broken), Leaf::from(1), 100).await;
    let Err(RenderError::Refused(sentence)) = refused else { panic!("{refused:?}") };
    assert!(sentence.starts_with("b.pdf is damaged"), "{sentence}");
}

#[tokio::test]
async fn a_reader_short_of_memory_says_so() {
    let picture = png(3_000, 3_000);
    let limits = Limits { memory_bytes: 48 * 1_048_576, ..Limits::default() };
    let refused = sandbox(limits).render_page("big.png", picture.as_slice(), size(&picture), Leaf::from(1), 100).await;
    let Err(RenderError::Refused(sentence)) = refused else { panic!("{refused:?}") };
    assert!(sentence.contains("needs more memory"), "{sentence}");
}

#[tokio::test]
async fn a_source_that_stalls_is_given_up_and_its_reader_ended() {
    let limits = Limits { wall_seconds: 1, ..Limits::default() };
    let started = Instant::now();
    let (stalled, _kept) = tokio::io::duplex(64);
    let reading = sandbox(limits).read_file("slow.pdf", stalled, 1_000, |_, _| {}).await;
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(reading.documents.first().unwrap().problems.first().unwrap().code, "file.out_of_time");
}

#[tokio::test]
async fn a_source_that_ends_early_is_not_read_as_a_shorter_file() {
    let reading = sandbox(Limits::default()).read_file("cut.csv", b"a;b".as_slice(), 1_000, |_, _| {}).await;
    assert_eq!(reading.documents.first().unwrap().problems.first().unwrap().code, "file.reader_not_started");
}

#[tokio::test]
async fn a_missing_program_is_a_problem_of_the_file_not_a_fault() {
    let sandbox = Sandbox { program: "/nonexistent".into(), ..sandbox(Limits::default()) };
    let reading = sandbox.read_file("a.pdf", b"%PDF-".as_slice(), 5, |_, _| {}).await;
    assert_eq!(reading.documents.first().unwrap().problems.first().unwrap().code, "file.reader_not_started");
}

/// The children of this process that run the reader, by looking at the process table.
fn readers() -> Vec<u32> {
    let own = std::process::id().to_string();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()));
    ids.filter(|id| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let after = stat.rsplit(')').next().unwrap_or_default().to_owned();
        let mut words = after.split_whitespace();
        words.next() != Some("Z") && words.next() == Some(own.as_str())
    })
    .collect()
}

async fn until(mut met: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !met() {
        if Instant::now() > deadline {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    true
}

/// A source that never gives a byte and never ends.
fn silent() -> (impl AsyncRead + Unpin, tokio::io::DuplexStream) {
    tokio::io::duplex(64)
}

#[tokio::test]
async fn dropping_the_future_ends_the_reader() {
    let (source, kept) = silent();
    let reading =
        tokio::spawn(async move { sandbox(Limits::default()).read_file("a.pdf", source, 100, |_, _| {}).await });
    assert!(until(|| !readers().is_empty()).await, "no reader was started");
    reading.abort();
    assert!(until(|| readers().is_empty()).await, "the reader outlived its future");
    drop(kept);
}

#[tokio::test]
async fn the_reader_has_given_up_its_rights_before_the_first_byte_of_the_file() {
    let (source, kept) = silent();
    let reading =
        tokio::spawn(async move { sandbox(Limits::default()).read_file("a.pdf", source, 100, |_, _| {}).await });
    let fact = |file: &str, name: &str| {
        let text = readers().first().and_then(|id| std::fs::read_to_string(format!("/proc/{id}/{file}")).ok())?;
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.trim_start_matches(name).split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    };
    let first = |file: &str, name: &str| fact(file, name).and_then(|words| words.first().cloned());
    assert!(until(|| first("status", "Seccomp:").as_deref() == Some("2")).await, "sockets are not fenced off");
    assert_eq!(first("status", "NoNewPrivs:").as_deref(), Some("1"));
    assert_eq!(first("limits", "Max file size").as_deref(), Some("0"));
    assert_eq!(first("limits", "Max core file size").as_deref(), Some("0"));
    assert_eq!(first("limits", "Max address space"), Some(Limits::default().memory_bytes.to_string()));
    assert_eq!(first("limits", "Max cpu time"), Some(Limits::default().cpu_seconds.to_string()));
    let id = *readers().first().unwrap();
    let environment = std::fs::read(format!("/proc/{id}/environ")).unwrap();
    assert_eq!(String::from_utf8_lossy(&environment), "MALLOC_ARENA_MAX=1\0");
    reading.abort();
    drop(kept);
}

#[tokio::test]
async fn one_reader_takes_file_after_file_and_another_comes_after_a_refusal() {
    let sandbox = sandbox(Limits::default());
    let mut reader = sandbox.reader();
    let mut problems = async |name: &str, bytes: &[u8]| {
        let reading = reader.read_file(name, bytes, size(bytes), |_, _| {}).await;
        let problems = reading.documents.iter().flat_map(|document| &document.problems);
        (readers(), problems.map(|problem| problem.code.clone()).collect::<Vec<_>>())
    };
    let letter = pdf(612, 792, "BT /F 12 Tf 72 700 Td (Bill of lading number of the carrier for the goods) Tj ET");
    let (first, _) = problems("a.pdf", &letter).await;
    let (second, _) = problems("b.csv", b"item;qty\n1;2\n").await;
    assert_eq!((first.len(), &first), (1, &second), "the living reader was not used again");
    let (third, refused) = problems("c.pdf", b"<html>").await;
    assert_eq!((third, refused), (vec![], vec!["file.not_a_document".to_owned()]));
    let (fourth, _) = problems("d.pdf", &letter).await;
    assert!(fourth.len() == 1 && fourth != first, "{fourth:?} after {first:?}");
    reader.close().await;
    assert!(readers().is_empty());
}

#[tokio::test]
async fn a_reader_that_died_between_two_files_costs_neither() {
    let sandbox = sandbox(Limits::default());
    let mut reader = sandbox.reader();
    let table = b"item;qty\n1;2\n".as_slice();
    let first = reader.read_file("a.csv", table, size(table), |_, _| {}).await;
    let id = *readers().first().unwrap();
    let process = nix::unistd::Pid::from_raw(i32::try_from(id).unwrap());
    nix::sys::signal::kill(process, nix::sys::signal::Signal::SIGKILL).unwrap();
    // Its memory goes before it is known to be dead.
    assert!(until(|| !runs(&id)).await);
    let second = reader.read_file("a.csv", table, size(table), |_, _| {}).await;
    assert_eq!(first, second);
    reader.close().await;
}

/// False for a process that is gone, or dead with all its threads and not yet buried.
fn runs(id: &u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let threads = std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().count();
    threads > 1 || !matches!(stat.rsplit(") ").next().and_then(|rest| rest.chars().next()), None | Some('Z' | 'X'))
}

/// The processes under `parent`, by the process table.
fn descendants(parent: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
    let children = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    let ids: Vec<u32> = children
        .flat_map(|text| text.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>())
        .collect();
    ids.iter().copied().chain(ids.iter().flat_map(|id| descendants(*id))).collect()
}

#[tokio::test]
async fn a_reader_and_its_ocr_engine_die_with_a_parent_that_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let scan = folder.path().join("scan.png");
    std::fs::write(&scan, png(2_000, 3_000)).unwrap();
    let mut parent = std::process::Command::new(env!("CARGO_BIN_EXE_quayside"))
        .arg("check")
        .arg(&scan)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let wanted = if Engine::installed().program.is_some() { 2 } else { 1 };
    assert!(until(|| descendants(parent.id()).len() >= wanted).await, "no reader was started");
    let below = descendants(parent.id());
    parent.kill().unwrap();
    parent.wait().unwrap();
    assert!(until(|| !below.iter().any(runs)).await, "a process was left behind");
}
