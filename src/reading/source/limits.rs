//! How much one file may cost to read. Settings, not constants: each can be set by the environment, and the page that takes files says
//! the figures in force.

use serde::{Deserialize, Serialize};

const MIB: u64 = 1024 * 1024;

/// The limits for reading one file. The reader's process sets the first group on itself; its parent watches the second.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The size of the file.
    pub file_bytes: u64,
    /// Pages or sheets.
    pub pages: u32,
    /// What the parts of a workbook may come to when unpacked.
    pub unpacked_bytes: u64,
    /// How many times larger than its file an unpacked part may be, for parts of more than a megabyte.
    pub unpacked_ratio: u64,
    /// Parts of a workbook.
    pub entries: u32,
    /// Elements of one XML or JSON file.
    pub nodes: u32,
    /// How deep its elements may lie in each other.
    pub depth: u32,
    /// Segments of one EDI file.
    pub segments: u32,
    /// Files in one e-mail, those of e-mails inside it counted.
    pub attachments: u32,
    /// How deep e-mails may lie in each other.
    pub mails: u32,
    /// Width times height of one picture.
    pub image_pixels: u64,
    /// Address space of the reader, and of the OCR engine it starts.
    pub memory_bytes: u64,
    /// Processor time of the reader; the OCR engine has as much again for every page.
    pub cpu_seconds: u64,

    /// The longest silence between two finished pages.
    pub wall_seconds: u64,
    /// The longest time for the whole file.
    pub total_seconds: u64,
    /// What the reader may answer with.
    pub output_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 200 * MIB,
            pages: 2_000,
            unpacked_bytes: 256 * MIB,
            unpacked_ratio: 200,
            entries: 10_000,
            nodes: 500_000,
            depth: 100,
            segments: 500_000,
            attachments: 100,
            mails: 3,
            image_pixels: 100_000_000,
            memory_bytes: 512 * MIB,
            cpu_seconds: 300,
            wall_seconds: 120,
            total_seconds: 3_600,
            output_bytes: 64 * MIB,
        }
    }
}
