//! People, teams and who is a member of which. Accounts stand before any team, so this is one of the three files that work outside one.

use super::column::Stored;
use super::schema::{memberships, passkeys, teams, totp_secrets, users};
use super::{Db, GlobalTx, ReadTx, StoreError, outbox, sessions};
use crate::domain::access::{Actor, Role};
use crate::domain::account::Email;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::mail::SealedLetter;
use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use uuid::Uuid;

/// What sign-in needs to know of an account.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: UserId,
    pub password_hash: String,
}

/// The account of an address, where there is one.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn find(db: &Db, email: &Email) -> Result<Option<Account>, StoreError> {
    let email = email.as_str().to_owned();
    db.global(move |tx| {
        let row: Option<(Uuid, String)> = users::table
            .filter(users::email.eq(email))
            .select((users::id, users::password_hash))
            .first(tx.conn())
            .optional()?;
        Ok(row.map(|(id, password_hash)| Account { id: UserId(id), password_hash }))
    })
    .await
}

/// The account of a person.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn by_id(db: &Db, user: UserId) -> Result<Option<Account>, StoreError> {
    db.global(move |tx| {
        let hash: Option<String> =
            users::table.find(user.0).select(users::password_hash).first(tx.conn()).optional()?;
        Ok(hash.map(|password_hash| Account { id: user, password_hash }))
    })
    .await
}

/// Changes the name of a person.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn rename(db: &Db, user: UserId, name: String) -> Result<(), StoreError> {
    db.global(move |tx| {
        diesel::update(users::table.find(user.0)).set(users::name.eq(name)).execute(tx.conn())?;
        Ok(())
    })
    .await
}

/// Switches the keys of the pages on or off for a person.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn listen_to_keys(db: &Db, user: UserId, listens: bool) -> Result<(), StoreError> {
    db.global(move |tx| {
        diesel::update(users::table.find(user.0)).set(users::listens_to_keys.eq(listens)).execute(tx.conn())?;
        Ok(())
    })
    .await
}

/// Sets another password, ends the person's sessions but `kept`, and adds the letter that says so.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn set_password(
    db: &Db,
    user: UserId,
    hash: String,
    kept: Option<Uuid>,
    letter: SealedLetter,
) -> Result<(), StoreError> {
    db.global(move |tx| {
        diesel::update(users::table.find(user.0)).set(users::password_hash.eq(hash)).execute(tx.conn())?;
        sessions::end_others(tx, user, kept)?;
        outbox::add_personal(tx, &letter)
    })
    .await
}

/// A team whose end has not come: after the days in which it can be kept it is closed to everybody.
#[diesel::dsl::auto_type(no_type_alias)]
pub(in crate::store) fn stands() -> _ {
    teams::deletes_at.is_null().or(teams::deletes_at.assume_not_null().gt(diesel::dsl::now))
}

/// A team as its member sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    pub team: TeamId,
    pub team_name: String,
    pub role: Role,
}

/// The teams of a person who is not suspended there, the one used last before the others.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn memberships_of(db: &Db, user: UserId) -> Result<Vec<Membership>, StoreError> {
    db.global_for(user, move |tx| {
        let rows: Vec<(Uuid, String, Stored<Role>)> = memberships::table
            .inner_join(teams::table.on(teams::id.eq(memberships::team_id)))
            .filter(memberships::user_id.eq(user.0).and(memberships::suspended_at.is_null()))
            .filter(stands())
            .order((memberships::last_used_at.desc().nulls_last(), teams::name, teams::id))
            .select((teams::id, teams::name, memberships::role))
            .load(tx.conn())?;
        Ok(rows
            .into_iter()
            .map(|(id, team_name, role)| Membership { team: TeamId(id), team_name, role: role.0 })
            .collect())
    })
    .await
}

/// A team as its pages name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    pub name: String,
    /// Invented data: every page says so.
    pub is_demo: bool,
    /// The team wants a second factor, and the person who asks has none.
    pub lacks_factor: bool,
    /// From then on it is deleted; until then it can be kept.
    pub deletes_at: Option<DateTime<Utc>>,
    /// The person's other teams, by name.
    pub others: Vec<(TeamId, String)>,
    /// The pages hear the person's keys.
    pub listens_to_keys: bool,
}

impl Team {
    /// A team to be founded.
    pub fn named(name: impl Into<String>, is_demo: bool) -> Self {
        Self {
            name: name.into(),
            is_demo,
            lacks_factor: false,
            deletes_at: None,
            others: Vec::new(),
            listens_to_keys: true,
        }
    }
}

/// Remembers that a person has come into a team: the next sign-in leads there.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn entered(db: &Db, user: UserId, team: TeamId) -> Result<(), StoreError> {
    db.global(move |tx| {
        tx.pin_team(team)?;
        diesel::update(memberships::table.find((team.0, user.0)))
            .set(memberships::last_used_at.eq(diesel::dsl::now))
            .execute(tx.conn())?;
        Ok(())
    })
    .await
}

