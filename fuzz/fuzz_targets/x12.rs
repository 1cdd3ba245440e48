//! Any bytes that pass for X12 are cut into segments that give the bytes again, and are read into documents or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quayside::reading::edi::x12;
use quayside::reading::source::Limits;
use quayside::reading::{NoOcr, read};

fuzz_target!(|rest: &[u8]| {
    let file: Vec<u8> = b"ISA*00**00**ZZ*A*ZZ*B*260602*1200*U*00401*1*0*P*>".iter().chain(rest).copied().collect();
    if let Ok(cut) = x12::parse(&file, &Limits::default()) {
        assert!(cut.write() == file);
    }
    let reading = read("fuzz.edi", file, &NoOcr, &mut |_, _| {});
    assert!(reading.documents.iter().all(|document| document.sha256.len() == 64));
});
