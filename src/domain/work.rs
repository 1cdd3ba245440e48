//! Every kind of background work there is, and how often it is tried. The queue itself is `store::queue`.

use super::ids::{CheckId, PacketId, RunId, WaiverId};
use crate::domain::words::words;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One piece of work. Each is idempotent: done twice, it leaves what doing it once leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Work {
    /// Read the files of a packet and check its documents.
    CheckPacket { packet: PacketId, run: RunId },
    /// Check the chain of the team's audit log.
    VerifyAudit { check: CheckId },
    /// End a waiver whose last day is over.
    EndWaiver { packet: PacketId, waiver: WaiverId },
}

impl Work {
    /// The stable word of the kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::CheckPacket { .. } => "check_packet",
            Self::VerifyAudit { .. } => "verify_audit",
            Self::EndWaiver { .. } => "end_waiver",
        }
    }

    /// What it is called on a page.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::CheckPacket { .. } => "Read and check a packet",
            Self::VerifyAudit { .. } => "Verify the audit log",
            Self::EndWaiver { .. } => "End a waiver on its day",
        }
    }

    /// Work with the same key is the same work: it stands in the queue once.
    pub fn key(&self) -> String {
        match self {
            Self::CheckPacket { run, .. } => format!("check_packet:{run}"),
            Self::VerifyAudit { check } => format!("verify_audit:{check}"),
            Self::EndWaiver { waiver, .. } => format!("end_waiver:{waiver}"),
        }
    }

    /// The packet it is about, for the page.
    pub const fn packet(&self) -> Option<PacketId> {
        match self {
            Self::CheckPacket { packet, .. } | Self::EndWaiver { packet, .. } => Some(*packet),
            Self::VerifyAudit { .. } => None,
        }
    }
}

words! {
    /// Where a piece of work stands. Finished work leaves the queue.
    WorkState { Waiting = "waiting", Running = "running", Failed = "failed" }
}

impl WorkState {
    /// The name on a page.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Running => "Running",
            Self::Failed => "Failed",
        }
    }
}

/// How often a piece of work is tried before it stays failed and visible.
pub const ATTEMPTS: i32 = 5;
/// How long a worker owns what it claimed, unless it says again that it lives.
pub const LEASE: Duration = Duration::from_secs(20);
/// How often a living worker says so.
pub const HEARTBEAT: Duration = Duration::from_secs(5);

/// The wait before the next try: 2, 4, 8, 16 … seconds up to 5 minutes, and up to half as much again by `chance` (0 to 1), so that work
/// that failed together does not come back together.
pub fn backoff(attempts: i32, chance: f64) -> Duration {
    let base = 2u64.saturating_pow(u32::try_from(attempts.clamp(1, 16)).unwrap_or(1)).min(300);
    Duration::from_secs(base).mul_f64(1.0 + chance.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_and_has_an_end() {
        let waits: Vec<u64> = (1..=20).map(|attempts| backoff(attempts, 0.0).as_secs()).collect();
        assert!(waits.is_sorted());
        assert_eq!(waits.first(), Some(&2));
        assert_eq!(waits.last(), Some(&300));
        assert_eq!(backoff(1, 1.0), Duration::from_secs(3));
    }
}
