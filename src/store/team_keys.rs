//! The keys of teams, wrapped. A team's first key is made when it is first needed; what they seal is not known here.

use super::schema::team_keys;
use super::{Change, Db, GlobalTx, StoreError, WriteTx};
use crate::domain::ids::TeamId;
use crate::domain::keys::{MasterKeys, TeamKeys};
use diesel::prelude::*;
use uuid::Uuid;

fn stored(conn: &mut PgConnection) -> QueryResult<Vec<(Uuid, Vec<u8>)>> {
    team_keys::table.order(team_keys::id.desc()).select((team_keys::id, team_keys::wrapped)).load(conn)
}

/// The keys of a team; the first one is made where there is none.
///
/// # Errors
/// [`StoreError`] where the database fails or a key cannot be opened.
pub async fn of(db: &Db, team: TeamId) -> Result<TeamKeys, StoreError> {
    let masters = db.masters();
    db.global(move |tx| {
        tx.pin_team(team)?;
        let mut rows = stored(tx.conn())?;
        if rows.is_empty() {
            first(tx, &masters, team)?;
            rows = stored(tx.conn())?;
        }
        let keys: Result<Vec<_>, _> = rows.iter().map(|(id, wrapped)| masters.team_key(team, *id, wrapped)).collect();
        Ok(TeamKeys { team, keys: keys? })
    })
    .await
}

/// Two that need a team's first key at once make two; both are kept, and each opens what it sealed.
fn first(tx: &mut GlobalTx<'_>, masters: &MasterKeys, team: TeamId) -> Result<(), StoreError> {
    let (key, wrapped) = masters.new_team_key(team)?;
    diesel::insert_into(team_keys::table)
        .values((team_keys::id.eq(key.id), team_keys::wrapped.eq(wrapped)))
        .execute(tx.conn())?;
    Ok(())
}

/// Gives a team a new key for what comes, and wraps the ones that it has under the newest master key: how many those were.
///
/// # Errors
/// [`StoreError`] where the database fails or a key cannot be opened.
pub fn rotate(tx: &mut WriteTx<'_>, masters: &MasterKeys, team: TeamId) -> Result<Change<usize>, StoreError> {
    let rows = stored(tx.conn())?;
    for (id, wrapped) in &rows {
        let anew = masters.wrapped_anew(team, *id, wrapped)?;
        diesel::update(team_keys::table.filter(team_keys::id.eq(id)))
            .set(team_keys::wrapped.eq(anew))
            .execute(tx.conn())?;
    }
    let (key, wrapped) = masters.new_team_key(team)?;
    diesel::insert_into(team_keys::table)
        .values((team_keys::id.eq(key.id), team_keys::wrapped.eq(wrapped)))
        .execute(tx.conn())?;
    let facts = serde_json::json!({ "key": key.id, "wrapped_under": masters.newest(), "older_keys": rows.len() });
    Ok(Change::to(rows.len()).diff(serde_json::Value::Null, facts))
}
