//! A team as its people manage it: its members, their roles and invites, and a person's several teams. Signing in is `account`'s business.

mod choice;
mod ending;
mod invites;
mod letters;
mod mailbox;
mod members;
mod own;
mod settings;
mod tokens;

pub use mailbox::TakesMail;

use crate::domain::access::Action;
use crate::web::route::Access;

crate::routes! {
    get "/team" Access::Needs(Action::MemberView) => members::list;
    get "/team/members/{id}" Access::Needs(Action::MemberRole) => members::show;
    post "/team/members/{id}/role" Access::Needs(Action::MemberRole) => members::change_role;
    post "/team/members/{id}/suspend" Access::Needs(Action::MemberSuspend) => members::suspend;
    post "/team/members/{id}/reactivate" Access::Needs(Action::MemberReactivate) => members::reactivate;
    post "/team/members/{id}/remove" Access::Needs(Action::MemberRemove) => members::remove;
    get "/team/invite" Access::Needs(Action::MemberInvite) => invites::form;
    post "/team/invites" Access::Needs(Action::MemberInvite) => invites::create;
    post "/team/invites/{id}/resend" Access::Needs(Action::InviteResend) => invites::resend;
    post "/team/invites/{id}/revoke" Access::Needs(Action::InviteRevoke) => invites::revoke;
    post "/team/leave" Access::SignedIn => own::leave;
    get "/team/settings" Access::Needs(Action::TeamSettings) => settings::show;
    post "/team/settings/name" Access::Needs(Action::TeamSettings) => settings::rename;
    post "/team/settings/assistance" Access::Needs(Action::TeamSettings) => settings::assist;
    post "/team/settings/factor" Access::Needs(Action::TeamSettings) => settings::require_factor;
    post "/team/settings/audit" Access::Needs(Action::TeamSettings) => settings::keep_log;
    get "/team/mailbox" Access::Needs(Action::TeamSettings) => mailbox::show;
    post "/team/mailbox" Access::Needs(Action::TeamSettings) => mailbox::change;
    get "/team/tokens" Access::Needs(Action::TokenView) => tokens::list;
    get "/team/tokens/new" Access::Needs(Action::TokenCreate) => tokens::form;
    post "/team/tokens" Access::Needs(Action::TokenCreate) => tokens::create;
    post "/team/tokens/{id}/revoke" Access::Needs(Action::TokenRevoke) => tokens::revoke;
    get "/team/delete" Access::Needs(Action::TeamDelete) => ending::form;
    post "/team/delete" Access::Needs(Action::TeamDelete) => ending::create;
    post "/team/keep" Access::Needs(Action::TeamKeep) => ending::remove;
    get "/teams" Access::SignedIn => own::list;
    post "/teams" Access::SignedIn => own::found;
    post "/teams/switch" Access::SignedIn => own::switch;
}
