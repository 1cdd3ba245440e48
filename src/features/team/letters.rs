//! The letters of a team, in words. Names are one line in them, whatever somebody typed.

use crate::domain::access::Actor;
use crate::domain::account::Email;
use crate::domain::account::code::Token;
use crate::domain::mail::{Letter, MailKind, one_line};
use crate::domain::team::{GRACE_DAYS, INVITE_DAYS};
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

#[derive(Template)]
#[template(path = "mail/team_end.txt")]
struct TeamEnd<'a> {
    name: String,
    email: &'a str,
    team: &'a str,
    address: String,
    at: DateTime<Utc>,
    deletes_at: Option<DateTime<Utc>>,
    days: i64,
    origin: &'a str,
}

/// What a letter about a team's end says.
pub struct End<'a> {
    pub team: &'a str,
    /// The day; nothing where the team is kept.
    pub deletes_at: Option<DateTime<Utc>>,
    pub origin: &'a str,
}

/// That a team is to be deleted, or kept after all.
pub fn end(to: Email, by: &Actor, told: &End<'_>) -> Result<Letter, AppError> {
    let team = one_line(told.team);
    let page = TeamEnd {
        name: one_line(by.name()),
        email: by.email(),
        team: &team,
        address: by.address().map_or_else(|| "unknown".to_owned(), |address| address.to_string()),
        at: Utc::now(),
        deletes_at: told.deletes_at,
        days: GRACE_DAYS,
        origin: told.origin,
    };
    let subject = match told.deletes_at {
        Some(_) => format!("{team} is to be deleted at Quayside"),
        None => format!("{team} is kept at Quayside"),
    };
    Ok(Letter { kind: MailKind::TeamEnd, to, subject, text: page.render()?, useless_after: None })
}
