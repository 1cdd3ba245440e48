//! The checks of the chain that members asked for, and their answers.

use super::super::schema::audit_checks as checks;
use crate::domain::audit::fault::Report;
use crate::domain::ids::CheckId;
use crate::store::{ReadTx, StoreError, WriteTx};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// One check, with its answer where it is finished.
#[derive(Clone, Debug)]
pub struct Check {
    pub asked_at: DateTime<Utc>,
    pub finished: Option<(DateTime<Utc>, Report)>,
}

/// Keeps that a check was asked for.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn ask(tx: &mut WriteTx<'_>, id: CheckId) -> Result<(), StoreError> {
    diesel::insert_into(checks::table).values(checks::id.eq(id.0)).execute(tx.conn())?;
    Ok(())
}

/// Keeps the answer.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn finish(tx: &mut WriteTx<'_>, id: CheckId, report: &Report) -> Result<(), StoreError> {
    let value = serde_json::to_value(report)
        .map_err(|error| StoreError::Query(diesel::result::Error::SerializationError(error.into())))?;
    diesel::update(checks::table.filter(checks::id.eq(id.0)))
        .set((checks::finished_at.eq(diesel::dsl::now), checks::report.eq(value)))
        .execute(tx.conn())?;
    Ok(())
}

/// The newest checks, newest first.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn newest(tx: &mut ReadTx<'_>, limit: i64) -> Result<Vec<Check>, StoreError> {
    type Row = (Uuid, DateTime<Utc>, Option<DateTime<Utc>>, Option<serde_json::Value>);
    let rows: Vec<Row> = checks::table
        .order(checks::id.desc())
        .limit(limit)
        .select((checks::id, checks::asked_at, checks::finished_at, checks::report))
        .load(tx.conn())?;
    let check = |(_, asked_at, finished_at, report): Row| Check {
        asked_at,
        finished: finished_at.zip(report.and_then(|report| serde_json::from_value(report).ok())),
    };
    Ok(rows.into_iter().map(check).collect())
}
