//! Any table that an OCR engine may print gives words within bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quayside::reading::ocr::tsv;

fuzz_target!(|bytes: &[u8]| {
    for word in tsv::words(&String::from_utf8_lossy(bytes)) {
        assert!(word.width > 0 && word.height > 0 && (0.0..=1.0).contains(&word.confidence));
    }
});
