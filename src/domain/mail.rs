//! Letters that Quayside writes: what kinds there are, what one says, and when it is tried again. How they leave is `gateways::mail`,
//! where they wait is `store::outbox`.

use super::account::Email;
use super::ids::{MailId, TeamId};
use super::secret::{SealBroken, Secret};
use crate::domain::words::words;
use chrono::{DateTime, Utc};
use std::time::Duration;

words! {
    /// What a letter is about.
    MailKind {
        SignUpCode = "sign_up_code",
        AccountExists = "account_exists",
        PasswordReset = "password_reset",
        PasswordChanged = "password_changed",
        AccountChanged = "account_changed",
        EmailCode = "email_code",
        Invite = "invite",
        InviteCode = "invite_code",
        TeamEnd = "team_end",
        Mention = "mention",
        Question = "question",
        Alarm = "alarm",
    }
}

impl MailKind {
    /// The name on a page.
    pub const fn label(self) -> &'static str {
        match self {
            Self::SignUpCode => "Mail with a sign-up code",
            Self::AccountExists => "Mail about an account that exists",
            Self::PasswordReset => "Mail to set a new password",
            Self::PasswordChanged => "Mail about a new password",
            Self::AccountChanged => "Mail about a change of an account",
            Self::EmailCode => "Mail with a code for a new address",
            Self::Invite => "Mail with an invite",
            Self::InviteCode => "Mail with a code for an invite",
            Self::TeamEnd => "Mail about the end of a team",
            Self::Mention => "Mail about a mention",
            Self::Question => "Mail with a question to an importer",
            Self::Alarm => "Mail about unusual activity",
        }
    }
}

words! {
    /// Where a letter stands.
    MailState { Waiting = "waiting", Running = "running", Sent = "sent", Failed = "failed" }
}

/// How often a letter is tried before it stays failed and visible: over some six hours, longer than a greylist or a restart.
pub const ATTEMPTS: i32 = 10;
/// How long a sender owns what it claimed; longer than a conversation with a mail server may take.
pub const LEASE: Duration = Duration::from_secs(120);

/// The wait before the next try: 5, 20, 80 … seconds up to an hour, and up to half as much again by `chance` (0 to 1).
pub fn backoff(attempts: i32, chance: f64) -> Duration {
    let power = u32::try_from(attempts.clamp(1, 12)).unwrap_or(1).saturating_sub(1);
    let base = 5u64.saturating_mul(4u64.saturating_pow(power)).min(3600);
    Duration::from_secs(base).mul_f64(1.0 + chance.clamp(0.0, 1.0) / 2.0)
}

/// A letter before it is put into the outbox.
#[derive(Clone, Debug)]
pub struct Letter {
    pub kind: MailKind,
    pub to: Email,
    /// One line; control characters are dropped when it is written.
    pub subject: String,
    pub text: String,
    /// The moment after which it is of no use: a code that has run out is not sent.
    pub useless_after: Option<DateTime<Utc>>,
}

/// A letter as the outbox keeps it: its words are sealed, because they hold codes and links that open accounts.
#[derive(Clone, Debug)]
pub struct SealedLetter {
    pub id: MailId,
    /// The team that it concerns and that may see whether it left; nothing for letters to a person.
    pub team: Option<TeamId>,
    pub kind: MailKind,
    pub to: Email,
    pub sealed: Vec<u8>,
    pub useless_after: Option<DateTime<Utc>>,
}

const PURPOSE: &str = "quayside.outbox/1";
/// Between the subject and the address for answers. No subject holds a control character.
const BETWEEN: char = '\u{1f}';

/// What a letter says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub subject: String,
    pub text: String,
    /// Where answers go; nothing where nobody reads them.
    pub answer_to: Option<Email>,
}

impl Letter {
    /// Closes it for the outbox.
    ///
    /// # Errors
    /// [`SealBroken`] where the operating system has no randomness to give.
    pub fn seal(self, secret: &Secret, team: Option<TeamId>) -> Result<SealedLetter, SealBroken> {
        self.close(secret, team, None)
    }

    /// Closes it for the outbox; whoever answers it writes to `answer_to`.
    ///
    /// # Errors
    /// [`SealBroken`] where the operating system has no randomness to give.
    pub fn seal_for_answer(
        self,
        secret: &Secret,
        team: Option<TeamId>,
        answer_to: &Email,
    ) -> Result<SealedLetter, SealBroken> {
        self.close(secret, team, Some(answer_to))
    }

    fn close(
        self,
        secret: &Secret,
        team: Option<TeamId>,
        answer_to: Option<&Email>,
    ) -> Result<SealedLetter, SealBroken> {
        let id = MailId::fresh();
        let answer_to = answer_to.map(|email| format!("{BETWEEN}{}", email.as_str())).unwrap_or_default();
        let words = format!("{}{answer_to}\n{}", one_line(&self.subject), self.text);
        let sealed = secret.seal(PURPOSE, id.0.as_bytes(), words.as_bytes())?;
        Ok(SealedLetter { id, team, kind: self.kind, to: self.to, sealed, useless_after: self.useless_after })
    }
}

/// What a sealed letter says.
///
/// # Errors
/// [`SealBroken`] where another installation sealed it.
pub fn open(secret: &Secret, id: MailId, sealed: &[u8]) -> Result<Words, SealBroken> {
    let words = String::from_utf8(secret.open(PURPOSE, id.0.as_bytes(), sealed)?).map_err(|_| SealBroken)?;
    let (head, text) = words.split_once('\n').ok_or(SealBroken)?;
    let (subject, answer_to) = head.split_once(BETWEEN).map_or((head, None), |(subject, to)| (subject, Some(to)));
    let answer_to = answer_to.map(Email::parse).transpose().map_err(|_| SealBroken)?;
    Ok(Words { subject: subject.to_owned(), text: text.to_owned(), answer_to })
}

/// What a person typed as one line: no line break or other control character can begin a header of its own.
pub fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_to_an_hour() {
        let waits: Vec<u64> = (1..=12).map(|attempts| backoff(attempts, 0.0).as_secs()).collect();
        assert!(waits.is_sorted());
        assert_eq!((waits.first(), waits.last()), (Some(&5), Some(&3600)));
    }

    #[test]
    fn a_letter_opens_again_and_its_subject_is_one_line() {
        let secret = Secret::new(b"secret");
        let to = Email::parse("olga@atlas.example").unwrap();
        let subject = "Hello\r\nBcc: everybody@evil.example".to_owned();
        let letter = Letter { kind: MailKind::Alarm, to, subject, text: "One\nTwo\n".to_owned(), useless_after: None };
        let sealed = letter.clone().seal(&secret, None).unwrap();
        let words = open(&secret, sealed.id, &sealed.sealed).unwrap();
        assert_eq!(words.subject, "Hello Bcc: everybody@evil.example");
        assert_eq!((words.text.as_str(), words.answer_to), ("One\nTwo\n", None));
        let otto = Email::parse("otto@atlas.example").unwrap();
        let answered = letter.seal_for_answer(&secret, None, &otto).unwrap();
        let words = open(&secret, answered.id, &answered.sealed).unwrap();
        assert_eq!((words.subject.as_str(), words.answer_to), ("Hello Bcc: everybody@evil.example", Some(otto)));
        assert!(open(&secret, MailId::fresh(), &sealed.sealed).is_err(), "a letter is bound to its row");
    }
}
