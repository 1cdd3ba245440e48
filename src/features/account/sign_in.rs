//! The session as a resource: a form that starts one, and its end. An unknown address costs as much time as a wrong password and gets
//! the same answer. Wrong passwords are counted; a device that the account knows has a count of its own, so that a stranger cannot slow it.

use super::door::{self, Door};
use super::record::{self, Alarm};
use crate::domain::access::Action;
use crate::domain::account::code::Token;
use crate::domain::account::{Email, PASSWORD_MAX};
use crate::domain::ids::{TeamId, UserId};
use crate::domain::limits::{SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS, SIGN_IN_DEVICE, network};
use crate::store::accounts::Account;
use crate::store::limits as counts;
use crate::store::limits::Counted;
use crate::store::{Change, Db, StoreError, accounts, devices, factors, resets};
use crate::web::cookies::Purpose;
use crate::web::error::AppError;
use crate::web::passwords::Place;
use crate::web::session::{self, SignedIn};
use crate::web::{limits, view};
use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use askama::Template;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

const WRONG: &str = "The e-mail address or the password is not right.";
pub const NO_TEAM: &str = "You are not a member of any team. Ask an Owner or Admin to invite you.";

#[derive(Template)]
#[template(path = "account/sign_in.html")]
struct Page {
    failure: Option<String>,
    email: String,
    next: String,
    is_open: bool,
    has_new_password: bool,
}

/// Where the person wanted to go.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    next: String,
    /// `set` after a new password was set.
    #[serde(default)]
    password: String,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Form {
    email: String,
    password: SecretString,
    #[serde(default)]
    next: String,
}

/// A path of our own, or the packets: never another site, however it is spelled.
pub fn own_path(next: &str) -> &str {
    let own = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    if own { next } else { "/packets" }
}

/// The form.
pub async fn form(door: Door, wanted: web::Query<Wanted>) -> Result<HttpResponse, AppError> {
    let page = Page {
        failure: None,
        email: String::new(),
        next: own_path(&wanted.next).to_owned(),
        is_open: door.is_open,
        has_new_password: wanted.password == "set",
    };
    Ok(view::page(StatusCode::OK, &page)?)
}

/// Starts a session.
pub async fn create(door: Door, form: web::Form<Form>, session: Session) -> Result<HttpResponse, AppError> {
    let form = form.into_inner();
    let next = own_path(&form.next).to_owned();
    let page = |failure: String, email| Page {
        failure: Some(failure),
        email,
        next: next.clone(),
        is_open: door.is_open,
        has_new_password: false,
    };
    let refuse =
        |failure: &str, email| Ok(view::page(StatusCode::UNPROCESSABLE_ENTITY, &page(failure.to_owned(), email))?);
    let place = door.passwords.place()?;
    let who = form.email.trim().to_lowercase();
    let account = match Email::parse(&form.email) {
        Ok(email) => accounts::find(&door.db, &email).await?,
        Err(_) => None,
    };
    let device = door.token(Purpose::Device);
    let tried = counted(&door, account.as_ref(), device.as_ref(), &who).await?;
    let slowed = match limits::take(&door.db, tried.clone()).await {
        Ok(slowed) => slowed,
        Err(AppError::Wait(wait)) => {
            if let Some(account) = &account {
                record::note_wait(&door, account.id, Action::SessionStart).await?;
            }
            return door::wait(&page(wait.to_string(), form.email), wait);
        }
        Err(error) => return Err(error),
    };
    let matches = is_right(&door, place, account.as_ref(), &form.password).await?;
    let Some(account) = account.as_ref().filter(|_| matches) else {
        if let Some(account) = &account {
            record::note(&door, account.id, Action::SessionStart, "wrong_password").await?;
            if slowed.iter().any(|rule| *rule == SIGN_IN_ACCOUNT.name || *rule == SIGN_IN_DEVICE.name) {
                record::raise(&door, account.id, Alarm::ManyFailures).await?;
            }
        }
        return refuse(WRONG, form.email);
    };
    forgive(&door, tried).await?;
    door.passwords.upgrade(&door.db, account, form.password).await?;
    let memberships = accounts::memberships_of(&door.db, account.id).await?;
    let Some(membership) = memberships.into_iter().next() else { return refuse(NO_TEAM, form.email) };
    if factors::of(&door.db, account.id).await?.any() {
        session::begin_half(&session, account.id, &next)?;
        return Ok(view::go_to(&door.request, "/sign-in/second"));
    }
    start(&door, &session, account.id, membership.team, &next).await
}

