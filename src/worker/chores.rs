//! Chores: what nobody asks for and somebody has to do. The words of packets from before are taken once; what is over is cleared every
//! hour. Any number of processes may do them at once. The audit log has a keeper of its own.

use crate::features::packets::indexing;
use crate::gateways::maildir::MailFolder;
use crate::store::{Db, StoreError, idempotency, readings};
use chrono::{DateTime, Utc};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// How often to look what is over.
const LOOK_AGAIN: Duration = Duration::from_secs(3_600);
/// At most so many keys of a team go in one round: a token sends fewer requests in an hour.
const KEYS_AT_ONCE: i64 = 50_000;
/// At most so many readings of a team go in one round: each may have megabytes.
const READINGS_AT_ONCE: i64 = 1_000;

/// The chores of one process.
#[derive(Clone)]
pub struct Chores {
    pub db: Db,
    /// Where packets come by e-mail; nothing where none do.
    pub folder: Option<MailFolder>,
}

impl Chores {
    /// Does them until `stop` says so: what is broken off is done another time.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        tokio::select! {
            () = self.by_the_hour() => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    async fn by_the_hour(&self) {
        match indexing::take_all(&self.db).await {
            Ok(0) => {}
            Ok(packets) => tracing::info!(packets, "the words of packets from before were taken"),
            Err(error) => tracing::warn!(%error, "the words of packets from before are taken at the next start"),
        }
        loop {
            if let Err(error) = self.clear(Utc::now()).await {
                tracing::warn!(%error, "what is over could not be cleared; trying again");
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    /// Clears what is over at a moment.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails. What cannot be cleared of a folder is logged.
    pub async fn clear(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        if let Some(folder) = self.folder.clone() {
            let cleared = spawn_blocking(move || folder.clear(now)).await;
            match cleared.map_err(std::io::Error::other).flatten() {
                Ok(0) => {}
                Ok(messages) => tracing::info!(messages, "messages that were put away are cleared"),
                Err(error) => tracing::warn!(%error, "messages that were put away could not be cleared"),
            }
        }
        match idempotency::sweep(&self.db, now, KEYS_AT_ONCE).await? {
            0 => {}
            keys => tracing::info!(keys, "keys of requests are forgotten"),
        }
        match readings::sweep(&self.db, now, READINGS_AT_ONCE).await? {
            0 => {}
            readings => tracing::info!(readings, "readings of scans are forgotten"),
        }
        Ok(())
    }
}
