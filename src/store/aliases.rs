//! The pairs of names of which a member of the team said that they are one company.

use super::schema::{party_aliases as aliases, users};
use super::{Change, ReadTx, StoreError, WriteTx};
use crate::domain::alias::{Alias, Pair};
use crate::domain::ids::{AliasId, UserId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

/// The most pairs of a team: a check looks at each.
pub const ALIASES_MAX: i64 = 5_000;

/// A pair as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    pub id: AliasId,
    pub alias: Alias,
    pub at: DateTime<Utc>,
}

/// Every pair, the newest first.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn list(tx: &mut ReadTx<'_>) -> Result<Vec<Kept>, StoreError> {
    let rows: Vec<(Uuid, String, String, DateTime<Utc>, String)> = aliases::table
        .inner_join(users::table.on(users::id.eq(aliases::created_by)))
        .order((aliases::created_at.desc(), aliases::id))
        .limit(ALIASES_MAX)
        .select((aliases::id, aliases::one, aliases::other, aliases::created_at, users::name))
        .load(tx.conn())?;
    // A name that says less to a newer program than to the one that kept it joins nothing.
    let kept = |(id, one, other, at, by): (Uuid, String, String, DateTime<Utc>, String)| {
        let pair = Pair::of(&one, &other)?;
        Some(Kept { id: AliasId(id), alias: Alias { pair, by, on: at.date_naive() }, at })
    };
    Ok(rows.into_iter().filter_map(kept).collect())
}

fn told(one: &str, other: &str) -> Value {
    json!({ "same_company": [one, other] })
}

/// Remembers pairs; what is known already stays as it is.
///
/// # Errors
/// [`StoreError::Conflict`] where the team has too many.
pub fn add(tx: &mut WriteTx<'_>, pairs: &[Pair], by: UserId) -> Result<Change<()>, StoreError> {
    let count: i64 = aliases::table.count().get_result(tx.conn())?;
    if count >= ALIASES_MAX {
        return Err(StoreError::Conflict("aliases_max".to_owned()));
    }
    for pair in pairs {
        let (one_key, other_key) = pair.keys();
        diesel::insert_into(aliases::table)
            .values((
                aliases::id.eq(AliasId::fresh().0),
                aliases::one_key.eq(one_key),
                aliases::other_key.eq(other_key),
                aliases::one.eq(&pair.one),
                aliases::other.eq(&pair.other),
                aliases::created_by.eq(by.0),
            ))
            .on_conflict_do_nothing()
            .execute(tx.conn())?;
    }
    let after: Vec<Value> = pairs.iter().map(|pair| told(&pair.one, &pair.other)).collect();
    Ok(Change::to(()).diff(Value::Null, after))
}

/// Forgets a pair. Results that were judged by it stay as they are.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn remove(tx: &mut WriteTx<'_>, id: AliasId) -> Result<Change<()>, StoreError> {
    let (one, other): (String, String) = diesel::delete(aliases::table.filter(aliases::id.eq(id.0)))
        .returning((aliases::one, aliases::other))
        .get_result(tx.conn())?;
    Ok(Change::to(()).diff(told(&one, &other), Value::Null))
}
