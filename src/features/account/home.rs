//! A person's own page: name, address, password, second factor, and where they are signed in.

use super::door::Door;
use super::{letters, record, sign_in};
use crate::domain::access::Action;
use crate::domain::account::acceptable;
use crate::domain::factor::RECOVERY_CODES;
use crate::domain::ids::UserId;
use crate::domain::limits::PROOF_ACCOUNT;
use crate::domain::mail::one_line;
use crate::store::factors::{self, Factors};
use crate::store::{accounts, email_changes, sessions};
use crate::web::error::AppError;
use crate::web::limits;
use crate::web::session::{self, AtHome, SignedIn};
use crate::web::view::{self, Done, Frame, Section, When};
use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Utc;
use secrecy::SecretString;
use serde::Deserialize;
use uuid::Uuid;

/// What is wrong, and at which field.
pub struct Problem {
    pub field: &'static str,
    pub sentence: String,
}

struct Key {
    id: Uuid,
    name: String,
    added: When,
    used: Option<When>,
}

struct Row {
    id: Uuid,
    device: String,
    address: String,
    began: When,
    seen: When,
    is_this: bool,
}

#[derive(Template)]
#[template(path = "account/home.html")]
struct Page {
    frame: Frame,
    name: String,
    email: String,
    wanted_email: Option<String>,
    needs_factor: bool,
    factors: Factors,
    keys: Vec<Key>,
    recovery_codes: usize,
    sessions: Vec<Row>,
    problem: Option<Problem>,
    done: Option<&'static str>,
}

impl Page {
    fn is_at(&self, field: &str) -> bool {
        self.problem.as_ref().is_some_and(|problem| problem.field == field)
    }

    fn sentence(&self) -> &str {
        self.problem.as_ref().map(|problem| problem.sentence.as_str()).unwrap_or_default()
    }
}

/// What was done last, in words.
fn told(done: &Done) -> Option<&'static str> {
    Some(match done.done.as_str() {
        "name" => "Your name is changed.",
        "keys-on" => "The pages listen to your keys.",
        "keys-off" => "The pages listen to none of your keys but Tab and Enter.",
        "email" => "Your address is changed. The old one got a notice.",
        "password" => "Your password is changed, and your other sessions have ended.",
        "passkey" => "The passkey is added.",
        "passkey-removed" => "The passkey is removed.",
        "app" => "The app is removed. Sign-in asks for the password alone.",
        "session" => "That session has ended.",
        "sessions" => "All your other sessions have ended.",
        _ => return None,
    })
}

/// The account behind a request.
pub fn user(signed_in: &SignedIn) -> Result<UserId, AppError> {
    // Every session is a person's; the system has none.
    signed_in.actor.user().ok_or(AppError::Busy)
}

