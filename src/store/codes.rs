//! Codes: one for each request that asked, tried a few times, used once also when two requests race.

use super::schema::codes;
use super::{GlobalTx, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Bytea, Integer, Text, Uuid as SqlUuid};
use uuid::Uuid;

/// What a code is for; the word is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    SignUp,
    EmailChange,
    Invite,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::EmailChange => "email_change",
            Self::Invite => "invite",
        }
    }
}

/// A code as it is stored.
pub struct NewCode {
    pub purpose: Purpose,
    /// What becomes true with it.
    pub subject: Uuid,
    /// The hash of the cookie of the browser that asked.
    pub request_hash: Vec<u8>,
    pub digest: Vec<u8>,
    pub expires_at: DateTime<Utc>,
}

/// How a try ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// The code is used up with this.
    Right(Uuid),
    Wrong,
    /// It was right, and used before.
    Reused(Uuid),
    /// No code of this request is good any more: run out, tried too often, or used.
    Over,
}

/// Stores a code; an earlier one of the same request is good no more.
pub(in crate::store) fn put(tx: &mut GlobalTx<'_>, code: &NewCode) -> Result<(), StoreError> {
    let old = codes::table.filter(codes::created_at.lt(Utc::now() - chrono::Duration::days(1)));
    diesel::delete(old).execute(tx.conn())?;
    let fresh = (
        codes::subject_id.eq(code.subject),
        codes::code_digest.eq(&code.digest),
        codes::expires_at.eq(code.expires_at),
        codes::tries.eq(0),
        codes::used_at.eq(None::<DateTime<Utc>>),
    );
    diesel::insert_into(codes::table)
        .values((
            codes::id.eq(Uuid::now_v7()),
            codes::purpose.eq(code.purpose.as_str()),
            codes::request_hash.eq(&code.request_hash),
            fresh,
        ))
        .on_conflict((codes::purpose, codes::request_hash))
        .do_update()
        .set(fresh)
        .execute(tx.conn())?;
    Ok(())
}

#[derive(QueryableByName)]
struct Outcome {
    #[diesel(sql_type = SqlUuid)]
    subject_id: Uuid,
    #[diesel(sql_type = Bool)]
    fits: bool,
}

/// Tries a code: one statement counts the try and uses the code up, so that of two requests with the right code one is right.
pub(in crate::store) fn spend(
    tx: &mut GlobalTx<'_>,
    purpose: Purpose,
    request_hash: &[u8],
    digest: &[u8],
    most_tries: i32,
) -> Result<Tried, StoreError> {
    const SPEND: &str = "UPDATE codes SET tries = tries + 1, used_at = CASE WHEN code_digest = $3 THEN now() END \
        WHERE purpose = $1 AND request_hash = $2 AND used_at IS NULL AND expires_at > now() AND tries < $4 \
        RETURNING subject_id, used_at IS NOT NULL AS fits";
    const BEFORE: &str = "SELECT subject_id, code_digest = $3 AND used_at IS NOT NULL AS fits FROM codes \
        WHERE purpose = $1 AND request_hash = $2";
    let ask = |sql: &str| {
        diesel::sql_query(sql)
            .bind::<Text, _>(purpose.as_str())
            .bind::<Bytea, _>(request_hash.to_vec())
            .bind::<Bytea, _>(digest.to_vec())
    };
    let spent: Option<Outcome> = ask(SPEND).bind::<Integer, _>(most_tries).get_result(tx.conn()).optional()?;
    if let Some(spent) = spent {
        return Ok(if spent.fits { Tried::Right(spent.subject_id) } else { Tried::Wrong });
    }
    let before: Option<Outcome> = ask(BEFORE).get_result(tx.conn()).optional()?;
    Ok(before.filter(|before| before.fits).map_or(Tried::Over, |before| Tried::Reused(before.subject_id)))
}
