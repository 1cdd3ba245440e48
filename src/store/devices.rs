//! The devices and networks from which a person has signed in before, found by the hash of the device's cookie. The value is kept here
//! and not signed: a device can be forgotten.

use super::schema::devices;
use super::{Db, StoreError};
use crate::domain::ids::UserId;
use diesel::dsl::{exists, select};
use diesel::prelude::*;

/// What was known of a device and its network before this sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The person has signed in before, from anywhere.
    pub person: bool,
    pub device: bool,
    pub network: bool,
}

/// True where the person has signed in from the device before.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn is_known(db: &Db, user: UserId, token_hash: Vec<u8>) -> Result<bool, StoreError> {
    db.global(move |tx| {
        let same = devices::table.filter(devices::user_id.eq(user.0)).filter(devices::token_hash.eq(token_hash));
        Ok(select(exists(same)).get_result(tx.conn())?)
    })
    .await
}

/// Keeps a device and its network as known to a person, and says what was known before.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn remember(db: &Db, user: UserId, token_hash: Vec<u8>, network: String) -> Result<Known, StoreError> {
    db.global(move |tx| {
        let own = devices::table.filter(devices::user_id.eq(user.0));
        let known = Known {
            person: select(exists(own)).get_result(tx.conn())?,
            device: select(exists(own.filter(devices::token_hash.eq(&token_hash)))).get_result(tx.conn())?,
            network: select(exists(own.filter(devices::network.eq(&network)))).get_result(tx.conn())?,
        };
        diesel::insert_into(devices::table)
            .values((devices::user_id.eq(user.0), devices::token_hash.eq(&token_hash), devices::network.eq(&network)))
            .on_conflict((devices::user_id, devices::token_hash, devices::network))
            .do_update()
            .set(devices::last_seen_at.eq(diesel::dsl::now))
            .execute(tx.conn())?;
        Ok(known)
    })
    .await
}
