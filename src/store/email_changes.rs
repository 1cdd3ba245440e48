//! New addresses that people want to sign in with and have not proved yet.

use super::codes::{self, NewCode, Purpose, Tried};
use super::schema::{email_changes as changes, users};
use super::{Db, StoreError, outbox};
use crate::domain::account::Email;
use crate::domain::account::code::CODE_TRIES;
use crate::domain::ids::UserId;
use crate::domain::mail::SealedLetter;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use uuid::Uuid;

/// The address that a person wants, for a day.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn wanted(db: &Db, user: UserId) -> Result<Option<Email>, StoreError> {
    db.global(move |tx| {
        let fresh = changes::created_at.gt(chrono::Utc::now() - chrono::Duration::days(1));
        let email: Option<String> =
            changes::table.find(user.0).filter(fresh).select(changes::email).first(tx.conn()).optional()?;
        Ok(email.and_then(|email| Email::parse(&email).ok()))
    })
    .await
}

/// Keeps what a person wants, with the letter that goes to the new address; without a code where that address is somebody's already,
/// which only its letter says.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn put(
    db: &Db,
    user: UserId,
    email: Email,
    code: Option<NewCode>,
    letter: SealedLetter,
) -> Result<(), StoreError> {
    db.global(move |tx| {
        let fresh = (changes::email.eq(email.as_str()), changes::created_at.eq(diesel::dsl::now));
        diesel::insert_into(changes::table)
            .values((changes::user_id.eq(user.0), fresh))
            .on_conflict(changes::user_id)
            .do_update()
            .set(fresh)
            .execute(tx.conn())?;
        if let Some(code) = code {
            codes::put(tx, &code)?;
        }
        outbox::add_personal(tx, &letter)
    })
    .await
}

/// How a code for a new address was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    Changed,
    Wrong,
    Over,
    Reused,
}

/// Tries a code: the right one changes the address, and `notice` goes to the old one.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn answer(
    db: &Db,
    user: UserId,
    request_hash: Vec<u8>,
    digest: Vec<u8>,
    notice: SealedLetter,
) -> Result<Answered, StoreError> {
    db.global(move |tx| {
        let subject = match codes::spend(tx, Purpose::EmailChange, &request_hash, &digest, CODE_TRIES)? {
            Tried::Right(subject) => subject,
            Tried::Wrong => return Ok(Answered::Wrong),
            Tried::Reused(_) => return Ok(Answered::Reused),
            Tried::Over => return Ok(Answered::Over),
        };
        if subject != user.0 {
            return Ok(Answered::Over);
        }
        let row: Option<(Uuid, String)> = diesel::delete(changes::table.find(user.0))
            .returning((changes::user_id, changes::email))
            .get_result(tx.conn())
            .optional()?;
        let Some((_, email)) = row else { return Ok(Answered::Over) };
        let changed = tx
            .conn()
            .transaction(|conn| diesel::update(users::table.find(user.0)).set(users::email.eq(&email)).execute(conn));
        match changed {
            Ok(_) => {}
            // Somebody took the address while the letter was on its way.
            Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => return Ok(Answered::Over),
            Err(error) => return Err(error.into()),
        }
        outbox::add_personal(tx, &notice)?;
        Ok(Answered::Changed)
    })
    .await
}
