//! Any bytes that pass for EDIFACT are cut into segments that give the bytes again, and are read into documents or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quayside::reading::edi::edifact;
use quayside::reading::source::Limits;
use quayside::reading::{NoOcr, read};

fuzz_target!(|rest: &[u8]| {
    let file: Vec<u8> = b"UN".iter().chain(rest).copied().collect();
    if let Ok(cut) = edifact::parse(&file, &Limits::default()) {
        assert!(cut.write() == file);
    }
    let reading = read("fuzz.edi", file, &NoOcr, &mut |_, _| {});
    assert!(reading.documents.iter().all(|document| document.sha256.len() == 64));
});
