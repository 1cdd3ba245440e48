//! Sessions in PostgreSQL, found by the hash of the cookie's value: a copy of the table opens no session. A session ends after a time
//! without a request, and after a longer time whatever happens.

use super::schema::sessions;
use super::statement::Statement;
use super::{Db, GlobalTx, StoreError, WriteTx};
use crate::domain::ids::{TeamId, UserId};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bytea, Double, Jsonb};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How long a session lives.
#[derive(Clone, Copy, Debug)]
pub struct Lifetime {
    /// Without a request.
    pub idle: Duration,
    /// From its start, whatever happens.
    pub whole: Duration,
}

fn hash(id: &str) -> Vec<u8> {
    Sha256::digest(id.as_bytes()).to_vec()
}

#[derive(QueryableByName)]
struct State {
    #[diesel(sql_type = Jsonb)]
    state: serde_json::Value,
}

/// The state of a living session. It lives on from now; that is written once a minute at most.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn load(db: &Db, id: &str, lifetime: Lifetime) -> Result<Option<serde_json::Value>, StoreError> {
    const LOAD: &str = "WITH living AS (SELECT id_hash, state, last_seen_at FROM sessions \
        WHERE id_hash = $1 AND expires_at > now() AND created_at > now() - make_interval(secs => $2)), \
        seen AS (UPDATE sessions s SET last_seen_at = now(), expires_at = now() + make_interval(secs => $3) FROM living l \
        WHERE s.id_hash = l.id_hash AND l.last_seen_at < now() - interval '1 minute') SELECT state FROM living";
    let load = Statement::kept(LOAD)
        .with(hash(id).into_sql::<Bytea>())
        .with(lifetime.whole.as_seconds_f64().into_sql::<Double>())
        .with(lifetime.idle.as_seconds_f64().into_sql::<Double>());
    let found: Option<State> = db.ask(move |conn| load.get_result(conn).optional()).await?;
    Ok(found.map(|found| found.state))
}

/// Starts a session, or goes on under a new id with one that `began` before.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn add(
    db: &Db,
    id: &str,
    state: serde_json::Value,
    began: Option<DateTime<Utc>>,
    lifetime: Lifetime,
) -> Result<(), StoreError> {
    let id = hash(id);
    db.global(move |tx| {
        let expired = sessions::table.filter(sessions::expires_at.lt(diesel::dsl::now));
        diesel::delete(expired).execute(tx.conn())?;
        let now = Utc::now();
        diesel::insert_into(sessions::table)
            .values((
                sessions::id_hash.eq(id),
                sessions::state.eq(state),
                sessions::expires_at.eq(now + lifetime.idle),
                sessions::created_at.eq(began.unwrap_or(now)),
            ))
            .execute(tx.conn())?;
        Ok(())
    })
    .await
}

/// Saves the state of a living session; false where it has ended meanwhile: an ended session is never revived.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn save(db: &Db, id: &str, state: serde_json::Value) -> Result<bool, StoreError> {
    let id = hash(id);
    db.global(move |tx| {
        let living = sessions::table.find(id).filter(sessions::expires_at.gt(diesel::dsl::now));
        Ok(diesel::update(living).set(sessions::state.eq(state)).execute(tx.conn())? == 1)
    })
    .await
}

/// A session as its person sees it.
#[derive(Clone, Debug, Queryable)]
pub struct Living {
    pub id: Uuid,
    pub state: serde_json::Value,
    pub began_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
}

/// The living sessions of a person, the one last seen first.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn of(db: &Db, user: UserId) -> Result<Vec<Living>, StoreError> {
    db.global(move |tx| {
        let living = sessions::table
            .filter(sessions::user_id.eq(user.0))
            .filter(sessions::expires_at.gt(diesel::dsl::now))
            .filter(sessions::public_id.is_not_null())
            .order(sessions::last_seen_at.desc())
            .select((
                sessions::public_id.assume_not_null(),
                sessions::state,
                sessions::created_at,
                sessions::last_seen_at,
            ));
        Ok(living.load(tx.conn())?)
    })
    .await
}

/// Ends one session of a person.
///
/// # Errors
/// [`StoreError::NotFound`] where the person has none such.
pub async fn end(db: &Db, user: UserId, id: Uuid) -> Result<(), StoreError> {
    db.global(move |tx| {
        let one = sessions::table.filter(sessions::user_id.eq(user.0)).filter(sessions::public_id.eq(id));
        if diesel::delete(one).execute(tx.conn())? == 0 { Err(StoreError::NotFound) } else { Ok(()) }
    })
    .await
}

/// Ends every session of a person but one.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn end_all_but(db: &Db, user: UserId, kept: Option<Uuid>) -> Result<(), StoreError> {
    db.global(move |tx| end_others(tx, user, kept)).await
}

/// Ends every session of a person but one, in the transaction that makes it necessary.
pub(in crate::store) fn end_others(tx: &mut GlobalTx<'_>, user: UserId, kept: Option<Uuid>) -> Result<(), StoreError> {
    let all = sessions::table.filter(sessions::user_id.eq(user.0));
    match kept {
        Some(kept) => diesel::delete(all.filter(sessions::public_id.is_distinct_from(kept))).execute(tx.conn())?,
        None => diesel::delete(all).execute(tx.conn())?,
    };
    Ok(())
}

/// Ends every session of a person, in the transaction that makes it necessary.
pub(in crate::store) fn end_all(tx: &mut GlobalTx<'_>, user: UserId) -> Result<(), StoreError> {
    end_others(tx, user, None)
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

/// Ends the sessions of a person that are in one team, in the transaction that makes it necessary.
pub(in crate::store) fn end_in_team(tx: &mut WriteTx<'_>, user: UserId, team: TeamId) -> Result<(), StoreError> {
    // The state holds the team as JSON text, quotes and all.
    const END: &str = "DELETE FROM sessions WHERE user_id = $1 AND trim(both '\"' from state ->> 'team') = $2";
    diesel::sql_query(END)
        .bind::<diesel::sql_types::Uuid, _>(user.0)
        .bind::<diesel::sql_types::Text, _>(team.to_string())
        .execute(tx.conn())?;
    Ok(())
}
