//! Words of pages that carry no text of their own.

use super::Ocr;
use super::page::Page;
use super::source::Limits;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The OCR engine of this machine. Nothing in it is true of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engine {
    /// The program; nothing where none is installed.
    pub program: Option<PathBuf>,
    /// Where its language data lies.
    pub languages: Option<PathBuf>,
}

impl Engine {
    /// The engine as distributions install it.
    pub fn installed() -> Self {
        let program = ["/usr/bin/tesseract", "/usr/local/bin/tesseract", "/opt/homebrew/bin/tesseract"];
        let languages = [
            "/usr/share/tesseract-ocr/5/tessdata",
            "/usr/share/tesseract-ocr/4.00/tessdata",
            "/usr/share/tessdata",
            "/usr/local/share/tessdata",
        ];
        let first = |places: &[&str]| places.iter().map(PathBuf::from).find(|place| Path::exists(place));
        Self { program: first(&program), languages: first(&languages) }
    }

    /// The program, where one is installed.
    pub fn program(&self) -> Option<PathBuf> {
        self.program.clone()
    }

    /// The folders it must be able to read.
    pub fn language_folders(&self) -> Vec<PathBuf> {
        self.languages.iter().cloned().collect()
    }
}

/// Reads pages with the engine, one process a page.
pub struct Tesseract {
    #[expect(dead_code, reason = "the engine is started by the next step")]
    engine: Engine,
    #[expect(dead_code, reason = "the engine is started by the next step")]
    limits: Limits,
}

impl Tesseract {
    pub const fn new(engine: Engine, limits: Limits) -> Self {
        Self { engine, limits }
    }
}

impl Ocr for Tesseract {
    fn page(&self, _file: &[u8], _page: u32) -> Option<Page> {
        None
    }
}
