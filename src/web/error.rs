//! What a person sees when a request cannot be answered. One type, matched without a wildcard; faults are logged once, here, and
//! shown as a fixed sentence with the request's number.

use super::view;
use crate::domain::access::Denied;
use crate::domain::limits::Wait;
use crate::domain::team::TeamRefused;
use crate::gateways::objects::ObjectError;
use crate::store::{Refusal, StoreError};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use askama::Template;

/// Why a request was not answered with its page.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Nobody is signed in; `next` is where they wanted to go.
    #[error("Sign in to see this page.")]
    SignedOut { next: String },
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Objects(#[from] ObjectError),
    /// The team wants a second factor that the person has not.
    #[error("Your team wants a second factor. Set one up to go on.")]
    FactorNeeded,
    /// A change needs a fresh proof of who is asking; `next` is where they come back to.
    #[error("Confirm that it is you.")]
    ProofNeeded { next: String },
    /// The request makes no sense as it came; the sentence says what to do.
    #[error("{0}")]
    Request(String),
    /// Too many tries; the sentence says until when.
    #[error(transparent)]
    Wait(#[from] Wait),
    #[error("The server is busy. Try again in a few seconds.")]
    Busy,
    #[error("The page could not be drawn.")]
    Render(#[from] askama::Error),
    #[error("The page image could not be drawn: {0}")]
    Image(String),
}

impl Refusal for AppError {
    fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::Denied(_) => Some("denied"),
            Self::Store(error) => error.refusal(),
            Self::Request(_) => Some("invalid"),
            Self::Wait(_) => Some("limited"),
            Self::FactorNeeded => Some("factor_needed"),
            Self::ProofNeeded { .. } => Some("proof_needed"),
            Self::SignedOut { .. } | Self::Objects(_) | Self::Busy | Self::Render(_) | Self::Image(_) => None,
        }
    }
}

#[derive(Template)]
#[template(path = "layout/error.html")]
struct ErrorPage<'a> {
    title: &'a str,
    sentence: &'a str,
    next_step: &'a str,
    request: Option<String>,
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SignedOut { .. } | Self::FactorNeeded | Self::ProofNeeded { .. } => StatusCode::SEE_OTHER,
            Self::Denied(_) => StatusCode::FORBIDDEN,
            Self::Store(StoreError::NotFound) | Self::Objects(ObjectError::NotFound) => StatusCode::NOT_FOUND,
            Self::Store(StoreError::Team(TeamRefused::Above)) => StatusCode::FORBIDDEN,
            Self::Store(StoreError::Conflict(_) | StoreError::Team(_) | StoreError::Packet(_)) => StatusCode::CONFLICT,
            Self::Store(StoreError::Unavailable) | Self::Objects(ObjectError::Unavailable(_)) | Self::Busy => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Request(_) => StatusCode::BAD_REQUEST,
            Self::Wait(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Store(StoreError::Query(_) | StoreError::Key(_))
            | Self::Objects(ObjectError::Changed | ObjectError::NoKey | ObjectError::TooLarge)
            | Self::Render(_)
            | Self::Image(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        let with = |path: &str, next: &str| {
            format!("{path}?next={}", url::form_urlencoded::byte_serialize(next.as_bytes()).collect::<String>())
        };
        let elsewhere = match self {
            Self::SignedOut { next } => Some(with("/sign-in", next)),
            Self::ProofNeeded { next } => Some(with("/account/proof", next)),
            Self::FactorNeeded => Some("/account?needs=factor".to_owned()),
            _ => None,
        };
        if let Some(to) = elsewhere {
            return HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish();
        }
        // That too much is asked at once is no fault, and a line for each would be one more load.
        if status.is_server_error() && !matches!(self, Self::Busy) {
            tracing::error!(error = %self, cause = ?std::error::Error::source(self), "a request failed");
        }
        let mut response = error_page(status, &self.to_string());
        if let Self::Wait(wait) = self {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(wait.seconds));
        }
        response
    }
}

/// The page of a status, with one sentence of its own.
pub fn error_page(status: StatusCode, sentence: &str) -> HttpResponse {
    let (title, fixed, next_step) = match status {
        StatusCode::NOT_FOUND => (
            "Not found",
            Some("There is nothing here, or it belongs to a team that you are not a member of."),
            "Check the address, or go to your packets.",
        ),
        StatusCode::FORBIDDEN => ("Not allowed", None, "Go back, or sign in as somebody else."),
        StatusCode::CONFLICT => {
            ("This has changed meanwhile", None, "Go back, load the page again and repeat what is still needed.")
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            ("Not available at the moment", None, "Nothing was lost. Try again in a few seconds.")
        }
        StatusCode::BAD_REQUEST => ("That request could not be read", None, "Go back and try again."),
        StatusCode::METHOD_NOT_ALLOWED => ("Not that way", None, "Use the buttons and links of the pages."),
        StatusCode::TOO_MANY_REQUESTS => ("Not yet", None, "Nothing was lost. Go back and try again then."),
        StatusCode::PAYLOAD_TOO_LARGE => ("Too large", None, "Send less at a time."),
        _ => (
            "Something failed here",
            Some("The fault is ours and it is in the log."),
            "Try again; if it stays, send the number below to whoever runs this server.",
        ),
    };
    let request = status.is_server_error().then(super::log::request_number).flatten();
    let page = ErrorPage { title, sentence: fixed.unwrap_or(sentence), next_step, request };
    let mut response = view::page(status, &page).unwrap_or_else(|_| HttpResponse::new(status));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
    }
    response
}
