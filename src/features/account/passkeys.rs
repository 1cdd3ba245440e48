//! Passkeys: made on a person's own page, and used instead of password and code. The device asks for a finger, a face or a PIN, so that
//! one passkey is two factors. The four steps of the browser's ceremonies are answered as JSON.

use super::door::Door;
use super::home::{prove, user};
use super::{letters, record, sign_in};
use crate::domain::access::Action;
use crate::domain::factor::{recovery_codes, recovery_hash};
use crate::domain::ids::UserId;
use crate::domain::limits::SIGN_IN_ADDRESS;
use crate::domain::mail::one_line;
use crate::store::{StoreError, accounts, factors};
use crate::web::error::AppError;
use crate::web::limits;
use crate::web::passkeys::Passkeys;
use crate::web::session::{self, AtHome};
use crate::web::view::{self, Frame, Section};
use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential,
};

const MAKING: &str = "passkey_making";
const USING: &str = "passkey_using";
const REFUSED: &str = "That passkey was not accepted. Try again, or sign in with your password.";

#[derive(Template)]
#[template(path = "account/passkey.html")]
struct Page {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "account/recovery.html")]
struct Codes {
    frame: Frame,
    codes: Vec<String>,
}

fn refused(sentence: &str) -> HttpResponse {
    HttpResponse::UnprocessableEntity().json(json!({ "sentence": sentence }))
}

fn known(of: &factors::Factors) -> Vec<(Uuid, Passkey)> {
    let read = |key: &factors::Passkey| Some((key.id, serde_json::from_value(key.credential.clone()).ok()?));
    of.passkeys.iter().filter_map(read).collect()
}

/// The page that makes one.
pub async fn new(home: AtHome, session: Session) -> Result<HttpResponse, AppError> {
    prove(&session)?;
    let frame = Frame::new(&home.0.actor, &home.0.team, Section::Account);
    Ok(view::page(StatusCode::OK, &Page { frame })?)
}

/// What the browser needs to make one.
pub async fn begin(
    home: AtHome,
    door: Door,
    passkeys: web::Data<Passkeys>,
    session: Session,
) -> Result<HttpResponse, AppError> {
    prove(&session)?;
    let user = user(&home.0)?;
    let Some(judge) = passkeys.judge() else { return Ok(refused("Passkeys need a server with a name.")) };
    let own = known(&factors::of(&door.db, user).await?);
    let made = own.iter().map(|(_, key)| key.cred_id().clone()).collect();
    let actor = &home.0.actor;
    let Ok((challenge, state)) = judge.start_passkey_registration(user.0, actor.email(), actor.name(), Some(made))
    else {
        return Ok(refused(REFUSED));
    };
    session::leave(&session, MAKING, state)?;
    let mut options = serde_json::to_value(challenge).map_err(|_| AppError::Busy)?;
    // Kept on the device, so that signing in needs no address first.
    let selection = options.pointer_mut("/publicKey/authenticatorSelection");
    if let Some(selection) = selection.and_then(|selection| selection.as_object_mut()) {
        selection.insert("residentKey".to_owned(), json!("preferred"));
    }
    Ok(HttpResponse::Ok().json(options))
}

/// A passkey that the browser made, and what its person calls it.
#[derive(Deserialize)]
pub struct Made {
    name: String,
    credential: RegisterPublicKeyCredential,
}

/// Keeps it. The first factor of a person brings recovery codes.
pub async fn create(
    home: AtHome,
    door: Door,
    passkeys: web::Data<Passkeys>,
    made: web::Json<Made>,
    session: Session,
) -> Result<HttpResponse, AppError> {
    prove(&session)?;
    let user = user(&home.0)?;
    let name: String = one_line(&made.name).chars().take(100).collect();
    let name = if name.is_empty() { "Passkey".to_owned() } else { name };
    let state: Option<PasskeyRegistration> = session::take(&session, MAKING);
    let (Some(judge), Some(state)) = (passkeys.judge(), state) else { return Ok(refused(REFUSED)) };
    let Ok(key) = judge.finish_passkey_registration(&made.credential, &state) else {
        record::note(&door, user, Action::FactorAdd, "wrong_passkey").await?;
        return Ok(refused(REFUSED));
    };
    let first = !factors::of(&door.db, user).await?.any();
    let codes = if first { recovery_codes() } else { Vec::new() };
    let hashes = first.then(|| codes.iter().filter_map(|code| recovery_hash(code)).collect());
    let credential = serde_json::to_value(&key).map_err(|_| AppError::Busy)?;
    let row = (Uuid::now_v7(), name, key.cred_id().to_vec(), credential);
    match factors::add_passkey(&door.db, user, row, hashes, home.0.session).await {
        Ok(()) => {}
        Err(StoreError::Conflict(_)) => return Ok(refused("That passkey is kept already.")),
        Err(error) => return Err(error.into()),
    }
    record::note(&door, user, Action::FactorAdd, "success").await?;
    letters::tell_change(&door, user, "A passkey was added to your Quayside account.").await?;
    session::proved(&session)?;
    if first {
        let page = Codes { frame: Frame::new(&home.0.actor, &home.0.team, Section::Account), codes };
        return Ok(view::page(StatusCode::OK, &page)?);
    }
    Ok(HttpResponse::Ok().json(json!({ "next": "/account?done=passkey" })))
}

