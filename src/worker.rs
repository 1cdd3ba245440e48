//! Claims work and has it done, sends letters, and does the chores beside them, until it is asked to stop. Any number of these on any
//! number of machines share the queue. How one piece is done and ends is `attending`'s.

mod attending;
mod chores;
mod postman;

pub use chores::Chores;
pub use postman::Postman;

use crate::features::audit::keeper::Keeper;
use crate::features::packets::checking::Checker;
use crate::features::packets::indexing;
use crate::features::packets::mail_in::{MailIn, MailInError};
use crate::store::queue::{self, Claim};
use crate::store::{Db, StoreError};
use attending::attend;
use chrono::Utc;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::Instrument;

/// How long to wait for an announcement before looking anyway.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// Why the process must not go on.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    MailIn(#[from] MailInError),
}

/// One worker process, or the one inside the server.
pub struct Worker {
    checker: Checker,
    keeper: Keeper,
    name: String,
    slots: usize,
    wake: Arc<Notify>,
    postman: Postman,
    mail: Arc<Notify>,
    mail_in: Option<MailIn>,
}

impl Worker {
    /// A worker that does `slots` pieces of work at a time, sends mail and looks after the audit log beside them.
    pub fn new(checker: Checker, postman: Postman, keeper: Keeper, slots: usize) -> Self {
        let name = format!("{}-{}", std::process::id(), uuid::Uuid::new_v4().simple());
        Self { checker, keeper, name, slots, wake: Arc::default(), postman, mail: Arc::default(), mail_in: None }
    }

    /// The same worker, who looks for packets that come by e-mail as well.
    #[must_use]
    pub fn taking(self, mail_in: Option<MailIn>) -> Self {
        Self { mail_in, ..self }
    }

    fn db(&self) -> &Db {
        &self.checker.db
    }

    fn chores(&self) -> Chores {
        Chores { db: self.db().clone(), folder: self.mail_in.as_ref().map(|mail_in| mail_in.folder.clone()) }
    }

    /// Wakes the worker whenever somebody announces work, over a connection of its own that is opened again when it breaks.
    pub fn listen(&self, url: SecretString) {
        let (wake, mail) = (Arc::downgrade(&self.wake), Arc::downgrade(&self.mail));
        std::thread::spawn(move || {
            while wake.strong_count() > 0 {
                let news = || {
                    let living = [wake.upgrade(), mail.upgrade()];
                    living.iter().flatten().for_each(|waiting| waiting.notify_one());
                    living.iter().any(Option::is_some)
                };
                if let Err(error) = queue::listen(url.expose_secret(), news) {
                    tracing::debug!(%error, "the queue's announcements broke off");
                }
                std::thread::sleep(LOOK_AGAIN);
            }
        });
    }

    /// Works until `stop` says so; then what is under way gets `patience` and is handed back after that.
    pub async fn run(self, mut stop: watch::Receiver<bool>, patience: Duration) {
        let slots = Arc::new(Semaphore::new(self.slots));
        let mut under_way = JoinSet::new();
        let sending = tokio::spawn(self.postman.clone().run(stop.clone(), self.mail.clone()));
        let keeping = tokio::spawn(self.keeper.clone().run(stop.clone()));
        let taking = self.mail_in.clone().map(|mail_in| tokio::spawn(mail_in.run(stop.clone())));
        let chores = tokio::spawn(self.chores().run(stop.clone()));
        loop {
            let slot = tokio::select! {
                slot = slots.clone().acquire_owned() => slot,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            let Ok(slot) = slot else { break };
            while under_way.try_join_next().is_some() {}
            match queue::claim(self.db(), self.name.clone()).await {
                Ok(Some(claim)) => self.start(claim, slot, stop.clone(), patience, &mut under_way),
                Ok(None) => {
                    drop(slot);
                    tokio::select! {
                        _ = timeout(LOOK_AGAIN, self.wake.notified()) => {}
                        _ = stop.wait_for(|stop| *stop) => break,
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "the queue cannot be read; looking again");
                    sleep(LOOK_AGAIN).await;
                }
            }
        }
        while under_way.join_next().await.is_some() {}
        drop(sending.await);
        drop(keeping.await);
        if let Some(taking) = taking {
            drop(taking.await);
        }
        drop(chores.await);
    }

    /// Works and sends until nothing is due, for the command line and for tests. Gives how many pieces and letters were done.
    ///
    /// # Errors
    /// [`WorkerError`] where the queue cannot be read.
    pub async fn run_until_idle(&self) -> Result<usize, WorkerError> {
        indexing::take_all(self.db()).await?;
        self.chores().clear(Utc::now()).await?;
        if let Some(mail_in) = &self.mail_in {
            mail_in.take_all().await?;
        }
        let mut done = 0usize;
        while let Some(claim) = queue::claim(self.db(), self.name.clone()).await? {
            attend(&self.checker, &self.keeper, claim, std::future::pending()).await;
            done = done.saturating_add(1);
        }
        Ok(done.saturating_add(self.postman.run_until_idle().await?))
    }

    fn start(
        &self,
        claim: Claim,
        slot: OwnedSemaphorePermit,
        mut stop: watch::Receiver<bool>,
        patience: Duration,
        under_way: &mut JoinSet<()>,
    ) {
        let (checker, keeper) = (self.checker.clone(), self.keeper.clone());
        let span = tracing::info_span!("work", kind = claim.work.kind(), work.id = %claim.id, attempt = claim.attempt);
        let work = async move {
            let _slot = slot;
            let out_of_time = async {
                // A closed channel is a process that ends.
                drop(stop.wait_for(|stop| *stop).await);
                sleep(patience).await;
            };
            attend(&checker, &keeper, claim, out_of_time).await;
        };
        under_way.spawn(work.instrument(span));
    }
}
