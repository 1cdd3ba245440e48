//! What people decide about a packet, and why a step is refused.

use super::result::{PacketResult, Severity};
use crate::domain::words::words;
use thiserror::Error;

/// For so many days a deleted packet stays in the bin at least.
pub const BIN_DAYS: i64 = 30;

words! {
    /// What was decided.
    Decision { Approved = "approved", Rejected = "rejected" }
}

words! {
    /// A step that somebody takes.
    Step { Approve = "approve", Reject = "reject", Reopen = "reopen" }
}

impl Step {
    /// What was done, on a page.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Approve => "Approved",
            Self::Reject => "Rejected",
            Self::Reopen => "Reopened",
        }
    }

    /// What the packet is after it.
    pub const fn leaves(self) -> Option<Decision> {
        match self {
            Self::Approve => Some(Decision::Approved),
            Self::Reject => Some(Decision::Rejected),
            Self::Reopen => None,
        }
    }

    /// True where somebody must say why.
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Reject | Self::Reopen)
    }
}

/// Why a step on a packet is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PacketRefused {
    #[error("The packet is being checked. Wait for the result, then decide.")]
    Checking,
    #[error("Somebody waived this finding meanwhile. Load the packet to see why.")]
    AlreadyWaived,
    #[error("This finding does not stand any more. Load the packet to see what does.")]
    NoSuchFinding,
    #[error("This waiver has ended already.")]
    NotWaived,
    #[error(
        "Critical findings stand. Correct what is wrong, or waive them with a reason, before the packet is approved."
    )]
    Criticals,
    #[error("The packet is decided. Reopen it before anything of it is changed.")]
    Decided,
    #[error("The packet is open already.")]
    Open,
    #[error("The packet was checked again meanwhile. Look at the new result, then decide.")]
    CheckedMeanwhile,
    #[error("Somebody else was given the packet, or gave it back, meanwhile. Load it again to see who has it.")]
    OwnedMeanwhile,
    #[error("Choose a member of the team who may work on packets.")]
    NoWorker,
    #[error("No packet waits for somebody: each has an owner or a decision.")]
    NothingToClaim,
    #[error("The packet is in the bin. Restore it first.")]
    InBin,
    #[error("The packet is not in the bin.")]
    NotInBin,
    #[error("Somebody replaced this file by a newer version meanwhile. Load the packet's files to see it.")]
    ReplacedMeanwhile,
    #[error("The file is left out of the checks already.")]
    AsideAlready,
    #[error("The file takes part in the checks already.")]
    NotAside,
    #[error("It is the only file that is checked. Add another one first, or delete the packet.")]
    LastFile,
    #[error("Only a packet that is ready is approved together with others. Look at its findings.")]
    NotReady,
    #[error("Other packets than you saw fit the filter by now. Look at them again.")]
    OthersMeanwhile,
    #[error("Somebody decided about the packet again meanwhile. What they did stays.")]
    ChangedMeanwhile,
    #[error("This was taken back already, or cannot be.")]
    Undone,
}

impl PacketRefused {
    /// The word for the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::AlreadyWaived => "already_waived",
            Self::NoSuchFinding => "no_such_finding",
            Self::NotWaived => "not_waived",
            Self::Criticals => "criticals",
            Self::Decided => "decided",
            Self::Open => "open",
            Self::CheckedMeanwhile => "checked_meanwhile",
            Self::OwnedMeanwhile => "owned_meanwhile",
            Self::NoWorker => "no_worker",
            Self::NothingToClaim => "nothing_to_claim",
            Self::InBin => "in_bin",
            Self::NotInBin => "not_in_bin",
            Self::ReplacedMeanwhile => "replaced_meanwhile",
            Self::AsideAlready => "aside_already",
            Self::NotAside => "not_aside",
            Self::LastFile => "last_file",
            Self::NotReady => "not_ready",
            Self::OthersMeanwhile => "others_meanwhile",
            Self::ChangedMeanwhile => "changed_meanwhile",
            Self::Undone => "undone",
        }
    }
}

/// Whether a step may be taken, by where the packet stands and what its checks found.
///
/// # Errors
/// [`PacketRefused`] with the reason.
pub fn judge(step: Step, now: Option<Decision>, result: &PacketResult) -> Result<(), PacketRefused> {
    let critical = |severity| severity == Severity::Critical;
    let blocked = result.findings.iter().any(|it| it.waiver.is_none() && critical(it.severity));
    match (step, now) {
        (Step::Reopen, None) => Err(PacketRefused::Open),
        (Step::Approve | Step::Reject, Some(_)) => Err(PacketRefused::Decided),
        (Step::Approve, None) if blocked => Err(PacketRefused::Criticals),
        (Step::Approve | Step::Reject, None) | (Step::Reopen, Some(_)) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::packet::result::{Finding, Stats};

    fn result(severities: &[Severity]) -> PacketResult {
        let finding = |severity: &Severity| Finding {
            code: "match.x".to_owned(),
            severity: *severity,
            title: String::new(),
            explanation: String::new(),
            fix: String::new(),
            citation: String::new(),
            values: Vec::new(),
            waiver: None,
        };
        let findings = severities.iter().map(finding).collect();
        PacketResult::assemble("p", Vec::new(), findings, Stats { pages: 1, milliseconds: 1 })
    }

    #[test]
    fn a_packet_is_approved_once_and_never_over_a_critical_finding() {
        use Decision::{Approved, Rejected};
        let (clean, warned, blocked) = (result(&[]), result(&[Severity::Warning]), result(&[Severity::Critical]));
        for (step, now, result, said) in [
            (Step::Approve, None, &clean, Ok(())),
            (Step::Approve, None, &warned, Ok(())),
            (Step::Approve, None, &blocked, Err(PacketRefused::Criticals)),
            (Step::Reject, None, &blocked, Ok(())),
            (Step::Approve, Some(Rejected), &clean, Err(PacketRefused::Decided)),
            (Step::Reject, Some(Approved), &clean, Err(PacketRefused::Decided)),
            (Step::Reopen, Some(Approved), &clean, Ok(())),
            (Step::Reopen, None, &clean, Err(PacketRefused::Open)),
        ] {
            assert_eq!(judge(step, now, result), said, "{step} {now:?}");
        }
    }
}
