//! One piece of work in the hands of a worker: done beside its heartbeat, and recorded as done, to be tried again, or failed. Which piece
//! comes next is the worker's.

use crate::domain::access::{Action, Actor};
use crate::domain::work::{HEARTBEAT, Work};
use crate::features::audit::keeper::{Keeper, KeeperError};
use crate::features::packets::checking::{CheckError, Checker, Live};
use crate::features::packets::waive;
use crate::store::queue::Claim;
use crate::store::{Change, Db, StoreError, runs};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// How often a page that waits sees news.
const NEWS: Duration = Duration::from_millis(700);

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
pub(super) async fn attend(checker: &Checker, keeper: &Keeper, claim: Claim, out_of_time: impl Future<Output = ()>) {
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
