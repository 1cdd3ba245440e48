//! The settings of one process, read from the environment once at start. Every variable stands in `VARIABLES` and in `.env.example`; a
//! wrong one is refused with a sentence. Nothing else reads the environment.

mod limits;
mod outside;
mod reader;
mod variables;
mod wire;

pub use outside::Database;
pub use reader::ConfigError;

use crate::reading::source::Limits;
use crate::web::tls::TlsFiles;
use ipnet::IpNet;
use reader::Reader;
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::PathBuf;
use url::Url;

/// The variables that hold secrets, each with the one that names a file to read it from instead.
const IN_FILES: &[(&str, &str)] = &[
    ("DATABASE_URL", "DATABASE_URL_FILE"),
    ("DATABASE_OWNER_URL", "DATABASE_OWNER_URL_FILE"),
    ("QUAYSIDE_SECRET", "QUAYSIDE_SECRET_FILE"),
    ("QUAYSIDE_KEYS", "QUAYSIDE_KEYS_FILE"),
    ("QUAYSIDE_METRICS_TOKEN", "QUAYSIDE_METRICS_TOKEN_FILE"),
];

/// How a log line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Who may found a team from the web.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUp {
    /// Everybody with an e-mail address.
    Open,
    /// Nobody: teams are founded on the command line.
    Closed,
}

/// The settings of one process.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: SocketAddr,
    /// Nothing: plain HTTP, for this machine alone or behind a proxy that serves TLS.
    pub tls: Option<TlsFiles>,
    /// Where plain HTTP is answered with the way to `public_url`; nothing: nowhere.
    pub redirect_listen: Option<SocketAddr>,
    /// The proxies whose forwarded headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Where a weakness is reported to: `mailto:…` or `https://…`.
    pub security_contact: Option<Url>,
    /// Where browsers reach the application: the origin of every form.
    pub public_url: Url,
    /// Where the private PostgreSQL, local objects and the secret live.
    pub var: PathBuf,
    /// Nothing: the private PostgreSQL under `var`.
    pub database: Option<Database>,
    pub connections: u32,
    /// `file:///…`, `s3://bucket/prefix`, `gs://…`, `az://…`; nothing: `objects` under `var`.
    pub objects: Option<Url>,
    /// `smtp://…` or `smtps://…` with user and password; nothing: letters land in `mail` under `var`.
    pub mail: Option<SecretString>,
    /// Who letters come from, `Quayside <quayside@company.com>`.
    pub mail_from: String,
    /// The folder into which the mail server delivers packets, a Maildir for each team's address; nothing: packets come by no e-mail.
    pub mail_in: Option<PathBuf>,
    pub sign_up: SignUp,
    /// Keys cookies and the audit chain; nothing: made once and kept under `var`.
    pub secret: Option<SecretString>,
    /// The master keys of files and secrets, the newest first; nothing: one that the secret makes.
    pub keys: Option<SecretString>,
    /// How many packets `serve` checks at a time itself; 0 leaves it all to `quayside work`.
    pub workers: usize,
    /// Files in one packet.
    pub files: usize,
    /// What one file may hold, and what reading it may take.
    pub limits: Limits,
    pub session_idle_minutes: u32,
    /// A session ends after this, whatever happens.
    pub session_days: u32,
    /// How long requests and work in progress get when the process is asked to stop.
    pub stop_seconds: u64,
    /// Who sends it as a bearer token may read `/metrics`; nothing: there is no such page.
    pub metrics_token: Option<SecretString>,
    pub log: String,
    pub log_format: LogFormat,
}

