//! The upkeep of the log: months made ahead, and who makes the anchor of a day. Where anchors lie is `gateways::anchors`.

use super::super::schema::{audit_anchors as anchors, teams};
use super::chain::head;
use crate::domain::audit::anchor::Anchor;
use crate::domain::audit::fault::Fault;
use crate::domain::ids::TeamId;
use crate::store::{Db, StoreError};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// How long a server that makes an anchor is waited for.
const PATIENCE: TimeDelta = TimeDelta::minutes(5);

/// Has the months ahead made, a year of them, where they are missing.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn make_months_ahead(db: &Db) -> Result<(), StoreError> {
    db.global(|tx| {
        diesel::sql_query("SELECT make_audit_months_ahead()").execute(tx.conn())?;
        Ok(())
    })
    .await
}

/// True for the one server that shall make the anchor of a day now.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn claim(db: &Db, day: NaiveDate, now: DateTime<Utc>) -> Result<bool, StoreError> {
    use diesel::query_dsl::methods::FilterDsl;
    use diesel::upsert::excluded;
    db.global(move |tx| {
        let insert = diesel::insert_into(anchors::table)
            .values((anchors::day.eq(day), anchors::claimed_until.eq(now + PATIENCE)))
            .on_conflict(anchors::day)
            .do_update()
            .set(anchors::claimed_until.eq(excluded(anchors::claimed_until)));
        let stale = anchors::made_at.is_null().and(anchors::claimed_until.lt(now));
        Ok(FilterDsl::filter(insert, stale).execute(tx.conn())? == 1)
    })
    .await
}

/// Keeps that the anchor of a day is where it belongs.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn made(db: &Db, day: NaiveDate) -> Result<(), StoreError> {
    db.global(move |tx| {
        diesel::update(anchors::table.filter(anchors::day.eq(day)))
            .set(anchors::made_at.eq(diesel::dsl::now))
            .execute(tx.conn())?;
        Ok(())
    })
    .await
}

/// The signed heads of all chains.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn make(db: &Db, day: NaiveDate, at: DateTime<Utc>) -> Result<Anchor, StoreError> {
    let key = db.chain_key().clone();
    db.global(move |tx| {
        tx.pin_upkeep()?;
        let all: Vec<Uuid> = teams::table.order(teams::id).select(teams::id).load(tx.conn())?;
        let mut heads = Vec::new();
        for team in all.into_iter().map(TeamId) {
            tx.pin_team(team)?;
            heads.extend(head(tx.conn(), team)?);
        }
        Ok(Anchor::new(&key, day, at, heads))
    })
    .await
}

/// The anchors among what was kept, and a fault for each that is none or that is there no more.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn read(db: &Db, kept: Vec<(NaiveDate, Vec<u8>)>) -> Result<(Vec<Anchor>, Vec<Fault>), StoreError> {
    let days: Vec<NaiveDate> = kept.iter().map(|(day, _)| *day).collect();
    let lost = anchors::table.filter(anchors::made_at.is_not_null().and(anchors::day.ne_all(days)));
    let lost: Vec<NaiveDate> = db
        .global(move |tx| Ok::<_, StoreError>(lost.order(anchors::day).select(anchors::day).load(tx.conn())?))
        .await?;
    let mut faults: Vec<Fault> = lost.into_iter().map(|day| Fault::AnchorMissing { day }).collect();
    let mut anchors = Vec::new();
    for (day, bytes) in kept {
        match Anchor::read(db.chain_key(), &bytes).filter(|anchor| anchor.day == day) {
            Some(anchor) => anchors.push(anchor),
            None => faults.push(Fault::AnchorDamaged { day }),
        }
    }
    Ok((anchors, faults))
}
