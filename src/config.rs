//! The settings of one process, read from the environment once at start. Every variable stands in `VARIABLES` and in `.env.example`; a
//! wrong one is refused with a sentence. Nothing else reads the environment.

mod limits;

use crate::reading::source::Limits;
use crate::web::tls::TlsFiles;
use ipnet::IpNet;
use secrecy::SecretString;
use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use url::Url;

/// A setting that the environment can hold.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    pub name: &'static str,
    /// What holds where it is not set; empty where nothing does.
    pub default: &'static str,
}

const fn variable(name: &'static str, default: &'static str) -> Variable {
    Variable { name, default }
}

/// Every variable there is, in the order of `.env.example`.
pub const VARIABLES: &[Variable] = &[
    variable("QUAYSIDE_LISTEN", "127.0.0.1:8080"),
    variable("QUAYSIDE_PUBLIC_URL", "http://localhost:8080"),
    variable("QUAYSIDE_TLS_CERTIFICATE", ""),
    variable("QUAYSIDE_TLS_KEY", ""),
    variable("QUAYSIDE_REDIRECT_LISTEN", ""),
    variable("QUAYSIDE_TRUSTED_PROXIES", ""),
    variable("QUAYSIDE_SECURITY_CONTACT", ""),
    variable("QUAYSIDE_VAR", "./var"),
    variable("DATABASE_URL", ""),
    variable("DATABASE_OWNER_URL", ""),
    variable("QUAYSIDE_CONNECTIONS", "16"),
    variable("QUAYSIDE_OBJECTS", ""),
    variable("QUAYSIDE_MAIL", ""),
    variable("QUAYSIDE_MAIL_FROM", ""),
    variable("QUAYSIDE_MAIL_IN", ""),
    variable("QUAYSIDE_SIGN_UP", "open"),
    variable("QUAYSIDE_SECRET", ""),
    variable("QUAYSIDE_KEYS", ""),
    variable("QUAYSIDE_WORKERS", "2"),
    variable("QUAYSIDE_FILES", "100"),
    variable("QUAYSIDE_FILE_MB", "200"),
    variable("QUAYSIDE_PAGES", "2000"),
    variable("QUAYSIDE_PICTURE_MEGAPIXELS", "100"),
    variable("QUAYSIDE_UNPACKED_MB", "256"),
    variable("QUAYSIDE_UNPACKED_RATIO", "200"),
    variable("QUAYSIDE_WORKBOOK_PARTS", "10000"),
    variable("QUAYSIDE_ELEMENTS", "500000"),
    variable("QUAYSIDE_ELEMENTS_DEEP", "100"),
    variable("QUAYSIDE_SEGMENTS", "500000"),
    variable("QUAYSIDE_ATTACHMENTS", "100"),
    variable("QUAYSIDE_MAILS_DEEP", "3"),
    variable("QUAYSIDE_READ_MEMORY_MB", "512"),
    variable("QUAYSIDE_READ_SECONDS", "300"),
    variable("QUAYSIDE_READ_SILENT_SECONDS", "120"),
    variable("QUAYSIDE_READ_TOTAL_SECONDS", "3600"),
    variable("QUAYSIDE_READ_ANSWER_MB", "64"),
    variable("QUAYSIDE_SESSION_IDLE_MINUTES", "480"),
    variable("QUAYSIDE_SESSION_DAYS", "7"),
    variable("QUAYSIDE_STOP_SECONDS", "20"),
    variable("QUAYSIDE_METRICS_TOKEN", ""),
    variable("QUAYSIDE_LOG", "info"),
    variable("QUAYSIDE_LOG_FORMAT", "text"),
];

/// The variables that hold secrets, each with the one that names a file to read it from instead.
const IN_FILES: &[(&str, &str)] = &[
    ("DATABASE_URL", "DATABASE_URL_FILE"),
    ("DATABASE_OWNER_URL", "DATABASE_OWNER_URL_FILE"),
    ("QUAYSIDE_SECRET", "QUAYSIDE_SECRET_FILE"),
    ("QUAYSIDE_KEYS", "QUAYSIDE_KEYS_FILE"),
    ("QUAYSIDE_METRICS_TOKEN", "QUAYSIDE_METRICS_TOKEN_FILE"),
];

