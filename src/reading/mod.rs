//! Floor 1: bytes to documents with evidence. The only room that knows file formats. CPU only: no database, no web.
//! It never fails and never panics on a file: what cannot be read is an `unknown` document with a problem that says why.

pub mod ocr;
pub mod page;
pub mod picture;
mod pixels;
pub mod render;
pub mod sandbox;
pub mod source;
pub mod tilt;

use crate::domain::packet::document::{Document, TextSource};
use page::Page;
use serde::{Deserialize, Serialize};

/// What reading one file gave. Serialised between the child process and its parent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileReading {
    /// In the order of their first pages; ids are given by [`number`].
    pub documents: Vec<Document>,
    pub pages: Vec<PageFacts>,
}

/// One page or sheet of the file as it is shown beside its documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageFacts {
    /// From 1 in its file.
    pub number: u32,
    /// Points.
    pub width: f32,
    /// Points.
    pub height: f32,
    pub source: TextSource,
    /// The sheet's name where the page is one.
    pub sheet: Option<String>,
    /// The words of the page, one printed line a line.
    pub text: String,
    /// The first 500 rows of a sheet as text, for showing it.
    pub grid: Option<Vec<Vec<String>>>,
}

/// Reads pages that carry no text of their own.
pub trait Ocr {
    /// The page of a PDF or picture file with the words seen on it, boxes in points; `page` counts from 1. Nothing where the
    /// page does not exist or could not be read.
    fn page(&self, file: &[u8], page: u32) -> Option<Page>;
}

/// Sees nothing: for tests, and for a machine without an OCR engine.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoOcr;

impl Ocr for NoOcr {
    fn page(&self, _file: &[u8], _page: u32) -> Option<Page> {
        None
    }
}

/// Reads one file: its documents and its pages. `progress` is told pages done and pages in all.
pub fn read(_name: &str, _bytes: Vec<u8>, _ocr: &dyn Ocr, _progress: &mut dyn FnMut(u32, u32)) -> FileReading {
    FileReading::default()
}

/// Puts the documents of a packet's files in order and gives them their ids: `d1`, `d2`, …
pub fn number(files: Vec<FileReading>) -> Vec<Document> {
    let documents = files.into_iter().flat_map(|file| file.documents);
    documents.zip(1u32..).map(|(document, id)| Document { id: format!("d{id}"), ..document }).collect()
}
