//! Floor 1: the only SQL. No permit, no transaction; no team, no rows; no `Change`, no commit.

pub mod accounts;
pub mod arrangements;
pub mod audit;
pub mod clients;
pub mod codes;
mod column;
pub mod comments;
pub mod corrections;
pub mod decisions;
pub mod devices;
pub mod email_changes;
pub mod embedded;
pub mod factors;
pub mod files;
pub mod invites;
pub mod joining;
pub mod limits;
pub mod lists;
pub mod members;
pub mod migrate;
pub mod outbox;
pub mod packets;
pub mod queue;
pub mod readings;
pub mod resets;
pub mod runs;
mod schema;
pub mod sessions;
pub mod sign_ups;
pub mod team_keys;
pub mod teams;
mod tx;
pub mod waivers;

pub use tx::{Change, Db, GlobalTx, ReadTx, Refusal, StoreError, WriteTx};
