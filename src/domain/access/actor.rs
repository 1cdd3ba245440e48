//! Who acts, and the proof that they may. Nothing gets leave but through [`Actor::permit`].

use super::{Action, Role, TokenPass};
use crate::domain::ids::{TeamId, UserId};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Who acts: a person as the member of one team, an API token on behalf of the person who made it, or the system on a team's.
///
/// Only the account store makes people, and only [`Actor::system`] makes the system:
///
/// ```compile_fail
/// use quayside::domain::access::Actor;
/// fn forge(actor: Actor) -> Actor { Actor { role: quayside::domain::access::Role::Owner, ..actor } }
/// ```
#[derive(Clone, Debug)]
pub struct Actor {
    user: Option<UserId>,
    email: String,
    name: String,
    team: TeamId,
    role: Role,
    address: Option<IpAddr>,
    token: Option<TokenPass>,
}

impl Actor {
    /// A member as the database knows them. `address` is where the request came from.
    pub(crate) fn member(user: UserId, email: String, name: String, team: TeamId, role: Role) -> Self {
        Self { user: Some(user), email, name, team, role, address: None, token: None }
    }

    /// The machine, working for a team after the person who asked has gone.
    pub fn system(team: TeamId) -> Self {
        Self {
            user: None,
            email: "system".to_owned(),
            name: "Quayside".to_owned(),
            team,
            role: Role::Operator,
            address: None,
            token: None,
        }
    }

    /// The machine, finishing for a team what it was allowed to begin or must do for every team.
    pub fn keeper(team: TeamId) -> Self {
        Self { role: Role::Owner, ..Self::system(team) }
    }

    /// Whoever runs the server, at its own console: there is nobody above them.
    pub fn console(team: TeamId) -> Self {
        Self { email: "console".to_owned(), name: "Console".to_owned(), role: Role::Owner, ..Self::system(team) }
    }

    /// The same member, acting through a token of theirs: no more than the token's scopes allow, and no more than the role does.
    #[must_use]
    pub(crate) fn through(self, token: TokenPass) -> Self {
        Self { token: Some(token), ..self }
    }

    /// The same actor, seen at an address.
    #[must_use]
    pub fn at(mut self, address: Option<IpAddr>) -> Self {
        self.address = address;
        self
    }

    /// The account, or nothing for the system.
    pub fn user(&self) -> Option<UserId> {
        self.user
    }

    /// The e-mail address, or `system`.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// The person's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The team that the actor works in.
    pub fn team(&self) -> TeamId {
        self.team
    }

    /// The role in that team.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Where the request came from.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// The token that the actor acts through, if it is no person at a browser.
    pub fn token(&self) -> Option<&TokenPass> {
        self.token.as_ref()
    }

    /// True where the actor's role allows the action, and their token's scopes do: for showing a button, never instead of a permit.
    pub fn may(&self, action: Action) -> bool {
        let in_scope = |token: &TokenPass| action.scope().is_some_and(|scope| token.scopes.contains(&scope));
        self.role >= action.needs() && self.token.as_ref().is_none_or(in_scope)
    }

    /// Leave to act.
    ///
    /// # Errors
    /// [`Denied`] where the role is not enough.
    pub fn permit(&self, action: Action) -> Result<Permit, Denied> {
        if self.may(action) {
            Ok(Permit { actor: self.clone(), action })
        } else {
            Err(Denied { action, role: self.role, by_token: self.token.is_some() })
        }
    }
}

/// Proof that an actor was allowed an action. Only [`Actor::permit`] makes one.
///
/// ```compile_fail
/// use quayside::domain::access::{Action, Actor, Permit};
/// fn forge(actor: Actor) -> Permit { Permit { actor, action: Action::PacketCheck } }
/// ```
#[derive(Clone, Debug)]
pub struct Permit {
    actor: Actor,
    action: Action,
}

impl Permit {
    /// Who was allowed.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What was allowed.
    pub fn action(&self) -> Action {
        self.action
    }
}

/// The role is not enough, or the token's scopes are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{}", self.sentence())]
pub struct Denied {
    pub action: Action,
    pub role: Role,
    /// A token asked.
    pub by_token: bool,
}

impl Denied {
    fn sentence(&self) -> String {
        let action = self.action;
        match action.scope().filter(|_| self.by_token) {
            Some(scope) => format!(
                "This token may not do this ({action}): it takes the scope {scope}. An Owner or Admin can create a token that has it."
            ),
            None => format!(
                "The role {} does not allow this ({action}). An Owner or Admin of your team can change your role.",
                self.role.label()
            ),
        }
    }
}
