//! Counts of tries in PostgreSQL, so that several servers share them. Where they cannot be read, nothing is let through.

use super::schema::limits;
use super::{Db, StoreError};
use crate::domain::limits::{Limit, Standing, Wait};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// One thing to count: the rule, and the digest of what it counts.
pub type Counted = (Limit, Vec<u8>);

/// Why a try was not let through.
#[derive(Debug, thiserror::Error)]
pub enum LimitError {
    #[error(transparent)]
    Wait(#[from] Wait),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for LimitError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Counts a try under every key at once, or under none where one of them has to wait. Gives the rules that this try has just slowed.
///
/// # Errors
/// [`LimitError::Wait`] with the longest wait, and [`StoreError`] where the database fails.
pub async fn take(db: &Db, mut counted: Vec<Counted>, now: DateTime<Utc>) -> Result<Vec<&'static str>, LimitError> {
    // Always in the same order: two tries never wait for each other.
    counted.sort_by(|a, b| a.1.cmp(&b.1));
    db.global(move |tx| {
        let old = limits::table.filter(limits::last_at.lt(now - chrono::Duration::days(2)));
        diesel::delete(old.filter(limits::blocked_until.lt(now))).execute(tx.conn())?;
        let (mut slowed, mut longest) = (Vec::new(), None::<Wait>);
        for (rule, key) in &counted {
            // The empty row is the lock that orders those who try at once.
            diesel::insert_into(limits::table)
                .values((
                    limits::key.eq(key),
                    limits::count.eq(0),
                    limits::last_at.eq(now),
                    limits::blocked_until.eq(now),
                ))
                .on_conflict_do_nothing()
                .execute(tx.conn())?;
            let (count, last, until): (i32, DateTime<Utc>, DateTime<Utc>) = limits::table
                .find(key)
                .select((limits::count, limits::last_at, limits::blocked_until))
                .for_update()
                .first(tx.conn())?;
            let standing = Standing { count: u32::try_from(count).unwrap_or(0), last, until };
            match rule.take(Some(standing), now) {
                Ok(next) => {
                    if rule.has_just_slowed(next) {
                        slowed.push(rule.name);
                    }
                    diesel::update(limits::table.find(key))
                        .set((
                            limits::count.eq(i32::try_from(next.count).unwrap_or(i32::MAX)),
                            limits::last_at.eq(next.last),
                            limits::blocked_until.eq(next.until),
                        ))
                        .execute(tx.conn())?;
                }
                Err(wait) => longest = Some(longest.filter(|longest| longest.until >= wait.until).unwrap_or(wait)),
            }
        }
        longest.map_or(Ok(slowed), |wait| Err(wait.into()))
    })
    .await
}

/// Takes tries back that were no failures.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn give_back(db: &Db, mut keys: Vec<Vec<u8>>) -> Result<(), StoreError> {
    keys.sort();
    db.global(move |tx| {
        for key in &keys {
            // No wait is the moment of the last try itself: a later one would hold back whoever asks at the same time.
            diesel::update(limits::table.find(key).filter(limits::count.gt(0)))
                .set((limits::count.eq(limits::count - 1), limits::blocked_until.eq(limits::last_at)))
                .execute(tx.conn())?;
        }
        Ok(())
    })
    .await
}

/// Forgets what was counted under a key.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn forget(db: &Db, key: Vec<u8>) -> Result<(), StoreError> {
    db.global(move |tx| {
        diesel::delete(limits::table.find(key)).execute(tx.conn())?;
        Ok(())
    })
    .await
}
