//! The audit log: one chain a team, written in the transaction of the change it records. Entries are only ever added.

use super::schema::audit_entries as entries;
use super::{ReadTx, StoreError};
use crate::domain::access::Permit;
use crate::domain::audit::{ChainKey, Entry};
use crate::domain::ids::TeamId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bytea, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

#[derive(QueryableByName)]
struct Head {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Bytea)]
    hash: Vec<u8>,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
}

/// Takes the last link and holds it: the writers of one team queue here, so that the chain has no gap and no fork. The clock is
/// read after the wait.
const TAKE_HEAD: &str = "WITH made AS (INSERT INTO audit_heads (team_id, seq, hash) VALUES ($1, 0, '') \
    ON CONFLICT (team_id) DO UPDATE SET seq = audit_heads.seq RETURNING seq, hash) \
    SELECT seq, hash, clock_timestamp() AS at FROM made";

const ADD: &str = "WITH who AS (INSERT INTO audit_identities (team_id, id, user_id, email, address) VALUES ($1, $4, $10, $11, $12) \
    ON CONFLICT DO NOTHING), \
    moved AS (UPDATE audit_heads SET seq = $2, hash = $9 WHERE team_id = $1) \
    INSERT INTO audit_entries (team_id, seq, at, identity_id, role, action, subject, result, hash, diff) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $13)";

/// Adds the entry of one action.
pub(in crate::store) fn record(
    conn: &mut PgConnection,
    key: &ChainKey,
    permit: &Permit,
    subject: &str,
    result: &str,
    diff: Option<serde_json::Value>,
) -> QueryResult<()> {
    let actor = permit.actor();
    let head: Head = diesel::sql_query(TAKE_HEAD).bind::<SqlUuid, _>(actor.team().0).get_result(conn)?;
    let address = actor.address().map(|address| address.to_string());
    let user = actor.user().map(|user| user.0);
    let entry = Entry {
        team: actor.team(),
        seq: head.seq.saturating_add(1),
        at: head.at,
        identity: key.pseudonym(actor.team(), user, actor.email(), address.as_deref().unwrap_or_default()),
        role: if user.is_some() { actor.role().as_str() } else { "system" }.to_owned(),
        action: permit.action().as_str().to_owned(),
        subject: subject.to_owned(),
        result: result.to_owned(),
        diff,
    };
    let hash = entry.hash(key, &head.hash);
    diesel::sql_query(ADD)
        .bind::<SqlUuid, _>(entry.team.0)
        .bind::<BigInt, _>(entry.seq)
        .bind::<Timestamptz, _>(entry.at)
        .bind::<SqlUuid, _>(entry.identity)
        .bind::<Text, _>(&entry.role)
        .bind::<Text, _>(&entry.action)
        .bind::<Text, _>(&entry.subject)
        .bind::<Text, _>(&entry.result)
        .bind::<Bytea, _>(&hash)
        .bind::<Nullable<SqlUuid>, _>(user)
        .bind::<Text, _>(actor.email())
        .bind::<Nullable<Text>, _>(address)
        .bind::<Nullable<Jsonb>, _>(&entry.diff)
        .execute(conn)
        .map(drop)
}

/// What a check of the chain found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verification {
    /// Every entry stands as it was written, this many.
    Whole(i64),
    /// The first entry that is missing, moved or changed.
    Broken { seq: i64 },
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = entries, check_for_backend(diesel::pg::Pg))]
struct Row {
    team_id: Uuid,
    seq: i64,
    at: DateTime<Utc>,
    identity_id: Uuid,
    role: String,
    action: String,
    subject: String,
    result: String,
    diff: Option<serde_json::Value>,
    hash: Vec<u8>,
}

impl From<Row> for (Entry, Vec<u8>) {
    fn from(row: Row) -> Self {
        let entry = Entry {
            team: TeamId(row.team_id),
            seq: row.seq,
            at: row.at,
            identity: row.identity_id,
            role: row.role,
            action: row.action,
            subject: row.subject,
            result: row.result,
            diff: row.diff,
        };
        (entry, row.hash)
    }
}

/// The team's entries, oldest first, after `seq`, at most `limit`.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn entries_after(tx: &mut ReadTx<'_>, seq: i64, limit: i64) -> Result<Vec<(Entry, Vec<u8>)>, StoreError> {
    let rows: Vec<Row> = entries::table
        .filter(entries::seq.gt(seq))
        .order(entries::seq)
        .limit(limit)
        .select(Row::as_select())
        .load(tx.conn())?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Walks the team's whole chain.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn verify(tx: &mut ReadTx<'_>, key: &ChainKey) -> Result<Verification, StoreError> {
    let (mut seq, mut before) = (0i64, Vec::new());
    loop {
        let batch = entries_after(tx, seq, 5_000)?;
        if batch.is_empty() {
            break;
        }
        for (entry, hash) in batch {
            let expected = seq.saturating_add(1);
            if entry.seq != expected || entry.hash(key, &before) != hash {
                return Ok(Verification::Broken { seq: expected });
            }
            (seq, before) = (entry.seq, hash);
        }
    }
    use super::schema::audit_heads as heads;
    let head: Option<(i64, Vec<u8>)> = heads::table.select((heads::seq, heads::hash)).first(tx.conn()).optional()?;
    match head {
        Some(head) if head != (seq, before) => Ok(Verification::Broken { seq: seq.saturating_add(1) }),
        _ => Ok(Verification::Whole(seq)),
    }
}
