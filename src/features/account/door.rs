//! What every form at the door needs: who knocks, what is stored, what is secret, and who hashes.

use crate::domain::account::code::{NoRandomness, Token};
use crate::domain::limits::{Limit, Wait};
use crate::domain::secret::{SealBroken, Secret};
use crate::store::Db;
use crate::store::limits::Counted;
use crate::web::cookies::{Cookies, Purpose};
use crate::web::csrf::Origin;
use crate::web::error::AppError;
use crate::web::opening::SignUpIsOpen;
use crate::web::passwords::Passwords;
use crate::web::{address, limits, view};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use askama::Template;
use std::future::{Ready, ready};
use std::net::IpAddr;

/// A request at the door.
pub struct Door {
    pub request: HttpRequest,
    pub db: web::Data<Db>,
    pub secret: web::Data<Secret>,
    pub cookies: web::Data<Cookies>,
    pub passwords: web::Data<Passwords>,
    pub is_open: bool,
    /// Where browsers reach us, for the links of letters.
    pub origin: String,
}

impl FromRequest for Door {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request).ok_or(AppError::Busy))
    }
}

impl Door {
    fn of(request: &HttpRequest) -> Option<Self> {
        Some(Self {
            db: request.app_data::<web::Data<Db>>()?.clone(),
            secret: request.app_data::<web::Data<Secret>>()?.clone(),
            cookies: request.app_data::<web::Data<Cookies>>()?.clone(),
            passwords: request.app_data::<web::Data<Passwords>>()?.clone(),
            is_open: request.app_data::<web::Data<SignUpIsOpen>>()?.0,
            origin: request.app_data::<web::Data<Origin>>()?.0.clone(),
            request: request.clone(),
        })
    }

    /// Where the request came from.
    pub fn address(&self) -> Option<IpAddr> {
        address::of(&self.request)
    }

    /// The token of a cookie.
    pub fn token(&self, purpose: Purpose) -> Option<Token> {
        self.cookies.token(&self.request, purpose)
    }

    /// A rule for somebody.
    pub fn counted(&self, rule: Limit, who: &str) -> Counted {
        limits::counted(&self.secret, rule, who)
    }

    /// A rule for where the request came from.
    pub fn counted_address(&self, rule: Limit) -> Counted {
        limits::counted_address(&self.secret, rule, &self.request)
    }
}

/// The form again, with the sentence that says when to try again.
pub fn wait(page: &impl Template, wait: Wait) -> Result<HttpResponse, AppError> {
    let mut response = view::page(StatusCode::TOO_MANY_REQUESTS, page)?;
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.seconds));
    Ok(response)
}

impl From<NoRandomness> for AppError {
    fn from(_: NoRandomness) -> Self {
        Self::Busy
    }
}

impl From<SealBroken> for AppError {
    fn from(_: SealBroken) -> Self {
        Self::Busy
    }
}
