//! What a person said about the documents of a file, done: pages in the order given, cut where they said, of the kind they said. What
//! they left open is the reader's to judge, and no page is ever lost: those that the arrangement does not know come last, as read.

use super::leaf::Leaf;
use super::split::{self, Part};
use crate::domain::packet::arrangement::{Arrangement, Sheaf};
use crate::domain::packet::document::{Document, Kind};

/// The pages in the order of the arrangement.
pub(super) fn in_order(mut leaves: Vec<Leaf>, arrangement: Option<&Arrangement>) -> Vec<Leaf> {
    let Some(arrangement) = arrangement else { return leaves };
    let order: Vec<u32> = arrangement.sheaves.iter().flat_map(|sheaf| &sheaf.leaves).map(|leaf| leaf.page).collect();
    leaves.sort_by_key(|leaf| order.iter().position(|page| *page == leaf.page.number).unwrap_or(usize::MAX));
    leaves
}

/// The documents on pages that lie in the order of the arrangement; `numbers` are the pages' own.
pub(super) fn parts(looks: &[split::Leaf], numbers: &[u32], arrangement: Option<&Arrangement>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut start = 0usize;
    for sheaf in arrangement.map(|arrangement| arrangement.sheaves.as_slice()).unwrap_or_default() {
        let count = numbers.iter().skip(start).take_while(|number| has(sheaf, **number)).count();
        let pages = start..start.saturating_add(count);
        if count > 0 {
            let (kind, confidence) = match sheaf.kind {
                Some(kind) => (kind, 1.0),
                None => split::kind_of(looks.get(pages.clone()).unwrap_or_default()),
            };
            parts.push(Part { pages: pages.clone(), kind, confidence });
        }
        start = pages.end;
    }
    let rest = split::split(looks.get(start..).unwrap_or_default()).into_iter();
    parts.extend(rest.map(|part| Part { pages: part.pages.start + start..part.pages.end + start, ..part }));
    parts
}

fn has(sheaf: &Sheaf, page: u32) -> bool {
    sheaf.leaves.iter().any(|leaf| leaf.page == page)
}

/// For each document read from pages: true where a person said what it is.
pub(super) fn named(documents: &[Document], arrangement: Option<&Arrangement>) -> Vec<bool> {
    let sheaf = |document: &Document| {
        let first = *document.pages.first()?;
        arrangement?.sheaves.iter().find(|sheaf| has(sheaf, first))?.kind
    };
    documents.iter().map(|document| sheaf(document).is_some()).collect()
}

/// Gives the documents of a message the kinds that a person said.
pub(super) fn name(documents: &mut [Document], arrangement: Option<&Arrangement>) {
    let kinds: Vec<Option<Kind>> =
        arrangement.map(|it| it.sheaves.iter().map(|sheaf| sheaf.kind).collect()).unwrap_or_default();
    for (document, kind) in documents.iter_mut().zip(kinds) {
        if let Some(kind) = kind {
            (document.kind, document.kind_confidence) = (kind, 1.0);
        }
    }
}
