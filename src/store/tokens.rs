//! The API tokens of a team, and whose request it is that brings one. What a token may is `domain::access`.

use super::accounts::stands;
use super::column::Stored;
use super::schema::{memberships, teams, tokens, users};
use super::{Change, Db, ReadTx, StoreError, WriteTx, members};
use crate::domain::access::{Actor, Role, Scope, TokenPass};
use crate::domain::ids::{TeamId, TokenId, UserId};
use crate::domain::team::TeamRefused;
use crate::domain::token::{TOKENS_MAX, Terms, TokenStopped};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

/// A token as the team's page shows it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: TokenId,
    pub name: String,
    /// How it begins.
    pub start: String,
    pub terms: Terms,
    pub made_by: String,
    pub created_at: DateTime<Utc>,
    pub last_used_on: Option<NaiveDate>,
    /// Whether it opens anything now.
    pub standing: Result<(), TokenStopped>,
}

type Row = (Uuid, String, String, Vec<String>, DateTime<Utc>, DateTime<Utc>, Option<NaiveDate>, Option<DateTime<Utc>>);
type Maker = (String, Option<Stored<Role>>);

fn scopes(words: &[String]) -> Vec<Scope> {
    words.iter().filter_map(|word| Scope::from_word(word)).collect()
}

fn entry((row, (made_by, role)): (Row, Maker)) -> Entry {
    let (id, name, start, words, created_at, expires_at, last_used_on, revoked_at) = row;
    let terms = Terms { scopes: scopes(&words), expires_at, is_revoked: revoked_at.is_some() };
    let standing = terms.judge(role.map(|role| role.0), Utc::now());
    Entry { id: TokenId(id), name, start, terms, made_by, created_at, last_used_on, standing }
}

/// The team's tokens, newest first, at most `limit`.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn list(tx: &mut ReadTx<'_>, limit: i64) -> Result<Vec<Entry>, StoreError> {
    let making = memberships::user_id.eq(tokens::created_by).and(memberships::suspended_at.is_null());
    let rows: Vec<(Row, Maker)> = tokens::table
        .inner_join(users::table.on(users::id.eq(tokens::created_by)))
        .left_join(memberships::table.on(memberships::team_id.eq(tokens::team_id).and(making)))
        .order((tokens::created_at.desc(), tokens::id.desc()))
        .limit(limit)
        .select((
            (
                tokens::id,
                tokens::name,
                tokens::start,
                tokens::scopes,
                tokens::created_at,
                tokens::expires_at,
                tokens::last_used_on,
                tokens::revoked_at,
            ),
            (users::name, memberships::role.nullable()),
        ))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(entry).collect())
}

/// A token to be.
pub struct NewToken {
    pub id: TokenId,
    pub name: String,
    pub start: String,
    pub digest: Vec<u8>,
    pub scopes: Vec<Scope>,
    pub expires_at: DateTime<Utc>,
}

fn told(name: &str, start: &str, scopes: &[String], expires_at: DateTime<Utc>) -> Value {
    json!({ "name": name, "start": start, "scopes": scopes, "expires_at": expires_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true) })
}

/// Keeps a token that `by` makes.
///
/// # Errors
/// [`StoreError::Conflict`] where the same form made one before, or the team has too many; [`StoreError::Team`] where a scope is above
/// the maker's role as it is now.
pub fn add(tx: &mut WriteTx<'_>, by: &Actor, token: &NewToken) -> Result<Change<()>, StoreError> {
    members::hold(tx, by.team())?;
    let user = by.user().ok_or(StoreError::NotFound)?;
    let maker = members::find(tx, user)?;
    let reaches = token.scopes.iter().all(|scope| !scope.needs().is_above(maker.role));
    if maker.suspended_at.is_some() || !reaches {
        return Err(TeamRefused::Above.into());
    }
    let living = tokens::revoked_at.is_null().and(tokens::expires_at.gt(diesel::dsl::now));
    let count: i64 = tokens::table.filter(living).count().get_result(tx.conn())?;
    if count >= TOKENS_MAX {
        return Err(StoreError::Conflict("tokens_max".to_owned()));
    }
    let words: Vec<String> = token.scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    diesel::insert_into(tokens::table)
        .values((
            tokens::id.eq(token.id.0),
            tokens::name.eq(&token.name),
            tokens::digest.eq(&token.digest),
            tokens::start.eq(&token.start),
            tokens::scopes.eq(&words),
            tokens::created_by.eq(user.0),
            tokens::expires_at.eq(token.expires_at),
        ))
        .execute(tx.conn())?;
    Ok(Change::to(()).diff(Value::Null, told(&token.name, &token.start, &words, token.expires_at)))
}

