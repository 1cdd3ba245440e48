//! The queue: work that outlives a request. It is added in the transaction that makes it true, and leaves the table when it is done. How a
//! worker holds a piece of it is `claim`'s, how workers hear of it `news`'.

mod claim;
mod news;

pub use claim::{Claim, claim};
pub(in crate::store) use news::announce;
pub use news::listen;

use super::column::Stored;
use super::schema::work;
use super::{Db, ReadTx, StoreError, WriteTx};
use crate::domain::ids::WorkId;
use crate::domain::work::{Work, WorkState};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Text, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How far a piece of work has come, for the page that waits for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Each file's pages: read so far and in all, where known.
    pub files: Vec<FileProgress>,
}

/// How far the reading of one file has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileProgress {
    pub done: u32,
    pub total: Option<u32>,
    pub finished: bool,
}

/// A piece of work as the page shows it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: WorkId,
    pub work: Work,
    pub state: WorkState,
    pub attempts: i32,
    pub due_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub progress: Option<Progress>,
    pub failure: Option<String>,
}

/// Adds a piece of work, or wakes the failed one of the same key; work that waits or runs already is left alone.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn add(tx: &mut WriteTx<'_>, what: &Work) -> Result<(), StoreError> {
    const ADD: &str = "INSERT INTO work (id, task, key, state) VALUES ($1, $2, $3, 'waiting') \
        ON CONFLICT (team_id, key) DO UPDATE SET state = 'waiting', attempts = 0, due_at = now(), failure = NULL, updated_at = now() \
        WHERE work.state = 'failed'";
    let value = serde_json::to_value(what)
        .map_err(|e| StoreError::Query(diesel::result::Error::SerializationError(e.into())))?;
    diesel::sql_query(ADD)
        .bind::<SqlUuid, _>(WorkId::fresh().0)
        .bind::<Jsonb, _>(value)
        .bind::<Text, _>(what.key())
        .execute(tx.conn())?;
    announce(tx.conn())?;
    Ok(())
}

/// Adds a piece of work that is due at a moment to come.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn add_for(tx: &mut WriteTx<'_>, what: &Work, due: DateTime<Utc>) -> Result<(), StoreError> {
    add(tx, what)?;
    diesel::update(work::table.filter(work::key.eq(what.key()))).set(work::due_at.eq(due)).execute(tx.conn())?;
    Ok(())
}

/// Takes work out of the queue that nobody has begun and nobody needs any more.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn forget(tx: &mut WriteTx<'_>, what: &Work) -> Result<(), StoreError> {
    let waiting = work::key.eq(what.key()).and(work::state.eq(WorkState::Waiting.as_str()));
    diesel::delete(work::table.filter(waiting)).execute(tx.conn())?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = work, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: Uuid,
    task: serde_json::Value,
    #[diesel(deserialize_as = Stored<WorkState>)]
    state: WorkState,
    attempts: i32,
    due_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    progress: Option<serde_json::Value>,
    failure: Option<String>,
}

impl Row {
    fn entry(self) -> Option<Entry> {
        Some(Entry {
            id: WorkId(self.id),
            work: serde_json::from_value(self.task).ok()?,
            state: self.state,
            attempts: self.attempts,
            due_at: self.due_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            progress: self.progress.and_then(|progress| serde_json::from_value(progress).ok()),
            failure: self.failure,
        })
    }
}

/// The team's work: failed first, then running, then waiting; at most `limit`.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn list(tx: &mut ReadTx<'_>, limit: i64) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<Row> = work::table
        .order((work::state, work::due_at, work::id))
        .limit(limit)
        .select(Row::as_select())
        .load(tx.conn())?;
    Ok(rows.into_iter().filter_map(Row::entry).collect())
}

/// The work of a key, where it stands in the queue.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn find_by_key(tx: &mut ReadTx<'_>, key: &str) -> Result<Option<Entry>, StoreError> {
    let row: Option<Row> =
        work::table.filter(work::key.eq(key)).select(Row::as_select()).first(tx.conn()).optional()?;
    Ok(row.and_then(Row::entry))
}

/// Lets failed work be tried again, from its first try.
///
/// # Errors
/// [`StoreError::NotFound`] where there is no such failed work.
pub fn retry(tx: &mut WriteTx<'_>, id: WorkId) -> Result<Work, StoreError> {
    let value: serde_json::Value = diesel::update(work::table.filter(work::id.eq(id.0)))
        .filter(work::state.eq(WorkState::Failed.as_str()))
        .set((
            work::state.eq(WorkState::Waiting.as_str()),
            work::attempts.eq(0),
            work::due_at.eq(diesel::dsl::now),
            work::failure.eq(None::<String>),
            work::updated_at.eq(diesel::dsl::now),
        ))
        .returning(work::task)
        .get_result(tx.conn())?;
    announce(tx.conn())?;
    serde_json::from_value(value).map_err(|_| StoreError::NotFound)
}

/// How much work of all teams waits, runs and has failed, for the metrics.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn depth(db: &Db) -> Result<Vec<(WorkState, i64)>, StoreError> {
    db.global(|tx| {
        tx.pin_claims()?;
        let rows: Vec<(Stored<WorkState>, i64)> =
            work::table.group_by(work::state).select((work::state, diesel::dsl::count_star())).load(tx.conn())?;
        Ok(rows.into_iter().map(|(state, count)| (state.0, count)).collect())
    })
    .await
}
