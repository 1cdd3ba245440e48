//! Invites, from the side of those who invite: a form, another letter, and taking one back. What the form answers does not depend on
//! whether the address has an account. Accepting is at the door, in `account`.

use super::choice::{self, Choice};
use super::letters::{self, Invited};
use crate::domain::access::{Action, Role};
use crate::domain::account::Email;
use crate::domain::account::code::Token;
use crate::domain::ids::InviteId;
use crate::domain::limits::{INVITE_ACCOUNT, INVITE_TEAM};
use crate::domain::mail::SealedLetter;
use crate::domain::secret::Secret;
use crate::domain::team::INVITE_DAYS;
use crate::store::invites::{self, NewInvite};
use crate::store::limits::Counted;
use crate::store::{Db, ReadTx, StoreError};
use crate::web::csrf::Origin;
use crate::web::error::AppError;
use crate::web::limits;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, web};
use askama::Template;
use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;
use std::future::{Ready, ready};

#[derive(Template)]
#[template(path = "team/invite.html")]
struct Page {
    frame: Frame,
    email: String,
    email_error: Option<String>,
    role_error: Option<&'static str>,
    choices: Vec<Choice>,
}

/// What the form sends.
#[derive(Default, Deserialize)]
pub struct Form {
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: String,
}

fn page(signed_in: &SignedIn, form: &Form) -> Page {
    Page {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Members),
        email: form.email.clone(),
        email_error: None,
        role_error: None,
        choices: choice::roles(signed_in.actor.role(), &form.role),
    }
}

/// What sending a letter needs.
pub struct Desk {
    request: HttpRequest,
    db: web::Data<Db>,
    secret: web::Data<Secret>,
    origin: web::Data<Origin>,
}

impl FromRequest for Desk {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let desk = || {
            Some(Self {
                request: request.clone(),
                db: request.app_data::<web::Data<Db>>()?.clone(),
                secret: request.app_data::<web::Data<Secret>>()?.clone(),
                origin: request.app_data::<web::Data<Origin>>()?.clone(),
            })
        };
        ready(desk().ok_or(AppError::Busy))
    }
}

/// The link of an invite as it is stored, and the letter that brings it.
struct Link {
    token_hash: Vec<u8>,
    expires_at: DateTime<Utc>,
    letter: SealedLetter,
}

impl Desk {
    /// Counts a letter to an address, or says how long to wait. A letter that does not leave is given back.
    async fn count(&self, signed_in: &SignedIn, email: &Email) -> Result<Vec<Counted>, AppError> {
        let team = signed_in.actor.team().to_string();
        let counted = vec![
            limits::counted(&self.secret, INVITE_ACCOUNT, email.as_str()),
            limits::counted(&self.secret, INVITE_TEAM, &team),
        ];
        limits::take(&self.db, counted.clone()).await?;
        Ok(counted)
    }

    fn link(&self, signed_in: &SignedIn, email: Email, role: Role) -> Result<Link, AppError> {
        let (token, expires_at) = (Token::fresh()?, Utc::now() + Duration::days(INVITE_DAYS));
        let invited = Invited {
            from: signed_in.actor.name(),
            team: &signed_in.team.name,
            role: role.label(),
            origin: &self.origin.0,
            token: &token,
            until: expires_at,
        };
        let letter = letters::invite(email, &invited)?.seal(&self.secret, Some(signed_in.actor.team()))?;
        Ok(Link { token_hash: token.hash(), expires_at, letter })
    }
}

/// The form.
pub async fn form(signed_in: SignedIn) -> Result<HttpResponse, AppError> {
    signed_in.actor.permit(Action::MemberInvite)?;
    Ok(view::page(StatusCode::OK, &page(&signed_in, &Form::default()))?)
}

/// Invites a person.
pub async fn create(signed_in: SignedIn, desk: Desk, form: Option<web::Form<Form>>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::MemberInvite)?;
    let form = form.map(web::Form::into_inner).unwrap_or_default();
    let (email, role) = (Email::parse(&form.email), Role::from_word(&form.role));
    let mut page = page(&signed_in, &form);
    page.email_error = email.as_ref().err().map(ToString::to_string);
    page.role_error = role.is_none().then_some("Choose a role.");
    let (Ok(email), Some(role)) = (email, role) else {
        return Ok(view::page(StatusCode::UNPROCESSABLE_ENTITY, &page)?);
    };
    let refuse = |mut page: Page, error: AppError| {
        let status = error.status_code();
        page.email_error = Some(error.to_string());
        Ok(view::page(status, &page)?)
    };
    let counted = match desk.count(&signed_in, &email).await {
        Ok(counted) => counted,
        Err(error @ AppError::Wait(_)) => return refuse(page, error),
        Err(error) => return Err(error),
    };
    let (id, by) = (InviteId::fresh(), signed_in.actor.clone());
    let link = desk.link(&signed_in, email.clone(), role)?;
    let invite = NewInvite { id, email, role, token_hash: link.token_hash, expires_at: link.expires_at };
    let letter = link.letter;
    match desk.db.write(permit, id, move |tx| invites::add(tx, &by, &invite, &letter)).await {
        Ok(()) => Ok(view::go_to(&desk.request, "/team")),
        Err(error @ StoreError::Team(_)) => {
            limits::give_back(&desk.db, counted).await?;
            refuse(page, error.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Sends an invite again, with a new link: the one before is good no more.
pub async fn resend(signed_in: SignedIn, desk: Desk, id: web::Path<InviteId>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::InviteResend)?;
    let id = id.into_inner();
    let entry = desk.db.read(&permit, move |tx: &mut ReadTx<'_>| invites::find(tx, id)).await?;
    let email = Email::parse(&entry.email).map_err(|error| AppError::Request(error.to_string()))?;
    let counted = desk.count(&signed_in, &email).await?;
    let (link, by) = (desk.link(&signed_in, email, entry.role)?, signed_in.actor.clone());
    let renew = move |tx: &mut crate::store::WriteTx<'_>| {
        invites::renew(tx, &by, id, link.token_hash, link.expires_at, &link.letter)
    };
    if let Err(error) = desk.db.write(permit, id, renew).await {
        limits::give_back(&desk.db, counted).await?;
        return Err(error.into());
    }
    Ok(view::go_to(&desk.request, "/team"))
}

/// Takes an invite back: its link is good no more.
pub async fn revoke(signed_in: SignedIn, desk: Desk, id: web::Path<InviteId>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::InviteRevoke)?;
    let (id, by) = (id.into_inner(), signed_in.actor.clone());
    desk.db.write(permit, id, move |tx| invites::revoke(tx, &by, id)).await?;
    Ok(view::go_to(&desk.request, "/team"))
}
