//! The packet result, `quayside.packet/1`: one object for the command line, the API, the pages and the tests.
//! Field keys and finding codes are stable: add, never rename.

use super::correction::Unplaced;
use super::document::{Document, Field, Value};
use super::score;
use super::waiver::Waived;
use crate::domain::client::Client;
use crate::domain::words::words;
use serde::{Deserialize, Serialize};

/// The name of this contract, the first key of every result.
pub const SCHEMA: &str = "quayside.packet/1";

words! {
    /// How much a finding weighs, worst first.
    Severity { Critical = "critical", Warning = "warning", Info = "info" }
}

impl Severity {
    /// The name on a page.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Critical => "Critical",
            Self::Warning => "Warning",
            Self::Info => "Note",
        }
    }
}

words! {
    /// What a packet may do next.
    Verdict {
        /// A critical finding stands.
        Blocked = "blocked",
        /// A warning stands.
        Review = "review",
        Ready = "ready",
    }
}

/// One value that takes part in a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The document's id.
    pub document: String,
    /// The field; nothing where the document as a whole takes part.
    pub field: Option<Field>,
    /// The line of the document, from 0; nothing for a header field.
    pub line: Option<usize>,
    /// The value as read; nothing where the finding is that it is absent.
    pub value: Option<Value>,
}

/// What does not agree, why it matters, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub code: String,
    pub severity: Severity,
    pub title: String,
    pub explanation: String,
    pub fix: String,
    pub citation: String,
    pub values: Vec<Part>,
    /// Who lets it pass, and why; a waived finding does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<Waived>,
}

/// The packet as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub name: String,
    /// 0 to 100.
    pub score: u8,
    pub verdict: Verdict,
    /// One sentence that says where the score comes from.
    pub reason: String,
}

/// What the work cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    pub pages: u32,
    pub milliseconds: u64,
}

/// The loaded lists that the checks rest on, each by what its edition is called; nothing where none is loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListsUsed {
    pub tariff: Option<String>,
    pub ports: Option<String>,
    pub carriers: Option<String>,
}

impl ListsUsed {
    /// What tariff numbers were judged by, in a sentence; `remedy` says how a tariff is loaded where none is.
    pub fn sentence(&self, remedy: &str) -> String {
        match &self.tariff {
            Some(edition) => format!("Tariff numbers are judged by the tariff {edition}."),
            None => format!("No tariff is loaded; codes are judged by form and chapter only. {remedy}"),
        }
    }
}

/// The whole result of checking one packet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PacketResult {
    pub schema: String,
    pub packet: Summary,
    pub documents: Vec<Document>,
    pub findings: Vec<Finding>,
    pub stats: Stats,
    #[serde(default)]
    pub lists: ListsUsed,
    /// The client by whose profile it was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Corrections that stand and have lost their place, so that nothing of them is in the documents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unplaced: Vec<Unplaced>,
}

impl PacketResult {
    /// Puts documents and findings together: worst findings first, score and verdict from what stands.
    pub fn assemble(
        name: impl Into<String>,
        documents: Vec<Document>,
        mut findings: Vec<Finding>,
        stats: Stats,
    ) -> Self {
        findings.sort_by_key(|finding| finding.severity);
        let (score, reason) = score::score(&findings);
        let verdict = score::verdict(&findings);
        Self {
            schema: SCHEMA.to_owned(),
            packet: Summary { name: name.into(), score, verdict, reason },
            documents,
            findings,
            stats,
            lists: ListsUsed::default(),
            client: None,
            unplaced: Vec::new(),
        }
    }

    /// The same result, with the lists that its findings rest on.
    #[must_use]
    pub fn judged_by(mut self, lists: ListsUsed) -> Self {
        self.lists = lists;
        self
    }

    /// The same result, with the corrections that have lost their place.
    #[must_use]
    pub fn without(mut self, unplaced: Vec<Unplaced>) -> Self {
        self.unplaced = unplaced;
        self
    }

    /// The same result, with the client by whose profile it was judged.
    #[must_use]
    pub fn of_client(mut self, client: Option<&Client>) -> Self {
        self.client = client.map(|client| client.name.clone());
        self
    }

    /// The document of an id.
    pub fn document(&self, id: &str) -> Option<&Document> {
        self.documents.iter().find(|document| document.id == id)
    }
}
