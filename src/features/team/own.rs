//! A person's own teams: which there are, going on in another one, and leaving the one that is open.

use crate::domain::access::Action;
use crate::domain::ids::TeamId;
use crate::domain::team::Step;
use crate::store::accounts::{self, Membership};
use crate::store::{Db, StoreError, members};
use crate::web::error::AppError;
use crate::web::session::{self, SignedIn};
use crate::web::view::{self, Frame, Section};
use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use askama::Template;
use serde::Deserialize;

struct Row {
    id: TeamId,
    name: String,
    role: &'static str,
    is_open: bool,
}

#[derive(Template)]
#[template(path = "team/own.html")]
struct Page {
    frame: Frame,
    rows: Vec<Row>,
    leave_failure: Option<String>,
}

fn row(membership: Membership, open: TeamId) -> Row {
    Row {
        id: membership.team,
        name: membership.team_name,
        role: membership.role.label(),
        is_open: membership.team == open,
    }
}

async fn page(signed_in: &SignedIn, db: &Db, status: StatusCode, more: Page) -> Result<HttpResponse, AppError> {
    let user = signed_in.actor.user().ok_or(StoreError::NotFound)?;
    let memberships = accounts::memberships_of(db, user).await?;
    let mut rows: Vec<Row> =
        memberships.into_iter().map(|membership| row(membership, signed_in.actor.team())).collect();
    rows.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(view::page(status, &Page { rows, ..more })?)
}

fn blank(signed_in: &SignedIn) -> Page {
    let frame = Frame::new(&signed_in.actor, &signed_in.team, Section::Teams);
    Page { frame, rows: Vec::new(), leave_failure: None }
}

/// The list.
pub async fn list(signed_in: SignedIn, db: web::Data<Db>) -> Result<HttpResponse, AppError> {
    page(&signed_in, &db, StatusCode::OK, blank(&signed_in)).await
}

/// What the form of the rail sends.
#[derive(Deserialize)]
pub struct Wanted {
    team: TeamId,
}

/// Goes on in another team of one's own; somebody else's answers like none.
pub async fn switch(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    session: Session,
    wanted: web::Form<Wanted>,
) -> Result<HttpResponse, AppError> {
    let user = signed_in.actor.user().ok_or(StoreError::NotFound)?;
    let Some((actor, _)) = accounts::actor(&db, user, wanted.team).await? else {
        return Err(StoreError::NotFound.into());
    };
    let permit = actor.at(signed_in.actor.address()).permit(Action::TeamSwitch)?;
    db.note(permit, "session", "success").await?;
    accounts::entered(&db, user, wanted.team).await?;
    session::switch(&session, wanted.team)?;
    Ok(view::go_to(&request, "/packets"))
}

/// What the form sends.
#[derive(Deserialize)]
pub struct LeaveForm {
    #[serde(default)]
    sure: String,
}

/// Leaves the open team, and goes on in another where there is one.
pub async fn leave(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    session: Session,
    form: Option<web::Form<LeaveForm>>,
) -> Result<HttpResponse, AppError> {
    let refuse = async |status: StatusCode, sentence: String| {
        let more = Page { leave_failure: Some(sentence), ..blank(&signed_in) };
        page(&signed_in, &db, status, more).await
    };
    if form.is_none_or(|form| form.sure != "yes") {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "Say that you are sure.".to_owned()).await;
    }
    let permit = signed_in.actor.permit(Action::TeamLeave)?;
    let user = signed_in.actor.user().ok_or(StoreError::NotFound)?;
    let by = signed_in.actor.clone();
    match db.write(permit, user, move |tx| members::change(tx, &by, user, Step::Leave)).await {
        Ok(()) => {}
        Err(StoreError::Team(refused)) => {
            let status = AppError::from(StoreError::from(refused)).status_code();
            return refuse(status, refused.to_string()).await;
        }
        Err(error) => return Err(error.into()),
    }
    match signed_in.team.others.first() {
        Some((next, _)) => {
            accounts::entered(&db, user, *next).await?;
            session::switch(&session, *next)?;
            Ok(view::go_to(&request, "/packets"))
        }
        None => {
            session.purge();
            Ok(view::go_to(&request, "/sign-in"))
        }
    }
}
