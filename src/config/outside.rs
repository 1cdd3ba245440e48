//! The settings of what stands outside: the database, the object store, and mail both ways. Speaking to them is `store`'s and `gateways`'.

use super::reader::{ConfigError, Reader};
use super::url;
use secrecy::SecretString;
use std::path::PathBuf;
use url::Url;

/// A PostgreSQL server that somebody else runs.
#[derive(Clone, Debug)]
pub struct Database {
    /// The role that serves: it owns nothing and bypasses nothing.
    pub app_url: SecretString,
    /// The role that migrates; nothing where migrations are run elsewhere.
    pub owner_url: Option<SecretString>,
}

/// The database of somebody else, where one is named.
pub(super) fn database(read: &Reader<'_>) -> Option<Database> {
    read.some("DATABASE_URL").map(|app_url| Database {
        app_url: app_url.into(),
        owner_url: read.some("DATABASE_OWNER_URL").map(SecretString::from),
    })
}

/// Where files are kept.
pub(super) fn objects(read: &Reader<'_>) -> Result<Option<Url>, ConfigError> {
    let wanted = "it has to be a URL such as s3://bucket/folder or file:///srv/quayside/objects";
    read.optional("QUAYSIDE_OBJECTS", wanted, |text| {
        url(text).filter(|url| matches!(url.scheme(), "file" | "s3" | "gs" | "az" | "memory"))
    })
}

/// The mail server that letters leave by, and who they come from.
pub(super) fn mail(read: &Reader<'_>) -> Result<(Option<SecretString>, String), ConfigError> {
    let wanted = "it has to be a URL such as smtps://user:password@mail.company.com";
    let mail = read.optional("QUAYSIDE_MAIL", wanted, |text| {
        url(text).filter(|url| matches!(url.scheme(), "smtp" | "smtps") && url.has_host())?;
        Some(SecretString::from(text))
    })?;
    match (read.some("QUAYSIDE_MAIL_FROM"), &mail) {
        (Some(from), _) => Ok((mail, from)),
        (None, None) => Ok((mail, "Quayside <quayside@localhost>".to_owned())),
        (None, Some(_)) => {
            let wanted = "with QUAYSIDE_MAIL it has to name the sender, such as Quayside <quayside@company.com>";
            let (name, found) = ("QUAYSIDE_MAIL_FROM", String::new());
            Err(ConfigError { name, found, wanted: wanted.to_owned(), default: "" })
        }
    }
}

/// The folder into which the mail server delivers packets.
pub(super) fn mail_in(read: &Reader<'_>) -> Result<Option<PathBuf>, ConfigError> {
    let wanted = "it has to be the whole path of a folder such as /srv/quayside/mail-in";
    read.optional("QUAYSIDE_MAIL_IN", wanted, |text| Some(PathBuf::from(text)).filter(|path| path.is_absolute()))
}
