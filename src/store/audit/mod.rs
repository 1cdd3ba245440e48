//! The audit log: one chain a team, written in the transaction of the change it records. Entries are only ever added.

pub mod anchors;
pub mod chain;
pub mod checks;
pub mod export;
mod kinds;
pub mod page;
pub mod seed;

use super::schema::audit_identities as identities;
use crate::domain::access::{Action, Actor, Permit};
use crate::domain::audit::{ChainKey, Entry, month, topic};
use crate::store::{ReadTx, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bytea, Date, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

#[derive(QueryableByName)]
struct Last {
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

const ADD: &str = "WITH who AS (INSERT INTO audit_identities (team_id, id, user_id, email, address, person) VALUES ($1, $4, $10, $11, $12, $14) \
    ON CONFLICT DO NOTHING), \
    kind AS (INSERT INTO audit_kinds (team_id, person, month, action, result, topic) SELECT $1, p, $15, $6, $8, $16 FROM unnest($17) p \
    ON CONFLICT DO NOTHING), \
    moved AS (UPDATE audit_heads SET seq = $2, hash = $9 WHERE team_id = $1) \
    INSERT INTO audit_entries (team_id, seq, at, identity_id, role, action, subject, result, hash, diff, person) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $13, $14)";

/// Adds the entry of one action that was allowed.
pub(in crate::store) fn record(
    conn: &mut PgConnection,
    key: &ChainKey,
    permit: &Permit,
    subject: &str,
    result: &str,
    diff: Option<serde_json::Value>,
) -> QueryResult<()> {
    add(conn, key, permit.actor(), permit.action(), subject, result, diff)
}

/// The last entry of the team's log, as the running transaction sees it.
///
/// # Errors
/// [`super::StoreError`] where the database fails.
pub fn head(tx: &mut super::ReadTx<'_>) -> Result<Option<crate::domain::audit::anchor::Head>, super::StoreError> {
    let team: Uuid = diesel::select(diesel::dsl::sql::<diesel::sql_types::Uuid>("app_team()")).get_result(tx.conn())?;
    Ok(chain::head(tx.conn(), crate::domain::ids::TeamId(team))?)
}

/// Adds the entry of one action, allowed or not.
pub(in crate::store) fn add(
    conn: &mut PgConnection,
    key: &ChainKey,
    actor: &Actor,
    action: Action,
    subject: &str,
    result: &str,
    diff: Option<serde_json::Value>,
) -> QueryResult<()> {
    let last: Last = diesel::sql_query(TAKE_HEAD).bind::<SqlUuid, _>(actor.team().0).get_result(conn)?;
    let address = actor.address().map(|address| address.to_string());
    let user = actor.user().map(|user| user.0);
    let person = key.person(actor.team(), user, actor.email());
    let entry = Entry {
        team: actor.team(),
        seq: last.seq.saturating_add(1),
        at: last.at,
        identity: key.pseudonym(actor.team(), user, actor.email(), address.as_deref().unwrap_or_default()),
        role: if user.is_some() { actor.role().as_str() } else { "system" }.to_owned(),
        action: action.as_str().to_owned(),
        subject: subject.to_owned(),
        result: result.to_owned(),
        diff,
    };
    let hash = entry.hash(key, &last.hash);
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
        .bind::<SqlUuid, _>(person)
        .bind::<Date, _>(month(entry.at))
        .bind::<Text, _>(topic(&entry.subject))
        .bind::<Array<SqlUuid>, _>(vec![person, kinds::ANYBODY])
        .execute(conn)
        .map(drop)
}

/// What entries are looked for by; all that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The e-mail address of that time.
    pub user: Option<String>,
    pub subject: Option<String>,
    pub action: Option<String>,
    pub result: Option<String>,
    /// From this moment.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub until: Option<DateTime<Utc>>,
}

impl Filter {
    /// The pseudonyms that the address stands for; nothing where no person is looked for.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn people(&self, tx: &mut ReadTx<'_>) -> Result<Option<Vec<Uuid>>, StoreError> {
        let Some(email) = &self.user else { return Ok(None) };
        let found = identities::table.filter(identities::email.eq(email)).select(identities::person).distinct();
        Ok(found.load(tx.conn()).map(Some)?)
    }

    /// From and before, with ends where there are none.
    fn window(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        (self.from.unwrap_or(DateTime::UNIX_EPOCH), self.until.unwrap_or(END))
    }
}

/// Later than any entry.
const END: DateTime<Utc> = match DateTime::from_timestamp(253_402_214_400, 0) {
    Some(end) => end,
    None => DateTime::UNIX_EPOCH,
};
