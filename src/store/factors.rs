//! Second factors of people: the secret of an app, recovery codes and passkeys. They belong to a person in all teams.

use super::schema::{passkeys, recovery_codes as recovery, totp_secrets as totp};
use super::{Db, GlobalTx, StoreError, sessions};
use crate::domain::ids::UserId;
use chrono::{DateTime, Utc};
use diesel::dsl::{exists, now, select};
use diesel::prelude::*;
use uuid::Uuid;

/// A passkey as its person sees it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = passkeys, check_for_backend(diesel::pg::Pg))]
pub struct Passkey {
    pub id: Uuid,
    pub name: String,
    /// What its library keeps of it.
    pub credential: serde_json::Value,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The second factors of a person.
#[derive(Clone, Debug, Default)]
pub struct Factors {
    pub app: bool,
    pub passkeys: Vec<Passkey>,
    /// Recovery codes that were not used yet.
    pub recovery_left: i64,
}

impl Factors {
    /// True where sign-in asks for more than a password.
    pub fn any(&self) -> bool {
        self.app || !self.passkeys.is_empty()
    }
}

/// The second factors of a person.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn of(db: &Db, user: UserId) -> Result<Factors, StoreError> {
    db.global(move |tx| {
        let confirmed = totp::table.find(user.0).filter(totp::confirmed_at.is_not_null());
        let keys = passkeys::table.filter(passkeys::user_id.eq(user.0)).order(passkeys::created_at);
        let left = recovery::table.filter(recovery::user_id.eq(user.0)).filter(recovery::used_at.is_null());
        Ok(Factors {
            app: select(exists(confirmed)).get_result(tx.conn())?,
            passkeys: keys.select(Passkey::as_select()).load(tx.conn())?,
            recovery_left: left.count().get_result(tx.conn())?,
        })
    })
    .await
}

/// Whose passkey this is, by the id that the device gave it.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn owner_of_passkey(db: &Db, credential_id: Vec<u8>) -> Result<Option<UserId>, StoreError> {
    db.global(move |tx| {
        let found = passkeys::table.filter(passkeys::credential_id.eq(credential_id));
        Ok(found.select(passkeys::user_id).first(tx.conn()).optional()?.map(UserId))
    })
    .await
}

/// The sealed secret of a person's app, and whether the app has shown that it knows it.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn app(db: &Db, user: UserId) -> Result<Option<(Vec<u8>, bool)>, StoreError> {
    db.global(move |tx| {
        let row: Option<(Vec<u8>, Option<DateTime<Utc>>)> =
            totp::table.find(user.0).select((totp::sealed, totp::confirmed_at)).first(tx.conn()).optional()?;
        Ok(row.map(|(sealed, confirmed)| (sealed, confirmed.is_some())))
    })
    .await
}

/// Keeps a secret that no app has confirmed yet, in the place of an earlier such one; a confirmed one stays.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn offer_app(db: &Db, user: UserId, sealed: Vec<u8>) -> Result<(), StoreError> {
    db.global(move |tx| {
        diesel::delete(totp::table.find(user.0).filter(totp::confirmed_at.is_null())).execute(tx.conn())?;
        diesel::insert_into(totp::table)
            .values((totp::user_id.eq(user.0), totp::sealed.eq(sealed)))
            .on_conflict_do_nothing()
            .execute(tx.conn())?;
        Ok(())
    })
    .await
}

/// Confirms the app by its first code, keeps the recovery codes and ends the person's other sessions. False where it was confirmed
/// already.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn confirm_app(
    db: &Db,
    user: UserId,
    step: i64,
    codes: Vec<Vec<u8>>,
    session: Option<Uuid>,
) -> Result<bool, StoreError> {
    db.global(move |tx| {
        let offered = totp::table.find(user.0).filter(totp::confirmed_at.is_null());
        let confirmed =
            diesel::update(offered).set((totp::confirmed_at.eq(now), totp::last_step.eq(step))).execute(tx.conn())?;
        if confirmed == 1 {
            put_recovery(tx, user, codes)?;
            sessions::end_others(tx, user, session)?;
        }
        Ok(confirmed == 1)
    })
    .await
}

/// Uses the step of a code up: false where it, or a later one, was used before. Of two requests with one code one is right.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn spend_step(db: &Db, user: UserId, step: i64) -> Result<bool, StoreError> {
    db.global(move |tx| {
        let open = totp::table.find(user.0).filter(totp::confirmed_at.is_not_null()).filter(totp::last_step.lt(step));
        Ok(diesel::update(open).set(totp::last_step.eq(step)).execute(tx.conn())? == 1)
    })
    .await
}

