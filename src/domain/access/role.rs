//! The roles: what a member is in a team, and which role is above which. What each may is `action`'s.

use super::Action;
use crate::domain::words::words;

words! {
    /// What a member is in a team, least first.
    Role { Viewer = "viewer", Operator = "operator", Admin = "admin", Owner = "owner" }
}

impl Role {
    /// True for who watches over a team: they are told of unusual activity, and theirs is watched more closely.
    pub const fn is_watcher(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// True where this role may more than the other.
    pub fn is_above(self, other: Self) -> bool {
        self > other
    }

    /// True for the role of which a team always has one.
    pub const fn is_owner(self) -> bool {
        matches!(self, Self::Owner)
    }

    /// True where the role allows the action: for choosing whom something may be given to, never instead of a permit.
    pub fn may(self, action: Action) -> bool {
        self >= action.needs()
    }

    /// What it may, in a sentence for whoever chooses one.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Viewer => "Reads everything and changes nothing.",
            Self::Operator => "Works on packets. No users, no settings.",
            Self::Admin => "Also invites and manages users, and changes the team's settings.",
            Self::Owner => "Also changes keys and deletes the team. A team has at least one.",
        }
    }

    /// The name on a page.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Operator => "Operator",
            Self::Admin => "Admin",
            Self::Owner => "Owner",
        }
    }
}
