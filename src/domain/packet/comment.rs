//! Comments on a packet: what may be said, and whom it mentions.

use crate::domain::ids::UserId;
use std::collections::BTreeSet;

/// The most letters of a comment.
pub const BODY_MAX: usize = 4000;

/// Why a comment was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommentRefused {
    #[error("Write something first.")]
    Empty,
    #[error("A comment has at most {BODY_MAX} letters.")]
    Long,
}

/// A comment as it is kept: plain text, with its line breaks.
///
/// # Errors
/// [`CommentRefused`] where there is nothing, or too much of it.
pub fn body(typed: &str) -> Result<String, CommentRefused> {
    let text: String = typed.trim().replace("\r\n", "\n");
    let text: String = text.chars().filter(|letter| *letter == '\n' || !letter.is_control()).collect();
    match text.chars().count() {
        0 => Err(CommentRefused::Empty),
        count if count > BODY_MAX => Err(CommentRefused::Long),
        _ => Ok(text),
    }
}

/// Those whose name or address stands whole behind an `@`: `@Olga Tester`, `@olga@atlas.example`.
pub fn mentioned<'p>(text: &str, people: impl IntoIterator<Item = (UserId, &'p str, &'p str)>) -> BTreeSet<UserId> {
    let folded = text.to_lowercase();
    let starts: Vec<&str> = folded
        .match_indices('@')
        .filter(|(at, _)| !folded.get(..*at).is_some_and(|before| before.ends_with(char::is_alphanumeric)))
        .filter_map(|(at, _)| folded.get(at.saturating_add(1)..))
        .collect();
    let names = |rest: &str, name: &str| {
        let behind = rest.strip_prefix(name.to_lowercase().as_str());
        !name.is_empty() && behind.is_some_and(|behind| !behind.starts_with(char::is_alphanumeric))
    };
    let is_named =
        |(_, name, email): &(UserId, &str, &str)| starts.iter().any(|rest| names(rest, name) || names(rest, email));
    people.into_iter().filter(is_named).map(|(user, ..)| user).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_mention_is_a_whole_name_or_address_behind_its_mark() {
        let (olga, otto) = (UserId::fresh(), UserId::fresh());
        let people = || [(olga, "Olga Tester", "olga@atlas.example"), (otto, "Otto", "otto@atlas.example")];
        for (text, found) in [
            ("@Olga Tester, please look", vec![olga]),
            ("ask @OTTO.", vec![otto]),
            ("(@olga@atlas.example) and @otto", vec![olga, otto]),
            ("@Ottoline knows", vec![]),
            ("mail otto@atlas.example", vec![]),
            ("x@Otto", vec![]),
            ("Otto", vec![]),
        ] {
            assert_eq!(mentioned(text, people()), found.into_iter().collect(), "{text}");
        }
    }

    #[test]
    fn a_comment_is_some_text() {
        assert_eq!(body(" one\r\ntwo\u{7} "), Ok("one\ntwo".to_owned()));
        assert_eq!(body(" \n"), Err(CommentRefused::Empty));
        assert_eq!(body(&"x".repeat(4001)), Err(CommentRefused::Long));
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,60}|(@|İ|ß|Otto| ){0,12}") {
            let otto = UserId::fresh();
            prop_assert!(mentioned(&text, [(otto, "Otto", "o@x.example")]).len() <= 1);
        }
    }
}
