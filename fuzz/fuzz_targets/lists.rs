//! Any file that is handed in as a list of the trade is counted line by line or refused with a sentence.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quayside::reading::lists::{ListError, Tally, carriers, ports, tariff};

/// What was told is what was kept, and a refusal has words.
fn judge(told: Result<Tally, ListError<String>>, kept: u64) {
    match told {
        Ok(tally) => assert!(tally.lines == kept && tally.left_out.saturating_mul(9) <= tally.lines),
        Err(refused) => assert!(!refused.to_string().is_empty()),
    }
}

fuzz_target!(|bytes: &[u8]| {
    let mut kept = 0;
    judge(tariff(bytes, |line| Ok(kept += u64::from(!line.code.is_empty()))), kept);
    let mut kept = 0;
    judge(ports(bytes, |place| Ok(kept += u64::from(place.code.len() == 5))), kept);
    let mut kept = 0;
    judge(carriers(bytes, |carrier| Ok(kept += u64::from(!carrier.code.is_empty()))), kept);
});
