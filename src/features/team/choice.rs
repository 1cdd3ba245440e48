//! What a form offers to choose from, with a sentence each: of the roles, those that a member may give.

use crate::domain::access::Role;

/// One of several things to choose.
pub struct Choice {
    pub word: &'static str,
    pub label: &'static str,
    pub sentence: &'static str,
    pub is_chosen: bool,
}

/// The roles up to one's own; `chosen` is the word of the one that is set.
pub fn roles(own: Role, chosen: &str) -> Vec<Choice> {
    let choice = |role: &Role| Choice {
        word: role.as_str(),
        label: role.label(),
        sentence: role.sentence(),
        is_chosen: role.as_str() == chosen,
    };
    Role::ALL.iter().filter(|role| !role.is_above(own)).map(choice).collect()
}
