//! Sessions in PostgreSQL, found by the hash of the cookie's value: a copy of the table opens no session.

use super::schema::sessions;
use super::{Db, GlobalTx, StoreError};
use crate::domain::ids::UserId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use sha2::{Digest, Sha256};

fn hash(id: &str) -> Vec<u8> {
    Sha256::digest(id.as_bytes()).to_vec()
}

/// The state of a living session.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn load(db: &Db, id: &str) -> Result<Option<serde_json::Value>, StoreError> {
    let id = hash(id);
    db.global(move |tx| {
        let found = sessions::table
            .find(id)
            .filter(sessions::expires_at.gt(diesel::dsl::now))
            .select(sessions::state)
            .first(tx.conn());
        Ok(found.optional()?)
    })
    .await
}

/// Starts a session.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn add(db: &Db, id: &str, state: serde_json::Value, expires_at: DateTime<Utc>) -> Result<(), StoreError> {
    let id = hash(id);
    db.global(move |tx| {
        let expired = sessions::table.filter(sessions::expires_at.lt(diesel::dsl::now));
        diesel::delete(expired).execute(tx.conn())?;
        diesel::insert_into(sessions::table)
            .values((sessions::id_hash.eq(id), sessions::state.eq(state), sessions::expires_at.eq(expires_at)))
            .execute(tx.conn())?;
        Ok(())
    })
    .await
}

/// Saves the state of a living session; false where it has ended meanwhile: an ended session is never revived.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn save(
    db: &Db,
    id: &str,
    state: Option<serde_json::Value>,
    expires_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let id = hash(id);
    db.global(move |tx| {
        let living = sessions::table.find(id).filter(sessions::expires_at.gt(diesel::dsl::now));
        let saved = match state {
            Some(state) => diesel::update(living)
                .set((sessions::state.eq(state), sessions::expires_at.eq(expires_at)))
                .execute(tx.conn())?,
            None => diesel::update(living).set(sessions::expires_at.eq(expires_at)).execute(tx.conn())?,
        };
        Ok(saved == 1)
    })
    .await
}

/// Ends every session of a person, in the transaction that makes it necessary.
pub(in crate::store) fn end_all(tx: &mut GlobalTx<'_>, user: UserId) -> Result<usize, StoreError> {
    Ok(diesel::delete(sessions::table.filter(sessions::user_id.eq(user.0))).execute(tx.conn())?)
}

/// Ends a session.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn remove(db: &Db, id: &str) -> Result<(), StoreError> {
    let id = hash(id);
    db.global(move |tx| {
        diesel::delete(sessions::table.find(id)).execute(tx.conn())?;
        Ok(())
    })
    .await
}
