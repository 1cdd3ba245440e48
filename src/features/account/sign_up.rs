//! Signing up: a person names themselves, the team and a password, and proves the address with a code. Until then nothing of it is an
//! account. Whether an address has an account already, only its letter says: the answer and its time are the same.

use super::door::{self, Door};
use super::letters;
use crate::domain::account::code::{CODE_MINUTES, Code, Token};
use crate::domain::account::{Email, PasswordRefused, acceptable};
use crate::domain::limits::{LETTER_ACCOUNT, LETTER_ADDRESS};
use crate::domain::mail::{SealedLetter, one_line};
use crate::store::accounts;
use crate::store::codes::{NewCode, Purpose as CodePurpose};
use crate::store::sign_ups::{self, SignUp};
use crate::web::cookies::Purpose;
use crate::web::error::AppError;
use crate::web::{limits, view};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{Duration, Utc};
use secrecy::SecretString;
use serde::Deserialize;
use uuid::Uuid;

const NAME_MAX: usize = 200;

#[derive(Template, Default)]
#[template(path = "account/sign_up.html")]
struct Page {
    is_open: bool,
    failure: Option<String>,
    name: String,
    name_error: Option<&'static str>,
    email: String,
    email_error: Option<String>,
    organisation: String,
    organisation_error: Option<&'static str>,
    password_error: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Form {
    name: String,
    email: String,
    organisation: String,
    password: SecretString,
}

/// The form.
pub async fn form(door: Door) -> Result<HttpResponse, AppError> {
    Ok(view::page(StatusCode::OK, &Page { is_open: door.is_open, ..Page::default() })?)
}

impl Page {
    fn is_right(&self) -> bool {
        let errors = [&self.email_error, &self.password_error];
        self.name_error.is_none() && self.organisation_error.is_none() && errors.iter().all(|error| error.is_none())
    }
}

fn judged(form: &Form) -> (Page, Option<Email>) {
    let (name, organisation) = (one_line(&form.name), one_line(&form.organisation));
    let fits = |text: &str| (1..=NAME_MAX).contains(&text.chars().count());
    let email = Email::parse(&form.email);
    let password: Result<(), PasswordRefused> =
        acceptable(&form.password, &[name.as_str(), organisation.as_str(), form.email.trim()]);
    let page = Page {
        is_open: true,
        failure: None,
        name_error: (!fits(&name)).then_some("Enter your name, at most 200 letters."),
        organisation_error: (!fits(&organisation))
            .then_some("Enter the name of your organisation, at most 200 letters."),
        email: form.email.clone(),
        email_error: email.as_ref().err().map(ToString::to_string),
        password_error: password.err().map(|error| error.to_string()),
        name,
        organisation,
    };
    (page, email.ok())
}

/// Keeps what was asked for and sends the code.
pub async fn create(door: Door, form: web::Form<Form>) -> Result<HttpResponse, AppError> {
    if !door.is_open {
        return Ok(view::page(StatusCode::FORBIDDEN, &Page::default())?);
    }
    let form = form.into_inner();
    let (mut page, email) = judged(&form);
    let Some(email) = email.filter(|_| page.is_right()) else {
        return Ok(view::page(StatusCode::UNPROCESSABLE_ENTITY, &page)?);
    };
    match limits::take(&door.db, letters_counted(&door, &email)).await {
        Ok(_) => {}
        Err(AppError::Wait(wait)) => {
            page.failure = Some(wait.to_string());
            return door::wait(&page, wait);
        }
        Err(error) => return Err(error),
    }
    let password_hash = door.passwords.hash(form.password).await?;
    let Page { name, organisation, .. } = page;
    let asked = SignUp { id: Uuid::now_v7(), email, name, organisation, password_hash };
    let request = Token::fresh()?;
    let (code, letter) = fresh_code(&door, &asked, &request).await?;
    sign_ups::add(&door.db, asked, code, letter).await?;
    let mut response = view::go_to(&door.request, "/sign-up/code");
    response.add_cookie(&door.cookies.keep(Purpose::Code, &request)).map_err(|_| AppError::Busy)?;
    Ok(response)
}

/// What a letter to an address counts against.
pub fn letters_counted(door: &Door, email: &Email) -> Vec<crate::store::limits::Counted> {
    vec![door.counted(LETTER_ACCOUNT, email.as_str()), door.counted_address(LETTER_ADDRESS)]
}

/// A code for a sign-up and the letter that brings it. Where the address has an account, the letter says so instead, and no code fits.
pub async fn fresh_code(door: &Door, asked: &SignUp, request: &Token) -> Result<(NewCode, SealedLetter), AppError> {
    let code = Code::fresh()?;
    let account = accounts::find(&door.db, &asked.email).await?;
    let (digest, letter) = match account {
        None => {
            let letter = letters::sign_up_code(asked.email.clone(), &asked.name, &asked.organisation, &code)?;
            (code.digest(&door.secret, request), letter)
        }
        Some(_) => (Token::fresh()?.hash(), letters::account_exists(asked.email.clone(), &door.origin)?),
    };
    let code = NewCode {
        purpose: CodePurpose::SignUp,
        subject: asked.id,
        request_hash: request.hash(),
        digest,
        expires_at: Utc::now() + Duration::minutes(CODE_MINUTES),
    };
    Ok((code, letter.seal(&door.secret, None)?))
}
