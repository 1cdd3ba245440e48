//! What API tokens are for, and the token that somebody acts with. Making, keeping and checking tokens is `domain::token`'s and the store's.

use super::{Action, Role};
use crate::domain::ids::TokenId;
use crate::domain::words::words;

words! {
    /// What an API token is for. Which actions that are says [`Action::scope`].
    Scope { PacketsRead = "packets:read", PacketsWrite = "packets:write" }
}

impl Scope {
    /// What it allows, for whoever chooses one.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::PacketsRead => "List packets, and download results, originals and reports.",
            Self::PacketsWrite => "Send packets, and have them checked again.",
        }
    }

    /// The least role that may all of it: the highest that one of its actions needs.
    pub fn needs(self) -> Role {
        let actions = Action::ALL.iter().filter(|action| action.scope() == Some(self));
        actions.map(|action| action.needs()).max().unwrap_or(Role::Owner)
    }
}

/// The API token that an actor acts with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenPass {
    pub id: TokenId,
    pub name: String,
    pub scopes: Vec<Scope>,
}
