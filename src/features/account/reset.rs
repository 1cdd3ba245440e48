//! A new password for whoever forgot theirs: a link by mail, good once and for an hour. It opens no session: afterwards the person signs
//! in the ordinary way, with whatever that asks for. Whether an address has an account, neither the answer nor its time says.

use super::door::{self, Door};
use super::{letters, record, sign_up};
use crate::domain::access::Action;
use crate::domain::account::code::{RESET_MINUTES, Token};
use crate::domain::account::{Email, acceptable};
use crate::domain::ids::UserId;
use crate::domain::limits::RESET_ADDRESS;
use crate::store::accounts::{self, Person};
use crate::store::resets;
use crate::web::cookies::Purpose;
use crate::web::error::AppError;
use crate::web::{limits, view};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{Duration, Utc};
use secrecy::SecretString;
use serde::Deserialize;
use tokio::time::Instant;

/// Every answer to a wish for a link comes this long after the wish: longer than keeping a link takes.
const EVEN: std::time::Duration = std::time::Duration::from_millis(400);
const OVER: &str = "This link is not good any more: it was used, is older than an hour, or a newer one was sent.";

#[derive(Template)]
#[template(path = "account/reset.html")]
struct AskPage {
    email: String,
    failure: Option<String>,
    /// The address to which a letter went, if it has an account.
    was_sent: bool,
    minutes: i64,
}

#[derive(Template)]
#[template(path = "account/new_password.html")]
struct NewPage {
    failure: Option<String>,
    is_good: bool,
    email: String,
}

/// What the first form sends.
#[derive(Deserialize)]
pub struct Wish {
    email: String,
}

/// What the second form sends.
#[derive(Deserialize)]
pub struct New {
    password: SecretString,
}

fn ask_page(email: String, failure: Option<String>, was_sent: bool) -> AskPage {
    AskPage { email, failure, was_sent, minutes: RESET_MINUTES }
}

/// The form that asks for the address.
pub async fn form() -> Result<HttpResponse, AppError> {
    Ok(view::page(StatusCode::OK, &ask_page(String::new(), None, false))?)
}

/// Sends a link where the address has an account.
pub async fn create(door: Door, wish: web::Form<Wish>) -> Result<HttpResponse, AppError> {
    let since = Instant::now();
    let typed = wish.into_inner().email;
    let email = match Email::parse(&typed) {
        Ok(email) => email,
        Err(error) => {
            return Ok(view::page(StatusCode::UNPROCESSABLE_ENTITY, &ask_page(typed, Some(error.to_string()), false))?);
        }
    };
    match limits::take(&door.db, sign_up::letters_counted(&door, &email)).await {
        Ok(_) => {}
        Err(AppError::Wait(wait)) => return door::wait(&ask_page(typed, Some(wait.to_string()), false), wait),
        Err(error) => return Err(error),
    }
    if let Some(account) = accounts::find(&door.db, &email).await? {
        send(&door, account.id, email.clone()).await?;
    }
    tokio::time::sleep_until(since + EVEN).await;
    Ok(view::page(StatusCode::OK, &ask_page(email.as_str().to_owned(), None, true))?)
}

async fn send(door: &Door, user: UserId, email: Email) -> Result<(), AppError> {
    let token = Token::fresh()?;
    let letter = letters::password_reset(email, &door.origin, &token)?.seal(&door.secret, None)?;
    let expires_at = Utc::now() + Duration::minutes(RESET_MINUTES);
    resets::put(&door.db, user, token.hash(), expires_at, letter).await?;
    record::note(door, user, Action::PasswordResetAsk, "success").await
}

/// The address of the link: the token moves into a cookie, so that no page is ever drawn under an address that holds it.
pub async fn arrive(door: Door, token: web::Path<String>) -> Result<HttpResponse, AppError> {
    let mut response = view::go_to(&door.request, "/new-password");
    if let Some(token) = Token::parse(&token) {
        response.add_cookie(&door.cookies.keep(Purpose::Reset, &token)).map_err(|_| AppError::Busy)?;
    }
    Ok(response)
}

/// Whose link the browser brought, where it is still good.
async fn owner(door: &Door) -> Result<Option<(Token, UserId, Person)>, AppError> {
    let Some(token) = door.token(Purpose::Reset) else { return Ok(None) };
    let Some(user) = resets::owner(&door.db, token.hash()).await? else { return Ok(None) };
    Ok(accounts::person(&door.db, user).await?.map(|person| (token, user, person)))
}

fn new_page(person: Option<&Person>, failure: Option<String>) -> NewPage {
    let email = person.map(|person| person.email.as_str().to_owned()).unwrap_or_default();
    NewPage { failure, is_good: person.is_some(), email }
}

/// The form that asks for the new password.
pub async fn new_form(door: Door) -> Result<HttpResponse, AppError> {
    let page = match owner(&door).await? {
        Some((_, _, person)) => new_page(Some(&person), None),
        None => new_page(None, Some(OVER.to_owned())),
    };
    Ok(view::page(StatusCode::OK, &page)?)
}

/// Sets the new password and ends every session.
pub async fn set(door: Door, new: web::Form<New>) -> Result<HttpResponse, AppError> {
    let tried = vec![door.counted_address(RESET_ADDRESS)];
    match limits::take(&door.db, tried.clone()).await {
        Ok(_) => {}
        Err(AppError::Wait(wait)) => return door::wait(&new_page(None, Some(wait.to_string())), wait),
        Err(error) => return Err(error),
    }
    let refuse = |person: Option<&Person>, failure: String| {
        Ok(view::page(StatusCode::UNPROCESSABLE_ENTITY, &new_page(person, Some(failure)))?)
    };
    let Some((token, user, person)) = owner(&door).await? else { return refuse(None, OVER.to_owned()) };
    let teams = accounts::memberships_of(&door.db, user).await?;
    let names: Vec<&str> = teams
        .iter()
        .map(|membership| membership.team_name.as_str())
        .chain([person.name.as_str(), person.email.as_str()])
        .collect();
    if let Err(error) = acceptable(&new.password, &names) {
        limits::give_back(&door.db, tried).await?;
        return refuse(Some(&person), error.to_string());
    }
    let password_hash = door.passwords.hash(new.into_inner().password).await?;
    let address = door.address().map_or_else(|| "unknown".to_owned(), |address| address.to_string());
    let letter = letters::password_changed(person.email.clone(), &door.origin, &address)?.seal(&door.secret, None)?;
    let Some(user) = resets::spend(&door.db, token.hash(), password_hash, letter).await? else {
        return refuse(None, OVER.to_owned());
    };
    limits::give_back(&door.db, tried).await?;
    record::note(&door, user, Action::PasswordReset, "success").await?;
    let mut response = view::go_to(&door.request, "/sign-in?password=set");
    response.add_cookie(&door.cookies.end(Purpose::Reset)).map_err(|_| AppError::Busy)?;
    Ok(response)
}
