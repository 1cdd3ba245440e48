//! What scans were read as, by the content of their files and how they are arranged, so that no page is seen twice by the OCR engine. It
//! knows a reading as data and not what stands in it.

use super::schema::readings;
use super::{Db, StoreError, sweeping};
use crate::domain::ids::TeamId;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde_json::Value;

/// The version of the reader whose readings may be used again. It changes with every release.
const READER: &str = env!("CARGO_PKG_VERSION");
/// A reading is kept so many days: the time in which a packet is corrected and checked again.
const DAYS: i64 = 30;

/// What was read: a file by its content, and the key of its arrangement, empty where nobody arranged it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Of {
    pub sha256: String,
    pub arrangement: String,
}

/// The reading of a file, where this version made one.
///
/// # Errors
/// What the database refuses.
pub async fn find(db: &Db, team: TeamId, of: Of) -> Result<Option<Value>, StoreError> {
    db.global(move |tx| {
        tx.pin_team(team)?;
        let kept = readings::table.find((team.0, of.sha256, of.arrangement)).filter(readings::reader.eq(READER));
        Ok(kept.select(readings::reading).first(tx.conn()).optional()?)
    })
    .await
}

/// Keeps a reading.
///
/// # Errors
/// What the database refuses.
pub async fn keep(db: &Db, team: TeamId, of: Of, reading: Value) -> Result<(), StoreError> {
    db.global(move |tx| {
        tx.pin_team(team)?;
        let made = (readings::reader.eq(READER), readings::reading.eq(reading), readings::made_at.eq(Utc::now()));
        diesel::insert_into(readings::table)
            .values((readings::sha256.eq(of.sha256), readings::arrangement.eq(of.arrangement), made.clone()))
            .on_conflict((readings::team_id, readings::sha256, readings::arrangement))
            .do_update()
            .set(made)
            .execute(tx.conn())?;
        Ok(())
    })
    .await
}

/// Forgets the readings of all teams that are too old at a moment, at most `most` of each team. Gives how many. They hold clients'
/// papers: none stays because a team sends no scans any more.
///
/// # Errors
/// What the database refuses.
pub async fn sweep(db: &Db, now: DateTime<Utc>, most: i64) -> Result<usize, StoreError> {
    const SWEEP: &str = "DELETE FROM readings WHERE team_id = app_team() AND (sha256, arrangement) IN \
        (SELECT sha256, arrangement FROM readings WHERE team_id = app_team() AND made_at < $1 ORDER BY made_at LIMIT $2)";
    sweeping::sweep(db, SWEEP, now - Duration::days(DAYS), most).await
}
