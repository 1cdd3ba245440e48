//! The members of a team: who they are, and what becomes of them. Whoever changes them holds the team first, so that of two changes at
//! once the second sees what the first made of it: a team never loses its last Owner.

use super::column::Stored;
use super::schema::{memberships, teams, users};
use super::{Change, ReadTx, StoreError, WriteTx, decisions, invites, sessions, tokens};
use crate::domain::access::{Actor, Role};
use crate::domain::ids::{TeamId, UserId};
use crate::domain::team::{Member, Step, judge};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;
use uuid::Uuid;

/// A member as the list shows them.
#[derive(Clone, Debug)]
pub struct Entry {
    pub user: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub since: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub suspended_at: Option<DateTime<Utc>>,
}

type Row = (Uuid, String, String, Stored<Role>, DateTime<Utc>, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

impl From<Row> for Entry {
    fn from((user, name, email, role, since, last_used_at, suspended_at): Row) -> Self {
        Self { user: UserId(user), name, email, role: role.0, since, last_used_at, suspended_at }
    }
}

fn load(conn: &mut PgConnection, user: Option<UserId>, limit: i64) -> QueryResult<Vec<Entry>> {
    let mut query = memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .order((users::name, users::email))
        .limit(limit)
        .select((
            users::id,
            users::name,
            users::email,
            memberships::role,
            memberships::created_at,
            memberships::last_used_at,
            memberships::suspended_at,
        ))
        .into_boxed();
    if let Some(user) = user {
        query = query.filter(memberships::user_id.eq(user.0));
    }
    Ok(query.load::<Row>(conn)?.into_iter().map(Entry::from).collect())
}

/// The members of the team, by name, at most `limit`.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn list(tx: &mut ReadTx<'_>, limit: i64) -> Result<Vec<Entry>, StoreError> {
    Ok(load(tx.conn(), None, limit)?)
}

/// One member.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has none such.
pub fn find(tx: &mut ReadTx<'_>, user: UserId) -> Result<Entry, StoreError> {
    load(tx.conn(), Some(user), 1)?.into_iter().next().ok_or(StoreError::NotFound)
}

/// Holds the team until the transaction ends: whoever changes its members or its end waits here.
pub(in crate::store) fn hold(tx: &mut WriteTx<'_>, team: TeamId) -> Result<(), StoreError> {
    let _: Uuid = teams::table.find(team.0).select(teams::id).for_no_key_update().first(tx.conn())?;
    Ok(())
}

fn member(tx: &mut ReadTx<'_>, user: UserId) -> Result<Member, StoreError> {
    let found = find(tx, user)?;
    Ok(Member { user, role: found.role, is_suspended: found.suspended_at.is_some() })
}

/// A member in the log, before or after a step.
#[derive(Serialize)]
struct Told {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suspended: Option<bool>,
    /// How many open invites of theirs went with their right to them.
    #[serde(rename = "revoked_invites", skip_serializing_if = "is_none")]
    revoked: usize,
    /// How many API tokens of theirs went with them.
    #[serde(skip_serializing_if = "is_none")]
    revoked_tokens: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_none(revoked: &usize) -> bool {
    *revoked == 0
}

/// Takes a step with a member, on behalf of `by` as they are now.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has no such member, [`StoreError::Team`] where the step may not be.
pub fn change(tx: &mut WriteTx<'_>, by: &Actor, user: UserId, step: Step) -> Result<Change<()>, StoreError> {
    let team = by.team();
    hold(tx, team)?;
    let before = member(tx, user)?;
    let by = member(tx, by.user().ok_or(StoreError::NotFound)?)?;
    let owners = memberships::table
        .filter(memberships::role.eq(Role::Owner.as_str()).and(memberships::suspended_at.is_null()))
        .count()
        .get_result(tx.conn())?;
    judge(by, before, step, owners)?;
    let row = memberships::table.filter(memberships::team_id.eq(team.0).and(memberships::user_id.eq(user.0)));
    let mut revoked_tokens = 0;
    let after = match step {
        Step::Become(role) => {
            diesel::update(row).set(memberships::role.eq(role.as_str())).execute(tx.conn())?;
            Some(Member { role, ..before })
        }
        Step::Suspend => {
            diesel::update(row).set(memberships::suspended_at.eq(diesel::dsl::now)).execute(tx.conn())?;
            sessions::end_in_team(tx, user, team)?;
            Some(Member { is_suspended: true, ..before })
        }
        Step::Reactivate => {
            diesel::update(row).set(memberships::suspended_at.eq(None::<DateTime<Utc>>)).execute(tx.conn())?;
            Some(Member { is_suspended: false, ..before })
        }
        Step::Remove | Step::Leave => {
            diesel::delete(row).execute(tx.conn())?;
            decisions::unassign(tx, user)?;
            sessions::end_in_team(tx, user, team)?;
            // Whoever comes back later finds none of them alive.
            revoked_tokens = tokens::revoke_of(tx, user)?;
            None
        }
    };
    let inviter = after.filter(|after| after.role.is_watcher() && !after.is_suspended);
    let revoked = invites::revoke_of(tx, user, |role| inviter.is_some_and(|now| !role.is_above(now.role)))?;
    let (role, suspended) = (after.map(|now| now.role), after.map(|now| now.is_suspended));
    let told_before =
        Told { role: Some(before.role), suspended: Some(before.is_suspended), revoked: 0, revoked_tokens: 0 };
    Ok(Change::to(()).diff(told_before, Told { role, suspended, revoked, revoked_tokens }))
}
