//! Who is asking: the session of the cookie, kept in PostgreSQL, and the member behind it, looked up anew for every request, so that a
//! change of role or a removal holds at once. A session that waits for a second factor signs nobody in.

use super::error::AppError;
use super::{address, device};
use crate::domain::access::{Actor, Role};
use crate::domain::ids::{TeamId, UserId};
use crate::store::accounts::{self, Team};
use crate::store::sessions::Lifetime;
use crate::store::{Db, StoreError, sessions};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError, generate_session_key};
use actix_session::{Session, SessionExt};
use actix_web::cookie::time::Duration;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use uuid::Uuid;

const ID: &str = "id";
const USER: &str = "user";
const TEAM: &str = "team";
/// The role at the last request: when it has risen, the session goes on under a new cookie.
const ROLE: &str = "role";
const BEGAN: &str = "began";
/// When the person last proved who they are.
const PROVED: &str = "proved";
const ADDRESS: &str = "address";
const DEVICE: &str = "device";
const HALF: &str = "half";

/// How long a proof is good for changes that need one.
pub const PROOF_MINUTES: i64 = 15;
/// How long a right password waits for the second factor.
const HALF_MINUTES: i64 = 10;

/// The session store that actix-session asks; its trait names `anyhow`, which appears nowhere else.
#[derive(Clone)]
pub struct Sessions {
    pub db: Db,
    pub lifetime: Lifetime,
}

impl SessionStore for Sessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<HashMap<String, String>>, LoadError> {
        let state = sessions::load(&self.db, key.as_ref(), self.lifetime).await;
        let state = state.map_err(|error| LoadError::Other(error.into()))?;
        state
            .map(serde_json::from_value)
            .transpose()
            .map_err(|error: serde_json::Error| LoadError::Deserialization(error.into()))
    }

    async fn save(&self, state: HashMap<String, String>, _: &Duration) -> Result<SessionKey, SaveError> {
        let key = generate_session_key();
        let began = state.get(BEGAN).and_then(|text| serde_json::from_str(text).ok());
        let state = serde_json::to_value(state).map_err(|error| SaveError::Serialization(error.into()))?;
        sessions::add(&self.db, key.as_ref(), state, began, self.lifetime)
            .await
            .map_err(|error| SaveError::Other(error.into()))?;
        Ok(key)
    }

    async fn update(
        &self,
        key: SessionKey,
        state: HashMap<String, String>,
        _: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        let state = serde_json::to_value(state).map_err(|error| UpdateError::Serialization(error.into()))?;
        sessions::save(&self.db, key.as_ref(), state).await.map_err(|error| UpdateError::Other(error.into()))?;
        Ok(key)
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        // Loading a session lets it live on.
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        sessions::remove(&self.db, key.as_ref()).await?;
        Ok(())
    }
}

fn put(session: &Session, key: &str, value: impl Serialize) -> Result<(), AppError> {
    let broken = |_| AppError::Request("The session could not be started. Try again.".to_owned());
    session.insert(key, value).map_err(broken)
}

fn held<T: DeserializeOwned>(session: &Session, key: &str) -> Result<Option<T>, StoreError> {
    session.get(key).map_err(|_| StoreError::Unavailable)
}

/// Begins the session of a person in a team, under a new cookie.
///
/// # Errors
/// [`AppError::Request`] where the session cannot hold it.
pub fn begin(session: &Session, request: &HttpRequest, actor: &Actor) -> Result<(), AppError> {
    session.renew();
    session.clear();
    let now = Utc::now();
    put(session, ID, Uuid::new_v4())?;
    put(session, USER, actor.user())?;
    put(session, TEAM, actor.team())?;
    put(session, ROLE, actor.role())?;
    put(session, BEGAN, now)?;
    put(session, PROVED, now)?;
    put(session, ADDRESS, address::of(request))?;
    put(session, DEVICE, device::words(request))
}

/// Who has given the right password and still owes the second factor, and where they wanted to go.
#[derive(Debug, Serialize, Deserialize)]
pub struct Half {
    pub user: UserId,
    pub next: String,
    at: DateTime<Utc>,
}

/// Keeps who owes the second factor. It signs nobody in.
///
/// # Errors
/// [`AppError::Request`] where the session cannot hold it.
pub fn begin_half(session: &Session, user: UserId, next: &str) -> Result<(), AppError> {
    session.renew();
    session.clear();
    put(session, HALF, Half { user, next: next.to_owned(), at: Utc::now() })
}

