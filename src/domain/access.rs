//! Who may do what. The one table of permissions; nothing else compares roles.

mod action;
mod actor;
mod role;
mod scope;

pub use action::Action;
pub use actor::{Actor, Denied, Permit};
pub use role::Role;
pub use scope::{Scope, TokenPass};

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::domain::ids::{TeamId, TokenId, UserId};

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
