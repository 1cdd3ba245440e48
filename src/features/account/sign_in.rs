//! The session as a resource: a form that starts one, and its end. An unknown address costs as much time as a wrong password and gets
//! the same answer.

use crate::domain::access::Action;
use crate::domain::account::{Email, PASSWORD_MAX};
use crate::store::{Change, Db, StoreError, accounts};
use crate::web::address;
use crate::web::error::AppError;
use crate::web::passwords::Passwords;
use crate::web::session::{self, SignedIn};
use crate::web::view;
use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use askama::Template;
use secrecy::SecretString;
use serde::Deserialize;

const WRONG: &str = "The e-mail address or the password is not right.";
const NO_TEAM: &str = "You are not a member of any team. Ask an Owner or Admin to invite you.";

#[derive(Template)]
#[template(path = "account/sign_in.html")]
struct Page {
    failure: Option<&'static str>,
    email: String,
    next: String,
}

/// Where the person wanted to go.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    next: String,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Form {
    email: String,
    password: SecretString,
    #[serde(default)]
    next: String,
}

/// Only a path of our own: never another site, however it is spelled.
fn own_path(next: &str) -> &str {
    let own = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    if own { next } else { "/packets" }
}

/// The form.
pub async fn form(wanted: web::Query<Wanted>) -> Result<HttpResponse, AppError> {
    let page = Page { failure: None, email: String::new(), next: own_path(&wanted.next).to_owned() };
    Ok(view::page(StatusCode::OK, &page)?)
}

/// Starts a session.
pub async fn create(
    request: HttpRequest,
    form: web::Form<Form>,
    db: web::Data<Db>,
    passwords: web::Data<Passwords>,
    session: Session,
) -> Result<HttpResponse, AppError> {
    let form = form.into_inner();
    let next = own_path(&form.next).to_owned();
    let refuse = |failure, email| {
        let page = Page { failure: Some(failure), email, next: next.clone() };
        Ok(view::page(StatusCode::UNPROCESSABLE_ENTITY, &page)?)
    };
    use secrecy::ExposeSecret;
    let account = match Email::parse(&form.email) {
        Ok(email) => accounts::find(&db, &email).await?,
        Err(_) => None,
    };
    // No stored password is longer than bcrypt reads, so a longer one is wrong; the work is done all the same.
    let fits = form.password.expose_secret().len() <= PASSWORD_MAX;
    let hash = account.as_ref().filter(|_| fits).map(|account| account.password_hash.clone());
    let password = if fits { form.password } else { SecretString::from("") };
    let matches = passwords.matches(password, hash).await?;
    let Some(account) = account.filter(|_| matches) else { return refuse(WRONG, form.email) };
    let memberships = accounts::memberships_of(&db, account.id).await?;
    let Some(membership) = memberships.into_iter().next() else { return refuse(NO_TEAM, form.email) };
    let Some((actor, _)) = accounts::actor(&db, account.id, membership.team).await? else {
        return refuse(NO_TEAM, form.email);
    };
    let actor = actor.at(address::of(&request));
    let permit = actor.permit(Action::SessionStart)?;
    db.write(permit, "session", |_| Ok::<_, StoreError>(Change::to(()))).await?;
    session::begin(&session, account.id, membership.team)?;
    Ok(view::go_to(&request, &next))
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
