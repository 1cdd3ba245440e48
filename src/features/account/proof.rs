//! The password once more, before a change that would let somebody else keep the account: address, factors, tokens, a team's end.

use super::door::{self, Door};
use super::{record, sign_in};
use crate::domain::access::Action;
use crate::domain::limits::PROOF_ACCOUNT;
use crate::store::accounts;
use crate::web::error::AppError;
use crate::web::session::{self, AtHome, PROOF_MINUTES};
use crate::web::{limits, view};
use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use secrecy::SecretString;
use serde::Deserialize;

const WRONG: &str = "The password is not right.";

#[derive(Template)]
#[template(path = "account/proof.html")]
struct Page {
    failure: Option<String>,
    next: String,
    email: String,
    minutes: i64,
}

/// Where the person comes back to.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    next: String,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Form {
    password: SecretString,
    #[serde(default)]
    next: String,
}

/// The form.
pub async fn form(home: AtHome, wanted: web::Query<Wanted>) -> Result<HttpResponse, AppError> {
    let next = sign_in::own_path(&wanted.next).to_owned();
    let email = home.0.actor.email().to_owned();
    Ok(view::page(StatusCode::OK, &Page { failure: None, next, email, minutes: PROOF_MINUTES })?)
}

/// Takes the password.
pub async fn create(
    home: AtHome,
    door: Door,
    form: web::Form<Form>,
    session: Session,
) -> Result<HttpResponse, AppError> {
    let form = form.into_inner();
    let next = sign_in::own_path(&form.next).to_owned();
    let email = home.0.actor.email().to_owned();
    let page = |failure: String| Page {
        failure: Some(failure),
        next: next.clone(),
        email: email.clone(),
        minutes: PROOF_MINUTES,
    };
    let Some(user) = home.0.actor.user() else { return Err(AppError::Busy) };
    let place = door.passwords.place()?;
    let tried = vec![door.counted(PROOF_ACCOUNT, &user.to_string())];
    match limits::take(&door.db, tried.clone()).await {
        Ok(_) => {}
        Err(AppError::Wait(wait)) => return door::wait(&page(wait.to_string()), wait),
        Err(error) => return Err(error),
    }
    let account = accounts::by_id(&door.db, user).await?;
    if !sign_in::is_right(&door, place, account.as_ref(), &form.password).await? {
        record::note(&door, user, Action::AccountProve, "wrong_password").await?;
        return Ok(view::page(StatusCode::UNPROCESSABLE_ENTITY, &page(WRONG.to_owned()))?);
    }
    limits::give_back(&door.db, tried).await?;
    record::note(&door, user, Action::AccountProve, "success").await?;
    session::proved(&session)?;
    Ok(view::go_to(&door.request, &next))
}
