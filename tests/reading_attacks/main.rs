//! Files made to hurt their reader. Each ends with a sentence that names it and says what to do, or is read, in bounded time and
//! memory; and the file that comes after it in the packet is read as if nothing had been.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop where its own preparation fails")]

mod forge;
mod messages;
mod packed;
mod pdfs;

use quayside::domain::packet::arrangement::Leaf;
use quayside::reading::FileReading;
use quayside::reading::ocr::Engine;
use quayside::reading::sandbox::{RenderError, Sandbox};
use quayside::reading::source::Limits;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The most memory that anything that reads may ever have had resident, in kilobytes.
const MOST_MEMORY: i64 = 512 * 1024;

fn sandbox() -> Sandbox {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_quayside-reader"));
    Sandbox { program, limits: Limits::default(), ocr: Engine::installed(), pages_alone: false }
}

fn size(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap()
}

/// What every attack must keep to; everything that read it has ended.
fn bounded(name: &str, took: Duration) {
    let children = nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_CHILDREN).unwrap();
    println!("{name}: {took:?}, {} MB", children.max_rss() / 1024);
    assert!(took < Duration::from_secs(60), "{name} took {took:?}");
    assert!((1..=MOST_MEMORY).contains(&children.max_rss()), "{name} took {} kB", children.max_rss());
}

/// Every sentence names the file and ends with what to do.
fn told(name: &str, sentence: &str) {
    const TO_DO: [&str; 8] = ["Ask", "Split", "Send", "Save", "Scan", "Unpack", "Print", "Check"];
    assert!(sentence.contains(name), "{sentence}");
    let last = sentence.rsplit(". ").next().unwrap();
    assert!(TO_DO.iter().any(|word| last.starts_with(word)), "{name}: what is to be done? {sentence}");
}

/// The attack as it was read, in a packet with a sound file after it.
async fn read(name: &str, bytes: &[u8]) -> FileReading {
    let started = Instant::now();
    let mut reader = sandbox().reader();
    let reading = reader.read_file(name, bytes, size(bytes), |_, _| {}).await;
    let took = started.elapsed();
    let next = forge::sound();
    let after = reader.read_file("next.pdf", next.as_slice(), size(&next), |_, _| {}).await;
    reader.close().await;
    bounded(name, took);
    assert!(after.pages.first().is_some_and(|page| page.text.contains(forge::PRINT)), "after {name}: {after:?}");
    for problem in reading.documents.iter().flat_map(|document| &document.problems) {
        let note = problem.code == "file.misnamed";
        if !note && problem.page.is_none() {
            told(name, &problem.message);
        }
    }
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
    let shown = sandbox().render_page(name, bytes, size(bytes), Leaf::from(1), 800).await;
    bounded(name, started.elapsed());
    if let Err(RenderError::Refused(sentence)) = &shown {
        told(name, sentence);
    }
    shown
}
