//! The news of work and mail: announced in the transaction that makes it true, heard by every server. It carries nothing: whoever hears it
//! looks into the tables.

use crate::store::StoreError;
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::time::Duration;

/// The channel on which new work is announced.
const CHANNEL: &str = "quayside_work";

/// Wakes whoever waits for work or for mail.
pub(in crate::store) fn announce(conn: &mut PgConnection) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_notify($1, '')").bind::<Text, _>(CHANNEL).execute(conn).map(drop)
}

/// Listens for announcements on a connection of its own and calls `wake` for each; returns when the connection breaks or `wake` says
/// false.
///
/// # Errors
/// The connection's own error.
pub fn listen(url: &str, mut wake: impl FnMut() -> bool) -> Result<(), StoreError> {
    let mut conn = PgConnection::establish(url).map_err(|_| StoreError::Unavailable)?;
    diesel::sql_query(format!("LISTEN {CHANNEL}")).execute(&mut conn)?;
    let mut quiet = 0u32;
    loop {
        let mut news = false;
        for notification in conn.notifications_iter() {
            notification?;
            news = true;
        }
        // The empty query once a minute notices a server that went away without a word.
        quiet = if news { 0 } else { quiet.saturating_add(1) };
        if quiet.is_multiple_of(400) && quiet > 0 {
            diesel::sql_query("SELECT 1").execute(&mut conn)?;
        }
        if news && !wake() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(150));
    }
}
