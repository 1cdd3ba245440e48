//! `quayside migrate`: brings the database up to this version, as the owner's role.

use super::{Failure, ground};
use crate::config::Config;
use crate::store::embedded::Embedded;
use crate::store::migrate;
use secrecy::ExposeSecret;
use std::path::Path;

/// Runs it.
pub fn run() -> Result<(), Failure> {
    let config = Config::from_env()?;
    ground::log(&config)?;
    let ran = match &config.database {
        None => {
            let embedded = Embedded::start(&config.var, Path::new(ground::PROGRAM))?;
            let ran = migrate::migrate(&embedded.owner_url())?;
            migrate::refuse_unsafe_role(&embedded.app_url())?;
            ran
        }
        Some(database) => {
            let owner = database.owner_url.as_ref().ok_or_else(|| {
                Failure::Said(
                    "DATABASE_OWNER_URL is not set. Set it to the URL of the role that owns the tables.".to_owned(),
                )
            })?;
            let ran = migrate::migrate(owner.expose_secret())?;
            migrate::refuse_unsafe_role(database.app_url.expose_secret())?;
            ran
        }
    };
    match ran.as_slice() {
        [] => println!("The database is up to date."),
        names => println!("Ran {}.", names.join(", ")),
    }
    Ok(())
}
