//! A team's open invites, from the side of those who invite. Accepting one is `joining`.

use super::column::Stored;
use super::schema::{invites, memberships, users};
use super::{Change, ReadTx, StoreError, WriteTx, outbox};
use crate::domain::access::{Actor, Role};
use crate::domain::account::Email;
use crate::domain::ids::{InviteId, UserId};
use crate::domain::mail::SealedLetter;
use crate::domain::team::TeamRefused;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

/// An open invite as its team's page shows it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: InviteId,
    pub email: String,
    pub role: Role,
    pub invited_by: String,
    pub sent_count: i32,
    pub sent_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

type Row = (Uuid, String, Stored<Role>, String, i32, DateTime<Utc>, DateTime<Utc>);

fn load(conn: &mut PgConnection, id: Option<InviteId>, limit: i64) -> QueryResult<Vec<Entry>> {
    let mut query = invites::table
        .inner_join(users::table.on(users::id.eq(invites::invited_by)))
        .order((invites::sent_at.desc(), invites::id))
        .limit(limit)
        .select((
            invites::id,
            invites::email,
            invites::role,
            users::name,
            invites::sent_count,
            invites::sent_at,
            invites::expires_at,
        ))
        .into_boxed();
    if let Some(id) = id {
        query = query.filter(invites::id.eq(id.0));
    }
    let entry = |(id, email, role, invited_by, sent_count, sent_at, expires_at): Row| Entry {
        id: InviteId(id),
        email,
        role: role.0,
        invited_by,
        sent_count,
        sent_at,
        expires_at,
    };
    Ok(query.load::<Row>(conn)?.into_iter().map(entry).collect())
}

/// The team's open invites, newest first, at most `limit`.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn list(tx: &mut ReadTx<'_>, limit: i64) -> Result<Vec<Entry>, StoreError> {
    Ok(load(tx.conn(), None, limit)?)
}

/// One open invite.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has none such.
pub fn find(tx: &mut ReadTx<'_>, id: InviteId) -> Result<Entry, StoreError> {
    load(tx.conn(), Some(id), 1)?.into_iter().next().ok_or(StoreError::NotFound)
}

/// An invite to be.
pub struct NewInvite {
    pub id: InviteId,
    pub email: Email,
    pub role: Role,
    pub token_hash: Vec<u8>,
    pub expires_at: DateTime<Utc>,
}

/// Nobody gives a role above their own as it is now, whatever it was when the form was drawn.
fn reach(tx: &mut WriteTx<'_>, by: &Actor, role: Role) -> Result<UserId, StoreError> {
    super::members::hold(tx, by.team())?;
    let user = by.user().ok_or(StoreError::NotFound)?;
    let now = super::members::find(tx, user)?;
    let reaches = now.suspended_at.is_none() && now.role.is_watcher() && !role.is_above(now.role);
    if reaches { Ok(user) } else { Err(TeamRefused::Above.into()) }
}

/// Keeps an invite and the letter that brings its link.
///
/// # Errors
/// [`StoreError::Team`] where the address has a place in the team or an open invite already, or the role is above the inviter's.
pub fn add(
    tx: &mut WriteTx<'_>,
    by: &Actor,
    invite: &NewInvite,
    letter: &SealedLetter,
) -> Result<Change<()>, StoreError> {
    let user = reach(tx, by, invite.role)?;
    let members: i64 = memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(users::email.eq(invite.email.as_str()))
        .count()
        .get_result(tx.conn())?;
    if members > 0 {
        return Err(TeamRefused::AlreadyMember.into());
    }
    let added = diesel::insert_into(invites::table)
        .values((
            invites::id.eq(invite.id.0),
            invites::email.eq(invite.email.as_str()),
            invites::role.eq(invite.role.as_str()),
            invites::invited_by.eq(user.0),
            invites::token_hash.eq(&invite.token_hash),
            invites::expires_at.eq(invite.expires_at),
        ))
        .on_conflict((invites::team_id, invites::email))
        .do_nothing()
        .execute(tx.conn())?;
    if added == 0 {
        return Err(TeamRefused::AlreadyInvited.into());
    }
    outbox::add(tx, letter)?;
    Ok(Change::to(()).diff(Value::Null, json!({ "role": invite.role })))
}

/// Puts a new link in the place of the one before, and the letter that brings it.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has no such invite, [`StoreError::Team`] where its role is above the sender's.
pub fn renew(
    tx: &mut WriteTx<'_>,
    by: &Actor,
    id: InviteId,
    token_hash: Vec<u8>,
    expires_at: DateTime<Utc>,
    letter: &SealedLetter,
) -> Result<Change<()>, StoreError> {
    let before = find(tx, id)?;
    reach(tx, by, before.role)?;
    diesel::update(invites::table.filter(invites::id.eq(id.0)))
        .set((
            invites::token_hash.eq(token_hash),
            invites::expires_at.eq(expires_at),
            invites::sent_count.eq(invites::sent_count + 1),
            invites::sent_at.eq(diesel::dsl::now),
            invites::proved_by.eq(None::<Vec<u8>>),
            invites::proved_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx.conn())?;
    outbox::add(tx, letter)?;
    Ok(Change::to(()).diff(json!({ "expires": before.expires_at }), json!({ "expires": expires_at })))
}

/// Takes an invite back.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has none such, [`StoreError::Team`] where its role is above the actor's.
pub fn revoke(tx: &mut WriteTx<'_>, by: &Actor, id: InviteId) -> Result<Change<()>, StoreError> {
    let before = find(tx, id)?;
    reach(tx, by, before.role)?;
    diesel::delete(invites::table.filter(invites::id.eq(id.0))).execute(tx.conn())?;
    Ok(Change::to(()).diff(json!({ "role": before.role }), Value::Null))
}

/// Takes back what a person has invited and, with the role that they have now, might invite no more. Gives how many.
pub(in crate::store) fn revoke_of(
    tx: &mut WriteTx<'_>,
    inviter: UserId,
    may_invite: impl Fn(Role) -> bool,
) -> Result<usize, StoreError> {
    let beyond = Role::ALL.iter().filter(|role| !may_invite(**role)).map(|role| role.as_str());
    let gone = invites::table
        .filter(invites::invited_by.eq(inviter.0))
        .filter(invites::role.eq_any(beyond.collect::<Vec<_>>()));
    Ok(diesel::delete(gone).execute(tx.conn())?)
}
