//! The letters of accounts, in words. Names are one line in them, whatever somebody typed.

use super::door::Door;
use crate::domain::account::Email;
use crate::domain::account::code::{CODE_MINUTES, Code, RESET_MINUTES, Token};
use crate::domain::ids::UserId;
use crate::domain::mail::{Letter, MailKind, SealedLetter, one_line};
use crate::store::{accounts, outbox};
use crate::web::error::AppError;
use askama::Template;
use chrono::{DateTime, Duration, Utc};

#[derive(Template)]
#[template(path = "mail/sign_up_code.txt")]
struct SignUpCode<'a> {
    name: String,
    organisation: String,
    code: &'a str,
    minutes: i64,
}

#[derive(Template)]
#[template(path = "mail/account_exists.txt")]
struct AccountExists<'a> {
    origin: &'a str,
}

#[derive(Template)]
#[template(path = "mail/password_reset.txt")]
struct PasswordReset<'a> {
    origin: &'a str,
    token: &'a str,
    minutes: i64,
}

#[derive(Template)]
#[template(path = "mail/password_changed.txt")]
struct PasswordChanged<'a> {
    origin: &'a str,
    at: DateTime<Utc>,
    address: &'a str,
}

#[derive(Template)]
#[template(path = "mail/account_changed.txt")]
struct AccountChanged<'a> {
    origin: &'a str,
    what: &'a str,
    at: DateTime<Utc>,
    address: &'a str,
}

#[derive(Template)]
#[template(path = "mail/email_code.txt")]
struct EmailCode<'a> {
    code: &'a str,
    minutes: i64,
}

#[derive(Template)]
#[template(path = "mail/alarm.txt")]
struct Alarm<'a> {
    what: &'a str,
    advice: &'a str,
    email: &'a str,
    name: String,
    at: DateTime<Utc>,
    address: &'a str,
}

/// The code for a sign-up.
pub fn sign_up_code(to: Email, name: &str, organisation: &str, code: &Code) -> Result<Letter, AppError> {
    let page = SignUpCode {
        name: one_line(name),
        organisation: one_line(organisation),
        code: code.digits(),
        minutes: CODE_MINUTES,
    };
    Ok(Letter {
        kind: MailKind::SignUpCode,
        to,
        subject: "Your code for Quayside".to_owned(),
        text: page.render()?,
        useless_after: Some(Utc::now() + Duration::minutes(CODE_MINUTES)),
    })
}

/// For whoever has an account already when somebody signs up with their address.
pub fn account_exists(to: Email, origin: &str) -> Result<Letter, AppError> {
    Ok(Letter {
        kind: MailKind::AccountExists,
        to,
        subject: "You have an account at Quayside".to_owned(),
        text: AccountExists { origin }.render()?,
        useless_after: Some(Utc::now() + Duration::minutes(CODE_MINUTES)),
    })
}

/// The link to set a new password.
pub fn password_reset(to: Email, origin: &str, token: &Token) -> Result<Letter, AppError> {
    Ok(Letter {
        kind: MailKind::PasswordReset,
        to,
        subject: "Set a new password for Quayside".to_owned(),
        text: PasswordReset { origin, token: token.as_str(), minutes: RESET_MINUTES }.render()?,
        useless_after: Some(Utc::now() + Duration::minutes(RESET_MINUTES)),
    })
}

/// A new password was set.
pub fn password_changed(to: Email, origin: &str, address: &str) -> Result<Letter, AppError> {
    Ok(Letter {
        kind: MailKind::PasswordChanged,
        to,
        subject: "Your password for Quayside was changed".to_owned(),
        text: PasswordChanged { origin, at: Utc::now(), address }.render()?,
        useless_after: None,
    })
}

/// The code for a new address.
pub fn email_code(to: Email, code: &Code) -> Result<Letter, AppError> {
    Ok(Letter {
        kind: MailKind::EmailCode,
        to,
        subject: "Your code for Quayside".to_owned(),
        text: EmailCode { code: code.digits(), minutes: CODE_MINUTES }.render()?,
        useless_after: Some(Utc::now() + Duration::minutes(CODE_MINUTES)),
    })
}

/// Something of an account was changed; `what` is a sentence.
pub fn changed(door: &Door, to: &str, what: &str) -> Result<SealedLetter, AppError> {
    let address = door.address().map_or_else(|| "an unknown address".to_owned(), |address| address.to_string());
    let to = Email::parse(to).map_err(|error| AppError::Request(error.to_string()))?;
    let text = AccountChanged { origin: &door.origin, what, at: Utc::now(), address: &address }.render()?;
    let subject = "Your Quayside account was changed".to_owned();
    let letter = Letter { kind: MailKind::AccountChanged, to, subject, text, useless_after: None };
    Ok(letter.seal(&door.secret, None)?)
}

/// Tells a person that something of their account was changed.
///
/// # Errors
/// Where the database fails.
pub async fn tell_change(door: &Door, user: UserId, what: &str) -> Result<(), AppError> {
    let Some(person) = accounts::person(&door.db, user).await? else { return Ok(()) };
    Ok(outbox::post(&door.db, changed(door, person.email.as_str(), what)?).await?)
}

/// What looks like somebody else at a member's account.
pub struct Unusual<'a> {
    pub what: &'a str,
    pub advice: &'a str,
    pub email: &'a str,
    pub name: &'a str,
    pub address: &'a str,
}

/// Tells whoever watches over a team.
pub fn alarm(to: Email, unusual: &Unusual<'_>) -> Result<Letter, AppError> {
    let Unusual { what, advice, email, name, address } = *unusual;
    Ok(Letter {
        kind: MailKind::Alarm,
        to,
        subject: "Unusual activity in your Quayside team".to_owned(),
        text: Alarm { what, advice, email, name: one_line(name), at: Utc::now(), address }.render()?,
        useless_after: None,
    })
}

#[derive(Template)]
#[template(path = "mail/invite_code.txt")]
struct InviteCode<'a> {
    team: String,
    code: &'a str,
    minutes: i64,
}

/// The code for an invite whose link was opened.
pub fn invite_code(to: Email, team: &str, code: &Code) -> Result<Letter, AppError> {
    let page = InviteCode { team: one_line(team), code: code.digits(), minutes: CODE_MINUTES };
    Ok(Letter {
        kind: MailKind::InviteCode,
        to,
        subject: "Your code to join a team at Quayside".to_owned(),
        text: page.render()?,
        useless_after: Some(Utc::now() + Duration::minutes(CODE_MINUTES)),
    })
}
