//! What keeps the log without anybody asking: months ahead of the calendar, an anchor a day, and the checks that were asked for.

use crate::domain::access::{Action, Actor, Denied};
use crate::domain::audit::fault::Report;
use crate::domain::ids::{CheckId, TeamId};
use crate::gateways::anchors::{AnchorError, Anchors};
use crate::store::audit::{anchors, chain, checks};
use crate::store::queue::Claim;
use crate::store::{Change, Db, StoreError};
use chrono::Utc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// How often to look whether a month or the day's anchor is missing.
const LOOK_AGAIN: Duration = Duration::from_secs(300);

/// Why the log could not be kept or checked.
#[derive(Debug, thiserror::Error)]
pub enum KeeperError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("The anchors of the audit log cannot be used. {0}")]
    Anchors(#[from] AnchorError),
    #[error("An anchor could not be written: {0}")]
    Garbled(#[from] serde_json::Error),
    #[error(transparent)]
    Denied(#[from] Denied),
}

/// Keeps the logs of all teams.
#[derive(Clone)]
pub struct Keeper {
    pub db: Db,
    pub anchors: Anchors,
}

impl Keeper {
    /// Looks after the log until `stop` says so. Any number of servers may do this: each day's anchor is made by one.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            if let Err(error) = self.look_after().await {
                tracing::error!(%error, "the audit log could not be looked after; trying again");
            }
            if timeout(LOOK_AGAIN, stop.wait_for(|stop| *stop)).await.is_ok() {
                return;
            }
        }
    }

    /// Makes what is missing. True where this process made the anchor of the day.
    ///
    /// # Errors
    /// [`KeeperError`].
    pub async fn look_after(&self) -> Result<bool, KeeperError> {
        anchors::make_months_ahead(&self.db).await?;
        let now = Utc::now();
        let day = now.date_naive();
        if !anchors::claim(&self.db, day, now).await? {
            return Ok(false);
        }
        let anchor = anchors::make(&self.db, day, now).await?;
        self.anchors.keep(day, anchor.to_bytes()?).await?;
        anchors::made(&self.db, day).await?;
        tracing::info!(%day, teams = anchor.heads.len(), "the audit log's heads are anchored");
        Ok(true)
    }

    /// Checks the chain of a team against all anchors. `told` hears how far it is.
    ///
    /// # Errors
    /// [`KeeperError`].
    pub async fn verify(&self, team: TeamId, told: impl FnMut(i64, i64)) -> Result<Report, KeeperError> {
        let (anchors, damaged) = anchors::read(&self.db, self.anchors.all().await?).await?;
        let mut report = chain::verify(&self.db, team, &anchors, told).await?;
        damaged.into_iter().for_each(|fault| report.add(fault));
        Ok(report)
    }

    /// Does a check that a member asked for, and keeps its answer.
    ///
    /// # Errors
    /// [`KeeperError`].
    pub async fn answer(&self, claim: &Claim, check: CheckId) -> Result<(), KeeperError> {
        let team = claim.team;
        let report = self.verify(team, |_, _| ()).await?;
        let permit = Actor::keeper(team).permit(Action::AuditVerify)?;
        let told =
            serde_json::json!({ "entries": report.entries, "faults": report.faults.len().saturating_add(report.more) });
        let ended = if report.is_whole() { "success" } else { "broken" };
        let claim = claim.clone();
        self.db
            .write(permit, super::SUBJECT, move |tx| {
                checks::finish(tx, check, &report)?;
                claim.finish(tx)?;
                Ok::<_, StoreError>(Change::to(()).diff(serde_json::Value::Null, told).ended(ended))
            })
            .await?;
        Ok(())
    }
}
