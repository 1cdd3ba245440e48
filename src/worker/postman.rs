//! Sends the letters of the outbox, one after the other, and records what the mail server said. Any number of these share the outbox.

use super::LOOK_AGAIN;
use crate::domain::account::Email;
use crate::domain::mail;
use crate::domain::secret::Secret;
use crate::gateways::mail::{Mail, MailError};
use crate::store::outbox::{self, Claim};
use crate::store::{Db, StoreError};
use std::sync::Arc;
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

/// The sender of mail in one process.
#[derive(Clone)]
pub struct Postman {
    pub db: Db,
    pub mail: Mail,
    /// Opens what the outbox keeps sealed.
    pub secret: Secret,
}

impl Postman {
    /// Sends until `stop` says so; `wake` says that there is news.
    pub async fn run(self, mut stop: watch::Receiver<bool>, wake: Arc<Notify>) {
        loop {
            let claimed = tokio::select! {
                claimed = outbox::claim(&self.db) => claimed,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            match claimed {
                // A letter in progress is sent to its end: mail servers answer within the patience of the way out.
                Ok(Some(claim)) => self.attend(&claim).await,
                Ok(None) => tokio::select! {
                    _ = timeout(LOOK_AGAIN, wake.notified()) => {}
                    _ = stop.wait_for(|stop| *stop) => return,
                },
                Err(error) => {
                    tracing::warn!(%error, "the outbox cannot be read; looking again");
                    sleep(LOOK_AGAIN).await;
                }
            }
        }
    }

    /// Sends until nothing is due, for the command line and for tests. Gives how many letters were taken up.
    ///
    /// # Errors
    /// [`StoreError`] where the outbox cannot be read.
    pub async fn run_until_idle(&self) -> Result<usize, StoreError> {
        let mut done = 0usize;
        while let Some(claim) = outbox::claim(&self.db).await? {
            self.attend(&claim).await;
            done = done.saturating_add(1);
        }
        Ok(done)
    }

    async fn attend(&self, claim: &Claim) {
        if let Err(error) = self.deliver(claim).await {
            // The lease runs out, and the letter is tried again: it may arrive twice, under the same number.
            tracing::warn!(%error, "how a letter ended could not be recorded");
        }
    }

    async fn deliver(&self, claim: &Claim) -> Result<(), StoreError> {
        let (mail, kind) = (claim.id, claim.kind.as_str());
        if claim.is_useless {
            tracing::error!(%mail, kind, "a letter was not sent in time");
            return claim.failed(&self.db, "It could not be sent before it lost its use.".to_owned()).await;
        }
        let opened = mail::open(&self.secret, claim.id, &claim.sealed);
        let (Ok(words), Ok(to)) = (opened, Email::parse(&claim.to)) else {
            tracing::error!(%mail, kind, "a letter cannot be opened with this secret");
            return claim.failed(&self.db, "It was sealed with another secret.".to_owned()).await;
        };
        match self.mail.send(claim.id, &to, &words).await {
            Ok(answer) => {
                tracing::info!(%mail, kind, attempt = claim.attempt, "a letter left");
                claim.sent(&self.db, answer).await
            }
            // The server's words may name the address: they stay in the outbox and out of the log.
            Err(MailError::Refused(answer)) => {
                tracing::error!(%mail, kind, "a letter was refused");
                claim.failed(&self.db, answer).await
            }
            Err(MailError::Later(answer)) => {
                let again = claim.again(&self.db, answer, rand::random()).await?;
                tracing::warn!(%mail, kind, again, "a letter could not be sent");
                Ok(())
            }
        }
    }
}
