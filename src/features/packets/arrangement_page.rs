//! The page on which a file lies spread out: its documents in order, each with its kind, its pages as pictures, and what can be done to
//! each of them. It decides nothing.

use super::arrange::Bench;
use super::file::picture_href;
use crate::domain::ids::{FileId, PacketId};
use crate::domain::packet::arrangement::{Leaf, ReadAs, Sheaf, Turn};
use crate::domain::packet::document::Kind;
use crate::domain::packet::state::PacketState;
use crate::domain::packet::written;
use crate::reading::mail::{page_of_part, part_of_page};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section, When};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::Utc;

/// Why the last step was not taken.
pub enum Alert {
    Refused(String),
    /// Somebody else was faster.
    Meanwhile {
        /// What the person wanted to do.
        mine: String,
    },
}

struct KindChoice {
    word: &'static str,
    label: String,
    chosen: bool,
}

struct LeafView {
    page: u32,
    label: String,
    /// Nothing for a sheet or a message.
    picture: Option<String>,
    turned: &'static str,
    may_split: bool,
    may_earlier: bool,
    may_later: bool,
}

struct SheafView {
    /// From 1.
    number: usize,
    /// From 0.
    at: usize,
    title: String,
    /// What the reader had made of its pages, where that is something else.
    read: String,
    kinds: Vec<KindChoice>,
    may_join: bool,
    leaves: Vec<LeafView>,
}

struct ArrangedView {
    by: String,
    when: When,
    step: String,
    /// What the reader saw: `commercial invoice on pages 1 and 2, packing list on page 3`.
    read: String,
}

#[derive(Template)]
#[template(path = "packets/arrangement.html")]
struct Page {
    frame: Frame,
    packet: PacketId,
    packet_name: String,
    file: FileId,
    name: String,
    /// The number of the newest step.
    seen: i32,
    arranged: Option<ArrangedView>,
    checking: bool,
    /// Nothing of the packet may be changed: it is decided or in the bin.
    closed: Option<&'static str>,
    alert: Option<Alert>,
    documents: Vec<SheafView>,
    /// True where some of it has pages to put in order.
    has_paper: bool,
}

/// `page 3`, `pages 1, 2 and 4`.
pub fn pages_words(pages: &[u32]) -> String {
    let names: Vec<String> = pages.iter().map(|page| page_of_part(*page).to_string()).collect();
    match names.as_slice() {
        [] => "no page".to_owned(),
        [one] => format!("page {one}"),
        [all @ .., last] => format!("pages {} and {last}", all.join(", ")),
    }
}

/// A kind in the middle of a sentence.
pub fn kind_words(kind: Kind) -> String {
    written::inside(kind.label())
}

/// `commercial invoice on pages 1 and 2, packing list on page 3`.
pub fn read_words(read: &[ReadAs]) -> String {
    let one = |read: &ReadAs| format!("{} on {}", kind_words(read.kind), pages_words(&read.pages));
    read.iter().map(one).collect::<Vec<_>>().join(", ")
}

struct Laid<'b> {
    bench: &'b Bench,
}

