//! The list of work, and the button that lets failed work be tried again.

use crate::domain::access::Action;
use crate::domain::ids::{MailId, WorkId};
use crate::domain::mail;
use crate::domain::work::{ATTEMPTS, Work, WorkState};
use crate::store::mailboxes::RefusedMail;
use crate::store::{Change, Db, ReadTx, mailboxes, outbox, queue, runs};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section, When};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::Utc;
use uuid::Uuid;

const SHOWN: i64 = 200;
/// For how many days the page tells of an e-mail that was refused.
const REFUSED_DAYS: i64 = 14;

struct Row {
    id: Uuid,
    retry: String,
    label: &'static str,
    packet: Option<String>,
    pill: &'static str,
    state: &'static str,
    tries: String,
    since: When,
    note: String,
    may_retry: bool,
}

#[derive(Template)]
#[template(path = "work/list.html")]
struct Page {
    frame: Frame,
    rows: Vec<Row>,
    is_moving: bool,
    refused: Vec<Refused>,
    days: i64,
}

/// An e-mail that became no packet.
struct Refused {
    name: String,
    sentence: String,
    when: When,
}

fn row(entry: queue::Entry, may_retry: bool) -> Row {
    let now = Utc::now();
    let pages = entry.progress.as_ref().map(|progress| {
        let done: u32 = progress.files.iter().map(|file| file.done).sum();
        format!("{done} pages read")
    });
    let note = match (entry.state, entry.failure) {
        (WorkState::Running, _) => pages.unwrap_or_default(),
        (WorkState::Waiting, Some(failure)) => {
            format!("{failure} Next try {}.", When::new(entry.due_at, now).words.replace("now", "in a moment"))
        }
        (_, failure) => failure.unwrap_or_default(),
    };
    Row {
        id: entry.id.0,
        retry: format!("/work/{}/retry", entry.id),
        label: entry.work.label(),
        packet: entry.work.packet().map(|packet| packet.to_string()),
        pill: match entry.state {
            WorkState::Failed => "critical",
            WorkState::Running => "info",
            WorkState::Waiting => "quiet",
        },
        state: entry.state.label(),
        tries: format!("{} of {ATTEMPTS}", entry.attempts),
        since: When::new(entry.updated_at, now),
        note,
        may_retry: may_retry && entry.state == WorkState::Failed,
    }
}

/// A letter that did not leave; the mail server's answer says why.
fn letter(entry: outbox::Entry, may_retry: bool) -> Row {
    Row {
        id: entry.id.0,
        retry: format!("/work/mail/{}/retry", entry.id),
        label: entry.kind.label(),
        packet: None,
        pill: "critical",
        state: WorkState::Failed.label(),
        tries: format!("{} of {}", entry.attempts, mail::ATTEMPTS),
        since: When::new(entry.updated_at, Utc::now()),
        note: format!("To {}: {}", entry.to.as_str(), entry.answer),
        may_retry,
    }
}

/// The page.
pub async fn list(signed_in: SignedIn, db: web::Data<Db>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::WorkView)?;
    let now = Utc::now();
    let since = now.checked_sub_days(chrono::Days::new(REFUSED_DAYS.unsigned_abs())).unwrap_or(now);
    let all = move |tx: &mut ReadTx<'_>| {
        let mails = mailboxes::refused(tx, since, SHOWN)?;
        Ok::<_, AppError>((queue::list(tx, SHOWN)?, outbox::failed(tx, SHOWN)?, mails))
    };
    let (entries, letters, mails) = db.read(&permit, all).await?;
    let refused =
        |mail: RefusedMail| Refused { name: mail.name, sentence: mail.sentence, when: When::new(mail.at, now) };
    let is_moving = entries.iter().any(|entry| entry.state != WorkState::Failed);
    let may_retry = signed_in.actor.may(Action::WorkRetry);
    let page = Page {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Work),
        rows: letters
            .into_iter()
            .map(|entry| letter(entry, may_retry))
            .chain(entries.into_iter().map(|entry| row(entry, may_retry)))
            .collect(),
        is_moving,
        refused: mails.into_iter().map(refused).collect(),
        days: REFUSED_DAYS,
    };
    Ok(view::page(StatusCode::OK, &page)?)
}

/// Lets failed work be tried again.
pub async fn retry(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<WorkId>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::WorkRetry)?;
    let id = id.into_inner();
    db.write(permit, id, move |tx| {
        match queue::retry(tx, id)? {
            Work::CheckPacket { run, .. } => runs::reopen(tx, run)?,
            Work::VerifyAudit { .. } | Work::EndWaiver { .. } => {}
        }
        Ok::<_, AppError>(Change::to(()).diff(WorkState::Failed, WorkState::Waiting))
    })
    .await?;
    Ok(view::go_to(&request, "/work"))
}

/// Lets a letter that did not leave be tried again.
pub async fn retry_mail(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<MailId>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::WorkRetry)?;
    let id = id.into_inner();
    db.write(permit, id, move |tx| {
        outbox::retry(tx, id)?;
        Ok::<_, AppError>(Change::to(()).diff(WorkState::Failed, WorkState::Waiting))
    })
    .await?;
    Ok(view::go_to(&request, "/work"))
}
