//! The app that makes codes: offered with a picture, turned on by its first code, removed; and recovery codes beside it.

use super::door::Door;
use super::home::{prove, user};
use super::{letters, record, second_step};
use crate::domain::access::Action;
use crate::domain::factor::{TotpSecret, recovery_codes, recovery_hash};
use crate::domain::limits::FACTOR_ACCOUNT;
use crate::store::factors;
use crate::web::error::AppError;
use crate::web::limits;
use crate::web::session::{self, AtHome, SignedIn};
use crate::web::view::{self, Frame, Section};
use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;

const WRONG: &str =
    "That code is not right. Take the one that the app shows now, and look whether the phone's clock is right.";

#[derive(Template)]
#[template(path = "account/app.html")]
struct Page {
    frame: Frame,
    picture: String,
    secret: String,
    failure: Option<String>,
}

#[derive(Template)]
#[template(path = "account/recovery.html")]
struct Codes {
    frame: Frame,
    codes: Vec<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Form {
    code: String,
}

fn frame(home: &SignedIn) -> Frame {
    Frame::new(&home.actor, &home.team, Section::Account)
}

/// Makes a secret for an app that is to be set up.
pub async fn offer(home: AtHome, door: Door, session: Session) -> Result<HttpResponse, AppError> {
    prove(&session)?;
    let user = user(&home.0)?;
    let fresh = TotpSecret::fresh();
    let sealed = door.secret.seal("quayside.totp/1", second_step::label(user).as_bytes(), fresh.expose())?;
    factors::offer_app(&door.db, user, sealed).await?;
    Ok(view::go_to(&door.request, "/account/app"))
}

async fn page(home: &SignedIn, door: &Door, failure: Option<String>) -> Result<HttpResponse, AppError> {
    let offered = second_step::app_secret(&door.db, &door.secret, user(home)?).await?;
    let Some((secret, false)) = offered else { return Ok(view::go_to(&door.request, "/account")) };
    let picture = secret.picture(home.actor.email()).unwrap_or_default();
    let status = if failure.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(view::page(status, &Page { frame: frame(home), picture, secret: secret.words(), failure })?)
}

/// The picture and the secret, until the app is confirmed; whoever may see them has just proved who they are.
pub async fn show(home: AtHome, door: Door, session: Session) -> Result<HttpResponse, AppError> {
    prove(&session)?;
    page(&home.0, &door, None).await
}

/// Turns the app on by its first code, and shows the recovery codes.
pub async fn confirm(
    home: AtHome,
    door: Door,
    form: web::Form<Form>,
    session: Session,
) -> Result<HttpResponse, AppError> {
    prove(&session)?;
    let user = user(&home.0)?;
    let tried = vec![door.counted(FACTOR_ACCOUNT, &user.to_string())];
    match limits::take(&door.db, tried.clone()).await {
        Ok(_) => {}
        Err(AppError::Wait(wait)) => return page(&home.0, &door, Some(wait.to_string())).await,
        Err(error) => return Err(error),
    }
    let offered = second_step::app_secret(&door.db, &door.secret, user).await?;
    let Some((secret, false)) = offered else { return Ok(view::go_to(&door.request, "/account")) };
    let seconds = u64::try_from(Utc::now().timestamp()).unwrap_or(0);
    let Some(step) = secret.step(&form.code, seconds) else {
        record::note(&door, user, Action::FactorAdd, "wrong_code").await?;
        return page(&home.0, &door, Some(WRONG.to_owned())).await;
    };
    limits::give_back(&door.db, tried).await?;
    let codes = recovery_codes();
    let hashes = codes.iter().filter_map(|code| recovery_hash(code)).collect();
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    if !factors::confirm_app(&door.db, user, step, hashes, home.0.session).await? {
        return Ok(view::go_to(&door.request, "/account"));
    }
    record::note(&door, user, Action::FactorAdd, "success").await?;
    letters::tell_change(&door, user, "An app was set up as the second factor of your Quayside account.").await?;
    session::proved(&session)?;
    Ok(view::page(StatusCode::OK, &Codes { frame: frame(&home.0), codes })?)
}

/// Removes the app.
pub async fn remove(home: AtHome, door: Door, session: Session) -> Result<HttpResponse, AppError> {
    prove(&session)?;
    let user = user(&home.0)?;
    factors::remove_app(&door.db, user, home.0.session).await?;
    record::note(&door, user, Action::FactorRemove, "success").await?;
    letters::tell_change(&door, user, "The app was removed as the second factor of your Quayside account.").await?;
    session::proved(&session)?;
    Ok(view::go_to(&door.request, "/account?done=app"))
}

/// Makes new recovery codes and shows them.
pub async fn renew_recovery(home: AtHome, door: Door, session: Session) -> Result<HttpResponse, AppError> {
    prove(&session)?;
    let user = user(&home.0)?;
    if !factors::of(&door.db, user).await?.any() {
        return Ok(view::go_to(&door.request, "/account"));
    }
    let codes = recovery_codes();
    let hashes = codes.iter().filter_map(|code| recovery_hash(code)).collect();
    factors::renew_recovery(&door.db, user, hashes).await?;
    record::note(&door, user, Action::FactorRecover, "renewed").await?;
    letters::tell_change(&door, user, "New recovery codes were made for your Quayside account.").await?;
    Ok(view::page(StatusCode::OK, &Codes { frame: frame(&home.0), codes })?)
}
