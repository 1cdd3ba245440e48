//! One step from an arrangement to the next: what a person can do to the documents of a file, and when it cannot be done.

use super::{Arrangement, ArrangementRefused, Sheaf, Stack, Turn};
use crate::domain::packet::document::Kind;

/// What somebody does to an arrangement. Documents are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Says what a document is, or leaves that to the reader again.
    Kind { document: usize, kind: Option<Kind> },
    /// Lets a new document begin with a page.
    Split { page: u32 },
    /// Puts a document's pages behind those of the one before.
    Join { document: usize },
    /// Changes places with the page before, or goes over into the document before.
    Earlier { page: u32 },
    /// Changes places with the page behind, or goes over into the document behind.
    Later { page: u32 },
    /// Turns a page further.
    Turn { page: u32, by: Turn },
}

impl Arrangement {
    /// The arrangement after a step.
    ///
    /// # Errors
    /// [`ArrangementRefused`] where the step cannot be taken.
    pub fn stepped(&self, step: Step, stack: &Stack) -> Result<Self, ArrangementRefused> {
        let mut next = self.clone();
        match step {
            Step::Kind { document, kind } => {
                next.sheaves.get_mut(document).ok_or(ArrangementRefused::Unknown)?.kind = kind;
            }
            Step::Split { page } => next.split(page, stack)?,
            Step::Join { document } => next.join(document, stack)?,
            Step::Earlier { page } => next.earlier(page, stack)?,
            Step::Later { page } => next.later(page, stack)?,
            Step::Turn { page, by } => {
                let (at, place) = self.find(page, stack)?;
                let leaves = next.sheaves.get_mut(at).map(|sheaf| &mut sheaf.leaves);
                let leaf = leaves.and_then(|leaves| leaves.get_mut(place)).ok_or(ArrangementRefused::Unknown)?;
                leaf.turn = leaf.turn.then(by);
            }
        }
        if next == *self {
            return Err(ArrangementRefused::NoChange);
        }
        next.judge(stack).map(|()| next)
    }

    /// The document and the place in it of a loose page.
    fn find(&self, page: u32, stack: &Stack) -> Result<(usize, usize), ArrangementRefused> {
        let at = self.sheaves.iter().position(|sheaf| sheaf.has(page)).ok_or(ArrangementRefused::Unknown)?;
        if stack.lot(page).is_none() {
            return Err(ArrangementRefused::Fixed);
        }
        let place = self.sheaves.get(at).and_then(|sheaf| sheaf.leaves.iter().position(|leaf| leaf.page == page));
        Ok((at, place.ok_or(ArrangementRefused::Unknown)?))
    }

    /// True where both documents are made of loose pages of one file.
    fn are_of_one(&self, one: usize, other: usize, stack: &Stack) -> bool {
        let lot = |at: usize| stack.lot(self.sheaves.get(at)?.leaves.first()?.page);
        lot(one).is_some() && lot(one) == lot(other)
    }

    fn split(&mut self, page: u32, stack: &Stack) -> Result<(), ArrangementRefused> {
        let (at, place) = self.find(page, stack)?;
        if place == 0 {
            return Err(ArrangementRefused::BeginsThere);
        }
        let sheaf = self.sheaves.get_mut(at).ok_or(ArrangementRefused::Unknown)?;
        let leaves = sheaf.leaves.split_off(place);
        self.sheaves.insert(at.saturating_add(1), Sheaf { kind: None, leaves });
        Ok(())
    }

    fn join(&mut self, document: usize, stack: &Stack) -> Result<(), ArrangementRefused> {
        if document >= self.sheaves.len() {
            return Err(ArrangementRefused::Unknown);
        }
        let before = document.checked_sub(1).ok_or(ArrangementRefused::NothingBefore)?;
        if !self.are_of_one(before, document, stack) {
            return Err(ArrangementRefused::NothingBefore);
        }
        let joined = self.sheaves.remove(document);
        let sheaf = self.sheaves.get_mut(before).ok_or(ArrangementRefused::Unknown)?;
        sheaf.leaves.extend(joined.leaves);
        Ok(())
    }

    fn earlier(&mut self, page: u32, stack: &Stack) -> Result<(), ArrangementRefused> {
        let (at, place) = self.find(page, stack)?;
        match place.checked_sub(1) {
            Some(before) => self.swap(at, before, place),
            None => {
                let to = at.checked_sub(1).filter(|to| self.are_of_one(*to, at, stack));
                self.carry(at, place, to.ok_or(ArrangementRefused::First)?, usize::MAX)
            }
        }
    }

    fn later(&mut self, page: u32, stack: &Stack) -> Result<(), ArrangementRefused> {
        let (at, place) = self.find(page, stack)?;
        let behind = place.saturating_add(1);
        if self.sheaves.get(at).is_some_and(|sheaf| behind < sheaf.leaves.len()) {
            return self.swap(at, place, behind);
        }
        let to = Some(at.saturating_add(1)).filter(|to| self.are_of_one(*to, at, stack));
        self.carry(at, place, to.ok_or(ArrangementRefused::Last)?, 0)
    }

    fn swap(&mut self, at: usize, one: usize, other: usize) -> Result<(), ArrangementRefused> {
        self.sheaves.get_mut(at).ok_or(ArrangementRefused::Unknown)?.leaves.swap(one, other);
        Ok(())
    }

    /// Takes a page out of one document and puts it into another; a document without pages is none.
    fn carry(&mut self, from: usize, place: usize, to: usize, into: usize) -> Result<(), ArrangementRefused> {
        let leaf = self.sheaves.get_mut(from).ok_or(ArrangementRefused::Unknown)?.leaves.remove(place);
        let leaves = &mut self.sheaves.get_mut(to).ok_or(ArrangementRefused::Unknown)?.leaves;
        leaves.insert(into.min(leaves.len()), leaf);
        self.sheaves.retain(|sheaf| !sheaf.leaves.is_empty());
        Ok(())
    }
}
