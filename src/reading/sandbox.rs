//! Reading files that strangers made: they are read by a child process that gives up its rights before it looks at the bytes.
//! The parent hands over bytes, counts time and output, and turns every way of dying into a refusal with a sentence. It never
//! parses a file itself.

pub mod child;
mod frame;
mod jail;
mod reader;

pub use reader::Reader;

use super::FileReading;
use super::ocr::Engine;
use super::source::{Limits, Refusal};
use crate::domain::packet::arrangement::{Arrangement, Leaf};
use frame::{Job, Task};
use std::path::PathBuf;
use thiserror::Error;
use tokio::io::AsyncRead;

/// The hidden subcommand under which the whole program is a reader.
pub const SUBCOMMAND: &str = "read-file";

/// The reader as a program of its own. Two programs and not one, because the whole program loads the database's client library
/// and the twenty libraries below that, which takes 6.1 ms of processor time before its first line runs; this one takes 1.1 ms.
pub const PROGRAM: &str = "quayside-reader";

/// Where and how files are read.
#[derive(Clone, Debug)]
pub struct Sandbox {
    /// The program of [`PROGRAM`], or the whole one.
    pub program: PathBuf,
    pub limits: Limits,
    pub ocr: Engine,
    /// True where the files inside PDFs are left alone, as [`super::Manner::pages_alone`] says.
    pub pages_alone: bool,
}

/// Why a page has no picture.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RenderError {
    #[error("the file has no such page")]
    NoSuchPage,
    #[error("the page cannot be shown: {0}")]
    Refused(String),
}

impl Sandbox {
    /// Reads one file of `size` bytes. `progress` is told pages done and pages in all. Whatever happens to the reader, the file
    /// has its documents in the result: one `unknown` document with a problem where it could not be read. Dropping the future
    /// ends the reader and everything it started.
    pub async fn read_file(
        &self,
        name: &str,
        source: impl AsyncRead + Unpin,
        size: u64,
        progress: impl FnMut(u32, u32),
    ) -> FileReading {
        self.read_arranged(name, source, size, None, progress).await
    }

    /// Reads one file as a person arranged it.
    pub async fn read_arranged(
        &self,
        name: &str,
        source: impl AsyncRead + Unpin,
        size: u64,
        arrangement: Option<&Arrangement>,
        progress: impl FnMut(u32, u32),
    ) -> FileReading {
        let mut reader = self.reader();
        let reading = reader.read_arranged(name, source, size, arrangement, progress).await;
        reader.close().await;
        reading
    }

    /// A reader for the files of one packet, one after another.
    pub fn reader(&self) -> Reader {
        Reader::new(self.clone())
    }

    /// A page of a PDF or picture of `size` bytes as a PNG, `width` pixels wide before it is turned, or as wide as is allowed.
    pub async fn render_page(
        &self,
        name: &str,
        source: impl AsyncRead + Unpin,
        size: u64,
        leaf: Leaf,
        width: u32,
    ) -> Result<Vec<u8>, RenderError> {
        let job = Job::new(name, size, &self.limits, Task::Render { leaf, width });
        let refused = |refusal: Refusal| RenderError::Refused(refusal.problem(name).message);
        let mut reader = self.reader();
        let answer = reader.converse(&job, source, |_| {}).await;
        reader.close().await;
        match answer {
            Ok(Some(reader::Answer::Picture(png))) => Ok(png),
            Ok(Some(reader::Answer::Reading(_))) => Err(refused(Refusal::Crashed)),
            Ok(None) => Err(RenderError::NoSuchPage),
            Err(refusal) => Err(refused(refusal)),
        }
    }
}
