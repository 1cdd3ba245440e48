//! Any bytes have a format or a refusal.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quayside::reading::source::{Limits, admit, misnamed, sniff};

fuzz_target!(|bytes: &[u8]| {
    let _ = misnamed("scan.pdf", sniff(bytes));
    let _ = admit(bytes, &Limits::default());
});
