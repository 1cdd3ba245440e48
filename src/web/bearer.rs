//! Which system is asking: the API token of the request, looked up anew each time, so that revoking it holds at once. Cookies open
//! nothing here, and a token opens no page.

use super::address;
use super::problem::{Kind, Problem};
use crate::domain::access::{Actor, TokenPass};
use crate::domain::limits::{API_REQUESTS, Rate, Wait};
use crate::domain::secret::Secret;
use crate::domain::token::ApiToken;
use crate::store::tokens::{self, Bearer as Found};
use crate::store::{Db, StoreError};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

/// Where the API lives.
pub const API: &str = "/api/v1/";

/// How fast each token asks this process, by its digest. Nothing is read or written for it: with several servers each keeps its own
/// count, and a token may ask each of them as often. What costs much is counted for all of them together, by `limits`.
#[derive(Default)]
pub struct Pace(Mutex<HashMap<Vec<u8>, DateTime<Utc>>>);

/// More tokens than this, and those that rest are forgotten.
const REMEMBERED: usize = 10_000;

impl Pace {
    fn take(&self, rule: Rate, token: &[u8], now: DateTime<Utc>) -> Result<(), Wait> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = rule.take(known.get(token).copied(), now)?;
        if known.len() >= REMEMBERED {
            known.retain(|_, until| *until > now);
        }
        known.insert(token.to_vec(), next);
        Ok(())
    }
}

/// The system behind a request: the maker of its token, held to the token's scopes.
pub struct Bearer {
    pub actor: Actor,
    pub token: TokenPass,
    /// The name of the team.
    pub team: String,
}

impl FromRequest for Bearer {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { bearer(&request).await })
    }
}

fn refused(detail: impl Into<String>) -> Problem {
    Problem::new(Kind::Unauthorized, detail)
}

/// The token of the header, refused without a query where it cannot be one.
fn shown(request: &HttpRequest) -> Result<ApiToken, Problem> {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) = header.and_then(|value| value.split_once(' ')).ok_or_else(|| {
        refused("Send an API token: `Authorization: Bearer qs_…`. An Owner or Admin creates one under Settings.")
    })?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(refused("Send the token as `Authorization: Bearer qs_…`; other schemes open nothing here."));
    }
    ApiToken::parse(token.trim()).ok_or_else(|| {
        refused("This is no API token: it begins with `qs_` and has 75 characters. Copy it again, whole.")
    })
}

async fn bearer(request: &HttpRequest) -> Result<Bearer, Problem> {
    let token = shown(request)?;
    let db = request.app_data::<web::Data<Db>>().ok_or(StoreError::Unavailable)?;
    let secret = request.app_data::<web::Data<Secret>>().ok_or(StoreError::Unavailable)?;
    let pace = request.app_data::<web::Data<Pace>>().ok_or(StoreError::Unavailable)?;
    let digest = token.digest(secret);
    // Before the database is asked: a system that runs wild costs nobody else their connection.
    pace.take(API_REQUESTS, &digest, Utc::now())
        .map_err(|wait| Problem::new(Kind::TooMany, wait.to_string()).after(wait.seconds))?;
    let (actor, team) = match tokens::bearer(db, digest).await? {
        Found::Unknown => {
            return Err(refused("Nobody here made this API token. An Owner or Admin creates one under Settings."));
        }
        Found::Stopped(stopped) => return Err(refused(stopped.to_string())),
        Found::Standing(actor, team) => (actor.at(address::of(request)), team),
    };
    let token = actor.token().cloned().ok_or(StoreError::Unavailable)?;
    // For the entry of a refusal, which is written after the handler is gone.
    request.extensions_mut().insert(actor.clone());
    Ok(Bearer { actor, token, team })
}