/// What a try counts against: a known device's own count, or the account's and the address's.
async fn counted(
    door: &Door,
    account: Option<&Account>,
    device: Option<&Token>,
    who: &str,
) -> Result<Vec<Counted>, AppError> {
    if let (Some(account), Some(device)) = (account, device)
        && devices::is_known(&door.db, account.id, device.hash()).await?
    {
        let own = format!("{} {}", account.id, hex::encode(device.hash()));
        return Ok(vec![door.counted(SIGN_IN_DEVICE, &own)]);
    }
    Ok(vec![door.counted(SIGN_IN_ACCOUNT, who), door.counted_address(SIGN_IN_ADDRESS)])
}

/// A right password forgets the wrong ones of the account; of the address it takes back its own try only, because whoever has one
/// account may be trying others.
async fn forgive(door: &Door, tried: Vec<Counted>) -> Result<(), AppError> {
    for (rule, key) in tried {
        if rule == SIGN_IN_ADDRESS {
            limits::give_back(&door.db, vec![(rule, key)]).await?;
        } else {
            counts::forget(&door.db, key).await?;
        }
    }
    Ok(())
}

/// True where the password is the account's; `place` is a place in the queue that was taken before anything was counted.
///
/// # Errors
/// Where the server is being stopped.
pub async fn is_right(
    door: &Door,
    place: Place,
    account: Option<&Account>,
    password: &SecretString,
) -> Result<bool, AppError> {
    // No stored password is longer than bcrypt reads, so a longer one is wrong; the work is done all the same.
    let fits = password.expose_secret().len() <= PASSWORD_MAX;
    let hash = account.filter(|_| fits).map(|account| account.password_hash.clone());
    let password = if fits { password.clone() } else { SecretString::from("") };
    door.passwords.matches(place, password, hash).await
}

/// Begins the session of a person who has proved who they are, on a device that is known from now on, and leads on to `next`.
///
/// # Errors
/// Where the database fails.
pub async fn start(
    door: &Door,
    session: &Session,
    user: UserId,
    team: TeamId,
    next: &str,
) -> Result<HttpResponse, AppError> {
    let Some((actor, _)) = accounts::actor(&door.db, user, team).await? else {
        return Err(StoreError::NotFound.into());
    };
    record::note(door, user, Action::SessionStart, "success").await?;
    resets::forget(&door.db, user).await?;
    let device = door.token(Purpose::Device).map_or_else(Token::fresh, Ok)?;
    let place = door.address().map(network).unwrap_or_default();
    let known = devices::remember(&door.db, user, device.hash(), place).await?;
    if actor.role().is_watcher() && known.person && !known.device && !known.network {
        record::raise(door, user, Alarm::NewPlace).await?;
    }
    accounts::entered(&door.db, user, team).await?;
    session::begin(session, &door.request, &actor)?;
    let mut response = view::go_to(&door.request, next);
    response.add_cookie(&door.cookies.keep(Purpose::Device, &device)).map_err(|_| AppError::Busy)?;
    Ok(response)
}

/// Ends the session; without one there is nothing to end.
pub async fn remove(request: HttpRequest, db: web::Data<Db>, session: Session) -> Result<HttpResponse, AppError> {
    match SignedIn::extract(&request).await {
        Ok(signed_in) => {
            let permit = signed_in.actor.permit(Action::SessionEnd)?;
            db.write(permit, "session", |_| Ok::<_, StoreError>(Change::to(()))).await?;
        }
        Err(AppError::SignedOut { .. }) => {}
        Err(error) => return Err(error),
    }
    session.purge();
    let mut response = view::go_to(&request, "/sign-in");
    response.headers_mut().insert(
        actix_web::http::header::HeaderName::from_static("clear-site-data"),
        actix_web::http::header::HeaderValue::from_static("\"cache\", \"storage\""),
    );
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn sign_in_leads_to_our_own_pages_only() {
        assert_eq!(own_path("/packets?verdict=blocked"), "/packets?verdict=blocked");
        for evil in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "",
            "/a\r\nSet-Cookie: x",
            "/\t/evil",
        ] {
            assert_eq!(own_path(evil), "/packets", "{evil:?}");
        }
    }
}