/// A member as the request's actor, with the team; nothing where the person is no member, or is suspended. One query for every page.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn actor(db: &Db, user: UserId, team: TeamId) -> Result<Option<(Actor, Team)>, StoreError> {
    db.global_for(user, move |tx| {
        let app = totp_secrets::table.find(user.0).filter(totp_secrets::confirmed_at.is_not_null());
        let key = passkeys::table.filter(passkeys::user_id.eq(user.0));
        type Row = (Uuid, String, String, Stored<Role>, String, bool, bool, Option<DateTime<Utc>>, bool);
        let rows: Vec<Row> = memberships::table
            .inner_join(users::table.on(users::id.eq(memberships::user_id)))
            .inner_join(teams::table.on(teams::id.eq(memberships::team_id)))
            .filter(memberships::user_id.eq(user.0).and(memberships::suspended_at.is_null()))
            .filter(stands())
            .order((teams::name, teams::id))
            .select((
                teams::id,
                users::email,
                users::name,
                memberships::role,
                teams::name,
                teams::is_demo,
                teams::requires_factor.and(not(exists(app))).and(not(exists(key))),
                teams::deletes_at,
                users::listens_to_keys,
            ))
            .load(tx.conn())?;
        let (own, others): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.0 == team.0);
        let others = others.into_iter().map(|row| (TeamId(row.0), row.4)).collect();
        Ok(own.into_iter().next().map(|row| {
            let (_, email, name, role, team_name, is_demo, lacks_factor, deletes_at, listens_to_keys) = row;
            let shown = Team { name: team_name, is_demo, lacks_factor, deletes_at, others, listens_to_keys };
            (Actor::member(user, email, name, team, role.0), shown)
        }))
    })
    .await
}

/// Every team of the installation, for upkeep that goes from one to the next.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn all_teams(db: &Db) -> Result<Vec<(TeamId, String)>, StoreError> {
    db.global(|tx| {
        tx.pin_upkeep()?;
        let rows: Vec<(Uuid, String)> =
            teams::table.order(teams::id).select((teams::id, teams::name)).load(tx.conn())?;
        Ok(rows.into_iter().map(|(id, name)| (TeamId(id), name)).collect())
    })
    .await
}

/// A person as the member of each of their teams where they are not suspended.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn actors_of(db: &Db, user: UserId) -> Result<Vec<Actor>, StoreError> {
    db.global_for(user, move |tx| {
        let rows: Vec<(String, String, Stored<Role>, Uuid)> = memberships::table
            .inner_join(users::table.on(users::id.eq(memberships::user_id)))
            .inner_join(teams::table.on(teams::id.eq(memberships::team_id)))
            .filter(memberships::user_id.eq(user.0).and(memberships::suspended_at.is_null()))
            .filter(stands())
            .order(memberships::team_id)
            .select((users::email, users::name, memberships::role, memberships::team_id))
            .load(tx.conn())?;
        Ok(rows
            .into_iter()
            .map(|(email, name, role, team)| Actor::member(user, email, name, TeamId(team), role.0))
            .collect())
    })
    .await
}

/// A person beside any team.
#[derive(Clone, Debug)]
pub struct Person {
    pub email: Email,
    pub name: String,
}

/// The person of an account.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn person(db: &Db, user: UserId) -> Result<Option<Person>, StoreError> {
    db.global(move |tx| {
        let row: Option<(String, String)> =
            users::table.find(user.0).select((users::email, users::name)).first(tx.conn()).optional()?;
        Ok(row.and_then(|(email, name)| Some(Person { email: Email::parse(&email).ok()?, name })))
    })
    .await
}

/// Who watches over the team of the transaction.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn watchers(tx: &mut ReadTx<'_>) -> Result<Vec<Email>, StoreError> {
    let rows: Vec<(String, Stored<Role>)> = memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(memberships::suspended_at.is_null())
        .order(users::email)
        .select((users::email, memberships::role))
        .load(tx.conn())?;
    let watching = rows.into_iter().filter(|(_, role)| role.0.is_watcher());
    Ok(watching.filter_map(|(email, _)| Email::parse(&email).ok()).collect())
}

/// Puts a new hash of the same password in the place of the one it was made beside.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn upgrade_password(db: &Db, user: UserId, old: String, new: String) -> Result<(), StoreError> {
    db.global(move |tx| {
        diesel::update(users::table.find(user.0).filter(users::password_hash.eq(old)))
            .set(users::password_hash.eq(new))
            .execute(tx.conn())?;
        Ok(())
    })
    .await
}

/// A person to be.
pub struct NewMember {
    pub email: Email,
    pub name: String,
    pub password_hash: String,
    pub role: Role,
}

/// Founds a team with its members; an account that exists already keeps its name and password. For the command line.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn found_team(db: &Db, team: Team, members: Vec<NewMember>) -> Result<TeamId, StoreError> {
    db.global(move |tx| {
        let id = TeamId::fresh();
        tx.pin_team(id)?;
        diesel::insert_into(teams::table)
            .values((teams::id.eq(id.0), teams::name.eq(team.name), teams::is_demo.eq(team.is_demo)))
            .execute(tx.conn())?;
        for member in members {
            add_member(tx, id, member)?;
        }
        Ok(id)
    })
    .await
}

fn add_member(tx: &mut GlobalTx<'_>, team: TeamId, member: NewMember) -> Result<(), StoreError> {
    diesel::insert_into(users::table)
        .values((
            users::id.eq(UserId::fresh().0),
            users::email.eq(member.email.as_str()),
            users::name.eq(&member.name),
            users::password_hash.eq(&member.password_hash),
        ))
        .on_conflict(users::email)
        .do_nothing()
        .execute(tx.conn())?;
    let user: Uuid = users::table.filter(users::email.eq(member.email.as_str())).select(users::id).first(tx.conn())?;
    diesel::insert_into(memberships::table)
        .values((
            memberships::team_id.eq(team.0),
            memberships::user_id.eq(user),
            memberships::role.eq(member.role.as_str()),
        ))
        .execute(tx.conn())?;
    Ok(())
}
