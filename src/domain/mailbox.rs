//! Packets by e-mail: the word that makes a team's address, what a message says of itself, and why one becomes no packet. How messages
//! are delivered is `gateways::maildir`'s business, how they are read `reading`'s.

use super::mail::one_line;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The longest subject and the longest sender that are kept, in letters.
pub const WORDS_MAX: usize = 200;

/// For so many days a message that became a packet stays where it was put away: the packet has it.
pub const TAKEN_DAYS: i64 = 7;
/// For so many days a message that was refused stays: it is nowhere else.
pub const REFUSED_DAYS: i64 = 30;

/// What stands before the @ of a team's address: 122 random bits in 32 hexadecimal digits. Whoever knows it can send packets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word(String);

impl Word {
    /// A word that nobody has used.
    pub fn fresh() -> Self {
        Self(Uuid::new_v4().simple().to_string())
    }

    /// A word as it is kept; nothing where it could be another folder's name.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        fits.then(|| Self(text.to_owned()))
    }

    /// The whole of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How it begins, for the audit log: enough to tell two apart and too little to send to.
    pub fn start(&self) -> String {
        format!("{}…", self.0.chars().take(6).collect::<String>())
    }
}

/// What a message says of itself. Anybody can write anything there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    pub message_id: Option<String>,
    pub subject: Option<String>,
    /// Name and address of the first sender.
    pub sender: Option<String>,
}

impl Envelope {
    /// The envelope of header fields as they were sent: on one line each, and bounded.
    pub fn of(message_id: Option<&str>, subject: Option<&str>, name: Option<&str>, address: Option<&str>) -> Self {
        let sender = match (name.map(one_line).filter(|name| !name.is_empty()), address) {
            (Some(name), Some(address)) => Some(format!("{name} <{address}>")),
            (name, address) => name.or_else(|| address.map(str::to_owned)),
        };
        Self {
            message_id: message_id.map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned),
            subject: subject.and_then(bounded),
            sender: sender.as_deref().and_then(bounded),
        }
    }

    /// What the packet is called.
    pub fn title(&self) -> String {
        let from = self.sender.as_ref().map(|sender| format!("E-mail from {sender}"));
        let title = self.subject.clone().or(from).unwrap_or_else(|| "E-mail".to_owned());
        title.chars().take(WORDS_MAX).collect()
    }

    /// By what the message is known again: its own number, or without one its content.
    pub fn key(&self, sha256: &str) -> String {
        match &self.message_id {
            Some(id) => digest("message", id.as_bytes()),
            None => digest("content", sha256.as_bytes()),
        }
    }
}

/// By what something refused is known again: the name of its file.
pub fn refused_key(name: &[u8]) -> String {
    digest("refused", name)
}

fn digest(sort: &str, of: &[u8]) -> String {
    hex::encode(Sha256::new().chain_update(sort).chain_update([0]).chain_update(of).finalize())
}

fn bounded(text: &str) -> Option<String> {
    let text: String = one_line(text).chars().take(WORDS_MAX).collect();
    Some(text).filter(|text| !text.is_empty())
}

/// Why something delivered becomes no packet; the sentence stands on the page Work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailRefused {
    #[error("It is larger than {0}. Ask for its attachments in several e-mails, or upload them.")]
    TooLarge(String),
    #[error("It is no e-mail. Let whoever runs your mail server look at what it delivers.")]
    NoMessage,
    #[error("It is a link or a folder and no file. Let whoever runs your mail server look at what it delivers.")]
    NoFile,
    #[error("Quayside may not read it. Let whoever runs your mail server give Quayside the right to.")]
    Closed,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_word_is_no_path_and_no_two_are_alike() {
        let word = Word::fresh();
        assert_eq!(Word::parse(word.as_str()), Some(word.clone()));
        assert_ne!(word, Word::fresh());
        assert_eq!(word.start().chars().count(), 7);
        for wrong in ["", "..", "new", &"A".repeat(32), &"a".repeat(31), &format!("{}/", "a".repeat(31))] {
            assert_eq!(Word::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_message_is_known_by_its_number_and_without_one_by_its_content() {
        let of = |id| Envelope::of(id, None, None, None);
        assert_eq!(of(Some("1@a")).key("x"), of(Some(" 1@a ")).key("y"));
        assert_ne!(of(Some("1@a")).key("x"), of(Some("2@a")).key("x"));
        assert_ne!(of(None).key("x"), of(None).key("y"));
        assert_ne!(of(Some("x")).key("x"), of(None).key("x"));
        assert_ne!(of(Some("x")).key(""), refused_key(b"x"));
    }

    #[test]
    fn a_packet_has_the_subject_for_a_name_or_the_sender() {
        let of = |subject, name, address| Envelope::of(None, subject, name, address).title();
        assert_eq!(of(Some(" INV-7\r\n papers "), None, None), "INV-7 papers");
        assert_eq!(of(Some(" \t"), Some("Ann"), Some("a@b.example")), "E-mail from Ann <a@b.example>");
        assert_eq!(of(None, None, Some("a@b.example")), "E-mail from a@b.example");
        assert_eq!(of(None, None, None), "E-mail");
    }

    proptest! {
        #[test]
        fn whatever_is_written_there_is_one_line_and_bounded(subject in "\\PC{0,300}|[\\x00-\\x20]{0,9}", name in ".{0,300}") {
            let title = Envelope::of(None, Some(&subject), Some(&name), None).title();
            prop_assert!(title.chars().count() <= WORDS_MAX && !title.is_empty());
            prop_assert!(!title.chars().any(char::is_control));
        }
    }
}