/// Why a process does not start.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} is {found:?}, but {wanted}. Correct it, or remove it to use {default:?}.")]
pub struct ConfigError {
    pub name: &'static str,
    pub found: String,
    pub wanted: String,
    pub default: &'static str,
}

/// How a log line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A PostgreSQL server that somebody else runs.
#[derive(Clone, Debug)]
pub struct Database {
    /// The role that serves: it owns nothing and bypasses nothing.
    pub app_url: SecretString,
    /// The role that migrates; nothing where migrations are run elsewhere.
    pub owner_url: Option<SecretString>,
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

/// Reads variables by name.
struct Reader<'e> {
    look: &'e dyn Fn(&str) -> Option<String>,
}

impl Reader<'_> {
    fn default(name: &'static str) -> &'static str {
        VARIABLES.iter().find(|variable| variable.name == name).map_or("", |variable| variable.default)
    }

    fn text(&self, name: &'static str) -> String {
        (self.look)(name).filter(|value| !value.trim().is_empty()).unwrap_or_else(|| Self::default(name).to_owned())
    }

    fn some(&self, name: &'static str) -> Option<String> {
        Some(self.text(name)).filter(|value| !value.is_empty())
    }

    fn parsed<T>(&self, name: &'static str, wanted: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, ConfigError> {
        let found = self.text(name);
        parse(found.trim()).ok_or_else(|| ConfigError {
            name,
            found,
            wanted: wanted.to_owned(),
            default: Self::default(name),
        })
    }

    fn number<T: FromStr + PartialOrd + Display>(
        &self,
        name: &'static str,
        least: T,
        most: T,
    ) -> Result<T, ConfigError> {
        let wanted = format!("it has to be a number from {least} to {most}");
        self.parsed(name, &wanted, |text| text.parse().ok().filter(|number| *number >= least && *number <= most))
    }
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
        let url = |text: &str| Url::parse(text).ok();
        let web = |text: &str| url(text).filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let objects = match read.some("QUAYSIDE_OBJECTS") {
            None => None,
            Some(_) => Some(read.parsed(
                "QUAYSIDE_OBJECTS",
                "it has to be a URL such as s3://bucket/folder or file:///srv/quayside/objects",
                |text| url(text).filter(|url| matches!(url.scheme(), "file" | "s3" | "gs" | "az" | "memory")),
            )?),
        };
        let secret = match read.some("QUAYSIDE_SECRET") {
            None => None,
            Some(_) => Some(read.parsed("QUAYSIDE_SECRET", "it needs at least 32 characters", |text| {
                (text.len() >= 32).then(|| SecretString::from(text))
            })?),
        };
        let mail = match read.some("QUAYSIDE_MAIL") {
            None => None,
            Some(_) => Some(read.parsed(
                "QUAYSIDE_MAIL",
                "it has to be a URL such as smtps://user:password@mail.company.com",
                |text| {
                    url(text).filter(|url| matches!(url.scheme(), "smtp" | "smtps") && url.has_host())?;
                    Some(SecretString::from(text))
                },
            )?),
        };
        let mail_from = match (read.some("QUAYSIDE_MAIL_FROM"), &mail) {
            (Some(from), _) => from,
            (None, None) => "Quayside <quayside@localhost>".to_owned(),
            (None, Some(_)) => {
                let wanted = "with QUAYSIDE_MAIL it has to name the sender, such as Quayside <quayside@company.com>";
                return Err(ConfigError {
                    name: "QUAYSIDE_MAIL_FROM",
                    found: String::new(),
                    wanted: wanted.to_owned(),
                    default: "",
                });
            }
        };
        let database = read.some("DATABASE_URL").map(|app_url| Database {
            app_url: app_url.into(),
            owner_url: read.some("DATABASE_OWNER_URL").map(SecretString::from),
        });
        let half = |name, found| {
            let wanted = "a certificate needs its key and a key its certificate: set both";
            ConfigError { name, found, wanted: wanted.to_owned(), default: "" }
        };
        let tls = match (read.some("QUAYSIDE_TLS_CERTIFICATE"), read.some("QUAYSIDE_TLS_KEY")) {
            (Some(certificate), Some(key)) => Some(TlsFiles { certificate: certificate.into(), key: key.into() }),
            (None, None) => None,
            (Some(found), None) => return Err(half("QUAYSIDE_TLS_CERTIFICATE", found)),
            (None, Some(found)) => return Err(half("QUAYSIDE_TLS_KEY", found)),
        };
        if tls.is_some() && read.text("QUAYSIDE_PUBLIC_URL").starts_with("http:") {
            let wanted = "with a certificate it has to be an https URL";
            let found = read.text("QUAYSIDE_PUBLIC_URL");
            return Err(ConfigError { name: "QUAYSIDE_PUBLIC_URL", found, wanted: wanted.to_owned(), default: "" });
        }
        let nets = |text: &str| -> Option<Vec<IpNet>> {
            let parts = text.split([',', ' ']).filter(|part| !part.is_empty());
            parts.map(|part| part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from)).ok()).collect()
        };
        let redirect_listen = match read.some("QUAYSIDE_REDIRECT_LISTEN") {
            None => None,
            Some(_) => Some(read.parsed(
                "QUAYSIDE_REDIRECT_LISTEN",
                "it has to be an address and a port such as 0.0.0.0:80",
                |text| text.parse().ok(),
            )?),
        };
        let security_contact = match read.some("QUAYSIDE_SECURITY_CONTACT") {
            None => None,
            Some(_) => {
                Some(read.parsed("QUAYSIDE_SECURITY_CONTACT", "it has to be a mailto: or https: URL", |text| {
                    url(text).filter(|url| matches!(url.scheme(), "mailto" | "https"))
                })?)
            }
        };
        Ok(Self {
            tls,
            redirect_listen,
            trusted_proxies: read.parsed(
                "QUAYSIDE_TRUSTED_PROXIES",
                "it has to be addresses or networks such as 10.0.0.0/8, separated by commas",
                nets,
            )?,
            security_contact,
            listen: read.parsed(
                "QUAYSIDE_LISTEN",
                "it has to be an address and a port such as 127.0.0.1:8080",
                |text| text.parse().ok(),
            )?,
            public_url: read.parsed("QUAYSIDE_PUBLIC_URL", "it has to be an http or https URL", web)?,
            var: PathBuf::from(read.text("QUAYSIDE_VAR")),
            database,
            connections: read.number("QUAYSIDE_CONNECTIONS", 4, 500)?,
            objects,
            mail,
            mail_from,
            mail_in: match read.some("QUAYSIDE_MAIL_IN") {
                None => None,
                Some(_) => Some(read.parsed(
                    "QUAYSIDE_MAIL_IN",
                    "it has to be the whole path of a folder such as /srv/quayside/mail-in",
                    |text| Some(PathBuf::from(text)).filter(|path| path.is_absolute()),
                )?),
            },
            sign_up: read.parsed("QUAYSIDE_SIGN_UP", "it has to be open or closed", |text| match text {
                "open" => Some(SignUp::Open),
                "closed" => Some(SignUp::Closed),
                _ => None,
            })?,
            secret,
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

    #[test]
    fn the_example_file_names_every_variable_with_its_default() {
        let example = include_str!("../.env.example");
        let lines: Vec<&str> =
            example.lines().filter_map(|line| line.strip_prefix("# ")).filter(|l| l.contains('=')).collect();
        let named: Vec<String> = VARIABLES.iter().map(|v| format!("{}={}", v.name, v.default)).collect();
        let found: Vec<&str> =
            lines.iter().copied().filter(|l| l.starts_with("QUAYSIDE_") || l.starts_with("DATABASE_")).collect();
        assert_eq!(found, named);
    }
}
