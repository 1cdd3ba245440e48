//! What every subcommand with a database stands on: settings, logs, the database (private or somebody else's), objects, the secret.

use super::{Failure, system};
use crate::config::{Config, LogFormat};
use crate::domain::audit::ChainKey;
use crate::domain::keys::MasterKeys;
use crate::domain::secret::Secret;
use crate::features::audit::keeper::Keeper;
use crate::features::packets::UploadLimits;
use crate::features::packets::mail_in::MailIn;
use crate::gateways::anchors::Anchors;
use crate::gateways::mail::Mail;
use crate::gateways::maildir::MailFolder;
use crate::gateways::objects::Objects;
use crate::reading::ocr::Engine;
use crate::reading::sandbox::{self, Sandbox};
use crate::reading::source::Limits;
use crate::store::Db;
use crate::store::embedded::Embedded;
use crate::store::migrate;
use crate::worker::Postman;
use secrecy::{ExposeSecret, SecretString};
use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::IntoRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use tracing_subscriber::EnvFilter;

/// The ground, with the private PostgreSQL running where there is one. It stops when this is dropped.
pub struct Ground {
    pub config: Config,
    pub app_url: SecretString,
    pub db: Db,
    pub objects: Objects,
    pub mail: Mail,
    pub sandbox: Sandbox,
    pub secret: Vec<u8>,
    _embedded: Option<Embedded>,
}

/// Starts the log. Lines go to standard error: standard output is for answers.
pub fn log(config: &Config) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|error| Failure::Said(format!("QUAYSIDE_LOG is {:?}, which is no filter: {error}", config.log)))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
    match config.log_format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    Ok(())
}

/// The secret of the installation, made once. It never leaves its file or the environment.
fn secret(config: &Config) -> Result<Vec<u8>, Failure> {
    if let Some(secret) = &config.secret {
        return Ok(secret.expose_secret().as_bytes().to_vec());
    }
    let path = config.var.join("secret");
    let fresh: [u8; 32] = rand::random();
    // Whoever makes the file decides; two processes that start together share what the first one wrote.
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    if let Ok(mut file) = made {
        file.write_all(hex::encode(fresh).as_bytes()).map_err(system("keeping the secret"))?;
        file.sync_all().map_err(system("keeping the secret"))?;
    }
    let mut text = String::new();
    let read = fs::File::open(&path).and_then(|mut file| file.read_to_string(&mut text));
    read.map_err(system(format!("reading {}", path.display())))?;
    if text.len() < 32 {
        return Err(Failure::Said(format!(
            "{} is damaged: it holds no secret. Remove it to make a new one.",
            path.display()
        )));
    }
    Ok(text.into_bytes())
}

/// The program itself, for its children: the path that the kernel keeps survives a new version being put in its place.
pub const PROGRAM: &str = "/proc/self/exe";

/// Where files are read.
pub fn sandbox(limits: Limits) -> Sandbox {
    let program = reader().unwrap_or_else(|| PathBuf::from(PROGRAM));
    Sandbox { program, limits, ocr: Engine::installed(), pages_alone: false }
}

/// The reader that was installed beside this program; none where this program came alone. It is held open to the end, so that
/// parent and child are of one version also after another is put in their place.
fn reader() -> Option<PathBuf> {
    let beside = std::env::current_exe().ok()?.with_file_name(sandbox::PROGRAM);
    let held = fs::File::open(beside).ok()?.into_raw_fd();
    Some(PathBuf::from(format!("/proc/self/fd/{held}")))
}

/// The database as its owner reaches it, with the private PostgreSQL running where there is one.
pub struct Owner {
    url: String,
    _embedded: Option<Embedded>,
}

impl Owner {
    /// Reaches it, and brings a private one up to this version.
    pub fn new(config: &Config) -> Result<Self, Failure> {
        match &config.database {
            None => {
                fs::create_dir_all(&config.var).map_err(system(format!("making {}", config.var.display())))?;
                let embedded = Embedded::start(&config.var, Path::new(PROGRAM))?;
                let url = embedded.owner_url();
                migrate::migrate(&url)?;
                Ok(Self { url, _embedded: Some(embedded) })
            }
            Some(database) => {
                let said = "DATABASE_OWNER_URL is not set. Set it to the URL of the role that owns the tables.";
                let owner = database.owner_url.as_ref().ok_or_else(|| Failure::Said(said.to_owned()))?;
                Ok(Self { url: owner.expose_secret().to_owned(), _embedded: None })
            }
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Ground {
    /// What keeps and checks the audit log.
    pub fn keeper(&self) -> Keeper {
        let anchors = Anchors::new(self.objects.clone(), self.config.var.join("anchors"));
        Keeper { db: self.db.clone(), anchors }
    }

    /// Stands it up. Call it from the program's first thread, before any other is started.
    pub fn new() -> Result<Self, Failure> {
        let config = Config::from_env()?;
        log(&config)?;
        fs::create_dir_all(&config.var).map_err(system(format!("making {}", config.var.display())))?;
        let (embedded, app_url) = match &config.database {
            Some(database) => (None, database.app_url.clone()),
            None => {
                let embedded = Embedded::start(&config.var, Path::new(PROGRAM))?;
                for name in migrate::migrate(&embedded.owner_url())? {
                    tracing::info!(name, "migrated");
                }
                let url = SecretString::from(embedded.app_url());
                (Some(embedded), url)
            }
        };
        migrate::refuse_unsafe_role(app_url.expose_secret())?;
        let secret = secret(&config)?;
        let mut masters = MasterKeys::from_secret(&secret);
        if let Some(keys) = &config.keys {
            let said = |error| Failure::Said(format!("QUAYSIDE_KEYS cannot be used. {error}"));
            masters = MasterKeys::parse(keys.expose_secret(), masters).map_err(said)?;
        }
        let db = Db::connect(app_url.expose_secret(), config.connections, ChainKey::new(&secret), masters);
        let objects = match &config.objects {
            Some(url) => Objects::at(url, std::env::vars())?,
            None => Objects::in_folder(&config.var.join("objects"))?,
        };
        let mail = match &config.mail {
            Some(url) => Mail::at(url, &config.mail_from)?,
            None => Mail::in_folder(&config.var.join("mail"), &config.mail_from)?,
        };
        let sandbox = sandbox(config.limits.clone());
        Ok(Self { config, app_url, db, objects, mail, sandbox, secret, _embedded: embedded })
    }

    /// What takes packets out of the mail server's folder; nothing where there is none.
    pub fn mail_in(&self) -> Option<MailIn> {
        let folder = MailFolder(self.config.mail_in.clone()?);
        let limits = UploadLimits { files: self.config.files, reading: self.config.limits.clone() };
        let (db, objects, secret) = (self.db.clone(), self.objects.clone(), Secret::new(&self.secret));
        Some(MailIn { db, objects, secret, folder, limits })
    }

    /// Who sends this installation's mail.
    pub fn postman(&self) -> Postman {
        Postman { db: self.db.clone(), mail: self.mail.clone(), secret: Secret::new(&self.secret) }
    }
}
