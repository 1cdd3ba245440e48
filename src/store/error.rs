//! What can go wrong in the database and what it refuses, each with the sentence for people and the word for the audit log.

use crate::domain::keys::KeyError;
use crate::domain::packet::decision::PacketRefused;
use crate::domain::team::TeamRefused;

/// What can go wrong below.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("That was not found.")]
    NotFound,
    #[error("That conflicts with what is stored ({0}).")]
    Conflict(String),
    #[error(transparent)]
    Team(#[from] TeamRefused),
    #[error(transparent)]
    Packet(#[from] PacketRefused),
    #[error("The database cannot be reached at the moment.")]
    Unavailable,
    #[error("A team's key cannot be opened. {0}")]
    Key(#[from] KeyError),
    #[error("The database refused a query: {0}")]
    Query(#[source] diesel::result::Error),
}

impl From<diesel::result::Error> for StoreError {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error};
        match error {
            Error::NotFound => Self::NotFound,
            Error::DatabaseError(Kind::UniqueViolation, facts) => {
                Self::Conflict(facts.constraint_name().unwrap_or("unknown").to_owned())
            }
            Error::DatabaseError(Kind::ClosedConnection | Kind::UnableToSendCommand, _) => Self::Unavailable,
            Error::DatabaseError(_, ref facts) if facts.message().contains("terminating connection") => {
                Self::Unavailable
            }
            other => Self::Query(other),
        }
    }
}

/// A refusal that belongs in the audit log, by its code; faults of the machine have none.
pub trait Refusal {
    /// The word for the log, or nothing where this is a fault and no refusal.
    fn refusal(&self) -> Option<&'static str>;
}

impl Refusal for StoreError {
    fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::NotFound => Some("not_found"),
            Self::Conflict(_) => Some("conflict"),
            Self::Team(refused) => Some(refused.word()),
            Self::Packet(refused) => Some(refused.word()),
            Self::Unavailable | Self::Key(_) | Self::Query(_) => None,
        }
    }
}
