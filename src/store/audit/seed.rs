//! Filling a team's log for a benchmark: entries of a true chain, many at a time, under names that nobody has.

use super::super::schema::audit_heads as heads;
use super::kinds::ANYBODY;
use super::{END, Last, TAKE_HEAD};
use crate::domain::audit::{ChainKey, Entry, month, topic};
use crate::domain::ids::TeamId;
use crate::store::{Db, StoreError, WriteTx};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bytea, Date, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use std::collections::BTreeSet;
use uuid::Uuid;

/// An entry to be, before it has its place in the chain.
#[derive(Clone, Debug)]
pub struct Made {
    pub at: DateTime<Utc>,
    pub email: String,
    pub address: String,
    pub role: &'static str,
    pub action: &'static str,
    pub subject: String,
    pub result: &'static str,
    pub diff: Option<serde_json::Value>,
}

#[derive(Default)]
struct Columns {
    seq: Vec<i64>,
    at: Vec<DateTime<Utc>>,
    identity: Vec<Uuid>,
    role: Vec<String>,
    action: Vec<String>,
    subject: Vec<String>,
    result: Vec<String>,
    diff: Vec<Option<serde_json::Value>>,
    hash: Vec<Vec<u8>>,
    person: Vec<Uuid>,
}

const ADD: &str = "INSERT INTO audit_entries (team_id, seq, at, identity_id, role, action, subject, result, diff, hash, person) \
    SELECT $1, r.* FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11) r";
const NAMES: &str = "INSERT INTO audit_identities (team_id, id, email, address, person) SELECT $1, r.* FROM unnest($2, $3, $4, $5) r \
    ON CONFLICT DO NOTHING";
const KINDS: &str = "INSERT INTO audit_kinds (team_id, month, person, action, result, topic) SELECT $1, r.* FROM unnest($2, $3, $4, $5, $6) r \
    ON CONFLICT DO NOTHING";

/// Adds entries behind the last one, in one transaction.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn add(db: &Db, team: TeamId, made: Vec<Made>) -> Result<(), StoreError> {
    let key = db.chain_key().clone();
    db.global(move |tx| {
        tx.pin_team(team)?;
        // The disk is not waited for: after a crash a benchmark is filled again.
        diesel::sql_query("SET LOCAL synchronous_commit = off").execute(tx.conn())?;
        let last: Last = diesel::sql_query(TAKE_HEAD).bind::<SqlUuid, _>(team.0).get_result(tx.conn())?;
        Ok(write(tx.conn(), &key, team, last, made)?)
    })
    .await
}

fn write(conn: &mut PgConnection, key: &ChainKey, team: TeamId, last: Last, made: Vec<Made>) -> QueryResult<()> {
    let mut columns = Columns::default();
    let mut names: BTreeSet<(Uuid, String, String, Uuid)> = BTreeSet::new();
    let mut kinds: BTreeSet<(NaiveDate, Uuid, &'static str, &'static str, String)> = BTreeSet::new();
    let (mut seq, mut before) = (last.seq, last.hash);
    for made in made {
        seq = seq.saturating_add(1);
        let person = key.person(team, None, &made.email);
        let identity = key.pseudonym(team, None, &made.email, &made.address);
        for person in [person, ANYBODY] {
            kinds.insert((month(made.at), person, made.action, made.result, topic(&made.subject).to_owned()));
        }
        names.insert((identity, made.email, made.address, person));
        let entry = Entry {
            team,
            seq,
            at: made.at.min(END),
            identity,
            role: made.role.to_owned(),
            action: made.action.to_owned(),
            subject: made.subject,
            result: made.result.to_owned(),
            diff: made.diff,
        };
        before = entry.hash(key, &before);
        columns.seq.push(seq);
        columns.at.push(entry.at);
        columns.identity.push(identity);
        columns.role.push(entry.role);
        columns.action.push(entry.action);
        columns.subject.push(entry.subject);
        columns.result.push(entry.result);
        columns.diff.push(entry.diff);
        columns.hash.push(before.clone());
        columns.person.push(person);
    }
    diesel::sql_query(NAMES)
        .bind::<SqlUuid, _>(team.0)
        .bind::<Array<SqlUuid>, _>(names.iter().map(|name| name.0).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(names.iter().map(|name| name.1.as_str()).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(names.iter().map(|name| name.2.as_str()).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(names.iter().map(|name| name.3).collect::<Vec<_>>())
        .execute(conn)?;
    diesel::sql_query(KINDS)
        .bind::<SqlUuid, _>(team.0)
        .bind::<Array<Date>, _>(kinds.iter().map(|kind| kind.0).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(kinds.iter().map(|kind| kind.1).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(kinds.iter().map(|kind| kind.2).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(kinds.iter().map(|kind| kind.3).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(kinds.iter().map(|kind| kind.4.as_str()).collect::<Vec<_>>())
        .execute(conn)?;
    diesel::sql_query(ADD)
        .bind::<SqlUuid, _>(team.0)
        .bind::<Array<BigInt>, _>(columns.seq)
        .bind::<Array<Timestamptz>, _>(columns.at)
        .bind::<Array<SqlUuid>, _>(columns.identity)
        .bind::<Array<Text>, _>(columns.role)
        .bind::<Array<Text>, _>(columns.action)
        .bind::<Array<Text>, _>(columns.subject)
        .bind::<Array<Text>, _>(columns.result)
        .bind::<Array<Nullable<Jsonb>>, _>(columns.diff)
        .bind::<Array<Bytea>, _>(columns.hash)
        .bind::<Array<SqlUuid>, _>(columns.person)
        .execute(conn)?;
    diesel::update(heads::table.filter(heads::team_id.eq(team.0)))
        .set((heads::seq.eq(seq), heads::hash.eq(before)))
        .execute(conn)
        .map(drop)
}

/// Makes the months of the log from one day to another, as the owner; months ahead are made by themselves.
///
/// # Errors
/// [`crate::store::migrate::MigrateError`].
pub fn make_months(owner_url: &str, from: NaiveDate, months: i32) -> Result<(), crate::store::migrate::MigrateError> {
    let mut conn = PgConnection::establish(owner_url)?;
    diesel::sql_query("SELECT make_audit_month(($1 + make_interval(months => m))::date) FROM generate_series(0, $2) m")
        .bind::<Date, _>(from)
        .bind::<Integer, _>(months)
        .execute(&mut conn)?;
    Ok(())
}

/// The change that benchmarks measure: one row of the team's own.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn change(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    Ok(touch(tx.conn())?)
}

/// The same change without an entry, to be measured against.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn bare_change(db: &Db, team: TeamId) -> Result<(), StoreError> {
    db.global(move |tx| {
        tx.pin_team(team)?;
        Ok(touch(tx.conn())?)
    })
    .await
}

fn touch(conn: &mut PgConnection) -> QueryResult<()> {
    diesel::sql_query("UPDATE teams SET name = name WHERE id = app_team()").execute(conn).map(drop)
}
