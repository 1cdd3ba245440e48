//! The code of a sign-up: the page that asks for it in the browser that signed up, and another letter where the first did not come.

use super::door::{self, Door};
use super::record::{self, Alarm};
use super::{sign_in, sign_up};
use crate::domain::access::Action;
use crate::domain::account::code::{CODE_MINUTES, Code, Token};
use crate::domain::limits::{CODE_ACCOUNT, CODE_ADDRESS, CODE_INSTALLATION};
use crate::store::sign_ups::{self, Answered, SignUp};
use crate::web::cookies::Purpose;
use crate::web::error::AppError;
use crate::web::{limits, view};
use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

const FORM: &str = "The code has six digits.";
const WRONG: &str = "That code is not right. Look at the newest letter, or ask for another code.";
const OVER: &str = "No code is good any more: it has run out, was used, or was tried too often. Ask for another code.";

#[derive(Template)]
#[template(path = "account/code.html")]
struct Page {
    email: String,
    minutes: i64,
    failure: Option<String>,
    was_sent_again: bool,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Form {
    code: String,
}

/// Whether another letter was asked for.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    sent: String,
}

fn page(email: &str, failure: Option<String>) -> Page {
    Page { email: email.to_owned(), minutes: CODE_MINUTES, failure, was_sent_again: false }
}

async fn waiting(door: &Door) -> Result<Option<(Token, SignUp)>, AppError> {
    let Some(request) = door.token(Purpose::Code) else { return Ok(None) };
    Ok(sign_ups::waiting(&door.db, request.hash()).await?.map(|asked| (request, asked)))
}

/// The form; without a sign-up in this browser it leads there.
pub async fn form(door: Door, sent: web::Query<Sent>) -> Result<HttpResponse, AppError> {
    let Some((_, asked)) = waiting(&door).await? else { return Ok(view::go_to(&door.request, "/sign-up")) };
    let page = Page { was_sent_again: sent.sent == "again", ..page(asked.email.as_str(), None) };
    Ok(view::page(StatusCode::OK, &page)?)
}

/// Tries a code. The right one founds the team, and its Owner is signed in.
pub async fn create(door: Door, form: web::Form<Form>, session: Session) -> Result<HttpResponse, AppError> {
    let Some(request) = door.token(Purpose::Code) else { return Ok(view::go_to(&door.request, "/sign-up")) };
    let asked = sign_ups::waiting(&door.db, request.hash()).await?;
    let email = asked.map(|asked| asked.email);
    let shown = email.as_ref().map(|email| email.as_str().to_owned()).unwrap_or_default();
    let refuse =
        |failure: &str| Ok(view::page(StatusCode::UNPROCESSABLE_ENTITY, &page(&shown, Some(failure.to_owned())))?);
    let Some(code) = Code::parse(&form.code) else { return refuse(FORM) };
    let tried = vec![
        door.counted(CODE_ACCOUNT, &shown),
        door.counted_address(CODE_ADDRESS),
        door.counted(CODE_INSTALLATION, ""),
    ];
    match limits::take(&door.db, tried.clone()).await {
        Ok(_) => {}
        Err(AppError::Wait(wait)) => return door::wait(&page(&shown, Some(wait.to_string())), wait),
        Err(error) => return Err(error),
    }
    let digest = code.digest(&door.secret, &request);
    match sign_ups::answer(&door.db, request.hash(), digest, email).await? {
        Answered::Founded(user, team) => {
            limits::give_back(&door.db, tried).await?;
            record::note(&door, user, Action::AccountSignUp, "success").await?;
            let mut response = sign_in::start(&door, &session, user, team, "/packets").await?;
            response.add_cookie(&door.cookies.end(Purpose::Code)).map_err(|_| AppError::Busy)?;
            Ok(response)
        }
        Answered::Wrong => refuse(WRONG),
        Answered::Over => refuse(OVER),
        Answered::Reused(user) => {
            if let Some(user) = user {
                record::note(&door, user, Action::CodeCheck, "reused").await?;
                record::raise(&door, user, Alarm::ReusedCode).await?;
            }
            refuse(OVER)
        }
    }
}

/// Sends another code; the one before is good no more.
pub async fn again(door: Door) -> Result<HttpResponse, AppError> {
    let Some((request, asked)) = waiting(&door).await? else { return Ok(view::go_to(&door.request, "/sign-up")) };
    match limits::take(&door.db, sign_up::letters_counted(&door, &asked.email)).await {
        Ok(_) => {}
        Err(AppError::Wait(wait)) => return door::wait(&page(asked.email.as_str(), Some(wait.to_string())), wait),
        Err(error) => return Err(error),
    }
    let (code, letter) = sign_up::fresh_code(&door, &asked, &request).await?;
    sign_ups::renew(&door.db, code, letter).await?;
    Ok(view::go_to(&door.request, "/sign-up/code?sent=again"))
}
