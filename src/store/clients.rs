//! What the team expects of its clients' papers.

use super::schema::clients;
use super::{Change, ReadTx, StoreError, WriteTx};
use crate::domain::client::{Client, Profile};
use crate::domain::ids::ClientId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

/// The most clients of a team: a check looks at each.
pub const CLIENTS_MAX: i64 = 2_000;

/// A client as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    pub id: ClientId,
    pub client: Client,
    /// What a form is drawn from and sends back.
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

type Row = (Uuid, String, Value, i32, DateTime<Utc>);

fn kept((id, name, profile, version, updated_at): Row) -> Kept {
    // What an older program wrote is read as far as it is understood.
    let profile: Profile = serde_json::from_value(profile).unwrap_or_default();
    Kept { id: ClientId(id), client: Client { name, profile }, version, updated_at }
}

/// Every client, by name.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn list(tx: &mut ReadTx<'_>) -> Result<Vec<Kept>, StoreError> {
    let rows: Vec<Row> = clients::table
        .order(clients::name)
        .limit(CLIENTS_MAX)
        .select((clients::id, clients::name, clients::profile, clients::version, clients::updated_at))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(kept).collect())
}

/// One client.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn find(tx: &mut ReadTx<'_>, id: ClientId) -> Result<Kept, StoreError> {
    let row: Row = clients::table
        .filter(clients::id.eq(id.0))
        .select((clients::id, clients::name, clients::profile, clients::version, clients::updated_at))
        .first(tx.conn())?;
    Ok(kept(row))
}

fn told(client: &Client) -> Value {
    json!({ "name": client.name, "profile": client.profile })
}

/// Keeps a new client.
///
/// # Errors
/// [`StoreError::Conflict`] where the team has one of that name already, or too many.
pub fn add(tx: &mut WriteTx<'_>, id: ClientId, client: &Client) -> Result<Change<()>, StoreError> {
    let count: i64 = clients::table.count().get_result(tx.conn())?;
    if count >= CLIENTS_MAX {
        return Err(StoreError::Conflict("clients_max".to_owned()));
    }
    let profile = serde_json::to_value(&client.profile).unwrap_or_default();
    diesel::insert_into(clients::table)
        .values((clients::id.eq(id.0), clients::name.eq(&client.name), clients::profile.eq(profile)))
        .execute(tx.conn())?;
    Ok(Change::to(()).diff(Value::Null, told(client)))
}

/// Keeps a client as it is said now, where it is still as the form was drawn.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Conflict`] where somebody changed it meanwhile, or another has the name.
pub fn change(tx: &mut WriteTx<'_>, id: ClientId, version: i32, client: &Client) -> Result<Change<()>, StoreError> {
    let before = find(tx, id)?;
    let profile = serde_json::to_value(&client.profile).unwrap_or_default();
    let changed = diesel::update(clients::table.filter(clients::id.eq(id.0)).filter(clients::version.eq(version)))
        .set((
            clients::name.eq(&client.name),
            clients::profile.eq(profile),
            clients::version.eq(clients::version + 1),
            clients::updated_at.eq(diesel::dsl::now),
        ))
        .execute(tx.conn())?;
    if changed == 0 {
        return Err(StoreError::Conflict("clients_version".to_owned()));
    }
    Ok(Change::to(()).diff(told(&before.client), told(client)))
}

/// Forgets what was expected of a client. Results that were judged by it stay as they are.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn remove(tx: &mut WriteTx<'_>, id: ClientId) -> Result<Change<()>, StoreError> {
    let before = find(tx, id)?;
    diesel::delete(clients::table.filter(clients::id.eq(id.0))).execute(tx.conn())?;
    Ok(Change::to(()).diff(told(&before.client), Value::Null))
}
