//! Questions to importers: what may be asked by mail, about a packet or one finding of it. How the letter is worded at first is the
//! page's business, how it leaves the outbox's.

use crate::domain::account::Email;
use crate::domain::ids::QuestionId;
use crate::domain::mail::one_line;
use sha2::{Digest, Sha256};

/// The most letters of a subject.
pub const SUBJECT_MAX: usize = 200;
/// The most letters of a text.
pub const TEXT_MAX: usize = 6000;

/// Why a question was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuestionRefused {
    #[error("Enter a subject.")]
    NoSubject,
    #[error("A subject has at most {SUBJECT_MAX} letters.")]
    LongSubject,
    #[error("Write what you ask.")]
    NoText,
    #[error("A question has at most {TEXT_MAX} letters. Ask about fewer findings at a time.")]
    LongText,
}

/// What it is about, where it is one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The finding's `waiver::key`.
    pub finding: String,
    pub code: String,
    pub title: String,
}

/// A question as it is sent and kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub id: QuestionId,
    /// One finding, or the packet as a whole.
    pub about: Option<About>,
    pub to: Email,
    pub subject: String,
    pub text: String,
}

impl Question {
    /// What the log keeps of its words: SHA-256 of subject and text, lower-case hexadecimal.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.subject.as_bytes());
        hash.update(b"\n");
        hash.update(self.text.as_bytes());
        hex::encode(hash.finalize())
    }
}

/// A subject as it is kept: one line.
///
/// # Errors
/// [`QuestionRefused`] where there is none, or too much of it.
pub fn subject(typed: &str) -> Result<String, QuestionRefused> {
    let subject = one_line(typed);
    match subject.chars().count() {
        0 => Err(QuestionRefused::NoSubject),
        count if count > SUBJECT_MAX => Err(QuestionRefused::LongSubject),
        _ => Ok(subject),
    }
}

/// A text as it is kept: plain, with its line breaks.
///
/// # Errors
/// [`QuestionRefused`] where there is none, or too much of it.
pub fn text(typed: &str) -> Result<String, QuestionRefused> {
    let text = typed.replace("\r\n", "\n");
    let kept: String = text.trim().chars().filter(|letter| *letter == '\n' || !letter.is_control()).collect();
    match kept.chars().count() {
        0 => Err(QuestionRefused::NoText),
        count if count > TEXT_MAX => Err(QuestionRefused::LongText),
        _ => Ok(kept),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_question_has_a_subject_of_one_line_and_some_text() {
        assert_eq!(subject(" Shipment 7\r\nBcc: x@y.example "), Ok("Shipment 7 Bcc: x@y.example".to_owned()));
        assert_eq!(
            (subject("\n"), subject(&"x".repeat(201))),
            (Err(QuestionRefused::NoSubject), Err(QuestionRefused::LongSubject))
        );
        assert_eq!(text(" one\r\ntwo\u{7}\n"), Ok("one\ntwo".to_owned()));
        assert_eq!(
            (text("\r\n"), text(&"x".repeat(6001))),
            (Err(QuestionRefused::NoText), Err(QuestionRefused::LongText))
        );
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_bounded(typed in "(\\PC|\r|\n|\u{0}){0,80}") {
            if let Ok(subject) = subject(&typed) {
                prop_assert!(!subject.chars().any(char::is_control));
            }
            if let Ok(text) = text(&typed) {
                prop_assert!(!text.chars().any(|letter| letter != '\n' && letter.is_control()));
            }
        }
    }
}
