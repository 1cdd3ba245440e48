//! People who asked for an account. Only the right code makes an account of it, with its team and its Owner, all in one transaction.

use super::codes::{self, NewCode, Purpose, Tried};
use super::schema::{codes as code_table, memberships, sign_ups, teams, users};
use super::{Db, GlobalTx, StoreError, outbox};
use crate::domain::access::Role;
use crate::domain::account::Email;
use crate::domain::account::code::CODE_TRIES;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::mail::SealedLetter;
use chrono::Utc;
use diesel::prelude::*;
use uuid::Uuid;

/// What a person asked for.
#[derive(Clone, Debug)]
pub struct SignUp {
    pub id: Uuid,
    pub email: Email,
    pub name: String,
    pub organisation: String,
    pub password_hash: String,
}

/// Keeps what was asked for, its code and the letter that brings it.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn add(db: &Db, asked: SignUp, code: NewCode, letter: SealedLetter) -> Result<(), StoreError> {
    db.global(move |tx| {
        let old = sign_ups::table.filter(sign_ups::created_at.lt(Utc::now() - chrono::Duration::days(1)));
        diesel::delete(old).execute(tx.conn())?;
        diesel::insert_into(sign_ups::table)
            .values((
                sign_ups::id.eq(asked.id),
                sign_ups::email.eq(asked.email.as_str()),
                sign_ups::name.eq(&asked.name),
                sign_ups::organisation.eq(&asked.organisation),
                sign_ups::password_hash.eq(&asked.password_hash),
            ))
            .execute(tx.conn())?;
        codes::put(tx, &code)?;
        outbox::add_personal(tx, &letter)
    })
    .await
}

/// Takes a new code and its letter in the place of the earlier one.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn renew(db: &Db, code: NewCode, letter: SealedLetter) -> Result<(), StoreError> {
    db.global(move |tx| {
        codes::put(tx, &code)?;
        outbox::add_personal(tx, &letter)
    })
    .await
}

/// What waits for the code of a request.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn waiting(db: &Db, request_hash: Vec<u8>) -> Result<Option<SignUp>, StoreError> {
    db.global(move |tx| {
        let subject = code_table::table
            .filter(code_table::request_hash.eq(request_hash))
            .filter(code_table::used_at.is_null())
            .select(code_table::subject_id)
            .first(tx.conn())
            .optional()?;
        subject.map_or(Ok(None), |subject| find(tx, subject))
    })
    .await
}

fn find(tx: &mut GlobalTx<'_>, id: Uuid) -> Result<Option<SignUp>, StoreError> {
    let row: Option<(String, String, String, String)> = sign_ups::table
        .find(id)
        .select((sign_ups::email, sign_ups::name, sign_ups::organisation, sign_ups::password_hash))
        .first(tx.conn())
        .optional()?;
    Ok(row.and_then(|(email, name, organisation, password_hash)| {
        Some(SignUp { id, email: Email::parse(&email).ok()?, name, organisation, password_hash })
    }))
}

/// How a code for a sign-up was answered.
#[derive(Clone, Debug)]
pub enum Answered {
    /// The account and its team exist from now on.
    Founded(UserId, TeamId),
    Wrong,
    /// The right code a second time, for the account of this address.
    Reused(Option<UserId>),
    Over,
}

/// Tries a code; the right one founds the team.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn answer(
    db: &Db,
    request_hash: Vec<u8>,
    digest: Vec<u8>,
    email: Option<Email>,
) -> Result<Answered, StoreError> {
    db.global(move |tx| match codes::spend(tx, Purpose::SignUp, &request_hash, &digest, CODE_TRIES)? {
        Tried::Right(subject) => found(tx, subject),
        Tried::Wrong => Ok(Answered::Wrong),
        Tried::Over => Ok(Answered::Over),
        Tried::Reused(subject) => {
            let email = find(tx, subject)?.map(|asked| asked.email).or(email);
            let user = email.map(|email| {
                users::table.filter(users::email.eq(email.as_str())).select(users::id).first(tx.conn()).optional()
            });
            Ok(Answered::Reused(user.transpose()?.flatten().map(UserId)))
        }
    })
    .await
}

fn found(tx: &mut GlobalTx<'_>, subject: Uuid) -> Result<Answered, StoreError> {
    let Some(asked) = find(tx, subject)? else { return Ok(Answered::Over) };
    let (user, team) = (UserId::fresh(), TeamId::fresh());
    let made = diesel::insert_into(users::table)
        .values((
            users::id.eq(user.0),
            users::email.eq(asked.email.as_str()),
            users::name.eq(&asked.name),
            users::password_hash.eq(&asked.password_hash),
        ))
        .on_conflict(users::email)
        .do_nothing()
        .execute(tx.conn())?;
    if made == 0 {
        // Somebody proved the same address in the meantime.
        return Ok(Answered::Over);
    }
    tx.pin_team(team)?;
    diesel::insert_into(teams::table)
        .values((teams::id.eq(team.0), teams::name.eq(&asked.organisation), teams::is_demo.eq(false)))
        .execute(tx.conn())?;
    diesel::insert_into(memberships::table)
        .values((
            memberships::team_id.eq(team.0),
            memberships::user_id.eq(user.0),
            memberships::role.eq(Role::Owner.as_str()),
        ))
        .execute(tx.conn())?;
    // Its password hash has a home of its own now; the rest stays a day, so that a code used again can be told.
    diesel::delete(sign_ups::table.filter(sign_ups::email.eq(asked.email.as_str())).filter(sign_ups::id.ne(subject)))
        .execute(tx.conn())?;
    Ok(Answered::Founded(user, team))
}
