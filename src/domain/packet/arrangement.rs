//! Arrangements: how a person says that the pages of a file lie together as documents, of which kind, and which way up. The reader's own
//! opinion stays beside it. Pure: an arrangement is made from another by one step at a time, and each of them has every page once.

mod step;

pub use step::Step;

use super::document::{Document, Kind};
use crate::domain::ids::UserId;
use crate::domain::words::words;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

words! {
    /// By how much a page is turned clockwise before it is read and shown, in degrees.
    #[derive(Default)]
    Turn {
        #[default]
        None = "0",
        Right = "90",
        Over = "180",
        Left = "270",
    }
}

impl Turn {
    /// Quarter turns clockwise.
    pub const fn quarters(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Right => 1,
            Self::Over => 2,
            Self::Left => 3,
        }
    }

    /// This turn and then another.
    #[must_use]
    pub const fn then(self, next: Self) -> Self {
        match (self.quarters() + next.quarters()) % 4 {
            0 => Self::None,
            1 => Self::Right,
            2 => Self::Over,
            _ => Self::Left,
        }
    }

    /// True where the page stays as it is.
    pub const fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

/// A page of a file, from 1, and how it is turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    pub page: u32,
    #[serde(default, skip_serializing_if = "Turn::is_none")]
    pub turn: Turn,
}

impl From<u32> for Leaf {
    fn from(page: u32) -> Self {
        Self { page, turn: Turn::None }
    }
}

/// Pages that lie together as one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheaf {
    /// What a person says it is; nothing where that is left to the reader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    pub leaves: Vec<Leaf>,
}

impl Sheaf {
    fn pages(&self) -> Vec<u32> {
        self.leaves.iter().map(|leaf| leaf.page).collect()
    }

    fn has(&self, page: u32) -> bool {
        self.leaves.iter().any(|leaf| leaf.page == page)
    }
}

/// The documents of one file, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Arrangement {
    pub sheaves: Vec<Sheaf>,
}

/// A document as the reader saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadAs {
    pub kind: Kind,
    pub pages: Vec<u32>,
}

impl From<&Document> for ReadAs {
    fn from(document: &Document) -> Self {
        Self { kind: document.kind, pages: document.pages.clone() }
    }
}

/// That a person arranged the file of a document, with what the reader had made of its pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arranged {
    /// Counts the arrangements of the file.
    pub number: i32,
    pub read: Vec<ReadAs>,
    pub by: UserId,
    pub at: DateTime<Utc>,
}

impl Arranged {
    /// What the reader had made of the pages of the document at `position`, of those that lie on the same pages.
    #[must_use]
    pub fn of(&self, pages: &[u32], position: usize) -> Self {
        let shares = |read: &&ReadAs| read.pages.iter().any(|page| pages.contains(page));
        let all: Vec<&ReadAs> = self.read.iter().filter(shares).collect();
        // The documents of a message all stand on its one page: only their order tells them apart.
        let alike = all.len() > 1 && all.iter().all(|read| read.pages == pages);
        let read = match all.get(position).filter(|_| alike) {
            Some(one) => vec![(*one).clone()],
            None => all.into_iter().cloned().collect(),
        };
        Self { read, ..self.clone() }
    }
}

/// The pages of a file: what an arrangement can be made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stack {
    /// Pages that can be put together anew, those of each file inside an e-mail by themselves.
    pub loose: Vec<Vec<u32>>,
    /// The pages of each document that is a sheet or a message: only its kind can be said.
    pub fixed: Vec<Vec<u32>>,
}

/// Why a step was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArrangementRefused {
    #[error("This file has no such page or document any more. Load the page again.")]
    Unknown,
    #[error("A document begins with this page already.")]
    BeginsThere,
    #[error("There is no document before this one in its file that it could be joined with.")]
    NothingBefore,
    #[error("The page is the first of its file already.")]
    First,
    #[error("The page is the last of its file already.")]
    Last,
    #[error("Of a sheet or a message only the kind can be changed: it has no pages of paper.")]
    Fixed,
    #[error("That is how the file is arranged already.")]
    NoChange,
    #[error("Each page of the file must be in one document, once. Load the page again.")]
    Torn,
}

impl Stack {
    fn lot(&self, page: u32) -> Option<&Vec<u32>> {
        self.loose.iter().find(|lot| lot.contains(&page))
    }
}

impl Arrangement {
    /// The arrangement that says nothing: documents as they were read.
    pub fn as_read(read: &[ReadAs]) -> Self {
        let sheaf = |read: &ReadAs| Sheaf { kind: None, leaves: read.pages.iter().copied().map(Leaf::from).collect() };
        Self { sheaves: read.iter().filter(|read| !read.pages.is_empty()).map(sheaf).collect() }
    }

    /// Whether it is one of this file.
    ///
    /// # Errors
    /// [`ArrangementRefused::Torn`] where a page is missing, there twice, of another file inside the e-mail, or not the file's.
    pub fn judge(&self, stack: &Stack) -> Result<(), ArrangementRefused> {
        let mut fixed = stack.fixed.iter();
        let mut seen = BTreeSet::new();
        for sheaf in &self.sheaves {
            let first = sheaf.leaves.first().ok_or(ArrangementRefused::Torn)?;
            let whole = match stack.lot(first.page) {
                Some(lot) => sheaf.leaves.iter().all(|leaf| lot.contains(&leaf.page) && seen.insert(leaf.page)),
                None => {
                    let upright = sheaf.leaves.iter().all(|leaf| leaf.turn == Turn::None);
                    upright && fixed.next().is_some_and(|pages| *pages == sheaf.pages())
                }
            };
            if !whole {
                return Err(ArrangementRefused::Torn);
            }
        }
        let all = stack.loose.iter().flatten().copied().collect::<BTreeSet<u32>>();
        if seen == all && fixed.next().is_none() { Ok(()) } else { Err(ArrangementRefused::Torn) }
    }

    /// The documents on the `most` pages behind the page `before`, those pages counted from 1.
    #[must_use]
    pub fn inside(&self, before: u32, most: u32) -> Self {
        let within = |leaf: &Leaf| leaf.page > before && leaf.page.saturating_sub(before) <= most;
        let of = |sheaf: &Sheaf| {
            let own = |leaf: &Leaf| Leaf { page: leaf.page.saturating_sub(before), ..*leaf };
            let leaves = sheaf.leaves.iter().all(within).then(|| sheaf.leaves.iter().map(own).collect());
            leaves.map(|leaves| Sheaf { kind: sheaf.kind, leaves })
        };
        Self { sheaves: self.sheaves.iter().filter_map(of).collect() }
    }

    /// How a page is turned.
    pub fn turn(&self, page: u32) -> Turn {
        let mut leaves = self.sheaves.iter().flat_map(|sheaf| &sheaf.leaves);
        leaves.find(|leaf| leaf.page == page).map_or(Turn::None, |leaf| leaf.turn)
    }

    /// Tells readings of one file under several arrangements apart: SHA-256, lower-case hexadecimal.
    pub fn key(&self) -> String {
        let mut hash = Sha256::new();
        for sheaf in &self.sheaves {
            hash.update(sheaf.kind.map_or("", Kind::as_str));
            for leaf in &sheaf.leaves {
                hash.update(format!(" {}:{}", leaf.page, leaf.turn));
            }
            hash.update("\n");
        }
        hex::encode(hash.finalize())
    }
}

#[cfg(test)]
#[expect(clippy::indexing_slicing, reason = "tests")]
mod tests;
