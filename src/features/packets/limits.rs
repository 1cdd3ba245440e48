//! What an upload may hold, and the words in which the page that takes files says it, with the figures in force. Most of it is
//! enforced by the reading; the upload itself counts files and bytes.

use crate::domain::packet::written;
use crate::reading::source::Limits;

/// What an upload may hold.
#[derive(Clone, Debug)]
pub struct UploadLimits {
    /// Files in one packet.
    pub files: usize,
    /// What each of them may hold, and what reading it may take.
    pub reading: Limits,
}

/// A sort of file and how much of it is read.
pub struct Sort {
    pub name: &'static str,
    /// The endings of its names.
    pub endings: &'static str,
    pub most: String,
}

/// A figure with its thousands apart.
fn figure(number: impl ToString) -> String {
    written::figure(&number.to_string())
}

/// Bytes in MB.
fn megabytes(bytes: u64) -> String {
    format!("{} MB", figure(bytes / (1024 * 1024)))
}

/// Seconds, as minutes where they are whole ones.
fn time(seconds: u64) -> String {
    if seconds >= 120 && seconds.is_multiple_of(60) {
        format!("{} minutes", figure(seconds / 60))
    } else {
        format!("{} seconds", figure(seconds))
    }
}

/// `1 page`, `2 pages`.
fn some(count: u32, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{} {one}s", figure(count)) }
}

impl UploadLimits {
    /// The largest file.
    pub fn file(&self) -> String {
        megabytes(self.reading.file_bytes)
    }

    /// The most important of them, in one line.
    pub fn words(&self) -> String {
        format!(
            "PDF, scans, Excel, CSV, e-mails, XML, EDI · up to {} files of {} and {} pages each",
            self.files,
            self.file(),
            self.reading.pages
        )
    }

    /// Each sort of file that is read, with its own limits.
    pub fn sorts(&self) -> Vec<Sort> {
        let limits = &self.reading;
        let pages = some(limits.pages, "page");
        let pixels = format!("{} million pixels a page", figure(limits.image_pixels / 1_000_000));
        let unpacked = format!(
            "{} unpacked, in {} of which none unpacks to more than {} times its size in the file",
            megabytes(limits.unpacked_bytes),
            some(limits.entries, "part"),
            figure(limits.unpacked_ratio)
        );
        let attached = some(limits.attachments, "attachment");
        let deep = match limits.mails {
            0 => "without e-mails inside".to_owned(),
            1 => "e-mails inside one deep".to_owned(),
            most => format!("e-mails in e-mails {most} deep"),
        };
        let elements = format!("{}, {} deep", some(limits.nodes, "element"), figure(limits.depth));
        let sort = |name, endings, most| Sort { name, endings, most };
        vec![
            sort("PDF", ".pdf", format!("{pages}; pictures to look at: {pixels}")),
            sort("Scans and pictures", ".png .jpg .tif", format!("{pages} of {pixels}")),
            sort("Excel", ".xlsx", unpacked),
            sort("CSV and text", ".csv .txt", "the size of the file".to_owned()),
            sort("E-mails", ".eml", format!("{attached}, {deep}; each attachment has the limits of its own sort")),
            sort("XML and JSON", ".xml .json", elements),
            sort("EDI", ".edi .x12", some(limits.segments, "segment")),
        ]
    }

    /// What every file may take, whatever its sort.
    pub fn each(&self) -> String {
        let limits = &self.reading;
        format!(
            "Up to {} files of {} each. Reading one of them may take {} of memory, {} of processor time, {} between two pages and {} \
             in all, and give {} of what was read.",
            figure(self.files),
            self.file(),
            megabytes(limits.memory_bytes),
            time(limits.cpu_seconds),
            time(limits.wall_seconds),
            time(limits.total_seconds),
            megabytes(limits.output_bytes)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_is_said_with_its_figure() {
        let reading = Limits {
            file_bytes: 1_101 * 1_048_576,
            pages: 1_102,
            unpacked_bytes: 1_103 * 1_048_576,
            unpacked_ratio: 1_104,
            entries: 1_105,
            nodes: 1_106,
            depth: 1_107,
            segments: 1_108,
            attachments: 1_109,
            mails: 11,
            image_pixels: 1_111_000_000,
            memory_bytes: 1_112 * 1_048_576,
            cpu_seconds: 1_113,
            wall_seconds: 1_114,
            total_seconds: 66_900,
            output_bytes: 1_116 * 1_048_576,
        };
        let limits = UploadLimits { files: 1_100, reading };
        let said: Vec<String> = limits.sorts().into_iter().map(|sort| sort.most).chain([limits.each()]).collect();
        let said = said.join("\n");
        for most in (1_100..=1_116u32).map(figure) {
            let most = if most == "1,110" { "11 deep".to_owned() } else { most };
            assert!(said.contains(&most), "{most} is missing in\n{said}");
        }
        assert_eq!((time(120), time(90), some(1, "page")), ("2 minutes".into(), "90 seconds".into(), "1 page".into()));
    }
}
