//! What can be chosen to narrow the list: words of the address, each with what it says to people.

use super::filter::{ME, NOBODY, OPEN, UNDECIDED};
use crate::domain::ids::UserId;
use crate::domain::packet::check::RULES;
use crate::domain::packet::document::Kind;
use crate::domain::packet::state::PacketState;

/// A word of the address that can be chosen, and what it says.
pub struct Choice {
    pub word: String,
    pub label: String,
    pub chosen: bool,
}

fn choices<'a>(words: impl Iterator<Item = (&'a str, String)>, chosen: &str) -> Vec<Choice> {
    words.map(|(word, label)| Choice { word: word.to_owned(), label, chosen: word == chosen }).collect()
}

/// The verdicts.
pub fn verdict_choices(chosen: &str) -> Vec<Choice> {
    let words = [(OPEN, "Blocked or to review"), ("blocked", "Blocked"), ("review", "To review"), ("ready", "Ready")];
    choices(words.into_iter().map(|(word, label)| (word, label.to_owned())), chosen)
}

/// What was decided.
pub fn decision_choices(chosen: &str) -> Vec<Choice> {
    let words = [(UNDECIDED, "Not decided"), ("approved", "Approved"), ("rejected", "Rejected")];
    choices(words.into_iter().map(|(word, label)| (word, label.to_owned())), chosen)
}

/// The states.
pub fn state_choices(chosen: &str) -> Vec<Choice> {
    let label = |state: &PacketState| match state {
        PacketState::Checking => "Being read",
        PacketState::Checked => "Checked",
        PacketState::Failed => "Failed",
    };
    choices(PacketState::ALL.iter().map(|state| (state.as_str(), label(state).to_owned())), chosen)
}

/// The people who can have packets, whoever asks first.
pub fn owner_choices(people: &[(UserId, String)], me: Option<UserId>, chosen: &str) -> Vec<Choice> {
    let ids: Vec<(String, &str)> =
        people.iter().filter(|(id, _)| Some(*id) != me).map(|(id, name)| (id.to_string(), name.as_str())).collect();
    let fixed = [(ME, "Me".to_owned()), (NOBODY, "Nobody".to_owned())].into_iter();
    choices(fixed.chain(ids.iter().map(|(id, name)| (id.as_str(), (*name).to_owned()))), chosen)
}

/// The kinds of documents.
pub fn kind_choices(chosen: &str) -> Vec<Choice> {
    choices(Kind::ALL.iter().map(|kind| (kind.as_str(), kind.label().to_owned())), chosen)
}

/// The codes of findings.
pub fn code_choices(chosen: &str) -> Vec<Choice> {
    choices(RULES.iter().map(|rule| (rule.code, rule.code.to_owned())), chosen)
}
