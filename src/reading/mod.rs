//! Floor 1: bytes to documents with evidence. The only room that knows file formats. CPU only: no database, no web.
//! It never fails and never panics on a file: what cannot be read is an `unknown` document with a problem that says why.

mod arranged;
pub mod attached;
mod background;
pub mod classify;
mod contradiction;
pub mod csv;
pub mod edi;
pub mod envelope;
pub mod fields;
pub mod json;
pub mod layout;
mod leaf;
mod lie;
pub mod lists;
pub mod mail;
pub mod measure;
mod message;
pub mod ocr;
mod origin;
pub mod page;
pub mod pdf;
pub mod picture;
mod pixels;
pub mod render;
pub mod sandbox;
pub mod sheet;
pub mod source;
pub mod split;
pub mod stated;
pub mod tilt;
pub mod values;
pub mod vocabulary;
pub mod xml;

use crate::domain::packet::arrangement::{Arrangement, Turn};
use crate::domain::packet::document::{Document, TextSource};
use attached::Attached;
use origin::Origin;
use page::Page;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use source::{Format, Limits};
use std::sync::Arc;

/// What reading one file gave. Serialised between the child process and its parent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileReading {
    /// In the order of their first pages; ids are given by [`number`].
    pub documents: Vec<Document>,
    pub pages: Vec<PageFacts>,
    /// The names of the attachments of an e-mail, in its order; none for other files.
    #[serde(default)]
    pub parts: Vec<String>,
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
    /// How it was turned before it was read, because a person said so; its size is that of the turned page.
    #[serde(default)]
    pub turn: Turn,
    /// The sheet's name where the page is one.
    pub sheet: Option<String>,
    /// The words of the page, one printed line a line.
    pub text: String,
    /// The first 500 rows of a sheet as text, for showing it.
    pub grid: Option<Vec<Vec<String>>>,
}

/// The bytes of a file, shared by all who look at them: a scan may have hundreds of megabytes, and is never copied.
pub type FileBytes = Arc<Vec<u8>>;

/// Reads pages that carry no text of their own.
pub trait Ocr {
    /// The page of a PDF or picture file, turned as a person said, with the words seen on it, boxes in points; `page` counts from 1.
    /// Nothing where the page does not exist or could not be read.
    fn page(&self, file: &FileBytes, page: u32, turn: Turn) -> Option<Page>;
}

/// Sees nothing: for tests, and for a machine without an OCR engine.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoOcr;

impl Ocr for NoOcr {
    fn page(&self, _file: &FileBytes, _page: u32, _turn: Turn) -> Option<Page> {
        None
    }
}

/// How a file is read.
#[derive(Clone, Debug, Default)]
pub struct Manner {
    pub limits: Limits,
    /// True where the files inside a PDF are left alone: its printed pages are measured by themselves.
    pub pages_alone: bool,
    /// How a person arranged the file.
    pub arrangement: Option<Arrangement>,
}

impl Manner {
    fn turn(&self, page: u32) -> Turn {
        self.arrangement.as_ref().map_or(Turn::None, |arrangement| arrangement.turn(page))
    }
}

/// Reads one file, whatever it is: its documents and its pages. `progress` is told pages done and pages in all.
pub fn read(name: &str, bytes: Vec<u8>, ocr: &dyn Ocr, progress: &mut dyn FnMut(u32, u32)) -> FileReading {
    let manner = Manner::default();
    match source::admit(&bytes, &manner.limits) {
        Ok(format) => read_as(name, bytes, format, &manner, ocr, progress),
        Err(refusal) => {
            let sha256 = hex::encode(Sha256::digest(&bytes));
            FileReading { documents: vec![refusal.document(name, &sha256)], ..FileReading::default() }
        }
    }
}

/// Reads one file of a format that was admitted.
pub fn read_as(
    name: &str,
    bytes: Vec<u8>,
    format: Format,
    manner: &Manner,
    ocr: &dyn Ocr,
    progress: &mut dyn FnMut(u32, u32),
) -> FileReading {
    let sha256 = hex::encode(Sha256::digest(&bytes));
    if format == Format::Mail {
        return mail::read(name, &sha256, &bytes, manner, ocr, progress);
    }
    let origin = Origin { name, sha256 };
    if let Some(mut reading) = message::read(&origin, &bytes, format, &manner.limits) {
        arranged::name(&mut reading.documents, manner.arrangement.as_ref());
        return reading;
    }
    match leaf::pages(&Arc::new(bytes), format, manner, ocr, progress) {
        Ok((pages, inside)) => {
            let mut reading = origin.documents(pages, manner.arrangement.as_ref());
            match inside {
                Attached::Nothing => {}
                Attached::Invoice(invoice) => {
                    let named = arranged::named(&reading.documents, manner.arrangement.as_ref());
                    attached::lay_over(&mut reading.documents, &named, *invoice);
                }
                Attached::Unread(why) => attached::say_unread(&mut reading.documents, name, &why),
            }
            reading
        }
        Err(refusal) => {
            FileReading { documents: vec![refusal.document(name, &origin.sha256)], ..FileReading::default() }
        }
    }
}

/// Puts the documents of a packet's files in order and gives them their ids: `d1`, `d2`, …
pub fn number(files: Vec<FileReading>) -> Vec<Document> {
    let documents = files.into_iter().flat_map(|file| file.documents);
    documents.zip(1u32..).map(|(document, id)| Document { id: format!("d{id}"), ..document }).collect()
}
