//! Views of the list of packets: a person's own, and those that the team shares.

use super::schema::packet_views as views;
use super::{ReadTx, StoreError, WriteTx};
use crate::domain::ids::{UserId, ViewId};
use diesel::prelude::*;
use uuid::Uuid;

/// The most views that one person keeps, and the most that a team shares.
pub const MOST: i64 = 20;

/// A filter and an order under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub id: ViewId,
    pub owner: UserId,
    pub name: String,
    /// As the query of an address.
    pub query: String,
    pub is_shared: bool,
}

type Row = (Uuid, Uuid, String, String, bool);

impl From<Row> for View {
    fn from((id, owner, name, query, is_shared): Row) -> Self {
        Self { id: ViewId(id), owner: UserId(owner), name, query, is_shared }
    }
}

const COLUMNS: (views::id, views::owner_id, views::name, views::query, views::is_shared) =
    (views::id, views::owner_id, views::name, views::query, views::is_shared);

/// The views that a person sees, by name: their own, then those of the team.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn list(tx: &mut ReadTx<'_>, person: Option<UserId>) -> Result<Vec<View>, StoreError> {
    let own = views::owner_id.nullable().eq(person.map(|person| person.0)).assume_not_null();
    let rows: Vec<Row> = views::table
        .filter(views::is_shared.or(own))
        .order((views::is_shared, views::name, views::id))
        .select(COLUMNS)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(View::from).collect())
}

/// A view that a person sees, held until the transaction ends.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none, or it is somebody else's own.
pub fn hold(tx: &mut WriteTx<'_>, id: ViewId, person: Option<UserId>) -> Result<View, StoreError> {
    let row: Row = views::table.filter(views::id.eq(id.0)).select(COLUMNS).for_update().first(tx.conn())?;
    let view = View::from(row);
    if view.is_shared || Some(view.owner) == person { Ok(view) } else { Err(StoreError::NotFound) }
}

/// Views among which a new one would stand: those of the team, or a person's own.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn beside(tx: &mut WriteTx<'_>, view: &View) -> Result<Vec<View>, StoreError> {
    let of = list(tx, Some(view.owner))?;
    Ok(of.into_iter().filter(|other| other.is_shared == view.is_shared && other.id != view.id).collect())
}

/// Keeps a view, or what has changed of it.
///
/// # Errors
/// [`StoreError::Conflict`] where another one of its name was kept at the same moment.
pub fn save(tx: &mut WriteTx<'_>, view: &View) -> Result<(), StoreError> {
    let said = (views::name.eq(&view.name), views::query.eq(&view.query), views::is_shared.eq(view.is_shared));
    diesel::insert_into(views::table)
        .values((views::id.eq(view.id.0), views::owner_id.eq(view.owner.0), said))
        .on_conflict((views::team_id, views::id))
        .do_update()
        .set(said)
        .execute(tx.conn())?;
    Ok(())
}

/// Removes a view.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn remove(tx: &mut WriteTx<'_>, id: ViewId) -> Result<(), StoreError> {
    diesel::delete(views::table.filter(views::id.eq(id.0))).execute(tx.conn())?;
    Ok(())
}
