//! Any bytes that pass for JSON are read into documents, each with its digest, or into one that says why not.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quayside::reading::{NoOcr, read};

fuzz_target!(|rest: &[u8]| {
    let file: Vec<u8> = b"{".iter().chain(rest).copied().collect();
    let reading = read("fuzz.json", file, &NoOcr, &mut |_, _| {});
    assert!(reading.documents.iter().all(|document| document.sha256.len() == 64));
});