/// Uses a recovery code up: false where there is none such, or it was used before.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn spend_recovery(db: &Db, user: UserId, hash: Vec<u8>) -> Result<bool, StoreError> {
    db.global(move |tx| {
        let open = recovery::table.find((user.0, hash)).filter(recovery::used_at.is_null());
        Ok(diesel::update(open).set(recovery::used_at.eq(now)).execute(tx.conn())? == 1)
    })
    .await
}

/// New recovery codes in the place of all earlier ones.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn renew_recovery(db: &Db, user: UserId, codes: Vec<Vec<u8>>) -> Result<(), StoreError> {
    db.global(move |tx| put_recovery(tx, user, codes)).await
}

fn put_recovery(tx: &mut GlobalTx<'_>, user: UserId, codes: Vec<Vec<u8>>) -> Result<(), StoreError> {
    diesel::delete(recovery::table.filter(recovery::user_id.eq(user.0))).execute(tx.conn())?;
    let rows: Vec<_> =
        codes.into_iter().map(|code| (recovery::user_id.eq(user.0), recovery::code_hash.eq(code))).collect();
    diesel::insert_into(recovery::table).values(rows).execute(tx.conn())?;
    Ok(())
}

/// Removes the app and ends the person's other sessions; recovery codes go with the last factor.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn remove_app(db: &Db, user: UserId, session: Option<Uuid>) -> Result<(), StoreError> {
    db.global(move |tx| {
        diesel::delete(totp::table.find(user.0)).execute(tx.conn())?;
        removed(tx, user, session)
    })
    .await
}

/// Takes every factor of a person away: for whoever lost them all, by an administrator at the console.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn remove_all(db: &Db, user: UserId) -> Result<(), StoreError> {
    db.global(move |tx| {
        diesel::delete(totp::table.find(user.0)).execute(tx.conn())?;
        diesel::delete(passkeys::table.filter(passkeys::user_id.eq(user.0))).execute(tx.conn())?;
        removed(tx, user, None)
    })
    .await
}

/// Keeps a passkey and ends the person's other sessions; the first factor brings recovery codes.
///
/// # Errors
/// [`StoreError::Conflict`] where the passkey is somebody's already.
pub async fn add_passkey(
    db: &Db,
    user: UserId,
    key: (Uuid, String, Vec<u8>, serde_json::Value),
    codes: Option<Vec<Vec<u8>>>,
    session: Option<Uuid>,
) -> Result<(), StoreError> {
    let (id, name, credential_id, credential) = key;
    db.global(move |tx| {
        diesel::insert_into(passkeys::table)
            .values((
                passkeys::user_id.eq(user.0),
                passkeys::id.eq(id),
                passkeys::credential_id.eq(credential_id),
                passkeys::name.eq(name),
                passkeys::credential.eq(credential),
            ))
            .execute(tx.conn())?;
        if let Some(codes) = codes {
            put_recovery(tx, user, codes)?;
        }
        sessions::end_others(tx, user, session)
    })
    .await
}

/// Keeps what a passkey's use changed in it.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn used_passkey(db: &Db, user: UserId, id: Uuid, credential: serde_json::Value) -> Result<(), StoreError> {
    db.global(move |tx| {
        diesel::update(passkeys::table.find((user.0, id)))
            .set((passkeys::credential.eq(credential), passkeys::last_used_at.eq(now)))
            .execute(tx.conn())?;
        Ok(())
    })
    .await
}

/// Removes a passkey and ends the person's other sessions.
///
/// # Errors
/// [`StoreError::NotFound`] where the person has none such.
pub async fn remove_passkey(db: &Db, user: UserId, id: Uuid, session: Option<Uuid>) -> Result<(), StoreError> {
    db.global(move |tx| {
        if diesel::delete(passkeys::table.find((user.0, id))).execute(tx.conn())? == 0 {
            return Err(StoreError::NotFound);
        }
        removed(tx, user, session)
    })
    .await
}

fn removed(tx: &mut GlobalTx<'_>, user: UserId, session: Option<Uuid>) -> Result<(), StoreError> {
    let app = totp::table.find(user.0);
    let keys = passkeys::table.filter(passkeys::user_id.eq(user.0));
    let left: bool = select(exists(app)).get_result(tx.conn())?;
    let left = left || select(exists(keys)).get_result(tx.conn())?;
    if !left {
        diesel::delete(recovery::table.filter(recovery::user_id.eq(user.0))).execute(tx.conn())?;
    }
    sessions::end_others(tx, user, session)
}
