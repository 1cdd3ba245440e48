//! What people decide about a packet, and why a step is refused.

use thiserror::Error;

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
}

impl PacketRefused {
    /// The word for the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::AlreadyWaived => "already_waived",
            Self::NoSuchFinding => "no_such_finding",
            Self::NotWaived => "not_waived",
        }
    }
}
