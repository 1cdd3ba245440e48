//! Floor 1: the only SQL. No permit, no transaction; no team, no rows; no `Change`, no commit.

pub mod accounts;
pub mod audit;
mod column;
pub mod embedded;
pub mod lists;
pub mod migrate;
pub mod outbox;
pub mod packets;
pub mod queue;
pub mod readings;
pub mod runs;
mod schema;
pub mod sessions;
pub mod team_keys;
mod tx;

pub use tx::{Change, Db, GlobalTx, ReadTx, Refusal, StoreError, WriteTx};
