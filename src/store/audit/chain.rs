//! Reading a whole chain for its check, in batches of short transactions: no writer waits, and memory does not grow with the log.

use super::super::schema::{
    audit_entries as entries, audit_heads as heads, audit_identities as identities, audit_kinds,
};
use super::kinds::ANYBODY;
use crate::domain::audit::anchor::{Anchor, Head};
use crate::domain::audit::fault::{Fault, Report};
use crate::domain::audit::walk::Walk;
use crate::domain::audit::{ChainKey, Entry, month, topic};
use crate::domain::ids::TeamId;
use crate::store::{Db, GlobalTx, ReadTx, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

const BATCH: i64 = 5_000;

#[derive(Queryable)]
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
    person: Uuid,
    /// The person of the identity beside the chain.
    acted: Option<Uuid>,
}

/// Pseudonym, account, e-mail, address and person.
type Named = (Uuid, Option<Uuid>, Option<String>, Option<String>, Uuid);

/// What the table of kinds must hold for an entry to be found.
type Listed = (NaiveDate, Uuid, String, String, String);

/// Checks the whole chain of a team and what lies beside it. `told` hears the entry reached and the last one, a batch at a time.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn verify(
    db: &Db,
    team: TeamId,
    anchors: &[Anchor],
    mut told: impl FnMut(i64, i64),
) -> Result<Report, StoreError> {
    let mut walk = Walk::new(db.chain_key().clone(), team, anchors);
    let mut seen = BTreeSet::new();
    let head = loop {
        let after = walk.through();
        let (head, rows) = db.global(move |tx| batch(tx, team, after)).await?;
        if rows.is_empty() {
            break head;
        }
        told(after, head.as_ref().map_or(0, |head| head.seq));
        let (mut walked, mut listed) = (walk, seen);
        // A batch is some milliseconds of arithmetic: not on the threads that answer requests.
        let done = tokio::task::spawn_blocking(move || {
            rows.into_iter().for_each(|row| take(&mut walked, &mut listed, row));
            (walked, listed)
        });
        (walk, seen) = done.await.map_err(|_| StoreError::Unavailable)?;
    };
    let key = db.chain_key().clone();
    let beside = db.global(move |tx| beside(tx, team, &key, seen)).await?;
    beside.into_iter().for_each(|fault| walk.add(fault));
    Ok(walk.finish(head))
}

/// The head first: an empty batch read after it proves that nothing came in between.
fn batch(tx: &mut GlobalTx<'_>, team: TeamId, after: i64) -> Result<(Option<Head>, Vec<Row>), StoreError> {
    tx.pin_team(team)?;
    let head = head(tx.conn(), team)?;
    let of = identities::team_id.eq(entries::team_id).and(identities::id.eq(entries::identity_id));
    let rows = entries::table
        .left_join(identities::table.on(of))
        .filter(entries::team_id.eq(team.0).and(entries::seq.gt(after)))
        .order((entries::seq, entries::at))
        .limit(BATCH)
        .select((
            entries::team_id,
            entries::seq,
            entries::at,
            entries::identity_id,
            entries::role,
            entries::action,
            entries::subject,
            entries::result,
            entries::diff,
            entries::hash,
            entries::person,
            identities::person.nullable(),
        ))
        .load(tx.conn())?;
    Ok((head, rows))
}

/// What the database says is the last entry of a team.
pub(super) fn head(conn: &mut PgConnection, team: TeamId) -> QueryResult<Option<Head>> {
    let head: Option<(i64, Vec<u8>)> =
        heads::table.filter(heads::team_id.eq(team.0)).select((heads::seq, heads::hash)).first(conn).optional()?;
    Ok(head.map(|(seq, hash)| Head { team, seq, hash: hex::encode(hash) }))
}

/// The end of the team's chain, as a paper or a file names it.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn head_of(tx: &mut ReadTx<'_>, team: TeamId) -> Result<Option<Head>, StoreError> {
    Ok(head(tx.conn(), team)?)
}

fn take(walk: &mut Walk, seen: &mut BTreeSet<Listed>, row: Row) {
    if row.acted.is_some_and(|acted| acted != row.person) {
        walk.add(Fault::Misfiled { seq: row.seq });
    }
    for person in [row.person, ANYBODY] {
        let (action, result) = (row.action.clone(), row.result.clone());
        seen.insert((month(row.at), person, action, result, topic(&row.subject).to_owned()));
    }
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
    walk.take(entry, row.hash);
}

#[derive(QueryableByName)]
struct Astray {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    astray: bool,
}

/// What lies beside the chain: the index of kinds, the names, and the partition that must stay empty.
fn beside(
    tx: &mut GlobalTx<'_>,
    team: TeamId,
    key: &ChainKey,
    seen: BTreeSet<Listed>,
) -> Result<Vec<Fault>, StoreError> {
    tx.pin_team(team)?;
    let mut faults = Vec::new();
    let listed: Vec<Listed> = audit_kinds::table
        .select((audit_kinds::month, audit_kinds::person, audit_kinds::action, audit_kinds::result, audit_kinds::topic))
        .load(tx.conn())?;
    let listed: BTreeSet<Listed> = listed.into_iter().collect();
    let mut missing: Vec<_> = seen
        .difference(&listed)
        .map(|(month, _, action, result, _)| (*month, action.clone(), result.clone()))
        .collect();
    missing.dedup();
    let unlisted = |(month, action, result)| Fault::Unlisted { month, action, result };
    faults.extend(missing.into_iter().map(unlisted));
    let mut last = Uuid::nil();
    loop {
        let batch: Vec<Named> = identities::table
            .filter(identities::team_id.eq(team.0).and(identities::id.gt(last)))
            .order(identities::id)
            .limit(BATCH)
            .select((identities::id, identities::user_id, identities::email, identities::address, identities::person))
            .load(tx.conn())?;
        let Some((end, ..)) = batch.last() else { break };
        last = *end;
        for (id, user, email, address, person) in batch {
            // An erased name, or an address that is no longer kept, proves nothing any more.
            let Some(email) = email else { continue };
            let whole = key.pseudonym(team, user, &email, address.as_deref().unwrap_or_default()) == id;
            if !whole && (address.is_some() || key.person(team, user, &email) != person) {
                faults.push(Fault::Renamed { identity: id });
            }
        }
    }
    let astray: Astray =
        diesel::sql_query("SELECT pg_relation_size('audit_entries_default') > 0 AS astray").get_result(tx.conn())?;
    if astray.astray {
        faults.push(Fault::Astray);
    }
    Ok(faults)
}
