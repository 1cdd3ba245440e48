//! Decisions about a packet: approve, reject, reopen; who works on it; and claiming the next one.

use super::show::{self, Refused};
use crate::domain::access::Action;
use crate::domain::ids::{CommentId, PacketId, RunId, UserId};
use crate::domain::mail::MailState;
use crate::domain::packet::correction::reason;
use crate::domain::packet::decision::Step;
use crate::store::decisions::{self, Entry};
use crate::store::{Db, StoreError, comments, questions};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, When};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Utc;
use serde::Deserialize;

/// A step in the history of a packet, for its page.
pub struct Past {
    pub words: &'static str,
    pub run: i32,
    pub name: String,
    pub reason: String,
    pub when: When,
}

/// A comment, for the page.
pub struct Said {
    pub id: CommentId,
    pub version: i32,
    pub name: String,
    pub body: String,
    pub when: When,
    pub is_edited: bool,
    pub is_removed: bool,
    /// The person who looks may change it.
    pub is_own: bool,
    /// The field in which its author changes it.
    pub field: String,
}

/// A question to the importer, for the page.
pub struct Asked {
    pub name: String,
    pub to: String,
    /// The finding; nothing where it is the packet as a whole.
    pub about: Option<String>,
    pub subject: String,
    pub text: String,
    pub when: When,
    /// How far its letter is, where it has not left.
    pub standing: Option<&'static str>,
}

impl From<&questions::Entry> for Asked {
    fn from(entry: &questions::Entry) -> Self {
        Self {
            name: entry.name.clone(),
            to: entry.to.clone(),
            about: entry.title.clone(),
            subject: entry.subject.clone(),
            text: entry.text.clone(),
            when: When::new(entry.at, Utc::now()),
            standing: match entry.state {
                Some(MailState::Waiting | MailState::Running) => Some("on its way"),
                Some(MailState::Failed) => Some("could not be sent; the page Work says why"),
                Some(MailState::Sent) | None => None,
            },
        }
    }
}

/// What happened to a packet, in order.
pub enum Told {
    Asked(Asked),
    Step(Past),
    Comment(Said),
}

/// Steps, comments and questions as the page tells them; `me` is who looks, where they may comment.
pub fn told(
    history: Vec<Entry>,
    said: Vec<comments::Entry>,
    asked: &[questions::Entry],
    me: Option<UserId>,
) -> Vec<Told> {
    let now = Utc::now();
    let past = |entry: Entry| {
        let past = Past {
            words: entry.step.label(),
            run: entry.run,
            name: entry.name.unwrap_or_else(|| "Quayside".to_owned()),
            reason: entry.reason.unwrap_or_default(),
            when: When::new(entry.at, now),
        };
        (entry.at, Told::Step(past))
    };
    let comment = |entry: comments::Entry| {
        let said = Said {
            id: entry.id,
            version: entry.version,
            name: entry.name,
            body: entry.body,
            when: When::new(entry.at, now),
            is_edited: entry.is_edited,
            is_removed: entry.is_removed,
            field: format!("edit-{}", entry.id),
            is_own: me == Some(entry.by) && !entry.is_removed,
        };
        (entry.at, Told::Comment(said))
    };
    let asked = asked.iter().map(|entry| (entry.at, Told::Asked(Asked::from(entry))));
    let mut all: Vec<_> = history.into_iter().map(past).chain(said.into_iter().map(comment)).chain(asked).collect();
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, told)| told).collect()
}

/// What the form of a decision sends.
#[derive(Default, Deserialize)]
pub struct Sent {
    #[serde(default)]
    step: String,
    #[serde(default)]
    run: String,
    #[serde(default)]
    reason: String,
}

/// Takes a step.
pub async fn create(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<PacketId>,
    form: Option<web::Form<Sent>>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketDecide)?;
    let id = id.into_inner();
    let sent = form.map(web::Form::into_inner).unwrap_or_default();
    let (step, seen): (Option<Step>, Option<RunId>) = (Step::from_word(&sent.step), sent.run.parse().ok());
    let by = signed_in.actor.user().ok_or(StoreError::NotFound)?;
    let typed = sent.reason.clone();
    let written = db
        .write(permit, id, move |tx| {
            crate::store::packets::find(tx, id)?;
            let unknown = || AppError::Request("Choose what to do: approve, reject or reopen.".to_owned());
            let step = step.ok_or_else(unknown)?;
            let because = match (step.needs_reason(), reason(&sent.reason)) {
                (_, Ok(because)) => Some(because),
                (false, Err(_)) => None,
                (true, Err(error)) => return Err(AppError::Request(error.to_string())),
            };
            Ok(decisions::decide(tx, id, seen, step, because, by)?)
        })
        .await;
    match (written, step) {
        (Err(AppError::Request(sentence)), Some(step)) => {
            let refused = Refused { field: format!("{step}-reason"), typed, sentence };
            show::refused(&request, &signed_in, &db, id, refused).await
        }
        (written, _) => {
            written?;
            Ok(view::go_to(&request, &format!("/packets/{id}")))
        }
    }
}

/// What the form of the owner sends: empty is nobody.
#[derive(Default, Deserialize)]
pub struct OwnerForm {
    #[serde(default)]
    owner: String,
    #[serde(default)]
    seen: String,
}

/// Gives the packet to a member, or to nobody.
pub async fn assign(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<PacketId>,
    form: Option<web::Form<OwnerForm>>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketAssign)?;
    let id = id.into_inner();
    let sent = form.map(web::Form::into_inner).unwrap_or_default();
    let (owner, seen): (Option<UserId>, Option<UserId>) = (sent.owner.parse().ok(), sent.seen.parse().ok());
    db.write(permit, id, move |tx| {
        crate::store::packets::find(tx, id)?;
        if owner.is_none() && !sent.owner.is_empty() {
            return Err(AppError::Request("Choose a member from the list.".to_owned()));
        }
        Ok(decisions::assign(tx, id, owner, seen)?)
    })
    .await?;
    Ok(view::go_to(&request, &format!("/packets/{id}")))
}

/// Gives the person the oldest packet that nobody works on.
pub async fn claim(request: HttpRequest, signed_in: SignedIn, db: web::Data<Db>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketAssign)?;
    let by = signed_in.actor.user().ok_or(StoreError::NotFound)?;
    let id = db.write(permit, "next", move |tx| decisions::claim_next(tx, by)).await?;
    Ok(view::go_to(&request, &format!("/packets/{id}")))
}
