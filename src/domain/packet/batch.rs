//! What people do with many packets at once, and how it is told. How it is done and taken back, `store::batches` knows.

use crate::domain::access::Action;
use crate::domain::words::words;

/// The most packets of one batch: each of them is changed, and told in the log, in one transaction.
pub const MOST: usize = 500;

words! {
    /// What is done with each packet of a batch.
    Task { Assign = "assign", Check = "check", Approve = "approve", Delete = "delete" }
}

impl Task {
    /// The right that it takes.
    pub const fn action(self) -> Action {
        match self {
            Self::Assign => Action::PacketAssign,
            Self::Check => Action::PacketCheck,
            Self::Approve => Action::PacketDecide,
            Self::Delete => Action::PacketDelete,
        }
    }

    /// What can be chosen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Assign => "Give to somebody",
            Self::Check => "Check again",
            Self::Approve => "Approve what is ready",
            Self::Delete => "Delete to the bin",
        }
    }

    /// `Delete`, before how many.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Assign => "Assign",
            Self::Check => "Check",
            Self::Approve => "Approve",
            Self::Delete => "Delete",
        }
    }

    /// `deleted`, behind how many.
    pub const fn done(self) -> &'static str {
        match self {
            Self::Assign => "assigned",
            Self::Check => "being checked again",
            Self::Approve => "approved",
            Self::Delete => "in the bin",
        }
    }

    /// What a person should know before.
    pub const fn told(self) -> &'static str {
        match self {
            Self::Assign => "Whoever works on them now does so no more.",
            Self::Check => "Corrections and waivers stay. This cannot be taken back.",
            Self::Approve => {
                "Only packets that are ready and not decided are approved; all others stay as they are. You can take it back."
            }
            Self::Delete => "They leave every list and stay in the bin for 30 days at least. You can take it back.",
        }
    }

    /// True where it can be taken back.
    pub const fn can_be_undone(self) -> bool {
        !matches!(self, Self::Check)
    }
}

/// `1 packet`, `12 packets`.
pub fn counted(count: usize) -> String {
    if count == 1 { "1 packet".to_owned() } else { format!("{count} packets") }
}
