//! The application over HTTP, on a real PostgreSQL, with real files.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::as_conversions, reason = "tests")]

mod harness;

mod access;
mod account;
mod aliases;
mod api;
mod asvs;
mod attachments;
mod audit;
mod chores;
mod clients;
mod command_line;
mod faults;
mod folders;
mod invites;
mod limits;
mod lists;
mod mail;
mod mail_in;
mod objects;
mod operation;
mod own_account;
mod packet_batch;
mod packet_list;
mod packet_search;
mod packet_work;
mod packets;
mod reset;
mod sample;
mod sealed;
mod sign_up;
mod store;
mod surface;
mod team;
mod team_settings;
mod two_servers;
mod work;
