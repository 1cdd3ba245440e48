//! Quayside, the workbench of a customs brokerage. This is the map; imports go down only, and `tests/structure.rs` proves it.
//!
//! - Floor 0 `domain`: what is true in the trade.
//! - Floor 1 `reading` (bytes to documents), `store` (the only SQL), `print` (pages on paper), `gateways` (the outside world).
//! - Floor 2 `web`: what every page shares.
//! - Floor 3 `features`: one folder for each thing people do.
//! - Roof: `config`, `app` (the web server), `worker` (work that outlives a request), `cli`.

pub mod cli;
pub mod domain;
pub mod reading;
