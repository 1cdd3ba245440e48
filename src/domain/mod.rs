//! Floor 0: what is true in the trade. No database, no web, no environment and no clock; time comes in as an argument.

pub mod access;
pub mod account;
pub mod alias;
pub mod audit;
pub mod client;
pub mod factor;
pub mod ids;
pub mod keys;
pub mod limits;
pub mod mail;
pub mod mailbox;
pub mod packet;
mod sealing;
pub mod secret;
pub mod settings;
pub mod team;
pub mod token;
pub mod trade;
pub(crate) mod words;
pub mod work;
