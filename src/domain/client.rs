//! What a team expects of one client's papers: which documents and fields have to be there, how far weights and amounts may differ,
//! and how grave a finding is. The rules that judge by it are `packet::check::client`; how it is kept is `store::clients`.

use super::packet::check::rule;
use super::packet::document::{Document, Field, Kind};
use super::packet::result::Severity;
use super::trade::party;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The most letters of a client's name.
pub const NAME_MAX: usize = 200;
/// The most other names of a client.
pub const ALIASES_MAX: usize = 50;
/// The greatest tolerance, in percent: beyond it nothing would be a difference.
pub const TOLERANCE_MAX: u32 = 20;

/// What is expected of a client's papers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Names that the client's papers print as well.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Documents that a packet of the client must have.
    #[serde(default)]
    pub documents: BTreeSet<Kind>,
    /// Fields that a document of a kind must state.
    #[serde(default)]
    pub fields: BTreeMap<Kind, BTreeSet<Field>>,
    /// How many percent weights of two documents may differ.
    #[serde(default)]
    pub weight_percent: Option<Decimal>,
    /// How many percent amounts of money of two documents may differ.
    #[serde(default)]
    pub amount_percent: Option<Decimal>,
    /// How grave a finding of a code is, where it is not as its rule says.
    #[serde(default)]
    pub severities: BTreeMap<String, Severity>,
}

/// A client by name, with what is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    pub name: String,
    pub profile: Profile,
}

/// Why a profile was refused; the sentence stands beside the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileRefused {
    #[error("Enter the client's name, at most {NAME_MAX} letters.")]
    Name,
    #[error("Give at most {ALIASES_MAX} other names, a line each, at most {NAME_MAX} letters.")]
    Aliases,
    #[error("Enter a number of percent from 0 to {TOLERANCE_MAX}, like 0.5, or leave it empty.")]
    Tolerance,
}

/// The fields that a profile may ask of a kind of document: those of its head, then those of its lines that the head has not.
pub fn askable(kind: Kind) -> Vec<Field> {
    let in_lines = kind.line_fields().iter().filter(|field| !kind.fields().contains(field));
    kind.fields().iter().chain(in_lines).copied().collect()
}

/// The name of a client as it is kept: one line.
///
/// # Errors
/// [`ProfileRefused::Name`].
pub fn client_name(typed: &str) -> Result<String, ProfileRefused> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = (1..=NAME_MAX).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name) } else { Err(ProfileRefused::Name) }
}

/// Other names, a line each.
///
/// # Errors
/// [`ProfileRefused::Aliases`].
pub fn aliases(typed: &str) -> Result<Vec<String>, ProfileRefused> {
    let lines = typed.lines().filter(|line| !line.trim().is_empty());
    let names: Vec<String> = lines.map(client_name).collect::<Result<_, _>>().map_err(|_| ProfileRefused::Aliases)?;
    if names.len() > ALIASES_MAX { Err(ProfileRefused::Aliases) } else { Ok(names) }
}

/// A tolerance in percent; nothing where nothing is typed. A comma is taken for a point.
///
/// # Errors
/// [`ProfileRefused::Tolerance`].
pub fn tolerance(typed: &str) -> Result<Option<Decimal>, ProfileRefused> {
    let typed = typed.trim().trim_end_matches('%').trim_end().replace(',', ".");
    if typed.is_empty() {
        return Ok(None);
    }
    let percent = Decimal::from_str_exact(&typed).map_err(|_| ProfileRefused::Tolerance)?;
    let fits = percent >= Decimal::ZERO && percent <= Decimal::from(TOLERANCE_MAX) && percent.scale() <= 3;
    if fits { Ok(Some(percent.normalize())) } else { Err(ProfileRefused::Tolerance) }
}

impl Profile {
    /// How grave a finding is for this client, where it is not as its rule says. Codes that no rule has any more count for nothing.
    pub fn severity(&self, code: &str) -> Option<Severity> {
        self.severities.get(code).copied().filter(|_| rule(code).is_some())
    }
}

