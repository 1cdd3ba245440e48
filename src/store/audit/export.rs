//! The entries of a filter for an export, oldest first and batch by batch: each batch is a transaction of its own, and the log being
//! append-only, all batches up to one entry are one snapshot.

use super::super::schema::{audit_entries as entries, audit_identities as identities};
use super::chain::head;
use super::page::Key;
use super::{Filter, kinds};
use crate::domain::audit::anchor::Head;
use crate::store::{ReadTx, StoreError};
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz};
use uuid::Uuid;

/// An entry as it is written to a file.
#[derive(Clone, Debug, Queryable)]
pub struct Row {
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub person: Uuid,
    pub role: String,
    pub action: String,
    pub subject: String,
    pub result: String,
    /// JSON.
    pub diff: Option<String>,
    pub hash: Vec<u8>,
    pub email: Option<String>,
    pub address: Option<String>,
}

/// What an export walks: up to its head, and the windows of time that hold anything.
#[derive(Clone, Debug)]
pub struct Plan {
    filter: Filter,
    people: Option<Vec<Uuid>>,
    pub head: Option<Head>,
    windows: std::collections::VecDeque<(DateTime<Utc>, DateTime<Utc>)>,
    last: Key,
}

/// Begins an export.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn plan(tx: &mut ReadTx<'_>, filter: Filter) -> Result<Plan, StoreError> {
    let people = filter.people(tx)?;
    let conn = tx.conn();
    let window = filter.window();
    let team: Uuid = diesel::select(sql::<diesel::sql_types::Uuid>("app_team()")).get_result(conn)?;
    let head = head(conn, crate::domain::ids::TeamId(team))?;
    let by_kind = people.is_some() || filter.action.is_some() || filter.result.is_some();
    let windows = if by_kind {
        let mut kinds = kinds::find(conn, &filter, people.as_deref(), window)?;
        kinds.dedup_by_key(|kind| kind.month);
        kinds.iter().map(|kind| kind.window(window)).collect()
    } else {
        [window].into()
    };
    Ok(Plan { filter, people, head, windows, last: Key { at: DateTime::UNIX_EPOCH, seq: 0 } })
}

/// The next rows, at most `size`; none at the end.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn next(tx: &mut ReadTx<'_>, plan: &mut Plan, size: i64) -> Result<Vec<Row>, StoreError> {
    let through = plan.head.as_ref().map_or(0, |head| head.seq);
    while let Some((from, until)) = plan.windows.front().copied() {
        let rows = rows(tx.conn(), plan, (from, until), through, size)?;
        if let Some(row) = rows.last() {
            plan.last = Key { at: row.at, seq: row.seq };
            return Ok(rows);
        }
        plan.windows.pop_front();
    }
    Ok(Vec::new())
}

fn rows(
    conn: &mut PgConnection,
    plan: &Plan,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    through: i64,
    size: i64,
) -> QueryResult<Vec<Row>> {
    let of = identities::team_id.eq(entries::team_id).and(identities::id.eq(entries::identity_id));
    let after = sql::<Bool>("(audit_entries.at, audit_entries.seq) > (")
        .bind::<Timestamptz, _>(plan.last.at)
        .sql(", ")
        .bind::<BigInt, _>(plan.last.seq)
        .sql(")");
    let mut query = entries::table
        .left_join(identities::table.on(of))
        .filter(sql::<Bool>("audit_entries.team_id = app_team()"))
        .filter(entries::at.ge(from.max(plan.last.at)).and(entries::at.lt(until)).and(entries::seq.le(through)))
        .filter(after)
        .order((entries::at, entries::seq))
        .limit(size)
        .select((
            entries::seq,
            entries::at,
            entries::person,
            entries::role,
            entries::action,
            entries::subject,
            entries::result,
            sql::<Nullable<Text>>("audit_entries.diff::text"),
            entries::hash,
            identities::email.nullable(),
            identities::address.nullable(),
        ))
        .into_boxed::<Pg>();
    if let Some(people) = &plan.people {
        query = query.filter(entries::person.eq_any(people));
    }
    if let Some(subject) = &plan.filter.subject {
        query = query.filter(entries::subject.eq(subject));
    }
    if let Some(action) = &plan.filter.action {
        query = query.filter(entries::action.eq(action));
    }
    if let Some(result) = &plan.filter.result {
        query = query.filter(entries::result.eq(result));
    }
    query.load(conn)
}
