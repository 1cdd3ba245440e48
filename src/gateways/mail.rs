//! Mail out: to a server that takes it, or, without one, into a folder where a developer reads it. It knows letters and answers,
//! nothing of codes or teams.

use crate::domain::account::Email;
use crate::domain::ids::MailId;
use crate::domain::mail::Words;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncTransport, Tokio1Executor};
use mail_parser::MessageParser;
use secrecy::{ExposeSecret, SecretString};
use std::error::Error as _;
use std::net::IpAddr;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// How long one answer of the mail server may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why a letter did not leave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Trying again would not help.
    #[error("{0}")]
    Refused(String),
    /// It may work later.
    #[error("{0}")]
    Later(String),
}

/// Why the settings of mail cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Mail cannot be set up: {0}")]
pub struct MailSetup(String);

/// The way out.
#[derive(Clone)]
pub enum Mail {
    /// A mail server. Each letter is a conversation of its own: lettre's pool of open ones panics when it is dropped without a runtime.
    Server { transport: AsyncSmtpTransport<Tokio1Executor>, from: Mailbox },
    /// A folder of `.eml` files.
    Folder { folder: Folder, from: Mailbox },
}

fn sender(from: &str) -> Result<Mailbox, MailSetup> {
    from.parse().map_err(|error| MailSetup(format!("the sender {from:?} is no address: {error}")))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// How a server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Security {
    /// TLS from the start.
    Tls,
    /// TLS before anything is said.
    Starttls,
    /// In the clear: on this machine only.
    Clear,
}

/// How the server of a URL is spoken to, and its usual port.
fn security(scheme: &str, host: &str) -> Option<(Security, u16)> {
    match scheme {
        "smtps" => Some((Security::Tls, 465)),
        "smtp" if is_loopback(host) => Some((Security::Clear, 25)),
        "smtp" => Some((Security::Starttls, 587)),
        _ => None,
    }
}

