//! Who is counted for what: the keys under which tries are counted, and where a request comes from.

use super::address;
use super::error::AppError;
use super::session::SignedIn;
use crate::domain::ids::TokenId;
use crate::domain::limits::{Limit, source};
use crate::domain::secret::Secret;
use crate::store::Db;
use crate::store::limits::{self, Counted, LimitError};
use actix_web::HttpRequest;
use chrono::Utc;

/// A rule for somebody. The table names nobody: it holds a keyed digest.
pub fn counted(secret: &Secret, rule: Limit, who: &str) -> Counted {
    (rule, secret.digest("quayside.limit/1", &[rule.name.as_bytes(), who.as_bytes()]))
}

/// A rule for where a request came from.
pub fn counted_address(secret: &Secret, rule: Limit, request: &HttpRequest) -> Counted {
    counted(secret, rule, &address::of(request).map(source).unwrap_or_default())
}

/// Counts a try, or says how long to wait. Gives the rules that this try has just slowed.
///
/// # Errors
/// [`AppError::Wait`], and where the counts cannot be read.
pub async fn take(db: &Db, counted: Vec<Counted>) -> Result<Vec<&'static str>, AppError> {
    limits::take(db, counted, Utc::now()).await.map_err(|error| match error {
        LimitError::Wait(wait) => AppError::Wait(wait),
        LimitError::Store(error) => AppError::Store(error),
    })
}

/// Counts what a person does that costs much, or says how long to wait.
///
/// # Errors
/// [`AppError::Wait`], and where the counts cannot be read.
pub async fn spend(db: &Db, secret: &Secret, person: &SignedIn, rule: Limit) -> Result<(), AppError> {
    let who = person.actor.user().map(|user| user.to_string()).unwrap_or_default();
    take(db, vec![counted(secret, rule, &who)]).await.map(drop)
}

/// Counts what a token does that costs much, or says how long to wait.
///
/// # Errors
/// [`AppError::Wait`], and where the counts cannot be read.
pub async fn spend_token(db: &Db, secret: &Secret, token: TokenId, rule: Limit) -> Result<(), AppError> {
    take(db, vec![counted(secret, rule, &token.to_string())]).await.map(drop)
}

/// Takes tries back that were no failures.
///
/// # Errors
/// Where the counts cannot be written.
pub async fn give_back(db: &Db, counted: Vec<Counted>) -> Result<(), AppError> {
    Ok(limits::give_back(db, counted.into_iter().map(|(_, key)| key).collect()).await?)
}
