//! The header `Idempotency-Key`: the same request sent twice makes one thing. What is kept of it is `store::idempotency`'s.

use super::answers;
use crate::domain::access::Permit;
use crate::domain::ids::TokenId;
use crate::store::idempotency::{self, Answer, Key};
use crate::store::{Db, Refusal, StoreError, WriteTx};
use crate::web::bearer::Bearer;
use crate::web::error::AppError;
use crate::web::problem::{Kind, Problem};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};

const NAME: &str = "idempotency-key";
const LONGEST: usize = 200;

/// The key of a request, where it brings one.
#[derive(Clone, Debug)]
pub struct Given {
    token: TokenId,
    key: Option<String>,
}

/// Why a transaction made nothing.
#[derive(Debug)]
pub enum Unmade {
    /// Another request has the key.
    Taken,
    App(AppError),
}

impl<E: Into<AppError>> From<E> for Unmade {
    fn from(error: E) -> Self {
        Self::App(error.into())
    }
}

impl Refusal for Unmade {
    fn refusal(&self) -> Option<&'static str> {
        match self {
            // Nothing was refused: the request had been answered before.
            Self::Taken => None,
            Self::App(error) => error.refusal(),
        }
    }
}

impl Given {
    /// Reads the header.
    ///
    /// # Errors
    /// [`Problem`] where it holds no key.
    pub fn read(request: &HttpRequest, bearer: &Bearer) -> Result<Self, Problem> {
        let given: Vec<_> = request.headers().get_all(NAME).collect();
        let key = match given.as_slice() {
            [] => None,
            [one] => one.to_str().ok().filter(|key| (1..=LONGEST).contains(&key.len())),
            _ => Some(""),
        };
        let is_key = |key: &&str| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
        let refused = || {
            let detail = format!(
                "An Idempotency-Key is 1 to {LONGEST} visible ASCII characters without spaces; a UUID will do. Send one, or none."
            );
            Problem::new(Kind::BadRequest, detail)
        };
        if !given.is_empty() && key.filter(is_key).is_none() {
            return Err(refused());
        }
        Ok(Self { token: bearer.token.id, key: key.map(str::to_owned) })
    }

    /// The key with what was asked for under it: the route, then each part with its length, so that no two requests look alike.
    fn of(&self, request: &[&str]) -> Option<Key> {
        let mut digest = Sha256::new();
        for part in request {
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part.as_bytes());
        }
        let key = self.key.clone()?;
        Some(Key { token: self.token, key, request: digest.finalize().to_vec() })
    }

    /// Takes the key, in the transaction that makes the thing, and gives the answer.
    ///
    /// # Errors
    /// [`Unmade::Taken`] where another request has it.
    pub fn keep(
        &self,
        tx: &mut WriteTx<'_>,
        request: &[&str],
        status: u16,
        packet: &answers::Packet,
    ) -> Result<Answer, Unmade> {
        let body = serde_json::to_string(packet).map_err(|_| AppError::Busy)?;
        let answer = Answer { status, location: packet.summary.href.clone(), body };
        if let Some(key) = self.of(request) {
            idempotency::take(tx, &key, &answer).map_err(|error| match error {
                StoreError::Conflict(_) => Unmade::Taken,
                other => Unmade::App(other.into()),
            })?;
        }
        Ok(answer)
    }

    /// The answer of the request that had the key first, where there was one and it asked for the same.
    ///
    /// # Errors
    /// [`Problem`] where it asked for something else.
    pub async fn first(&self, permit: &Permit, db: &Db, request: &[&str]) -> Result<Option<HttpResponse>, Problem> {
        let Some(Key { token, key, request }) = self.of(request) else { return Ok(None) };
        let found = db.read(permit, move |tx| idempotency::find(tx, token, &key)).await?;
        let Some((first, answer)) = found else { return Ok(None) };
        if first != request {
            let detail = "This Idempotency-Key was sent with another request in the last 24 hours. Use a new key for each request.";
            return Err(Problem::new(Kind::KeyReused, detail));
        }
        let mut again = answered(answer);
        let name = header::HeaderName::from_static("idempotency-replayed");
        again.headers_mut().insert(name, header::HeaderValue::from_static("true"));
        Ok(Some(again))
    }
}

/// That the day of a key ended between two looks at it.
pub fn just_ended() -> Problem {
    Problem::new(Kind::Conflict, "The day of this Idempotency-Key has just ended. Send the request again.").after(1)
}

/// An answer as it is sent, the first time and again.
pub fn answered(answer: Answer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    HttpResponse::build(status)
        .content_type("application/json")
        .insert_header((header::LOCATION, answer.location))
        .body(answer.body)
}