fn unescaped(text: &str) -> String {
    let pairs = format!("v={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(pairs.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

impl Mail {
    /// The server of a URL: `smtps://` speaks TLS from the start, `smtp://` has to change to TLS before anything is said. Certificates
    /// are verified and there is no way around it; only a server on this machine is spoken to in the clear.
    ///
    /// # Errors
    /// [`MailSetup`] where the URL or the sender cannot be used.
    pub fn at(url: &SecretString, from: &str) -> Result<Self, MailSetup> {
        let url = Url::parse(url.expose_secret()).map_err(|error| MailSetup(error.to_string()))?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let tls = || TlsParameters::new(host.clone()).map_err(|error| MailSetup(error.to_string()));
        let (security, port) = security(url.scheme(), &host)
            .ok_or_else(|| MailSetup(format!("{} is neither smtp nor smtps", url.scheme())))?;
        let tls = match security {
            Security::Tls => Tls::Wrapper(tls()?),
            Security::Starttls => Tls::Required(tls()?),
            Security::Clear => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .tls(tls)
            .port(url.port().unwrap_or(port))
            .timeout(Some(PATIENCE));
        if !url.username().is_empty() {
            let password = unescaped(url.password().unwrap_or_default());
            builder = builder.credentials(Credentials::new(unescaped(url.username()), password));
        }
        Ok(Self::Server { transport: builder.build(), from: sender(from)? })
    }

    /// No server: letters land in a folder, which is made where it is missing.
    ///
    /// # Errors
    /// [`MailSetup`] where the folder or the sender cannot be used.
    pub fn in_folder(path: &Path, from: &str) -> Result<Self, MailSetup> {
        // Letters hold codes and links: nobody else of the machine reads them.
        let closed = std::fs::Permissions::from_mode(0o700);
        std::fs::create_dir_all(path)
            .and_then(|()| std::fs::set_permissions(path, closed))
            .map_err(|error| MailSetup(format!("{}: {error}", path.display())))?;
        Ok(Self::Folder { folder: Folder(path.to_owned()), from: sender(from)? })
    }

    /// The folder, where there is no server.
    pub fn folder(&self) -> Option<&Folder> {
        match self {
            Self::Folder { folder, .. } => Some(folder),
            Self::Server { .. } => None,
        }
    }

    /// Sends one letter and gives the server's answer. Sent twice, it has the same number both times.
    ///
    /// # Errors
    /// [`MailError`] with the server's own words.
    pub async fn send(&self, id: MailId, to: &Email, words: &Words) -> Result<String, MailError> {
        match self {
            Self::Server { transport, from } => {
                let letter = written(from, id, to, words)?;
                let answer = transport.send(letter).await.map_err(|error| {
                    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
                    let words = format!("{error}{cause}");
                    if error.is_permanent() { MailError::Refused(words) } else { MailError::Later(words) }
                })?;
                let words: Vec<&str> = answer.message().collect();
                Ok(format!("{} {}", answer.code(), words.join(" ")))
            }
            Self::Folder { folder, from } => {
                let bytes = written(from, id, to, words)?.formatted();
                folder.keep(id, &bytes).map_err(|error| MailError::Later(error.to_string()))
            }
        }
    }
}

fn written(from: &Mailbox, id: MailId, to: &Email, words: &Words) -> Result<Message, MailError> {
    let refused = |error: &dyn std::fmt::Display| MailError::Refused(error.to_string());
    let mailbox = |email: &Email| -> Result<Mailbox, MailError> {
        let address = email.as_str().parse().map_err(|error: lettre::address::AddressError| refused(&error))?;
        Ok(Mailbox::new(None, address))
    };
    let mut builder = Message::builder().from(from.clone()).to(mailbox(to)?);
    if let Some(answer_to) = &words.answer_to {
        builder = builder.reply_to(mailbox(answer_to)?);
    }
    builder
        .subject(words.subject.as_str())
        .message_id(Some(format!("<{id}@{}>", from.email.domain())))
        .header(ContentType::TEXT_PLAIN)
        .body(words.text.clone())
        .map_err(|error| refused(&error))
}

/// A folder of letters, one `.eml` file each; their names sort by time.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

/// A letter that landed in the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Landed {
    pub name: String,
    pub to: String,
    pub subject: String,
    pub text: String,
}

impl Folder {
    fn keep(&self, id: MailId, bytes: &[u8]) -> std::io::Result<String> {
        use std::io::Write;
        let path = self.0.join(format!("{id}.eml"));
        let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        file.write_all(bytes)?;
        Ok(format!("kept as {}", path.display()))
    }

    /// The last letters, newest first, at most `limit`.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn newest(&self, limit: usize) -> std::io::Result<Vec<Landed>> {
        let entries = std::fs::read_dir(&self.0)?.collect::<Result<Vec<_>, _>>()?;
        let mut names: Vec<String> =
            entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.retain(|name| name.ends_with(".eml"));
        names.sort_by(|a, b| b.cmp(a));
        names.truncate(limit);
        names.into_iter().map(|name| Ok(landed(&std::fs::read(self.0.join(&name))?, name))).collect()
    }
}

fn landed(bytes: &[u8], name: String) -> Landed {
    let Some(letter) = MessageParser::default().parse(bytes) else { return Landed { name, ..Landed::default() } };
    let to = letter.to().and_then(|to| to.first()).and_then(|to| to.address()).unwrap_or_default().to_owned();
    Landed {
        name,
        to,
        subject: letter.subject().unwrap_or_default().to_owned(),
        text: letter.body_text(0).unwrap_or_default().into_owned(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_a_server_on_this_machine_is_spoken_to_in_the_clear() {
        for (scheme, host, way) in [
            ("smtps", "127.0.0.1", Security::Tls),
            ("smtps", "mail.example", Security::Tls),
            ("smtp", "mail.example", Security::Starttls),
            ("smtp", "10.0.0.7", Security::Starttls),
            ("smtp", "localhost.evil.example", Security::Starttls),
            ("smtp", "127.0.0.1", Security::Clear),
            ("smtp", "::1", Security::Clear),
            ("smtp", "localhost", Security::Clear),
        ] {
            assert_eq!(security(scheme, host).unwrap().0, way, "{scheme} {host}");
        }
        assert!(Mail::at(&"http://mail.example".into(), "q@q.example").is_err());
        assert!(Mail::at(&"smtp://mail.example".into(), "no address").is_err());
    }

    #[test]
    fn a_line_break_begins_no_header() {
        let from = sender("Quayside <q@q.example>").unwrap();
        let to = Email::parse("olga@atlas.example").unwrap();
        let words = Words {
            subject: "Hi\r\nBcc: all@evil.example".to_owned(),
            text: "\r\n.\r\nBcc: x@y.example\r\n".to_owned(),
            answer_to: None,
        };
        let letter = written(&from, MailId::fresh(), &to, &words);
        let bytes = letter.unwrap().formatted();
        let (head, _) = std::str::from_utf8(&bytes).unwrap().split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
        for evil in ["a@b.example>\r\nRCPT TO:<c@d.example", "a@b.example\r\nBcc: c@d.example"] {
            assert!(Email::parse(evil).is_err(), "{evil:?}");
        }
    }

    #[test]
    fn what_lands_in_the_folder_can_be_read_again() {
        let home = tempfile::tempdir().unwrap();
        let mail = Mail::in_folder(home.path(), "Quayside <q@q.example>").unwrap();
        let to = Email::parse("olga@atlas.example").unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for subject in ["First", "Zweiter Brief für Olga"] {
            let words = Words { subject: subject.to_owned(), text: "Straße 1\n\nBye\n".to_owned(), answer_to: None };
            runtime.block_on(mail.send(MailId::fresh(), &to, &words)).unwrap();
        }
        let letters = mail.folder().unwrap().newest(1).unwrap();
        let newest = letters.first().unwrap();
        assert_eq!(
            (letters.len(), newest.subject.as_str(), newest.to.as_str()),
            (1, "Zweiter Brief für Olga", to.as_str())
        );
        assert_eq!(newest.text.replace('\r', ""), "Straße 1\n\nBye\n");
    }
}
