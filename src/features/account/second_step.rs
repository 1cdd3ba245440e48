//! The second step of signing in: a code from the person's app, or a recovery code. Each counts once, and wrong ones are slowed.

use super::door::{self, Door};
use super::record::{self, Alarm};
use super::{letters, sign_in};
use crate::domain::access::Action;
use crate::domain::factor::{TotpSecret, recovery_hash};
use crate::domain::ids::UserId;
use crate::domain::limits::FACTOR_ACCOUNT;
use crate::domain::secret::Secret;
use crate::store::{Db, accounts, factors};
use crate::web::error::AppError;
use crate::web::{limits, session, view};
use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;

const WRONG: &str = "That code is not right. Take the one that the app shows now.";
const USED: &str = "That code was used before. Wait until the app shows the next one.";

#[derive(Template)]
#[template(path = "account/second_step.html")]
struct Page {
    failure: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Form {
    code: String,
}

/// How a code was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    App,
    Recovery,
    /// It was right once, and was used.
    Reused,
    Wrong,
}

/// What a person's app secret is sealed for.
pub fn label(user: UserId) -> String {
    format!("quayside.totp/1 {user}")
}

/// The secret of a person's app, and whether the app has confirmed it.
///
/// # Errors
/// Where the database fails, or the secret was sealed with another key.
pub async fn app_secret(db: &Db, secret: &Secret, user: UserId) -> Result<Option<(TotpSecret, bool)>, AppError> {
    let Some((sealed, confirmed)) = factors::app(db, user).await? else { return Ok(None) };
    let bytes = secret.open("quayside.totp/1", label(user).as_bytes(), &sealed)?;
    Ok(TotpSecret::from_bytes(&bytes).map(|secret| (secret, confirmed)))
}

/// Judges a code and uses it up.
async fn judge(door: &Door, user: UserId, typed: &str) -> Result<Taken, AppError> {
    if let Some(hash) = recovery_hash(typed) {
        let spent = factors::spend_recovery(&door.db, user, hash).await?;
        return Ok(if spent { Taken::Recovery } else { Taken::Wrong });
    }
    let app = app_secret(&door.db, &door.secret, user).await?;
    let Some((secret, true)) = app else { return Ok(Taken::Wrong) };
    let seconds = u64::try_from(Utc::now().timestamp()).unwrap_or(0);
    let Some(step) = secret.step(typed, seconds) else { return Ok(Taken::Wrong) };
    let spent = factors::spend_step(&door.db, user, i64::try_from(step).unwrap_or(i64::MAX)).await?;
    Ok(if spent { Taken::App } else { Taken::Reused })
}

/// The form, for whoever has just given the right password.
pub async fn form(door: Door, session: Session) -> Result<HttpResponse, AppError> {
    match session::half(&session)? {
        Some(_) => Ok(view::page(StatusCode::OK, &Page { failure: None })?),
        None => Ok(view::go_to(&door.request, "/sign-in")),
    }
}

/// Takes the code and starts the session.
pub async fn create(door: Door, form: web::Form<Form>, session: Session) -> Result<HttpResponse, AppError> {
    let Some(half) = session::half(&session)? else { return Ok(view::go_to(&door.request, "/sign-in")) };
    let page = |failure: String| Page { failure: Some(failure) };
    let tried = vec![door.counted(FACTOR_ACCOUNT, &half.user.to_string())];
    match limits::take(&door.db, tried.clone()).await {
        Ok(_) => {}
        Err(AppError::Wait(wait)) => {
            record::note_wait(&door, half.user, Action::SessionStart).await?;
            return door::wait(&page(wait.to_string()), wait);
        }
        Err(error) => return Err(error),
    }
    let taken = judge(&door, half.user, &form.code).await?;
    let refusal = match taken {
        Taken::App | Taken::Recovery => None,
        Taken::Reused => Some(("reused_factor", USED)),
        Taken::Wrong => Some(("wrong_factor", WRONG)),
    };
    if let Some((result, sentence)) = refusal {
        record::note(&door, half.user, Action::SessionStart, result).await?;
        if taken == Taken::Reused {
            record::raise(&door, half.user, Alarm::ReusedCode).await?;
        }
        return Ok(view::page(StatusCode::UNPROCESSABLE_ENTITY, &page(sentence.to_owned()))?);
    }
    limits::give_back(&door.db, tried).await?;
    if taken == Taken::Recovery {
        record::note(&door, half.user, Action::FactorRecover, "success").await?;
        letters::tell_change(&door, half.user, "a recovery code was used to sign in to Quayside.").await?;
    }
    let Some(membership) = accounts::memberships_of(&door.db, half.user).await?.into_iter().next() else {
        return Ok(view::go_to(&door.request, "/sign-in"));
    };
    sign_in::start(&door, &session, half.user, membership.team, &half.next).await
}
