//! Who may do what. The one table of permissions; nothing else compares roles.

use super::ids::{TeamId, TokenId, UserId};
use super::packet::document::words;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

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

words! {
    /// Everything that can be done in a team; the word is what the audit log says.
    Action {
        SessionStart = "session.start",
        SessionEnd = "session.end",
        AccountSignUp = "account.sign_up",
        CodeCheck = "code.check",
        PasswordResetAsk = "password_reset.request",
        PasswordReset = "password_reset.use",
        AccountChange = "account.change",
        AccountProve = "account.prove",
        EmailChange = "email.change",
        PasswordChange = "password.change",
        FactorAdd = "factor.add",
        FactorRemove = "factor.remove",
        FactorRecover = "factor.recover",
        TeamAlarm = "team.alarm",
        TeamSwitch = "team.switch",
        TeamFound = "team.found",
        TeamLeave = "team.leave",
        TeamSettings = "team.settings",
        TeamDelete = "team.delete",
        TeamKeep = "team.keep",
        MemberView = "member.view",
        MemberInvite = "member.invite",
        InviteResend = "invite.resend",
        InviteRevoke = "invite.revoke",
        InviteAccept = "invite.accept",
        MemberRole = "member.role",
        MemberSuspend = "member.suspend",
        MemberReactivate = "member.reactivate",
        MemberRemove = "member.remove",
        ClientView = "client.view",
        ClientSave = "client.save",
        ClientRemove = "client.remove",
        AliasSave = "alias.save",
        AliasRemove = "alias.remove",
        PacketView = "packet.view",
        PacketCreate = "packet.create",
        PacketCheck = "packet.check",
        PacketExport = "packet.export",
        PacketCorrect = "packet.correct",
        PacketArrange = "packet.arrange",
        PacketFiles = "packet.files",
        PacketWaive = "packet.waive",
        PacketDecide = "packet.decide",
        PacketAssign = "packet.assign",
        PacketComment = "packet.comment",
        PacketAsk = "packet.ask",
        PacketDelete = "packet.delete",
        ViewSave = "view.save",
        ViewRemove = "view.remove",
        ViewShare = "view.share",
        KeyRotate = "key.rotate",
        WorkView = "work.view",
        WorkRetry = "work.retry",
        TokenView = "token.view",
        TokenCreate = "token.create",
        TokenRevoke = "token.revoke",
        AuditView = "audit.view",
        AuditExport = "audit.export",
        AuditVerify = "audit.verify",
    }
}