/// Revokes a token, for good.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Conflict`] where it is revoked already.
pub fn revoke(tx: &mut WriteTx<'_>, id: TokenId, by: Option<UserId>) -> Result<Change<()>, StoreError> {
    let (name, start, words, expires_at, revoked_at): (
        String,
        String,
        Vec<String>,
        DateTime<Utc>,
        Option<DateTime<Utc>>,
    ) = tokens::table
        .filter(tokens::id.eq(id.0))
        .select((tokens::name, tokens::start, tokens::scopes, tokens::expires_at, tokens::revoked_at))
        .for_update()
        .first(tx.conn())?;
    if revoked_at.is_some() {
        return Err(StoreError::Conflict("tokens_revoked".to_owned()));
    }
    diesel::update(tokens::table.filter(tokens::id.eq(id.0)))
        .set((tokens::revoked_at.eq(diesel::dsl::now), tokens::revoked_by.eq(by.map(|by| by.0))))
        .execute(tx.conn())?;
    Ok(Change::to(()).diff(told(&name, &start, &words, expires_at), Value::Null))
}

/// Revokes every token of a member who leaves the team; gives how many.
pub(in crate::store) fn revoke_of(tx: &mut WriteTx<'_>, user: UserId) -> Result<usize, StoreError> {
    let theirs = tokens::created_by.eq(user.0).and(tokens::revoked_at.is_null());
    Ok(diesel::update(tokens::table.filter(theirs)).set(tokens::revoked_at.eq(diesel::dsl::now)).execute(tx.conn())?)
}

/// Whose request it is.
#[derive(Clone, Debug)]
pub enum Bearer {
    /// Nobody made such a token.
    Unknown,
    Stopped(TokenStopped),
    /// The token's maker, through the token, and the name of the team.
    Standing(Actor, String),
}

/// Finds the token of a digest. The first request of a day notes that it was used.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn bearer(db: &Db, digest: Vec<u8>) -> Result<Bearer, StoreError> {
    type Found = (Uuid, Uuid, String, Vec<String>, Uuid, DateTime<Utc>, Option<NaiveDate>, Option<DateTime<Utc>>);
    db.global(move |tx| {
        tx.pin_bearer(&digest)?;
        let found: Option<Found> = tokens::table
            .filter(tokens::digest.eq(&digest))
            .select((
                tokens::team_id,
                tokens::id,
                tokens::name,
                tokens::scopes,
                tokens::created_by,
                tokens::expires_at,
                tokens::last_used_on,
                tokens::revoked_at,
            ))
            .first(tx.conn())
            .optional()?;
        let Some((team, id, name, words, user, expires_at, last_used_on, revoked_at)) = found else {
            return Ok(Bearer::Unknown);
        };
        tx.pin_team(TeamId(team))?;
        let maker: Option<(String, String, Stored<Role>, String)> = memberships::table
            .inner_join(users::table.on(users::id.eq(memberships::user_id)))
            .inner_join(teams::table.on(teams::id.eq(memberships::team_id)))
            .filter(memberships::user_id.eq(user).and(memberships::team_id.eq(team)))
            .filter(memberships::suspended_at.is_null())
            .filter(stands())
            .select((users::email, users::name, memberships::role, teams::name))
            .first(tx.conn())
            .optional()?;
        let (now, terms) = (Utc::now(), Terms { scopes: scopes(&words), expires_at, is_revoked: revoked_at.is_some() });
        let role = maker.as_ref().map(|(.., role, _)| role.0);
        let Some((email, person, role, team_name)) = maker.filter(|_| terms.judge(role, now).is_ok()) else {
            return Ok(Bearer::Stopped(terms.judge(role, now).err().unwrap_or(TokenStopped::Maker)));
        };
        if last_used_on != Some(now.date_naive()) {
            diesel::update(tokens::table.find((team, id)))
                .set(tokens::last_used_on.eq(now.date_naive()))
                .execute(tx.conn())?;
        }
        let pass = TokenPass { id: TokenId(id), name, scopes: terms.scopes };
        let actor = Actor::member(UserId(user), email, person, TeamId(team), role.0).through(pass);
        Ok(Bearer::Standing(actor, team_name))
    })
    .await
}
