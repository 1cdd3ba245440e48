//! Claims work, matches it, runs it, and records it as done, to be tried again, or failed. Any number of these on any number of
//! machines share the queue.

mod chores;
mod postman;

pub use chores::Chores;
pub use postman::Postman;

use crate::domain::access::{Action, Actor};
use crate::domain::work::{HEARTBEAT, Work};
use crate::features::audit::keeper::{Keeper, KeeperError};
use crate::features::packets::checking::{CheckError, Checker, Live};
use crate::features::packets::mail_in::{MailIn, MailInError};
use crate::features::packets::{indexing, waive};
use crate::store::queue::{self, Claim};
use crate::store::{Change, Db, StoreError, runs};
use chrono::Utc;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tracing::Instrument;

/// How long to wait for an announcement before looking anyway.
const LOOK_AGAIN: Duration = Duration::from_secs(3);
/// How often a page that waits sees news.
const NEWS: Duration = Duration::from_millis(700);

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

/// Why a piece of work could not be done.
#[derive(Debug, thiserror::Error)]
enum WorkError {
    #[error(transparent)]
    Check(#[from] CheckError),
    #[error(transparent)]
    Keeper(#[from] KeeperError),
}

impl WorkError {
    /// Another worker has the work.
    fn is_lost(&self) -> bool {
        let (Self::Check(CheckError::Store(error)) | Self::Keeper(KeeperError::Store(error))) = self else {
            return false;
        };
        matches!(error, StoreError::Conflict(key) if key == "work.fence")
    }
}

/// How a piece of work ended.
enum Ended {
    Done,
    Failed(WorkError),
    /// Another worker has it, or will have it when the lease is over.
    Lost,
    /// This process stops.
    Stopped,
}

/// Runs a piece of work beside its heartbeat, and records how it ended.
async fn attend(checker: &Checker, keeper: &Keeper, claim: Claim, out_of_time: impl Future<Output = ()>) {
    let live = Live::default();
    let ended = if claim.is_poison() {
        let died = std::io::Error::other("the worker stopped each time these files were read");
        Ended::Failed(CheckError::Garbled(serde_json::Error::io(died)).into())
    } else {
        tokio::select! {
            done = run(checker, keeper, &claim, &live) => match done {
                Ok(()) => Ended::Done,
                Err(error) if error.is_lost() => Ended::Lost,
                Err(error) => Ended::Failed(error),
            },
            () = beat(&checker.db, &claim, &live) => Ended::Lost,
            () = out_of_time => Ended::Stopped,
        }
    };
    let recorded = match ended {
        Ended::Done => {
            tracing::info!("done");
            Ok(())
        }
        Ended::Lost => {
            tracing::warn!("another worker has taken over");
            Ok(())
        }
        Ended::Stopped => {
            tracing::info!("handed back");
            claim.hand_back(&checker.db, None, 0.0).await
        }
        Ended::Failed(error) => failed(checker, &claim, &error).await,
    };
    if let Err(error) = recorded {
        // The lease runs out, and the work goes on elsewhere.
        tracing::warn!(%error, "how the work ended could not be recorded");
    }
}

async fn run(checker: &Checker, keeper: &Keeper, claim: &Claim, live: &Live) -> Result<(), WorkError> {
    match &claim.work {
        Work::CheckPacket { packet, run } => Ok(checker.check_packet(claim, *packet, *run, live).await?),
        Work::VerifyAudit { check } => Ok(keeper.answer(claim, *check).await?),
        Work::EndWaiver { packet, waiver } => Ok(waive::end(&checker.db, claim, *packet, *waiver).await?),
    }
}

/// Says that the worker lives, with news of the progress; ends when the work is no longer this worker's.
async fn beat(db: &Db, claim: &Claim, live: &Live) {
    let mut ticks = interval(NEWS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut told, mut silent) = (None, Duration::ZERO);
    loop {
        ticks.tick().await;
        silent += NEWS;
        let now = live.snapshot();
        if told.as_ref() == Some(&now) && silent < HEARTBEAT {
            continue;
        }
        match claim.renew(db, Some(now.clone())).await {
            Ok(true) => (told, silent) = (Some(now), Duration::ZERO),
            Ok(false) => return,
            // The database is away for a moment; the lease outlasts several beats.
            Err(error) => tracing::warn!(%error, "the heartbeat was not heard"),
        }
    }
}

async fn failed(checker: &Checker, claim: &Claim, error: &WorkError) -> Result<(), StoreError> {
    let sentence = error.to_string();
    if !claim.is_last() {
        tracing::warn!(%error, "failed; it will be tried again");
        return claim.hand_back(&checker.db, Some(sentence), rand::random()).await;
    }
    tracing::error!(%error, "failed for the last time");
    let action = match claim.work {
        Work::CheckPacket { .. } => Action::PacketCheck,
        Work::VerifyAudit { .. } => Action::AuditVerify,
        Work::EndWaiver { .. } => Action::PacketWaive,
    };
    let permit = Actor::keeper(claim.team).permit(action).map_err(|_| StoreError::NotFound)?;
    let (claim, work) = (claim.clone(), claim.work.clone());
    let subject = work.packet().map_or_else(|| work.key(), |packet| packet.to_string());
    checker
        .db
        .write(permit, subject, move |tx| {
            claim.fail(tx, &sentence)?;
            match work {
                Work::CheckPacket { run, .. } => runs::save_failure(tx, run, &sentence)?,
                Work::VerifyAudit { .. } | Work::EndWaiver { .. } => {}
            }
            Ok::<_, StoreError>(
                Change::to(()).diff(serde_json::Value::Null, serde_json::json!({ "failure": sentence })),
            )
        })
        .await
}