impl Config {
    /// The settings of this process's environment.
    ///
    /// # Errors
    /// [`ConfigError`] for the first wrong variable.
    pub fn from_env() -> Result<Self, ConfigError> {
        let mut held = Vec::new();
        for (name, file) in IN_FILES {
            let Some(path) = std::env::var_os(file).filter(|path| !path.is_empty()) else { continue };
            let wanted = "it has to name a file that this process may read";
            let found = path.to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path);
            let text = text.map_err(|_| ConfigError { name: file, found, wanted: wanted.to_owned(), default: name })?;
            held.push((*name, text.trim().to_owned()));
        }
        Self::from(&|name| {
            let in_file = held.iter().find(|(held, _)| *held == name).map(|(_, text)| text.clone());
            in_file.or_else(|| std::env::var(name).ok())
        })
    }

    /// The settings that `look` finds by name.
    ///
    /// # Errors
    /// [`ConfigError`] for the first wrong variable.
    pub fn from(look: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let read = Reader { look };
        let web = |text: &str| url(text).filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let (mail, mail_from) = outside::mail(&read)?;
        Ok(Self {
            tls: wire::tls(&read)?,
            redirect_listen: wire::redirect_listen(&read)?,
            trusted_proxies: wire::trusted_proxies(&read)?,
            security_contact: wire::security_contact(&read)?,
            listen: read.parsed(
                "QUAYSIDE_LISTEN",
                "it has to be an address and a port such as 127.0.0.1:8080",
                |text| text.parse().ok(),
            )?,
            public_url: read.parsed("QUAYSIDE_PUBLIC_URL", "it has to be an http or https URL", web)?,
            var: PathBuf::from(read.text("QUAYSIDE_VAR")),
            database: outside::database(&read),
            connections: read.number("QUAYSIDE_CONNECTIONS", 4, 500)?,
            objects: outside::objects(&read)?,
            mail,
            mail_from,
            mail_in: outside::mail_in(&read)?,
            sign_up: read.parsed("QUAYSIDE_SIGN_UP", "it has to be open or closed", |text| match text {
                "open" => Some(SignUp::Open),
                "closed" => Some(SignUp::Closed),
                _ => None,
            })?,
            secret: read.optional("QUAYSIDE_SECRET", "it needs at least 32 characters", |text| {
                (text.len() >= 32).then(|| SecretString::from(text))
            })?,
            keys: read.some("QUAYSIDE_KEYS").map(SecretString::from),
            workers: read.number("QUAYSIDE_WORKERS", 0, 64)?,
            files: read.number("QUAYSIDE_FILES", 1, 1000)?,
            limits: limits::read(&read)?,
            session_days: read.number("QUAYSIDE_SESSION_DAYS", 1, 90)?,
            session_idle_minutes: read.number("QUAYSIDE_SESSION_IDLE_MINUTES", 5, 10_080)?,
            stop_seconds: read.number("QUAYSIDE_STOP_SECONDS", 1, 600)?,
            metrics_token: read.some("QUAYSIDE_METRICS_TOKEN").map(SecretString::from),
            log: read.text("QUAYSIDE_LOG"),
            log_format: read.parsed("QUAYSIDE_LOG_FORMAT", "it has to be text or json", |text| match text {
                "text" => Some(LogFormat::Text),
                "json" => Some(LogFormat::Json),
                _ => None,
            })?,
        })
    }

    /// The limits of reading alone, for who needs no server.
    ///
    /// # Errors
    /// [`ConfigError`] for the first wrong one.
    pub fn limits_from_env() -> Result<Limits, ConfigError> {
        limits::read(&Reader { look: &|name| std::env::var(name).ok() })
    }

    /// True where browsers come over TLS: the cookie is then sent over TLS only.
    pub fn is_secure(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

fn url(text: &str) -> Option<Url> {
    Url::parse(text).ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn with(name: &'static str, value: &'static str) -> Result<Config, ConfigError> {
        Config::from(&move |asked| (asked == name).then(|| value.to_owned()))
    }

    #[test]
    fn an_empty_environment_is_a_working_configuration() {
        let config = Config::from(&|_| None).unwrap();
        assert_eq!(config.listen.port(), 8080);
        assert_eq!(config.limits, Limits::default());
        assert!(config.database.is_none());
    }

    #[test]
    fn a_wrong_setting_is_refused_with_a_sentence_that_names_it() {
        let wrong = [
            ("QUAYSIDE_LISTEN", "8080"),
            ("QUAYSIDE_PUBLIC_URL", "ftp://x"),
            ("QUAYSIDE_TLS_KEY", "/etc/key.pem"),
            ("QUAYSIDE_TRUSTED_PROXIES", "everybody"),
            ("QUAYSIDE_SECURITY_CONTACT", "me"),
            ("QUAYSIDE_REDIRECT_LISTEN", "80"),
            ("QUAYSIDE_CONNECTIONS", "0"),
            ("QUAYSIDE_OBJECTS", "bucket"),
            ("QUAYSIDE_MAIL", "mail.example"),
            ("QUAYSIDE_MAIL_IN", "mail-in"),
            ("QUAYSIDE_SIGN_UP", "maybe"),
            ("QUAYSIDE_SECRET", "short"),
            ("QUAYSIDE_WORKERS", "-1"),
            ("QUAYSIDE_FILE_MB", "lots"),
            ("QUAYSIDE_LOG_FORMAT", "xml"),
        ];
        for (name, value) in wrong {
            let error = with(name, value).unwrap_err();
            assert_eq!(error.name, name);
            assert!(error.to_string().contains(value), "{error}");
        }
    }

    #[test]
    fn secrets_do_not_show_in_a_debug_print() {
        let config = with("QUAYSIDE_SECRET", "0123456789abcdef0123456789abcdef").unwrap();
        assert!(!format!("{config:?}").contains("0123456789abcdef"));
        let look = |name: &str| match name {
            "QUAYSIDE_MAIL" => Some("smtps://user:very-secret@mail.example".to_owned()),
            "QUAYSIDE_MAIL_FROM" => Some("q@mail.example".to_owned()),
            _ => None,
        };
        assert!(!format!("{:?}", Config::from(&look).unwrap()).contains("very-secret"));
    }

    #[test]
    fn mail_needs_a_sender() {
        let error = with("QUAYSIDE_MAIL", "smtps://mail.example").unwrap_err();
        assert_eq!(error.name, "QUAYSIDE_MAIL_FROM");
    }
}
