//! Pages become documents: a new one starts where a page carries a title of its own or speaks of another kind; pages that only go
//! on stay with the document before them.

use super::classify::Look;
use super::vocabulary::Title;
use crate::domain::packet::document::Kind;
use std::ops::Range;

/// The pages of one document, and what it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Positions in the pages given.
    pub pages: Range<usize>,
    pub kind: Kind,
    pub confidence: f32,
}

/// What a page shows, with the number of its document where it prints one.
#[derive(Clone, Debug, Default)]
pub struct Leaf {
    pub look: Look,
    /// The document's own number, letters and digits only.
    pub number: Option<String>,
    /// True where the page has no words.
    pub blank: bool,
}

/// Parts the pages of a file into documents.
pub fn split(leaves: &[Leaf]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut number: Option<String> = None;
    for (at, leaf) in leaves.iter().enumerate() {
        let own = own_kind(&leaf.look);
        let goes_on = parts.last().is_some_and(|part| continues(part, number.as_deref(), leaf, own));
        match parts.last_mut() {
            Some(part) if goes_on => {
                part.pages.end = at + 1;
                if part.kind == Kind::Unknown && part.confidence < 0.3 && own.is_some() {
                    (part.kind, part.confidence) = own.unwrap_or((Kind::Unknown, 0.2));
                }
            }
            _ => {
                let (kind, confidence) = own.unwrap_or((Kind::Unknown, 0.2));
                parts.push(Part { pages: at..at + 1, kind, confidence });
                number = None;
            }
        }
        number = number.or_else(|| leaf.number.clone());
    }
    parts
}

/// What pages are that a person put together: the kind that the first of them gives itself.
pub fn kind_of(leaves: &[Leaf]) -> (Kind, f32) {
    leaves.iter().find_map(|leaf| own_kind(&leaf.look)).unwrap_or((Kind::Unknown, 0.2))
}

/// The kind that a page gives itself.
fn own_kind(look: &Look) -> Option<(Kind, f32)> {
    match (look.title, look.speaks) {
        (Some((Title::Kind(kind), sure)), Some((other, how))) if kind != other && kind != Kind::Unknown => {
            let trust = if sure < 0.3 && how > 0.6 { (other, 0.6) } else { (kind, (0.7 + 0.2 * sure).min(0.9)) };
            Some(trust)
        }
        (Some((Title::Kind(kind), sure)), Some(_)) => Some((kind, (0.9 + 0.15 * sure).min(0.99))),
        (Some((Title::Kind(kind), sure)), None) => Some((kind, (0.8 + 0.2 * sure).min(0.97))),
        (_, Some((kind, how))) => Some((kind, 0.5 + 0.35 * how)),
        _ => None,
    }
}

fn continues(part: &Part, number: Option<&str>, leaf: &Leaf, own: Option<(Kind, f32)>) -> bool {
    if let Some((page, _)) = leaf.look.numbered {
        let titled_otherwise =
            matches!(leaf.look.title, Some((Title::Kind(kind), sure)) if kind != part.kind && sure > 0.4);
        if page > 1 && !titled_otherwise {
            return true;
        }
        if page == 1 && leaf.look.title.is_some_and(|(title, _)| title != Title::Supplement) {
            return false;
        }
    }
    match (leaf.look.title, own) {
        (Some((Title::Supplement, _)), _) => true,
        (Some((Title::Kind(kind), _)), _) if kind != part.kind => false,
        (Some((Title::Kind(_), _)), _) => match (number, leaf.number.as_deref()) {
            (Some(before), Some(here)) => before == here,
            (_, None) => true,
            (None, Some(_)) => false,
        },
        (None, Some((kind, _))) => kind == part.kind || part.kind == Kind::Unknown,
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(title: Option<Title>, page: Option<u32>, number: Option<&str>) -> Leaf {
        let look =
            Look { title: title.map(|title| (title, 0.8)), speaks: None, numbered: page.map(|page| (page, None)) };
        Leaf { look, number: number.map(str::to_owned), blank: false }
    }

    fn kinds(leaves: &[Leaf]) -> Vec<(Kind, usize)> {
        split(leaves).into_iter().map(|part| (part.kind, part.pages.len())).collect()
    }

    #[test]
    fn a_second_page_stays_with_its_document_and_a_new_title_starts_another() {
        let invoice = Some(Title::Kind(Kind::CommercialInvoice));
        let packing = Some(Title::Kind(Kind::PackingList));
        assert_eq!(
            kinds(&[
                leaf(invoice, Some(1), Some("A1")),
                leaf(invoice, Some(2), Some("A1")),
                leaf(Some(Title::Supplement), None, None),
                leaf(packing, None, None),
                leaf(None, None, None),
            ]),
            [(Kind::CommercialInvoice, 3), (Kind::PackingList, 2)]
        );
    }

    #[test]
    fn two_invoices_of_one_file_are_told_by_their_numbers() {
        let invoice = Some(Title::Kind(Kind::CommercialInvoice));
        assert_eq!(
            kinds(&[leaf(invoice, None, Some("A1")), leaf(invoice, None, Some("A1")), leaf(invoice, None, Some("A2"))]),
            [(Kind::CommercialInvoice, 2), (Kind::CommercialInvoice, 1)]
        );
    }
}
