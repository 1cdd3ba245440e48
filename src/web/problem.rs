//! What a system sees when a request to the API cannot be answered: `application/problem+json` (RFC 9457), never a page. Faults are
//! logged once, here, and said as a fixed sentence with the request's number.

use super::error::AppError;
use crate::domain::access::Denied;
use crate::domain::limits::Wait;
use crate::gateways::objects::ObjectError;
use crate::store::StoreError;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

/// The sorts of problem. The slug is the end of the problem's `type`, and stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    BadRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    Conflict,
    StillChecking,
    CheckFailed,
    TooLarge,
    WrongMediaType,
    NotAccepted,
    KeyReused,
    TooMany,
    Failed,
    Unavailable,
}

impl Kind {
    /// Every sort, by status.
    pub const ALL: [Self; 15] = [
        Self::BadRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::StillChecking,
        Self::CheckFailed,
        Self::TooLarge,
        Self::WrongMediaType,
        Self::NotAccepted,
        Self::KeyReused,
        Self::TooMany,
        Self::Failed,
        Self::Unavailable,
    ];

    /// The stable word.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::BadRequest => "bad-request",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::Conflict => "conflict",
            Self::StillChecking => "still-checking",
            Self::CheckFailed => "check-failed",
            Self::TooLarge => "too-large",
            Self::WrongMediaType => "wrong-media-type",
            Self::NotAccepted => "not-accepted",
            Self::KeyReused => "idempotency-key-reused",
            Self::TooMany => "too-many-requests",
            Self::Failed => "failed",
            Self::Unavailable => "unavailable",
        }
    }

    /// The status.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict | Self::StillChecking | Self::CheckFailed => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotAccepted | Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// What it is called, whatever the request.
    pub const fn title(self) -> &'static str {
        match self {
            Self::BadRequest => "The request cannot be understood",
            Self::Unauthorized => "No token that opens anything",
            Self::Forbidden => "The token may not do this",
            Self::NotFound => "There is nothing here for this token",
            Self::MethodNotAllowed => "This address does not take that method",
            Self::Conflict => "It conflicts with how things stand",
            Self::StillChecking => "The documents are still being read",
            Self::CheckFailed => "The documents could not be checked",
            Self::TooLarge => "A file is too large",
            Self::WrongMediaType => "The body is of another kind than the route takes",
            Self::NotAccepted => "What was sent is not accepted",
            Self::KeyReused => "The Idempotency-Key belongs to another request",
            Self::TooMany => "Too many requests",
            Self::Failed => "Something failed here",
            Self::Unavailable => "Not available at the moment",
        }
    }
}

/// Why a request was not answered.
#[derive(Debug, thiserror::Error)]
#[error("{detail}")]
pub struct Problem {
    kind: Kind,
    detail: String,
    retry_after: Option<u32>,
    denied: Option<Denied>,
}

impl Problem {
    /// A problem and the sentence that says what to do.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), retry_after: None, denied: None }
    }

    /// In how many seconds it is worth asking again.
    #[must_use]
    pub fn after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// What the actor's rights did not reach, where that is the problem.
    pub fn denied(&self) -> Option<Denied> {
        self.denied
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let kind = match &error {
            AppError::Denied(denied) => {
                return Self { denied: Some(*denied), ..Self::new(Kind::Forbidden, denied.to_string()) };
            }
            AppError::Wait(Wait { seconds, .. }) => {
                return Self::new(Kind::TooMany, error.to_string()).after(*seconds);
            }
            AppError::SignedOut { .. } | AppError::FactorNeeded | AppError::ProofNeeded { .. } => Kind::Unauthorized,
            AppError::Store(StoreError::NotFound) | AppError::Objects(ObjectError::NotFound) => {
                return Self::new(Kind::NotFound, "Nothing of this id is in the token's team. Check the address.");
            }
            AppError::Store(StoreError::Conflict(_) | StoreError::Team(_) | StoreError::Packet(_)) => Kind::Conflict,
            AppError::Request(_) => Kind::BadRequest,
            AppError::Store(StoreError::Unavailable)
            | AppError::Objects(ObjectError::Unavailable(_))
            | AppError::Busy => {
                return Self::new(Kind::Unavailable, "Nothing was lost. Send the same request again in a few seconds.")
                    .after(5);
            }
            AppError::Store(StoreError::Query(_) | StoreError::Key(_))
            | AppError::Objects(_)
            | AppError::Render(_)
            | AppError::Image(_) => {
                tracing::error!(%error, cause = ?std::error::Error::source(&error), "a request of the API failed");
                return Self::new(
                    Kind::Failed,
                    "The fault is ours and it is in the log. Try again; if it stays, send the request's number to whoever runs this server.",
                );
            }
        };
        Self::new(kind, error.to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        AppError::from(error).into()
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        AppError::from(denied).into()
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.status()
    }

    fn error_response(&self) -> HttpResponse {
        let (kind, status) = (self.kind, self.kind.status());
        let mut body = json!({
            "type": format!("/api#{}", kind.slug()),
            "title": kind.title(),
            "status": status.as_u16(),
            "detail": self.detail,
        });
        let number = status.is_server_error().then(super::log::request_number).flatten();
        if let (Some(number), Some(body)) = (number, body.as_object_mut()) {
            body.insert("request".to_owned(), number.into());
        }
        let mut response = HttpResponse::build(status);
        response.content_type("application/problem+json");
        if let Some(seconds) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if kind == Kind::Unauthorized {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"quayside\""));
        }
        response.body(body.to_string())
    }
}