/// The page, with a problem where there is one.
///
/// # Errors
/// Where the database fails.
pub async fn page(
    home: &SignedIn,
    door: &Door,
    problem: Option<Problem>,
    done: Option<&'static str>,
) -> Result<HttpResponse, AppError> {
    let (user, now) = (user(home)?, Utc::now());
    let living = sessions::of(&door.db, user).await?;
    let factors = factors::of(&door.db, user).await?;
    let key = |key: &factors::Passkey| Key {
        id: key.id,
        name: key.name.clone(),
        added: When::new(key.created_at, now),
        used: key.last_used_at.map(|at| When::new(at, now)),
    };
    let row = |living: sessions::Living| {
        let (address, device) = session::origin(&living.state);
        Row {
            id: living.id,
            device,
            address,
            began: When::new(living.began_at, now),
            seen: When::new(living.last_seen_at, now),
            is_this: Some(living.id) == home.session,
        }
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let wanted = email_changes::wanted(&door.db, user).await?;
    // Without a new address under way there is no field for its code; the one for another address is what helps.
    let problem = problem.map(|problem| match (problem.field, &wanted) {
        ("email-code", None) => Problem { field: "email", ..problem },
        _ => problem,
    });
    let page = Page {
        frame: Frame::new(&home.actor, &home.team, Section::Account),
        name: home.actor.name().to_owned(),
        email: home.actor.email().to_owned(),
        wanted_email: wanted.map(|email| email.as_str().to_owned()),
        needs_factor: home.team.lacks_factor,
        keys: factors.passkeys.iter().map(key).collect(),
        factors,
        recovery_codes: RECOVERY_CODES,
        sessions: living.into_iter().map(row).collect(),
        problem,
        done,
    };
    Ok(view::page(status, &page)?)
}

/// The page.
pub async fn show(home: AtHome, door: Door, done: web::Query<Done>) -> Result<HttpResponse, AppError> {
    page(&home.0, &door, None, told(&done)).await
}

/// What the form of the name sends.
#[derive(Deserialize)]
pub struct NewName {
    name: String,
}

/// Changes the name.
pub async fn rename(home: AtHome, door: Door, form: web::Form<NewName>) -> Result<HttpResponse, AppError> {
    let (user, name) = (user(&home.0)?, one_line(&form.name));
    if !(1..=200).contains(&name.chars().count()) {
        let sentence = "Enter your name, at most 200 letters.".to_owned();
        return page(&home.0, &door, Some(Problem { field: "name", sentence }), None).await;
    }
    accounts::rename(&door.db, user, name).await?;
    record::note(&door, user, Action::AccountChange, "success").await?;
    Ok(view::go_to(&door.request, "/account?done=name"))
}

/// What the form of the keys sends: a box that is ticked, or nothing.
#[derive(Deserialize)]
pub struct Keys {
    listens: Option<String>,
}

/// Switches the keys of the pages on or off.
pub async fn switch_keys(home: AtHome, door: Door, form: web::Form<Keys>) -> Result<HttpResponse, AppError> {
    let (user, listens) = (user(&home.0)?, form.listens.is_some());
    accounts::listen_to_keys(&door.db, user, listens).await?;
    record::note(&door, user, Action::AccountChange, "success").await?;
    Ok(view::go_to(&door.request, if listens { "/account?done=keys-on" } else { "/account?done=keys-off" }))
}

/// What the form of the password sends.
#[derive(Deserialize)]
pub struct NewPassword {
    current: SecretString,
    new: SecretString,
}

/// Changes the password; every other session of the person ends.
pub async fn change_password(
    home: AtHome,
    door: Door,
    form: web::Form<NewPassword>,
    session: Session,
) -> Result<HttpResponse, AppError> {
    let (user, form) = (user(&home.0)?, form.into_inner());
    let place = door.passwords.place()?;
    let tried = vec![door.counted(PROOF_ACCOUNT, &user.to_string())];
    let wrong = |field, sentence| page(&home.0, &door, Some(Problem { field, sentence }), None);
    match limits::take(&door.db, tried.clone()).await {
        Ok(_) => {}
        Err(AppError::Wait(wait)) => return wrong("current", wait.to_string()).await,
        Err(error) => return Err(error),
    }
    let account = accounts::by_id(&door.db, user).await?;
    if !sign_in::is_right(&door, place, account.as_ref(), &form.current).await? {
        record::note(&door, user, Action::PasswordChange, "wrong_password").await?;
        return wrong("current", "The current password is not right.".to_owned()).await;
    }
    limits::give_back(&door.db, tried).await?;
    let teams = accounts::memberships_of(&door.db, user).await?;
    let own = [home.0.actor.name(), home.0.actor.email()];
    let names: Vec<&str> = teams.iter().map(|membership| membership.team_name.as_str()).chain(own).collect();
    if let Err(error) = acceptable(&form.new, &names) {
        return wrong("new", error.to_string()).await;
    }
    let hash = door.passwords.hash(form.new).await?;
    let letter = letters::changed(&door, home.0.actor.email(), "Your password for Quayside was changed.")?;
    accounts::set_password(&door.db, user, hash, home.0.session, letter).await?;
    record::note(&door, user, Action::PasswordChange, "success").await?;
    session::proved(&session)?;
    Ok(view::go_to(&door.request, "/account?done=password"))
}

/// Ends one of the person's sessions.
pub async fn end_session(home: AtHome, door: Door, id: web::Path<Uuid>) -> Result<HttpResponse, AppError> {
    let user = user(&home.0)?;
    sessions::end(&door.db, user, id.into_inner()).await?;
    record::note(&door, user, Action::SessionEnd, "success").await?;
    Ok(view::go_to(&door.request, "/account?done=session"))
}

/// Ends all of the person's sessions but this one.
pub async fn end_others(home: AtHome, door: Door) -> Result<HttpResponse, AppError> {
    let user = user(&home.0)?;
    sessions::end_all_but(&door.db, user, home.0.session).await?;
    record::note(&door, user, Action::SessionEnd, "success").await?;
    Ok(view::go_to(&door.request, "/account?done=sessions"))
}

/// Asks for a proof before a change on this page.
///
/// # Errors
/// [`AppError::ProofNeeded`].
pub fn prove(session: &Session) -> Result<(), AppError> {
    session::need_proof(session, "/account")
}
