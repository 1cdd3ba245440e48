//! How the domain's words are stored: text with a CHECK, one wrapper, no strings elsewhere.

use crate::domain::access::Role;
use crate::domain::mail::{MailKind, MailState};
use crate::domain::packet::result::Verdict;
use crate::domain::packet::state::{PacketState, RunState};
use crate::domain::work::WorkState;
use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::sql_types::{Jsonb, Text};
use serde::de::DeserializeOwned;

/// A column that holds one of the domain's words.
#[derive(Debug, diesel::deserialize::FromSqlRow)]
pub struct Stored<T>(pub T);

macro_rules! stored {
    ($($type:ty),+) => { $(
        impl FromSql<Text, Pg> for Stored<$type> {
            fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
                let word = <String as FromSql<Text, Pg>>::from_sql(bytes)?;
                <$type>::from_word(&word).map(Stored).ok_or_else(|| format!("{} is not a {}", word, stringify!($type)).into())
            }
        }
        impl From<Stored<$type>> for $type { fn from(stored: Stored<$type>) -> Self { stored.0 } }
    )+ };
}
stored!(Role, PacketState, RunState, WorkState, Verdict, MailKind, MailState);

/// A column that holds a value as JSON, read in one go; nothing where it is not such a value.
#[derive(Debug, diesel::deserialize::FromSqlRow)]
pub struct Json<T>(pub Option<T>);

impl<T: DeserializeOwned> FromSql<Jsonb, Pg> for Json<T> {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        match bytes.as_bytes().split_first() {
            Some((1, text)) => Ok(Self(serde_json::from_slice(text).ok())),
            _ => Err("a JSON column came in an unknown form".into()),
        }
    }
}