impl Client {
    /// True where a document names the client as the one who buys, imports or receives.
    pub fn is_named_on(&self, document: &Document) -> bool {
        let named = [Field::BuyerName, Field::ImporterName, Field::ConsigneeName].map(|field| document.value(field));
        let own = || std::iter::once(&self.name).chain(&self.profile.aliases);
        named.into_iter().flatten().any(|printed| {
            // Two names without letters of their own say nothing of each other.
            !party::words(printed).is_empty()
                && own().any(|own| !party::words(own).is_empty() && party::same(own, printed))
        })
    }

    /// The client of a packet: the one whom most of its documents name, of two the one that comes first.
    pub fn of<'a>(clients: &'a [Self], documents: &[Document]) -> Option<&'a Self> {
        let named = |client: &Self| documents.iter().filter(|document| client.is_named_on(document)).count();
        let counted = clients.iter().map(|client| (named(client), client)).filter(|(count, _)| *count > 0);
        counted.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, client)| client)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::domain::packet::document::{Reading, TextSource, Value};
    use proptest::prelude::*;

    fn document(kind: Kind, field: Field, name: &str) -> Document {
        let reading =
            Reading { value: Value::One(name.to_owned()), raw: name.to_owned(), confidence: 1.0, evidence: vec![] };
        Document {
            id: "d1".to_owned(),
            file: "a.pdf".to_owned(),
            sha256: String::new(),
            pages: vec![1],
            kind,
            kind_confidence: 1.0,
            text_source: Some(TextSource::PdfText),
            fields: [(field, reading)].into(),
            lines: Vec::new(),
            problems: Vec::new(),
            corrections: Vec::new(),
            arranged: None,
        }
    }

    fn client(name: &str, aliases: &[&str]) -> Client {
        let aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
        Client { name: name.to_owned(), profile: Profile { aliases, ..Profile::default() } }
    }

    #[test]
    fn a_packet_belongs_to_the_client_whom_most_documents_name() {
        let clients = [client("Harbor Retail LLC", &["HR Stores"]), client("Northwind Trading Inc.", &[])];
        let papers = [
            document(Kind::CommercialInvoice, Field::BuyerName, "NORTHWIND TRADING, INC"),
            document(Kind::BillOfLading, Field::ConsigneeName, "Northwind Trading Inc."),
            document(Kind::Isf, Field::ImporterName, "HR STORES"),
        ];
        assert_eq!(Client::of(&clients, &papers).unwrap().name, "Northwind Trading Inc.");
        assert_eq!(Client::of(&clients, papers.get(2..).unwrap()).unwrap().name, "Harbor Retail LLC");
        assert!(Client::of(&clients, &[document(Kind::Isf, Field::ImporterName, "Somebody Else Corp")]).is_none());
        assert!(Client::of(&clients, &[document(Kind::Isf, Field::SellerName, "Harbor Retail LLC")]).is_none());
        assert!(Client::of(&clients, &[document(Kind::Isf, Field::ImporterName, "---")]).is_none());
    }

    #[test]
    fn what_is_typed_is_kept_or_refused_with_a_sentence() {
        assert_eq!(client_name("  Harbor \t Retail "), Ok("Harbor Retail".to_owned()));
        assert_eq!(client_name(" "), Err(ProfileRefused::Name));
        assert_eq!(aliases("HR Stores\n\n  HRS "), Ok(vec!["HR Stores".to_owned(), "HRS".to_owned()]));
        assert_eq!(aliases(&"x\n".repeat(51)), Err(ProfileRefused::Aliases));
        assert_eq!(tolerance(" 0,50 % ").unwrap(), Some(Decimal::new(5, 1)));
        assert_eq!(tolerance("").unwrap(), None);
        for wrong in ["-1", "21", "NaN", "1e3", "a", "0.12345"] {
            assert_eq!(tolerance(wrong), Err(ProfileRefused::Tolerance), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_judged(typed in "\\PC{0,60}") {
            let _ = (client_name(&typed), aliases(&typed), tolerance(&typed));
        }
    }
}
