//! What a token's requests made under keys of their own. The key is taken in the transaction that makes the thing: of two requests at
//! once the second waits for the first to commit, and finds its answer.

use super::schema::idempotency_keys as keys;
use super::{Db, ReadTx, StoreError, WriteTx, sweeping};
use crate::domain::ids::TokenId;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;

/// How long a key is kept.
pub const KEPT_HOURS: i64 = 24;

/// A key of one token, and what was asked for under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub token: TokenId,
    pub key: String,
    /// SHA-256 of the route and what was sent.
    pub request: Vec<u8>,
}

/// An answer as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub body: String,
}

/// Takes a key for an answer, or says that another request has taken it: look it up with [`find`] in a transaction of its own. A key
/// whose day is over is free.
///
/// # Errors
/// [`StoreError::Conflict`] where the key is taken.
pub fn take(tx: &mut WriteTx<'_>, key: &Key, answer: &Answer) -> Result<(), StoreError> {
    let over = keys::created_at.lt(Utc::now() - Duration::hours(KEPT_HOURS));
    let same = keys::token_id.eq(key.token.0).and(keys::key.eq(&key.key));
    diesel::delete(keys::table.filter(same).filter(over)).execute(tx.conn())?;
    let taken = diesel::insert_into(keys::table)
        .values((
            keys::token_id.eq(key.token.0),
            keys::key.eq(&key.key),
            keys::request.eq(&key.request),
            keys::status.eq(i32::from(answer.status)),
            keys::location.eq(&answer.location),
            keys::answer.eq(&answer.body),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    if taken == 0 { Err(StoreError::Conflict("idempotency_keys".to_owned())) } else { Ok(()) }
}

/// The answer under a key, and what it was asked for; nothing where the key is free.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn find(tx: &mut ReadTx<'_>, token: TokenId, key: &str) -> Result<Option<(Vec<u8>, Answer)>, StoreError> {
    type Row = (Vec<u8>, i32, String, String, DateTime<Utc>);
    let row: Option<Row> = keys::table
        .filter(keys::token_id.eq(token.0).and(keys::key.eq(key)))
        .select((keys::request, keys::status, keys::location, keys::answer, keys::created_at))
        .first(tx.conn())
        .optional()?;
    let living = row.filter(|(.., at)| *at >= Utc::now() - Duration::hours(KEPT_HOURS));
    Ok(living.map(|(request, status, location, body, _)| {
        (request, Answer { status: u16::try_from(status).unwrap_or(200), location, body })
    }))
}

/// Forgets the keys of all teams whose day is over, at most `most` of each team. Gives how many. Answers name packets and files: none
/// stays because nobody sends a key any more.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn sweep(db: &Db, now: DateTime<Utc>, most: i64) -> Result<usize, StoreError> {
    const SWEEP: &str = "DELETE FROM idempotency_keys WHERE team_id = app_team() AND (token_id, key) IN \
        (SELECT token_id, key FROM idempotency_keys WHERE team_id = app_team() AND created_at < $1 ORDER BY created_at LIMIT $2)";
    sweeping::sweep(db, SWEEP, now - Duration::hours(KEPT_HOURS), most).await
}
