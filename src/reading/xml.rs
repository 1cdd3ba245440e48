//! Invoices as XML: UBL 2.1 and the Cross Industry Invoice of UN/CEFACT, told apart by their root element. A DTD is refused, so no
//! entity is ever expanded and nothing is fetched. An XML that is no invoice is no document of the trade that is read here.

mod cii;
mod ubl;

use super::source::Limits;
use super::stated::{LineStarts, Print, Stated, Unread};
use super::values::country;
use crate::domain::packet::document::{Field, Readings, TextSource};
use roxmltree::{Document, Error, Node, ParsingOptions};
use rust_decimal::Decimal;
use std::str::FromStr;

/// Why an XML gives no document. The sentence goes on after the file's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    #[error(
        "declares a document type (DTD), which is not read because it can reach outside the file. Ask for it without one."
    )]
    Dtd,
    #[error("has more elements, or deeper ones, than is allowed. Split it into smaller files.")]
    TooLarge,
    #[error("is not sound XML: line {line} cannot be read. Ask the sender for the file again.")]
    Damaged { line: u32 },
    #[error(
        "is an XML file of the sort <{root}>, which is no invoice that is read (UBL or Cross Industry Invoice). Send the document as PDF, or ask for the invoice."
    )]
    NoInvoice { root: String },
}

impl XmlError {
    /// As the problem of a file.
    pub fn unread(&self) -> Unread {
        let code = match self {
            Self::Dtd => "file.not_allowed",
            Self::TooLarge => "file.too_large",
            Self::Damaged { .. } => "file.damaged",
            Self::NoInvoice { .. } => "file.not_a_document",
        };
        Unread { code, rest: self.to_string() }
    }
}

/// The invoice of an XML file.
pub fn read(text: &str, limits: &Limits) -> Result<Stated, XmlError> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: limits.nodes, ..ParsingOptions::default() };
    let tree = Document::parse_with_options(text, options).map_err(|error| match error {
        Error::DtdDetected => XmlError::Dtd,
        Error::NodesLimitReached | Error::AttributesLimitReached | Error::NamespacesLimitReached => XmlError::TooLarge,
        other => XmlError::Damaged { line: other.pos().row },
    })?;
    let root = tree.root_element();
    if too_deep(root, limits.depth) {
        return Err(XmlError::TooLarge);
    }
    let element = Element { node: root, lines: &LineStarts::of(text) };
    let standard = root.tag_name().namespace().unwrap_or_default();
    let mut stated = match root.tag_name().name() {
        "CrossIndustryInvoice" | "CrossIndustryDocument" => cii::read(element),
        "Invoice" | "CreditNote" if standard.starts_with("urn:oasis:names:specification:ubl:") => ubl::read(element),
        other => return Err(XmlError::NoInvoice { root: other.chars().take(60).collect() }),
    };
    origin_of_all(&mut stated);
    Ok(stated)
}

/// True where a text may be an invoice, without reading it; a licence of some pages may stand before its root element.
pub fn may_be_invoice(text: &str) -> bool {
    let end = (0..=text.len().min(65_536)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let head = text.get(..end).unwrap_or_default();
    ["CrossIndustryInvoice", "CrossIndustryDocument", "urn:oasis:names:specification:ubl:"]
        .iter()
        .any(|mark| head.contains(mark))
}

fn too_deep(root: Node<'_, '_>, limit: u32) -> bool {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut depth = 0usize;
    let mut node = root;
    // Along the tree without a stack: down first, then to the next sibling, then up.
    loop {
        if depth > limit {
            return true;
        }
        if let Some(child) = node.first_child() {
            node = child;
            depth = depth.saturating_add(1);
            continue;
        }
        loop {
            if depth == 0 {
                return false;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else { return false };
            node = parent;
            depth = depth.saturating_sub(1);
        }
    }
}

/// The letters of an XML file: by their mark, by their declaration, else UTF-8.
pub fn decoded(bytes: &[u8]) -> String {
    let declared = || {
        let head: String = bytes.iter().take(200).copied().map(char::from).collect();
        let (_, rest) = head.split_once("encoding=")?;
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let label = rest.get(1..)?.split(quote).next()?.to_owned();
        encoding_rs::Encoding::for_label(label.as_bytes())
    };
    let encoding = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => declared().unwrap_or(encoding_rs::UTF_8),
    };
    encoding.decode(bytes).0.into_owned()
}

/// An element with the lines of its file.
#[derive(Clone, Copy)]
struct Element<'a> {
    node: Node<'a, 'a>,
    lines: &'a LineStarts,
}