impl Laid<'_> {
    fn is_loose(&self, page: u32) -> bool {
        self.bench.stack.loose.iter().any(|lot| lot.contains(&page))
    }

    fn label(&self, page: u32) -> String {
        let outline = self.bench.pages.iter().find(|outline| outline.number == page);
        let sheet = outline.and_then(|outline| outline.sheet.as_ref()).map(|sheet| format!("Sheet {sheet}"));
        let own = sheet.unwrap_or_else(|| format!("Page {}", page_of_part(page)));
        let parts = self.bench.pages.iter().any(|outline| part_of_page(outline.number) > 0);
        if parts { format!("{own} of attachment {}", part_of_page(page).saturating_add(1)) } else { own }
    }

    /// True where both pages lie loose in one file.
    fn are_of_one(&self, one: Option<&Sheaf>, other: Option<&Sheaf>) -> bool {
        let first = |sheaf: Option<&Sheaf>| sheaf.and_then(|sheaf| sheaf.leaves.first()).map(|leaf| leaf.page);
        let (Some(one), Some(other)) = (first(one), first(other)) else { return false };
        self.bench.stack.loose.iter().any(|lot| lot.contains(&one) && lot.contains(&other))
    }

    /// What the reader takes a document for, as far as the newest result has it.
    fn kind_now(&self, at: usize, sheaf: &Sheaf) -> Option<Kind> {
        let pages: Vec<u32> = sheaf.leaves.iter().map(|leaf| leaf.page).collect();
        let alike = self.bench.documents.iter().filter(|document| document.pages == pages);
        let before = self.bench.now.sheaves.iter().take(at);
        let skipped = before.filter(|other| other.leaves == sheaf.leaves).count();
        alike.clone().nth(skipped).or_else(|| alike.clone().next()).map(|document| document.kind)
    }

    fn leaf(&self, at: usize, place: usize, leaf: Leaf) -> LeafView {
        let sheaves = &self.bench.now.sheaves;
        let here = sheaves.get(at);
        let before = at.checked_sub(1).and_then(|before| sheaves.get(before));
        let is_last = here.is_some_and(|sheaf| place.saturating_add(1) == sheaf.leaves.len());
        let loose = self.is_loose(leaf.page);
        LeafView {
            page: leaf.page,
            label: self.label(leaf.page),
            picture: loose.then(|| picture_href(self.bench.packet.id, self.bench.file.id, leaf)),
            turned: match leaf.turn {
                Turn::None => "",
                Turn::Right => "turned right",
                Turn::Over => "turned upside down",
                Turn::Left => "turned left",
            },
            may_split: loose && place > 0,
            may_earlier: loose && (place > 0 || self.are_of_one(before, here)),
            may_later: loose && (!is_last || self.are_of_one(here, sheaves.get(at.saturating_add(1)))),
        }
    }

    fn sheaf(&self, at: usize, sheaf: &Sheaf) -> SheafView {
        let now = self.kind_now(at, sheaf);
        let pages: Vec<u32> = sheaf.leaves.iter().map(|leaf| leaf.page).collect();
        let alone = |read: &&ReadAs| read.pages == pages;
        let shares = |read: &&ReadAs| read.pages.iter().any(|page| pages.contains(page));
        let same: Vec<ReadAs> = self.bench.read.iter().filter(alone).cloned().collect();
        let read = if same.is_empty() {
            self.bench.read.iter().filter(shares).cloned().collect()
        } else {
            same.iter().filter(|read| sheaf.kind.is_some_and(|kind| kind != read.kind)).cloned().collect::<Vec<_>>()
        };
        let opinion = sheaf.kind.map_or(now, |_| same.first().map(|read| read.kind));
        let open =
            opinion.map_or_else(|| "As it is read".to_owned(), |kind| format!("As it is read ({})", kind_words(kind)));
        let kind = |kind: &Kind| KindChoice {
            word: kind.as_str(),
            label: kind.label().to_owned(),
            chosen: sheaf.kind == Some(*kind),
        };
        let open = KindChoice { word: "", label: open, chosen: sheaf.kind.is_none() };
        let number = at.saturating_add(1);
        let before = at.checked_sub(1).and_then(|before| self.bench.now.sheaves.get(before));
        SheafView {
            number,
            at,
            title: match sheaf.kind.or(now) {
                Some(kind) => format!("Document {number}: {}", kind.label()),
                None => format!("Document {number}"),
            },
            read: if read.is_empty() { String::new() } else { format!("read as {}", read_words(&read)) },
            kinds: std::iter::once(open).chain(Kind::ALL.iter().map(kind)).collect(),
            may_join: self.are_of_one(before, Some(sheaf)),
            leaves: sheaf.leaves.iter().enumerate().map(|(place, leaf)| self.leaf(at, place, *leaf)).collect(),
        }
    }
}

/// The page, as an answer.
///
/// # Errors
/// Where it cannot be drawn.
pub fn page(
    signed_in: &SignedIn,
    bench: &Bench,
    status: StatusCode,
    alert: Option<Alert>,
) -> Result<HttpResponse, AppError> {
    let laid = Laid { bench };
    let arranged = bench.newest.as_ref().filter(|_| bench.is_arranged() || alert.is_some());
    let arranged = arranged.map(|entry| ArrangedView {
        by: entry.name.clone(),
        when: When::new(entry.at, Utc::now()),
        step: entry.step.clone(),
        read: read_words(&entry.read),
    });
    let closed = match (bench.packet.is_deleted, bench.packet.decision.is_some()) {
        (true, _) => Some("The packet is in the bin. Restore it before its pages are arranged."),
        (_, true) => Some("The packet is decided. Reopen it before its pages are arranged."),
        _ => None,
    };
    let documents: Vec<SheafView> =
        bench.now.sheaves.iter().enumerate().map(|(at, sheaf)| laid.sheaf(at, sheaf)).collect();
    let page = Page {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Packets),
        packet: bench.packet.id,
        packet_name: bench.packet.name.clone(),
        file: bench.file.id,
        name: bench.file.name.clone(),
        seen: bench.number(),
        arranged,
        checking: bench.packet.state == PacketState::Checking,
        closed,
        alert,
        has_paper: documents.iter().flat_map(|document| &document.leaves).any(|leaf| leaf.picture.is_some()),
        documents,
    };
    Ok(view::page(status, &page)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_as_people_tell_them() {
        assert_eq!(pages_words(&[3]), "page 3");
        assert_eq!(pages_words(&[1, 2, 4]), "pages 1, 2 and 4");
        assert_eq!(pages_words(&[100_002]), "page 2");
        let read = [ReadAs { kind: Kind::PackingList, pages: vec![1, 2] }, ReadAs { kind: Kind::Isf, pages: vec![3] }];
        assert_eq!(read_words(&read), "packing list on pages 1 and 2, ISF on page 3");
    }
}
