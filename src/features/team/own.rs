//! A person's own teams: which there are, going on in another one, founding a further one, and leaving the one that is open. All of it
//! also where the open team wants a second factor that the person has not.

use crate::domain::access::Action;
use crate::domain::ids::TeamId;
use crate::domain::limits::TEAM_FOUNDER;
use crate::domain::secret::Secret;
use crate::domain::settings::team_name;
use crate::domain::team::Step;
use crate::store::accounts::{self, Membership};
use crate::store::{Db, StoreError, members, teams};
use crate::web::error::AppError;
use crate::web::limits;
use crate::web::opening::SignUpIsOpen;
use crate::web::session::{self, AtHome, SignedIn};
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
    /// People may found teams here.
    is_open: bool,
    name: String,
    name_error: Option<String>,
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
    Page { frame, rows: Vec::new(), leave_failure: None, is_open: false, name: String::new(), name_error: None }
}

/// The list.
pub async fn list(home: AtHome, db: web::Data<Db>, is_open: web::Data<SignUpIsOpen>) -> Result<HttpResponse, AppError> {
    page(&home.0, &db, StatusCode::OK, Page { is_open: is_open.0, ..blank(&home.0) }).await
}

/// What the form of a further team sends.
#[derive(Deserialize)]
pub struct FoundForm {
    #[serde(default)]
    name: String,
}

/// Founds a further team and goes on in it.
pub async fn found(
    request: HttpRequest,
    home: AtHome,
    db: web::Data<Db>,
    secret: web::Data<Secret>,
    is_open: web::Data<SignUpIsOpen>,
    session: Session,
    form: Option<web::Form<FoundForm>>,
) -> Result<HttpResponse, AppError> {
    if !is_open.0 {
        return Err(AppError::Request("Teams are founded here only by whoever runs this server.".to_owned()));
    }
    let signed_in = home.0;
    let user = signed_in.actor.user().ok_or(StoreError::NotFound)?;
    let typed = form.map(|form| form.into_inner().name).unwrap_or_default();
    let refuse = async |status: StatusCode, sentence: String| {
        let name_error = Some(sentence);
        let more = Page { is_open: true, name: typed.clone(), name_error, ..blank(&signed_in) };
        page(&signed_in, &db, status, more).await
    };
    let name = match team_name(&typed) {
        Ok(name) => name,
        Err(refused) => return refuse(StatusCode::UNPROCESSABLE_ENTITY, refused.to_string()).await,
    };
    match limits::take(&db, vec![limits::counted(&secret, TEAM_FOUNDER, &user.to_string())]).await {
        Ok(_) => {}
        Err(AppError::Wait(wait)) => return refuse(StatusCode::TOO_MANY_REQUESTS, wait.to_string()).await,
        Err(error) => return Err(error),
    }
    let team = teams::found(&db, user, name).await?;
    enter(&request, &signed_in, &db, &session, team, Action::TeamFound).await
}

/// Goes on in a team of the person's own, and writes into its log how they came.
async fn enter(
    request: &HttpRequest,
    signed_in: &SignedIn,
    db: &Db,
    session: &Session,
    team: TeamId,
    action: Action,
) -> Result<HttpResponse, AppError> {
    let user = signed_in.actor.user().ok_or(StoreError::NotFound)?;
    let Some((actor, _)) = accounts::actor(db, user, team).await? else {
        return Err(StoreError::NotFound.into());
    };
    let permit = actor.at(signed_in.actor.address()).permit(action)?;
    db.note(permit, team, "success").await?;
    accounts::entered(db, user, team).await?;
    session::switch(session, team)?;
    Ok(view::go_to(request, "/packets"))
}

/// What the form of the rail sends.
#[derive(Deserialize)]
pub struct Wanted {
    team: TeamId,
}

/// Goes on in another team of one's own; somebody else's answers like none.
pub async fn switch(
    request: HttpRequest,
    home: AtHome,
    db: web::Data<Db>,
    session: Session,
    wanted: web::Form<Wanted>,
) -> Result<HttpResponse, AppError> {
    enter(&request, &home.0, &db, &session, wanted.team, Action::TeamSwitch).await
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
    home: AtHome,
    db: web::Data<Db>,
    session: Session,
    form: Option<web::Form<LeaveForm>>,
) -> Result<HttpResponse, AppError> {
    let signed_in = home.0;
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