/// Removes one.
pub async fn remove(home: AtHome, door: Door, id: web::Path<Uuid>, session: Session) -> Result<HttpResponse, AppError> {
    prove(&session)?;
    let user = user(&home.0)?;
    factors::remove_passkey(&door.db, user, id.into_inner(), home.0.session).await?;
    record::note(&door, user, Action::FactorRemove, "success").await?;
    letters::tell_change(&door, user, "A passkey was removed from your Quayside account.").await?;
    session::proved(&session)?;
    Ok(view::go_to(&door.request, "/account?done=passkey-removed"))
}

/// What the browser needs to sign somebody in; it names nobody.
pub async fn ask(door: Door, passkeys: web::Data<Passkeys>, session: Session) -> Result<HttpResponse, AppError> {
    let Some(judge) = passkeys.judge() else { return Ok(refused("Passkeys need a server with a name.")) };
    limits::take(&door.db, vec![door.counted_address(SIGN_IN_ADDRESS)]).await?;
    let Ok((challenge, state)) = judge.start_discoverable_authentication() else { return Ok(refused(REFUSED)) };
    session::leave(&session, USING, state)?;
    let options = serde_json::to_value(challenge).map_err(|_| AppError::Busy)?;
    Ok(HttpResponse::Ok().json(json!({ "publicKey": options.get("publicKey") })))
}

/// What the browser brings from a passkey.
#[derive(Deserialize)]
pub struct Used {
    #[serde(default)]
    next: String,
    credential: PublicKeyCredential,
}

/// Signs in with it.
pub async fn sign_in(
    door: Door,
    passkeys: web::Data<Passkeys>,
    used: web::Json<Used>,
    session: Session,
) -> Result<HttpResponse, AppError> {
    let state: Option<DiscoverableAuthentication> = session::take(&session, USING);
    let (Some(judge), Some(state)) = (passkeys.judge(), state) else { return Ok(refused(REFUSED)) };
    let Ok((named, credential_id)) = judge.identify_discoverable_authentication(&used.credential) else {
        return Ok(refused(REFUSED));
    };
    let user = UserId(named);
    let owner = factors::owner_of_passkey(&door.db, credential_id.to_vec()).await?;
    let own = known(&factors::of(&door.db, user).await?);
    let used_key = own.into_iter().find(|(_, key)| key.cred_id().as_slice() == credential_id);
    let (true, Some((id, mut key))) = (owner == Some(user), used_key) else { return Ok(refused(REFUSED)) };
    let allowed = DiscoverableKey::from(&key);
    let Ok(result) = judge.finish_discoverable_authentication_v2(&used.credential, state, &allowed) else {
        record::note(&door, user, Action::SessionStart, "wrong_passkey").await?;
        return Ok(refused(REFUSED));
    };
    key.update_credential(&result);
    let credential = serde_json::to_value(&key).map_err(|_| AppError::Busy)?;
    factors::used_passkey(&door.db, user, id, credential).await?;
    limits::give_back(&door.db, vec![door.counted_address(SIGN_IN_ADDRESS)]).await?;
    let Some(membership) = accounts::memberships_of(&door.db, user).await?.into_iter().next() else {
        return Ok(refused(sign_in::NO_TEAM));
    };
    let next = sign_in::own_path(&used.next).to_owned();
    let started = sign_in::start(&door, &session, user, membership.team, &next).await?;
    let mut response = HttpResponse::Ok().json(json!({ "next": next }));
    for cookie in started.cookies() {
        response.add_cookie(&cookie).map_err(|_| AppError::Busy)?;
    }
    Ok(response)
}
