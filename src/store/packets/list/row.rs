//! A packet as a row of the list, and its place there.

use super::super::Packet;
use super::{Key, Order};
use crate::domain::ids::{PacketId, RunId, UserId};
use crate::domain::packet::decision::Decision;
use crate::domain::packet::result::Verdict;
use crate::domain::packet::state::PacketState;
use crate::store::column::Stored;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

/// A packet as the database gives it.
#[derive(QueryableByName)]
pub(super) struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text, deserialize_as = Stored<PacketState>)]
    state: PacketState,
    #[diesel(sql_type = SqlUuid)]
    run_id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    updated_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    created_by: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    owner: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    owner_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    decision: Option<String>,
    #[diesel(sql_type = Integer)]
    file_count: i32,
    #[diesel(sql_type = Nullable<Integer>)]
    document_count: Option<i32>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    score: Option<i16>,
    #[diesel(sql_type = Nullable<Text>)]
    verdict: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    criticals: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    warnings: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    transport: Option<String>,
    #[diesel(sql_type = Nullable<Date>)]
    eta: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Text>)]
    client: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    numbers: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    route: Option<String>,
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = BigInt)]
    pub(super) total: i64,
    /// Its words fit, too; otherwise it is here because nobody looked farther.
    #[diesel(sql_type = Bool)]
    pub(super) fits: bool,
    /// Nobody looked farther than to the last packet that was found.
    #[diesel(sql_type = Bool)]
    pub(super) is_cut: bool,
}

/// What is asked of a packet `p` and the person `u` who has it.
pub(super) const COLUMNS: &str = "p.id, p.name, p.state, p.run_id, p.created_at, p.updated_at, p.created_by, u.name AS owner, p.owner_id, p.decision, p.file_count, \
    p.document_count, p.score, p.verdict, p.criticals, p.warnings, p.transport, p.eta, p.client, p.numbers, p.route";

/// A packet in the list, and its place there.
#[derive(Clone, Debug)]
pub struct Listed {
    pub packet: Packet,
    pub key: Key,
}

impl Row {
    pub(super) fn listed(self, order: Order) -> Listed {
        let id = PacketId(self.id);
        let moment = || self.created_at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let value = if order.column().1 == "timestamptz" { moment() } else { self.key };
        let packet = Packet {
            id,
            name: self.name,
            state: self.state,
            run: RunId(self.run_id),
            created_at: self.created_at,
            updated_at: self.updated_at,
            created_by: self.created_by.map(UserId),
            owner_id: self.owner_id.map(UserId),
            owner: self.owner,
            decision: self.decision.as_deref().and_then(Decision::from_word),
            is_deleted: false,
            file_count: self.file_count,
            document_count: self.document_count,
            score: self.score,
            verdict: self.verdict.as_deref().and_then(Verdict::from_word),
            criticals: self.criticals,
            warnings: self.warnings,
            transport: self.transport,
            eta: self.eta,
            client: self.client,
            numbers: self.numbers,
            route: self.route,
        };
        Listed { packet, key: Key { value, id } }
    }
}
