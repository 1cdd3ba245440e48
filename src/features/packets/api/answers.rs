//! What the API takes and answers, as types that its document is made of. Keys are stable: add, never rename.

mod result;

pub use result::PacketResult;

use super::super::progress::Facts;
use crate::domain::ids::{FileId, PacketId};
use crate::domain::packet::decision;
use crate::domain::packet::result as found;
use crate::domain::packet::state::PacketState;
use crate::domain::work::WorkState;
use crate::store::packets;
use crate::store::queue::Entry;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a packet stands.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Its files wait to be read, or are being read.
    Checking,
    /// The newest run is done; its verdict stands.
    Checked,
    /// The newest run failed and waits for a person.
    Failed,
}

/// What a packet may do next.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A critical finding stands.
    Blocked,
    /// A warning stands.
    Review,
    /// Nothing stands in its way.
    Ready,
}

/// What a person decided.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Approved,
    Rejected,
}

/// A packet as a list shows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Summary {
    #[schema(value_type = String, format = Uuid)]
    pub id: PacketId,
    /// As its sender said, or made of the files' names.
    pub name: String,
    pub state: State,
    /// Of the newest result; null until there is one.
    pub verdict: Option<Verdict>,
    /// 0 to 100, of the newest result.
    #[schema(minimum = 0, maximum = 100)]
    pub score: Option<i16>,
    /// Critical findings that stand.
    pub criticals: Option<i32>,
    /// Warnings that stand.
    pub warnings: Option<i32>,
    pub decision: Option<Decision>,
    /// The name of who works on it.
    pub owner: Option<String>,
    /// Bill of lading or air waybill, as read.
    pub transport: Option<String>,
    /// A day, as read.
    #[schema(format = Date)]
    pub eta: Option<String>,
    /// In the bin: it is gone for good after some days.
    pub deleted: bool,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// Where all of it is.
    #[schema(format = "uri-reference")]
    pub href: String,
}

/// A file as it was sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct File {
    #[schema(value_type = String, format = Uuid)]
    pub id: FileId,
    pub name: String,
    /// Lower-case hexadecimal.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub sha256: String,
    #[schema(minimum = 0)]
    pub size_bytes: i64,
    /// Where its bytes are.
    #[schema(format = "uri-reference")]
    pub href: String,
}

/// How far the reading is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Progress {
    /// A reader has begun.
    pub running: bool,
    #[schema(minimum = 0)]
    pub files_read: usize,
    /// Pages of the files that are read or being read.
    #[schema(minimum = 0)]
    pub pages_read: u32,
}

/// A packet.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Packet {
    #[serde(flatten)]
    pub summary: Summary,
    pub files: Vec<File>,
    /// While it is being checked.
    pub progress: Option<Progress>,
    /// Why it could not be checked.
    pub failure: Option<String>,
}

/// A page of the list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct List {
    /// Newest first.
    pub packets: Vec<Summary>,
    /// The `after` of the next page; null on the last.
    pub next: Option<String>,
}

/// Why a request was not answered (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// The sort of problem; it stays as it is.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// What is wrong with this request, and what to do.
    pub detail: String,
    /// The number of the request, where the fault is the server's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

/// What a packet is made of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPacket {
    /// The documents of one shipment: one part for each file, each with its file name.
    #[schema(value_type = Vec<String>, format = Binary, min_items = 1)]
    pub files: Vec<Vec<u8>>,
    /// What the packet is called; without it, what its first file is.
    #[schema(max_length = 200)]
    pub name: Option<String>,
}

impl From<PacketState> for State {
    fn from(state: PacketState) -> Self {
        match state {
            PacketState::Checking => Self::Checking,
            PacketState::Checked => Self::Checked,
            PacketState::Failed => Self::Failed,
        }
    }
}

impl From<found::Verdict> for Verdict {
    fn from(verdict: found::Verdict) -> Self {
        match verdict {
            found::Verdict::Blocked => Self::Blocked,
            found::Verdict::Review => Self::Review,
            found::Verdict::Ready => Self::Ready,
        }
    }
}

impl From<decision::Decision> for Decision {
    fn from(decision: decision::Decision) -> Self {
        match decision {
            decision::Decision::Approved => Self::Approved,
            decision::Decision::Rejected => Self::Rejected,
        }
    }
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Where a packet is.
pub fn href(id: PacketId) -> String {
    format!("/api/v1/packets/{id}")
}

impl From<packets::Packet> for Summary {
    fn from(packet: packets::Packet) -> Self {
        Self {
            id: packet.id,
            name: packet.name,
            state: packet.state.into(),
            verdict: packet.verdict.map(Verdict::from),
            score: packet.score,
            criticals: packet.criticals,
            warnings: packet.warnings,
            decision: packet.decision.map(Decision::from),
            owner: packet.owner,
            transport: packet.transport,
            eta: packet.eta.map(|day| day.to_string()),
            deleted: packet.is_deleted,
            created_at: moment(packet.created_at),
            updated_at: moment(packet.updated_at),
            href: href(packet.id),
        }
    }
}

fn progress(work: Option<&Entry>) -> Progress {
    let files =
        work.and_then(|work| work.progress.as_ref()).map(|progress| progress.files.as_slice()).unwrap_or_default();
    Progress {
        running: work.is_some_and(|work| work.state == WorkState::Running),
        files_read: files.iter().filter(|file| file.finished).count(),
        pages_read: files.iter().map(|file| file.done).fold(0, u32::saturating_add),
    }
}

impl Packet {
    /// The answer of the facts.
    pub fn new(facts: Facts) -> Self {
        let id = facts.packet.id;
        let state = facts.packet.state;
        let file = |file: packets::File| File {
            href: format!("{}/files/{}", href(id), file.id),
            id: file.id,
            name: file.name,
            sha256: file.sha256,
            size_bytes: file.size_bytes,
        };
        Self {
            progress: (state == PacketState::Checking).then(|| progress(facts.work.as_ref())),
            failure: facts.work.and_then(|work| work.failure).filter(|_| state == PacketState::Failed),
            files: facts.files.into_iter().map(file).collect(),
            summary: facts.packet.into(),
        }
    }
}
