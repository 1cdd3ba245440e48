//! Who is asking: the session of the cookie, kept in PostgreSQL, and the member behind it, looked up anew for every request, so that a
//! change of role or a removal holds at once.

use super::error::AppError;
use crate::domain::access::Actor;
use crate::domain::ids::{TeamId, UserId};
use crate::store::accounts::{self, Team};
use crate::store::{Db, StoreError, sessions};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError, generate_session_key};
use actix_session::{Session, SessionExt, SessionGetError};
use actix_web::cookie::time::Duration;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;

const USER: &str = "user";
const TEAM: &str = "team";

/// The session store that actix-session asks; its trait names `anyhow`, which appears nowhere else.
#[derive(Clone)]
pub struct Sessions(pub Db);

fn until(ttl: &Duration) -> DateTime<Utc> {
    Utc::now() + chrono::Duration::seconds(ttl.whole_seconds())
}

impl SessionStore for Sessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<HashMap<String, String>>, LoadError> {
        let state = sessions::load(&self.0, key.as_ref()).await.map_err(|error| LoadError::Other(error.into()))?;
        state
            .map(serde_json::from_value)
            .transpose()
            .map_err(|error: serde_json::Error| LoadError::Deserialization(error.into()))
    }

    async fn save(&self, state: HashMap<String, String>, ttl: &Duration) -> Result<SessionKey, SaveError> {
        let key = generate_session_key();
        let state = serde_json::to_value(state).map_err(|error| SaveError::Serialization(error.into()))?;
        sessions::add(&self.0, key.as_ref(), state, until(ttl))
            .await
            .map_err(|error| SaveError::Other(error.into()))?;
        Ok(key)
    }

    async fn update(
        &self,
        key: SessionKey,
        state: HashMap<String, String>,
        ttl: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        let state = serde_json::to_value(state).map_err(|error| UpdateError::Serialization(error.into()))?;
        sessions::save(&self.0, key.as_ref(), Some(state), until(ttl))
            .await
            .map_err(|error| UpdateError::Other(error.into()))?;
        Ok(key)
    }

    async fn update_ttl(&self, key: &SessionKey, ttl: &Duration) -> Result<(), anyhow::Error> {
        sessions::save(&self.0, key.as_ref(), None, until(ttl)).await?;
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        sessions::remove(&self.0, key.as_ref()).await?;
        Ok(())
    }
}

/// Begins the session of a person in a team, under a new cookie.
///
/// # Errors
/// [`AppError::Request`] where the session cannot hold it.
pub fn begin(session: &Session, user: UserId, team: TeamId) -> Result<(), AppError> {
    session.renew();
    let broken = |_| AppError::Request("The session could not be started. Try again.".to_owned());
    session.insert(USER, user).map_err(broken)?;
    session.insert(TEAM, team).map_err(broken)
}

/// The signed-in member behind a request, and the team.
pub struct SignedIn {
    pub actor: Actor,
    pub team: Team,
}

impl FromRequest for SignedIn {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { member(&request).await })
    }
}

async fn member(request: &HttpRequest) -> Result<SignedIn, AppError> {
    let next = if request.method().is_safe() { request.uri().to_string() } else { "/packets".to_owned() };
    let session = request.get_session();
    let lost = |_: SessionGetError| StoreError::Unavailable;
    let (user, team) = (session.get::<UserId>(USER).map_err(lost)?, session.get::<TeamId>(TEAM).map_err(lost)?);
    let (Some(user), Some(team)) = (user, team) else { return Err(AppError::SignedOut { next }) };
    let db = request.app_data::<web::Data<Db>>().ok_or(StoreError::Unavailable)?;
    let Some((actor, team)) = accounts::actor(db, user, team).await? else {
        session.purge();
        return Err(AppError::SignedOut { next });
    };
    let address = super::address::of(request);
    Ok(SignedIn { actor: actor.at(address), team })
}
