//! The actions: everything that can be done in a team, with the least role and the scope that it takes. It says what is needed; whether
//! somebody has it, says `actor`.

use super::{Role, Scope};
use crate::domain::words::words;

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
