//! The end of a team: an Owner who proves who they are and types its name sets the day, and until then any Owner can keep it. Everything
//! stays as it is meanwhile. What is then deleted, and how, is not here.

use super::letters;
use crate::domain::access::{Action, Actor};
use crate::domain::secret::Secret;
use crate::domain::team::{GRACE_DAYS, TeamRefused};
use crate::store::{Change, Db, StoreError, WriteTx, accounts, outbox, teams};
use crate::web::csrf::Origin;
use crate::web::error::AppError;
use crate::web::session::{self, SignedIn};
use crate::web::view::{self, Frame, Section};
use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use askama::Template;
use chrono::{Duration, Utc};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "team/delete.html")]
struct Page {
    frame: Frame,
    days: i64,
    typed: String,
    failure: Option<String>,
}

fn page(signed_in: &SignedIn) -> Page {
    let frame = Frame::new(&signed_in.actor, &signed_in.team, Section::Settings);
    Page { frame, days: GRACE_DAYS, typed: String::new(), failure: None }
}

/// The form.
pub async fn form(signed_in: SignedIn, session: Session) -> Result<HttpResponse, AppError> {
    signed_in.actor.permit(Action::TeamDelete)?;
    session::need_proof(&session, "/team/delete")?;
    Ok(view::page(StatusCode::OK, &page(&signed_in))?)
}

/// What the form sends.
#[derive(Default, Deserialize)]
pub struct Form {
    #[serde(default)]
    name: String,
}

/// Tells every Owner and Admin, in the transaction that makes it true.
fn tell(tx: &mut WriteTx<'_>, secret: &Secret, by: &Actor, told: &letters::End<'_>) -> Result<(), AppError> {
    for to in accounts::watchers(tx)? {
        let letter = letters::end(to, by, told)?.seal(secret, Some(by.team())).map_err(|_| AppError::Busy)?;
        outbox::add(tx, &letter)?;
    }
    Ok(())
}

/// Sets the day.
pub async fn create(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    secret: web::Data<Secret>,
    origin: web::Data<Origin>,
    session: Session,
    form: Option<web::Form<Form>>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::TeamDelete)?;
    session::need_proof(&session, "/team/delete")?;
    let typed = form.map(|form| form.into_inner().name).unwrap_or_default();
    let (by, name, team) = (signed_in.actor.clone(), signed_in.team.name.clone(), signed_in.actor.team());
    let entered = typed.trim().to_owned();
    let set = move |tx: &mut WriteTx<'_>| {
        let deletes_at = Utc::now() + Duration::days(GRACE_DAYS);
        let change: Change<()> = teams::condemn(tx, team, &entered, deletes_at)?;
        let told = letters::End { team: &name, deletes_at: Some(deletes_at), origin: &origin.0 };
        tell(tx, &secret, &by, &told)?;
        Ok::<_, AppError>(change)
    };
    match db.write(permit, team, set).await {
        Ok(()) => Ok(view::go_to(&request, "/team/settings")),
        Err(AppError::Store(StoreError::Team(refused))) => {
            let status = match refused {
                TeamRefused::NotTheName => StatusCode::UNPROCESSABLE_ENTITY,
                other => AppError::from(StoreError::from(other)).status_code(),
            };
            Ok(view::page(status, &Page { typed, failure: Some(refused.to_string()), ..page(&signed_in) })?)
        }
        Err(error) => Err(error),
    }
}

/// Keeps the team.
pub async fn remove(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    secret: web::Data<Secret>,
    origin: web::Data<Origin>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::TeamKeep)?;
    let (by, name, team) = (signed_in.actor.clone(), signed_in.team.name.clone(), signed_in.actor.team());
    let keep = move |tx: &mut WriteTx<'_>| {
        let change: Change<()> = teams::keep(tx, team)?;
        tell(tx, &secret, &by, &letters::End { team: &name, deletes_at: None, origin: &origin.0 })?;
        Ok::<_, AppError>(change)
    };
    db.write(permit, team, keep).await?;
    Ok(view::go_to(&request, "/team/settings"))
}
