//! Links to set a new password: one a person, good once, and only the newest.

use super::schema::{password_resets as resets, users};
use super::{Db, StoreError, outbox, sessions};
use crate::domain::ids::UserId;
use crate::domain::mail::SealedLetter;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// Keeps the hash of a link and the letter that brings it; an earlier link is good no more.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn put(
    db: &Db,
    user: UserId,
    token_hash: Vec<u8>,
    expires_at: DateTime<Utc>,
    letter: SealedLetter,
) -> Result<(), StoreError> {
    db.global(move |tx| {
        let fresh = (resets::token_hash.eq(token_hash), resets::expires_at.eq(expires_at));
        diesel::insert_into(resets::table)
            .values((resets::user_id.eq(user.0), fresh.clone()))
            .on_conflict(resets::user_id)
            .do_update()
            .set(fresh)
            .execute(tx.conn())?;
        outbox::add_personal(tx, &letter)
    })
    .await
}

/// Whose link this is, where it is still good.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn owner(db: &Db, token_hash: Vec<u8>) -> Result<Option<UserId>, StoreError> {
    db.global(move |tx| {
        let good =
            resets::table.filter(resets::token_hash.eq(token_hash)).filter(resets::expires_at.gt(diesel::dsl::now));
        Ok(good.select(resets::user_id).first(tx.conn()).optional()?.map(UserId))
    })
    .await
}

/// Uses a link up: sets the password, ends every session of the person and adds the letter that says so. Nothing where the link is not
/// good any more.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn spend(
    db: &Db,
    token_hash: Vec<u8>,
    password_hash: String,
    letter: SealedLetter,
) -> Result<Option<UserId>, StoreError> {
    db.global(move |tx| {
        let good =
            resets::table.filter(resets::token_hash.eq(token_hash)).filter(resets::expires_at.gt(diesel::dsl::now));
        let user: Option<Uuid> = diesel::delete(good).returning(resets::user_id).get_result(tx.conn()).optional()?;
        let Some(user) = user else { return Ok(None) };
        diesel::update(users::table.find(user)).set(users::password_hash.eq(password_hash)).execute(tx.conn())?;
        sessions::end_all(tx, UserId(user))?;
        outbox::add_personal(tx, &letter)?;
        Ok(Some(UserId(user)))
    })
    .await
}

/// Forgets the link of a person who has signed in: whoever knows the password needs none.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn forget(db: &Db, user: UserId) -> Result<(), StoreError> {
    db.global(move |tx| {
        diesel::delete(resets::table.find(user.0)).execute(tx.conn())?;
        Ok(())
    })
    .await
}
