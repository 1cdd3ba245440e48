//! Any bytes that pass for an e-mail are read into documents, each with its digest, or into one that says why not.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quayside::reading::{NoOcr, read};

fuzz_target!(|rest: &[u8]| {
    let file: Vec<u8> = b"From: a@b\r\nMessage-ID: <1@b>\r\n".iter().chain(rest).copied().collect();
    let reading = read("fuzz.eml", file, &NoOcr, &mut |_, _| {});
    assert!(reading.documents.iter().all(|document| document.sha256.len() == 64));
});
