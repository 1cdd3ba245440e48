//! The members: everybody in the team sees who is in it and in which role; Owners and Admins see the rest and change it.

use super::choice::{self, Choice};
use crate::domain::access::{Action, Role};
use crate::domain::ids::{InviteId, UserId};
use crate::domain::team::{Step, TeamRefused};
use crate::store::members::{self, Entry};
use crate::store::{Db, ReadTx, StoreError, invites};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section, When};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;

const SHOWN: i64 = 500;

struct Row {
    id: UserId,
    name: String,
    email: String,
    role: &'static str,
    is_suspended: bool,
    is_oneself: bool,
    /// The person who looks may change this one.
    may_change: bool,
    since: When,
    last_used: Option<When>,
}

#[derive(Template)]
#[template(path = "team/members.html")]
struct ListPage {
    frame: Frame,
    manages: bool,
    rows: Vec<Row>,
    invites: Vec<InviteRow>,
}

/// An open invite.
struct InviteRow {
    id: InviteId,
    email: String,
    role: &'static str,
    from: String,
    sent: When,
    letters: i32,
    is_over: bool,
    until: When,
    may_change: bool,
}

#[derive(Template)]
#[template(path = "team/member.html")]
struct Page {
    frame: Frame,
    row: Row,
    choices: Vec<Choice>,
    failure: Option<String>,
}

fn row(entry: Entry, signed_in: &SignedIn) -> Row {
    let now = Utc::now();
    let actor = &signed_in.actor;
    Row {
        id: entry.user,
        role: entry.role.label(),
        is_suspended: entry.suspended_at.is_some(),
        is_oneself: actor.user() == Some(entry.user),
        may_change: actor.may(Action::MemberRole) && !entry.role.is_above(actor.role()),
        since: When::new(entry.since, now),
        last_used: entry.last_used_at.map(|at| When::new(at, now)),
        name: entry.name,
        email: entry.email,
    }
}

fn invite_row(entry: invites::Entry, signed_in: &SignedIn) -> InviteRow {
    let now = Utc::now();
    InviteRow {
        id: entry.id,
        email: entry.email,
        role: entry.role.label(),
        from: entry.invited_by,
        sent: When::new(entry.sent_at, now),
        letters: entry.sent_count,
        is_over: entry.expires_at <= now,
        until: When::new(entry.expires_at, now),
        may_change: !entry.role.is_above(signed_in.actor.role()),
    }
}

/// The list.
pub async fn list(signed_in: SignedIn, db: web::Data<Db>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::MemberView)?;
    let manages = signed_in.actor.may(Action::MemberRole);
    let read = move |tx: &mut ReadTx<'_>| {
        let open = if manages { invites::list(tx, SHOWN)? } else { Vec::new() };
        Ok::<_, AppError>((members::list(tx, SHOWN)?, open))
    };
    let (entries, open) = db.read(&permit, read).await?;
    let page = ListPage {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Members),
        manages,
        rows: entries
            .into_iter()
            .filter(|entry| manages || entry.suspended_at.is_none())
            .map(|entry| row(entry, &signed_in))
            .collect(),
        invites: open.into_iter().map(|entry| invite_row(entry, &signed_in)).collect(),
    };
    Ok(view::page(StatusCode::OK, &page)?)
}

async fn page(
    signed_in: &SignedIn,
    db: &Db,
    id: UserId,
    status: StatusCode,
    failure: Option<String>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::MemberRole)?;
    let entry = db.read(&permit, move |tx: &mut ReadTx<'_>| members::find(tx, id)).await?;
    let choices = choice::roles(signed_in.actor.role(), entry.role.as_str());
    let frame = Frame::new(&signed_in.actor, &signed_in.team, Section::Members);
    Ok(view::page(status, &Page { frame, choices, row: row(entry, signed_in), failure })?)
}

/// One member, with what can be changed.
pub async fn show(signed_in: SignedIn, db: web::Data<Db>, id: web::Path<UserId>) -> Result<HttpResponse, AppError> {
    page(&signed_in, &db, id.into_inner(), StatusCode::OK, None).await
}

async fn take(
    request: &HttpRequest,
    signed_in: SignedIn,
    db: &Db,
    id: UserId,
    action: Action,
    step: Step,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(action)?;
    let by = signed_in.actor.clone();
    let done = db.write(permit, id, move |tx| Ok::<_, AppError>(members::change(tx, &by, id, step)?)).await;
    match done {
        Ok(()) => Ok(view::go_to(request, "/team")),
        Err(AppError::Store(StoreError::Team(refused))) => refuse(&signed_in, db, id, refused).await,
        Err(error) => Err(error),
    }
}

async fn refuse(signed_in: &SignedIn, db: &Db, id: UserId, refused: TeamRefused) -> Result<HttpResponse, AppError> {
    let status = AppError::from(StoreError::from(refused)).status_code();
    page(signed_in, db, id, status, Some(refused.to_string())).await
}

/// What the form sends.
#[derive(Deserialize)]
pub struct RoleForm {
    role: String,
}

/// Changes a role.
pub async fn change_role(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<UserId>,
    form: Option<web::Form<RoleForm>>,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let Some(role) = form.and_then(|form| Role::from_word(&form.role)) else {
        return page(&signed_in, &db, id, StatusCode::UNPROCESSABLE_ENTITY, Some("Choose a role.".to_owned())).await;
    };
    take(&request, signed_in, &db, id, Action::MemberRole, Step::Become(role)).await
}

/// Suspends a member: their next request finds the door closed.
pub async fn suspend(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<UserId>,
) -> Result<HttpResponse, AppError> {
    take(&request, signed_in, &db, id.into_inner(), Action::MemberSuspend, Step::Suspend).await
}

/// Lets a suspended member in again.
pub async fn reactivate(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<UserId>,
) -> Result<HttpResponse, AppError> {
    take(&request, signed_in, &db, id.into_inner(), Action::MemberReactivate, Step::Reactivate).await
}

/// Removes a member. Their account and their other teams stay.
pub async fn remove(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<UserId>,
) -> Result<HttpResponse, AppError> {
    take(&request, signed_in, &db, id.into_inner(), Action::MemberRemove, Step::Remove).await
}