/// Who owes the second factor, while the password is fresh.
///
/// # Errors
/// [`StoreError::Unavailable`] where the session cannot be read.
pub fn half(session: &Session) -> Result<Option<Half>, StoreError> {
    let half: Option<Half> = held(session, HALF)?;
    Ok(half.filter(|half| Utc::now().signed_duration_since(half.at).num_minutes() < HALF_MINUTES))
}

/// A value that one step of a form leaves for the next.
///
/// # Errors
/// [`AppError::Request`] where the session cannot hold it.
pub fn leave(session: &Session, key: &'static str, value: impl Serialize) -> Result<(), AppError> {
    put(session, key, value)
}

/// What [`leave`] left, once.
pub fn take<T: DeserializeOwned>(session: &Session, key: &'static str) -> Option<T> {
    session.remove_as(key)?.ok()
}

/// Notes that the person has just proved who they are, under a new cookie: their rights have risen.
///
/// # Errors
/// [`AppError::Request`] where the session cannot hold it.
pub fn proved(session: &Session) -> Result<(), AppError> {
    session.renew();
    put(session, PROVED, Utc::now())
}

/// True while the last proof of who is asking is good for changes that need one.
fn is_proved(session: &Session) -> Result<bool, StoreError> {
    let proved: Option<DateTime<Utc>> = held(session, PROVED)?;
    Ok(proved.is_some_and(|at| Utc::now().signed_duration_since(at).num_minutes() < PROOF_MINUTES))
}

/// Asks for a proof where the last one is not fresh; afterwards the person is at `next` again.
///
/// # Errors
/// [`AppError::ProofNeeded`].
pub fn need_proof(session: &Session, next: &str) -> Result<(), AppError> {
    if is_proved(session)? { Ok(()) } else { Err(AppError::ProofNeeded { next: next.to_owned() }) }
}

/// The address and the device that a session began from, as its person reads them.
pub fn origin(state: &serde_json::Value) -> (String, String) {
    let text = |key: &str| {
        let held = state.get(key)?.as_str()?;
        serde_json::from_str::<Option<String>>(held).ok().flatten()
    };
    let or_unknown = |found: Option<String>| found.unwrap_or_else(|| "unknown".to_owned());
    (or_unknown(text(ADDRESS)), or_unknown(text(DEVICE)))
}

/// The signed-in member behind a request, and the team.
#[derive(Clone)]
pub struct SignedIn {
    pub actor: Actor,
    pub team: Team,
    /// Which of the person's sessions this is.
    pub session: Option<Uuid>,
}

impl FromRequest for SignedIn {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let member = member(&request).await?;
            if member.team.lacks_factor { Err(AppError::FactorNeeded) } else { Ok(member) }
        })
    }
}

/// The same, also where the team wants a second factor that the person has not: for the pages where they get one.
pub struct AtHome(pub SignedIn);

impl FromRequest for AtHome {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { member(&request).await.map(Self) })
    }
}

async fn member(request: &HttpRequest) -> Result<SignedIn, AppError> {
    let next = if request.method().is_safe() { request.uri().to_string() } else { "/packets".to_owned() };
    let session = request.get_session();
    let (user, team) = (held::<UserId>(&session, USER)?, held::<TeamId>(&session, TEAM)?);
    let (Some(user), Some(team)) = (user, team) else { return Err(AppError::SignedOut { next }) };
    let db = request.app_data::<web::Data<Db>>().ok_or(StoreError::Unavailable)?;
    let Some((actor, team)) = accounts::actor(db, user, team).await? else {
        session.purge();
        return Err(AppError::SignedOut { next });
    };
    let before: Option<Role> = held(&session, ROLE)?;
    if before != Some(actor.role()) {
        if before.is_some_and(|before| actor.role().is_above(before)) {
            session.renew();
        }
        put(&session, ROLE, actor.role())?;
    }
    let actor = actor.at(address::of(request));
    // For the entry of a refusal, which is written after the handler is gone.
    request.extensions_mut().insert(actor.clone());
    Ok(SignedIn { actor, team, session: held(&session, ID)? })
}

/// Goes on in another team of the same person, under a new cookie.
///
/// # Errors
/// [`AppError::Request`] where the session cannot hold it.
pub fn switch(session: &Session, team: TeamId) -> Result<(), AppError> {
    session.renew();
    session.insert(TEAM, team).map_err(|_| AppError::Request("The team could not be changed. Try again.".to_owned()))
}
