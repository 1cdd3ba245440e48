//! What parent and child say to each other: jobs, each with its bytes, on the way in; frames on the way out; one JSON object a line.
//! The next job comes when the one before is answered.

use crate::domain::packet::arrangement::{Arrangement, Leaf};
use crate::reading::FileReading;
use crate::reading::ocr::Engine;
use crate::reading::source::{Limits, Refusal};
use serde::{Deserialize, Serialize};

/// One line of the child's input; `size` bytes of the file follow it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Job {
    pub name: String,
    pub size: u64,
    pub limits: Limits,
    pub task: Task,
}

impl Job {
    pub fn new(name: &str, size: u64, limits: &Limits, task: Task) -> Self {
        Self { name: name.to_owned(), size, limits: limits.clone(), task }
    }
}

/// What the child is to do with the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    Read { ocr: Engine, pages_alone: bool, arrangement: Option<Arrangement> },
    Render { leaf: Leaf, width: u32 },
}

/// One line of the child's output. The last one for each job is an answer; after any but a reading, the child ends.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frame {
    /// The file's digest, before anything else is tried.
    Sha256(String),
    Progress {
        page: u32,
        of: u32,
    },
    Reading(FileReading),
    /// The PNG follows as bare bytes, to the end of the output.
    Picture {
        #[serde(skip)]
        bytes: Vec<u8>,
    },
    Refused(Refusal),
    NoSuchPage,
}
