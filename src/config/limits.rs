//! The limits of reading one file as settings, in the units in which people say them. What each of them means stands at [`Limits`].

use super::reader::{ConfigError, Reader};
use crate::reading::source::Limits;

const MB: u64 = 1024 * 1024;
const MEGAPIXEL: u64 = 1_000_000;

/// The limits in force. None can be so small that nothing is read, or so large that a file could take the machine.
pub(super) fn read(read: &Reader<'_>) -> Result<Limits, ConfigError> {
    let times = |name, unit: u64, least, most| read.number::<u64>(name, least, most).map(|number| number * unit);
    Ok(Limits {
        file_bytes: times("QUAYSIDE_FILE_MB", MB, 1, 4_000)?,
        pages: read.number("QUAYSIDE_PAGES", 1, 20_000)?,
        image_pixels: times("QUAYSIDE_PICTURE_MEGAPIXELS", MEGAPIXEL, 1, 2_000)?,
        unpacked_bytes: times("QUAYSIDE_UNPACKED_MB", MB, 1, 16_384)?,
        unpacked_ratio: read.number("QUAYSIDE_UNPACKED_RATIO", 2, 100_000)?,
        entries: read.number("QUAYSIDE_WORKBOOK_PARTS", 10, 1_000_000)?,
        nodes: read.number("QUAYSIDE_ELEMENTS", 100, 100_000_000)?,
        // Reading what lies in each other takes stack.
        depth: read.number("QUAYSIDE_ELEMENTS_DEEP", 10, 1_000)?,
        segments: read.number("QUAYSIDE_SEGMENTS", 100, 100_000_000)?,
        attachments: read.number("QUAYSIDE_ATTACHMENTS", 1, 10_000)?,
        mails: read.number("QUAYSIDE_MAILS_DEEP", 0, 20)?,
        memory_bytes: times("QUAYSIDE_READ_MEMORY_MB", MB, 128, 16_384)?,
        cpu_seconds: read.number("QUAYSIDE_READ_SECONDS", 5, 3_600)?,
        wall_seconds: read.number("QUAYSIDE_READ_SILENT_SECONDS", 5, 3_600)?,
        total_seconds: read.number("QUAYSIDE_READ_TOTAL_SECONDS", 5, 86_400)?,
        output_bytes: times("QUAYSIDE_READ_ANSWER_MB", MB, 1, 4_000)?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::Config;
    use super::*;

    fn with(name: &'static str, value: &'static str) -> Result<Limits, ConfigError> {
        Config::from(&move |asked| (asked == name).then(|| value.to_owned())).map(|config| config.limits)
    }

    #[test]
    fn every_limit_can_be_set_by_one_variable() {
        let like = Limits::default;
        let set = [
            ("QUAYSIDE_FILE_MB", "7", Limits { file_bytes: 7 * MB, ..like() }),
            ("QUAYSIDE_PAGES", "7", Limits { pages: 7, ..like() }),
            ("QUAYSIDE_PICTURE_MEGAPIXELS", "7", Limits { image_pixels: 7_000_000, ..like() }),
            ("QUAYSIDE_UNPACKED_MB", "7", Limits { unpacked_bytes: 7 * MB, ..like() }),
            ("QUAYSIDE_UNPACKED_RATIO", "7", Limits { unpacked_ratio: 7, ..like() }),
            ("QUAYSIDE_WORKBOOK_PARTS", "70", Limits { entries: 70, ..like() }),
            ("QUAYSIDE_ELEMENTS", "700", Limits { nodes: 700, ..like() }),
            ("QUAYSIDE_ELEMENTS_DEEP", "70", Limits { depth: 70, ..like() }),
            ("QUAYSIDE_SEGMENTS", "700", Limits { segments: 700, ..like() }),
            ("QUAYSIDE_ATTACHMENTS", "7", Limits { attachments: 7, ..like() }),
            ("QUAYSIDE_MAILS_DEEP", "7", Limits { mails: 7, ..like() }),
            ("QUAYSIDE_READ_MEMORY_MB", "700", Limits { memory_bytes: 700 * MB, ..like() }),
            ("QUAYSIDE_READ_SECONDS", "7", Limits { cpu_seconds: 7, ..like() }),
            ("QUAYSIDE_READ_SILENT_SECONDS", "7", Limits { wall_seconds: 7, ..like() }),
            ("QUAYSIDE_READ_TOTAL_SECONDS", "7", Limits { total_seconds: 7, ..like() }),
            ("QUAYSIDE_READ_ANSWER_MB", "7", Limits { output_bytes: 7 * MB, ..like() }),
        ];
        for (name, value, wanted) in set {
            assert_eq!(with(name, value).unwrap(), wanted, "{name}");
            assert_ne!(wanted, like(), "{name}");
            let error = with(name, "-1").unwrap_err();
            assert!(error.name == name && error.to_string().contains("a number from"), "{error}");
        }
    }
}