impl Action {
    /// What it is, for the table that people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::SessionStart => "sign in",
            Self::SessionEnd => "sign out",
            Self::AccountSignUp => "found a team by signing up",
            Self::CodeCheck => "enter a code from a letter",
            Self::PasswordResetAsk => "ask for a link to set a new password",
            Self::PasswordReset => "set a new password with it",
            Self::AccountChange => "change one's own name, or what one's pages listen to",
            Self::AccountProve => "confirm with the password that it is oneself",
            Self::EmailChange => "change one's own address",
            Self::PasswordChange => "change one's own password",
            Self::FactorAdd => "set up a second factor",
            Self::FactorRemove => "remove one's own second factor",
            Self::FactorRecover => "use and renew recovery codes",
            Self::TeamAlarm => "cause a letter about unusual activity to Owners and Admins",
            Self::TeamSwitch => "go on in another of one's own teams",
            Self::TeamFound => "found another team",
            Self::TeamLeave => "leave the team",
            Self::TeamSettings => "see and change the team's settings",
            Self::TeamDelete => "delete the team",
            Self::TeamKeep => "keep a team that is to be deleted",
            Self::MemberView => "see who is in the team, in which role",
            Self::MemberInvite => "invite people, in no role above one's own",
            Self::InviteResend => "send an invite again",
            Self::InviteRevoke => "revoke an invite",
            Self::InviteAccept => "accept an invite",
            Self::MemberRole => "change a member's role, none above one's own",
            Self::MemberSuspend => "suspend a member",
            Self::MemberReactivate => "let a suspended member in again",
            Self::MemberRemove => "remove a member",
            Self::ClientView => "see what is expected of each client's papers",
            Self::ClientSave => "say what is expected of a client's papers",
            Self::ClientRemove => "forget what was expected of a client's papers",
            Self::AliasSave => "confirm that two names are one company",
            Self::AliasRemove => "take back that two names are one company",
            Self::PacketView => "see packets, their findings, documents and originals",
            Self::PacketCreate => "upload packets",
            Self::PacketCheck => "check packets again",
            Self::PacketExport => "export packets, their reports and lists of them",
            Self::PacketCorrect => "correct what was read, and take a correction back",
            Self::PacketArrange => "say which pages of a file are a document, of which kind, and take that back",
            Self::PacketFiles => "add files to packets, replace them, and leave them out of the checks",
            Self::PacketWaive => "waive findings, and take a waiver back",
            Self::PacketDecide => "approve, reject and reopen packets",
            Self::PacketAssign => "claim packets, and give them to a member or to nobody",
            Self::PacketComment => "comment on packets, and change and remove one's own comments",
            Self::PacketAsk => "ask importers by mail about packets",
            Self::PacketDelete => "delete packets to the bin, and restore them",
            Self::ViewSave => "keep views of the list of packets",
            Self::ViewRemove => "remove one's own views",
            Self::ViewShare => "share views with the team, change and remove them",
            Self::KeyRotate => "change the keys of the team's files",
            Self::WorkView => "see the team's work",
            Self::WorkRetry => "let failed work be tried again",
            Self::TokenView => "see the team's API tokens",
            Self::TokenCreate => "create API tokens",
            Self::TokenRevoke => "revoke API tokens",
            Self::AuditView => "see the audit log",
            Self::AuditExport => "export the audit log",
            Self::AuditVerify => "verify the audit log",
        }
    }

    /// The least role that may do it.
    pub const fn needs(self) -> Role {
        match self {
            Self::SessionStart
            | Self::SessionEnd
            | Self::AccountSignUp
            | Self::CodeCheck
            | Self::PasswordResetAsk
            | Self::PasswordReset
            | Self::AccountChange
            | Self::AccountProve
            | Self::EmailChange
            | Self::PasswordChange
            | Self::FactorAdd
            | Self::FactorRemove
            | Self::FactorRecover
            | Self::TeamAlarm
            | Self::TeamSwitch
            | Self::TeamFound
            | Self::TeamLeave
            | Self::MemberView
            | Self::InviteAccept
            | Self::ClientView
            | Self::PacketExport
            | Self::ViewSave
            | Self::ViewRemove
            | Self::PacketView => Role::Viewer,
            Self::AliasSave
            | Self::AliasRemove
            | Self::PacketCreate
            | Self::PacketCheck
            | Self::PacketCorrect
            | Self::PacketArrange
            | Self::PacketFiles
            | Self::PacketWaive
            | Self::PacketDecide
            | Self::PacketAssign
            | Self::PacketComment
            | Self::PacketAsk
            | Self::PacketDelete
            | Self::ViewShare
            | Self::WorkView
            | Self::WorkRetry => Role::Operator,
            Self::TeamSettings
            | Self::MemberInvite
            | Self::InviteResend
            | Self::InviteRevoke
            | Self::MemberRole
            | Self::MemberSuspend
            | Self::MemberReactivate
            | Self::MemberRemove
            | Self::ClientSave
            | Self::ClientRemove
            | Self::TokenView
            | Self::TokenCreate
            | Self::TokenRevoke
            | Self::AuditView
            | Self::AuditExport
            | Self::AuditVerify => Role::Admin,
            Self::TeamDelete | Self::TeamKeep | Self::KeyRotate => Role::Owner,
        }
    }

    /// The scope with which an API token may do it; nothing where only a person may.
    pub const fn scope(self) -> Option<Scope> {
        match self {
            Self::PacketView | Self::PacketExport => Some(Scope::PacketsRead),
            Self::PacketCreate | Self::PacketCheck => Some(Scope::PacketsWrite),
            _ => None,
        }
    }
}

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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn member(role: Role) -> Actor {
        Actor::member(UserId::fresh(), "a@b.example".into(), "A".into(), TeamId::fresh(), role)
    }

    #[test]
    fn a_viewer_reads_and_changes_nothing() {
        let viewer = member(Role::Viewer);
        assert!(viewer.permit(Action::PacketView).is_ok());
        assert_eq!(viewer.permit(Action::PacketCreate).unwrap_err().action, Action::PacketCreate);
        assert_eq!(viewer.permit(Action::WorkRetry).unwrap_err().role, Role::Viewer);
    }

    #[test]
    fn a_token_may_what_its_scopes_say_and_never_more_than_its_maker() {
        let through = |role, scopes: &[Scope]| {
            member(role).through(TokenPass { id: TokenId::fresh(), name: "ERP".into(), scopes: scopes.into() })
        };
        let reader = through(Role::Owner, &[Scope::PacketsRead]);
        let allowed: Vec<Action> = Action::ALL.iter().copied().filter(|action| reader.may(*action)).collect();
        assert_eq!(allowed, [Action::PacketView, Action::PacketExport]);
        let refused = reader.permit(Action::PacketCreate).unwrap_err().to_string();
        assert!(refused.contains("it takes the scope packets:write"), "{refused}");
        assert!(through(Role::Operator, &[Scope::PacketsWrite]).may(Action::PacketCreate));
        assert!(!through(Role::Viewer, &[Scope::PacketsWrite]).may(Action::PacketCreate));
        assert!(!through(Role::Owner, Scope::ALL).may(Action::TokenCreate));
        assert_eq!((Scope::PacketsRead.needs(), Scope::PacketsWrite.needs()), (Role::Viewer, Role::Operator));
    }

    #[test]
    fn every_role_may_what_a_lesser_one_may() {
        for action in Action::ALL.iter().copied() {
            let allowed: Vec<bool> = Role::ALL.iter().map(|role| member(*role).may(action)).collect();
            assert!(allowed.is_sorted(), "{action}: {allowed:?}");
        }
    }
}