impl<'a> Element<'a> {
    /// The elements under a path of local names; `A|B` takes either name.
    fn all(self, path: &str) -> Vec<Self> {
        let mut found = vec![self.node];
        for step in path.split('/') {
            let named = |node: &Node<'a, 'a>| step.split('|').any(|name| node.tag_name().name() == name);
            found = found
                .iter()
                .flat_map(|node| node.children().filter(Node::is_element).filter(named).collect::<Vec<_>>())
                .collect();
        }
        found.into_iter().map(|node| Self { node, ..self }).collect()
    }

    /// The first element under a path.
    fn first(self, path: &str) -> Option<Self> {
        self.all(path).into_iter().next()
    }

    /// What stands in the element itself.
    fn print(self) -> Option<Print> {
        let text: String = self.node.children().filter(Node::is_text).filter_map(|text| text.text()).collect();
        let filled = !text.trim().is_empty();
        filled.then(|| Print { text, line: self.lines.line(self.node.range().start) })
    }

    /// What stands in the first filled element under a path.
    fn at(self, path: &str) -> Option<Print> {
        self.all(path).into_iter().find_map(Self::print)
    }

    /// An attribute of the element.
    fn attribute(self, name: &str) -> Option<&'a str> {
        self.node.attribute(name)
    }

    /// True where the element under a path says one of the words.
    fn says(self, path: &str, words: &[&str]) -> bool {
        self.at(path).is_some_and(|print| words.contains(&print.text.trim()))
    }
}

/// An amount that is said only where it is not zero: both standards write zeros for what an invoice does not have.
fn unless_zero(print: Option<Print>) -> Option<Print> {
    print.filter(|print| !super::stated::is_zero(&print.text))
}

/// The price of one piece where the message gives that of ten, a hundred or another power of ten; nothing for another basis.
fn of_one(price: Option<Print>, basis: Option<Print>) -> Option<Print> {
    let (price, basis) = match (price, basis) {
        (Some(price), Some(basis)) => (price, Decimal::from_str(basis.text.trim()).ok()?.normalize()),
        (price, _) => return price,
    };
    let places = (0..=6u32).find(|places| 10i64.checked_pow(*places).map(Decimal::from) == Some(basis))?;
    let value = Decimal::from_str(price.text.trim()).ok()?;
    if places == 0 {
        return Some(price);
    }
    let one = value.checked_div(Decimal::from(10i64.checked_pow(places)?))?;
    Some(Print { text: one.to_string(), ..price })
}

/// True for the names of tariff classifications (UNTDID 7143 and the words that are used instead).
fn is_tariff(list: &str) -> bool {
    let list = list.to_ascii_uppercase();
    matches!(list.as_str(), "HS" | "CG" | "TSP" | "CV")
        || ["HTS", "HSC", "TARIC", "HARMON"].iter().any(|name| list.contains(name))
}

/// The country of a party, where its address names it in words rather than as a code.
fn country_of(print: Option<Print>) -> Option<Print> {
    print.filter(|print| country::country(print.text.trim()).is_some())
}

/// An origin that every line shares stands in the header too.
fn origin_of_all(stated: &mut Stated) {
    let mut origins = stated.lines.iter().map(|line| line.get(&Field::CountryOfOrigin));
    let Some(Some(first)) = origins.next() else { return };
    if origins.all(|other| other.is_some_and(|other| other.value == first.value)) {
        let first = first.clone();
        stated.fields.entry(Field::CountryOfOrigin).or_insert(first);
    }
}

/// A new invoice.
const fn invoice() -> Stated {
    Stated::new(crate::domain::packet::document::Kind::CommercialInvoice, TextSource::Xml)
}

/// The description of goods that says most: the name, or what stands in place of it.
fn described(line: &mut Readings, prints: impl IntoIterator<Item = Option<Print>>) {
    for print in prints {
        super::stated::say(line, Field::Description, print);
    }
}

#[cfg(test)]
#[path = "xml/tests.rs"]
mod tests;
