//! The letters of a team, in words. Names are one line in them, whatever somebody typed.

use crate::domain::account::Email;
use crate::domain::account::code::Token;
use crate::domain::mail::{Letter, MailKind, one_line};
use crate::domain::team::INVITE_DAYS;
use crate::web::error::AppError;
use askama::Template;
use chrono::{DateTime, Utc};

#[derive(Template)]
#[template(path = "mail/invite.txt")]
struct Invite<'a> {
    from: String,
    team: String,
    role: &'static str,
    origin: &'a str,
    token: &'a str,
    days: i64,
}

/// What an invite says.
pub struct Invited<'a> {
    pub from: &'a str,
    pub team: &'a str,
    pub role: &'static str,
    pub origin: &'a str,
    pub token: &'a Token,
    pub until: DateTime<Utc>,
}

/// The link of an invite. It is the same whether the address has an account or not.
pub fn invite(to: Email, invited: &Invited<'_>) -> Result<Letter, AppError> {
    let page = Invite {
        from: one_line(invited.from),
        team: one_line(invited.team),
        role: invited.role,
        origin: invited.origin,
        token: invited.token.as_str(),
        days: INVITE_DAYS,
    };
    Ok(Letter {
        kind: MailKind::Invite,
        to,
        subject: format!("{} invites you to {} at Quayside", page.from, page.team),
        text: page.render()?,
        useless_after: Some(invited.until),
    })
}
