//! The packet result as the API's document describes it. The answer itself is the result as it is stored; a test holds the two together.

use super::Verdict;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The packet as a whole, in its result.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResultPacket {
    pub name: String,
    #[schema(minimum = 0, maximum = 100)]
    pub score: u8,
    pub verdict: Verdict,
}

/// A value that takes part in a finding.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResultValue {
    /// The `id` of the document.
    pub document: String,
    pub field: Option<String>,
    /// The line of the document, from 0; null for its head.
    pub line: Option<u32>,
    /// As read: a text, or a list of texts; null where it is absent.
    pub value: Option<serde_json::Value>,
}

/// What does not agree, and what to do about it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResultFinding {
    /// Stable, such as `match.package_count`.
    pub code: String,
    #[schema(pattern = "^(critical|warning|info)$")]
    pub severity: String,
    pub title: String,
    pub explanation: String,
    pub fix: String,
    pub citation: String,
    pub values: Vec<ResultValue>,
}

/// A document that was read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResultDocument {
    pub id: String,
    /// The name of its file.
    pub file: String,
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub sha256: String,
    /// From 1.
    pub pages: Vec<u32>,
    /// Such as `commercial_invoice`; `unknown` where it cannot be told.
    pub kind: String,
    pub kind_confidence: f32,
    /// Readings by field.
    pub fields: BTreeMap<String, serde_json::Value>,
    /// Readings by field, for each row of goods or containers.
    pub lines: Vec<BTreeMap<String, serde_json::Value>>,
    pub problems: Vec<serde_json::Value>,
}

/// What was read and what does not agree.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PacketResult {
    #[schema(pattern = "^quayside\\.packet/1$")]
    pub schema: String,
    pub packet: ResultPacket,
    pub documents: Vec<ResultDocument>,
    pub findings: Vec<ResultFinding>,
}
