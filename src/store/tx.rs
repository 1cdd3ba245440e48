//! Transactions. A permit opens one for its team; a write commits only together with its audit entry. Nothing here knows a table but
//! the audit log.

use super::audit;
use crate::domain::access::{Action, Actor, Permit};
use crate::domain::audit::ChainKey;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::keys::{KeyError, MasterKeys};
use crate::domain::packet::decision::PacketRefused;
use crate::domain::team::TeamRefused;
use diesel::connection::{Instrumentation, InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};
use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// How long a request waits for a connection before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);
/// A query longer than this is a fault, and so is a transaction that sits idle. Queries here are short: compiling one takes longer than
/// running it.
const SETTINGS: &str = "SET jit = off; SET statement_timeout = '30s'; SET lock_timeout = '10s'; \
    SET idle_in_transaction_session_timeout = '60s'; SET application_name = 'quayside'";

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

/// The database: a bounded pool of connections and as many threads.
#[derive(Clone)]
pub struct Db {
    pool: Pool<ConnectionManager<PgConnection>>,
    threads: Arc<Semaphore>,
    queries: Arc<AtomicUsize>,
    key: ChainKey,
    masters: Arc<MasterKeys>,
}

/// Counts queries, so that a test can say that a list costs the same for one row as for fifty.
#[derive(Debug)]
struct Count(Arc<AtomicUsize>);

impl Instrumentation for Count {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { .. } = event {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl CustomizeConnection<PgConnection, diesel::r2d2::Error> for Count {
    fn on_acquire(&self, conn: &mut PgConnection) -> Result<(), diesel::r2d2::Error> {
        conn.batch_execute(SETTINGS).map_err(diesel::r2d2::Error::QueryError)?;
        conn.set_instrumentation(Self(self.0.clone()));
        Ok(())
    }
}

/// A transaction that sees one team's rows and nothing else.
///
/// A handler can hold one but cannot run SQL on it; only `store` can:
///
/// ```compile_fail
/// fn leak(tx: &mut quayside::store::ReadTx<'_>) { tx.conn(); }
/// ```
pub struct ReadTx<'c> {
    conn: &'c mut PgConnection,
}

impl ReadTx<'_> {
    pub(in crate::store) fn conn(&mut self) -> &mut PgConnection {
        self.conn
    }
}

/// A [`ReadTx`] that may also write.
pub struct WriteTx<'c>(ReadTx<'c>);

impl<'c> std::ops::Deref for WriteTx<'c> {
    type Target = ReadTx<'c>;
    fn deref(&self) -> &ReadTx<'c> {
        &self.0
    }
}

impl std::ops::DerefMut for WriteTx<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

/// A transaction without a team: what stands before any team or beside them all:
/// accounts, sessions, codes, limits, and the claims of the queue and the outbox.
pub struct GlobalTx<'c> {
    conn: &'c mut PgConnection,
}

impl GlobalTx<'_> {
    pub(in crate::store) fn conn(&mut self) -> &mut PgConnection {
        self.conn
    }

    /// From here on the person's own memberships can be seen.
    pub(in crate::store) fn pin_user(&mut self, user: UserId) -> QueryResult<()> {
        set(self.conn, "app.user_id", &user.to_string())
    }

    /// From here on the rows of a team can be seen.
    pub(in crate::store) fn pin_team(&mut self, team: TeamId) -> QueryResult<()> {
        set(self.conn, "app.team_id", &team.to_string())
    }

    /// From here on the invite can be seen whose link somebody brought.
    pub(in crate::store) fn pin_invite(&mut self, token_hash: &[u8]) -> QueryResult<()> {
        set(self.conn, "app.invite", &hex::encode(token_hash))
    }

    /// From here on the names of all teams can be listed, for upkeep of the whole installation.
    pub(in crate::store) fn pin_upkeep(&mut self) -> QueryResult<()> {
        set(self.conn, "app.upkeep", "on")
    }

    /// From here on the queue of every team can be seen, and nothing else of them.
    pub(in crate::store) fn pin_claims(&mut self) -> QueryResult<()> {
        set(self.conn, "app.claims", "on")
    }

    /// From here on the outbox of every team and of none can be seen, and nothing else of them.
    pub(in crate::store) fn pin_mail(&mut self) -> QueryResult<()> {
        set(self.conn, "app.mail", "on")
    }
}

/// What a write hands back: the value, and the facts for its audit entry.
#[must_use]
#[derive(Debug)]
pub struct Change<T> {
    value: T,
    diff: Option<serde_json::Value>,
    result: &'static str,
    /// Entries of their own, each with its subject.
    more: Vec<(String, Option<serde_json::Value>)>,
}

impl<T> Change<T> {
    /// A change that needs no before and after.
    pub fn to(value: T) -> Self {
        Self { value, diff: None, result: "success", more: Vec::new() }
    }

    /// What it was before and what it is now.
    pub fn diff(mut self, before: impl serde::Serialize, after: impl serde::Serialize) -> Self {
        self.diff = Some(serde_json::json!({ "before": before, "after": after }));
        self
    }

    /// What was changed beside the subject: for each its own subject and its own change.
    pub fn with(mut self, parts: Vec<(String, Change<()>)>) -> Self {
        self.more.extend(parts.into_iter().map(|(subject, change)| (subject, change.diff)));
        self
    }

    /// The word of the log for how it ended, where that is not `success`.
    pub const fn ended(mut self, result: &'static str) -> Self {
        self.result = result;
        self
    }
}

impl Db {
    /// A pool of `size` connections that are opened as they are needed; `key` keys the audit chain, `masters` wrap the teams' keys.
    pub fn connect(url: &str, size: u32, key: ChainKey, masters: MasterKeys) -> Self {
        let queries = Arc::new(AtomicUsize::new(0));
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(0))
            .connection_timeout(PATIENCE)
            .connection_customizer(Box::new(Count(queries.clone())))
            .build_unchecked(ConnectionManager::new(url));
        let threads = Arc::new(Semaphore::new(usize::try_from(size).unwrap_or(1)));
        Self { pool, threads, queries, key, masters: Arc::new(masters) }
    }

    /// The master keys.
    pub fn masters(&self) -> Arc<MasterKeys> {
        self.masters.clone()
    }

    /// What keys the audit chain.
    pub(in crate::store) const fn chain_key(&self) -> &ChainKey {
        &self.key
    }

    /// How many queries this process has sent so far.
    pub fn queries(&self) -> usize {
        self.queries.load(Ordering::Relaxed)
    }

    /// True where the database answers within the patience of a request.
    pub async fn answers(&self) -> bool {
        self.global(|tx| Ok::<_, StoreError>(diesel::sql_query("SELECT 1").execute(tx.conn())?)).await.is_ok()
    }

    /// Runs `work` in a read-only transaction that sees the permit's team.
    ///
    /// # Errors
    /// What `work` refuses, and [`StoreError::Unavailable`].
    pub async fn read<T, E, F>(&self, permit: &Permit, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut ReadTx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let team = permit.actor().team();
        self.blocking(move |conn| {
            conn.build_transaction().read_only().run(|conn| {
                set(conn, "app.team_id", &team.to_string())?;
                work(&mut ReadTx { conn }).map_err(Failed::Work)
            })
        })
        .await
    }

    /// Runs `work` and writes its audit entry in the same transaction. A refusal is rolled back and then written to the log.
    ///
    /// # Errors
    /// What `work` refuses, and [`StoreError::Unavailable`].
    pub async fn write<T, E, F>(&self, permit: Permit, subject: impl Display, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut WriteTx<'_>) -> Result<Change<T>, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Refusal + Send + 'static,
    {
        let (subject, key) = (subject.to_string(), self.key.clone());
        self.blocking(move |conn| {
            let team = permit.actor().team().to_string();
            let outcome = conn.transaction(|conn| {
                set(conn, "app.team_id", &team)?;
                let change = work(&mut WriteTx(ReadTx { conn })).map_err(Failed::Work)?;
                audit::record(conn, &key, &permit, &subject, change.result, change.diff)?;
                for (subject, diff) in change.more {
                    audit::record(conn, &key, &permit, &subject, "success", diff)?;
                }
                Ok(change.value)
            });
            if let Err(Failed::Work(error)) = &outcome
                && let Some(code) = error.refusal()
            {
                conn.transaction(|conn| {
                    set(conn, "app.team_id", &team)?;
                    audit::record(conn, &key, &permit, &subject, code, None)
                })?;
            }
            outcome
        })
        .await
    }

    /// Writes an audit entry for what changes no row of the team: what was refused, or happened before a team was chosen.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub async fn note(&self, permit: Permit, subject: impl Display, result: &'static str) -> Result<(), StoreError> {
        let (subject, key) = (subject.to_string(), self.key.clone());
        self.blocking(move |conn| {
            conn.transaction(|conn| {
                set(conn, "app.team_id", &permit.actor().team().to_string())?;
                Ok(audit::record(conn, &key, &permit, &subject, result, None)?)
            })
        })
        .await
    }

    /// Writes the entry of something that an actor's role does not allow.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub async fn refuse(&self, actor: Actor, action: Action, subject: String) -> Result<(), StoreError> {
        let key = self.key.clone();
        self.blocking(move |conn| {
            conn.transaction(|conn| {
                set(conn, "app.team_id", &actor.team().to_string())?;
                Ok::<_, Failed<StoreError>>(audit::add(conn, &key, &actor, action, &subject, "denied", None)?)
            })
        })
        .await
    }

    /// Runs `work` outside any team: for `accounts`, `sessions` and the queue's claim.
    ///
    /// # Errors
    /// What `work` refuses, and [`StoreError::Unavailable`].
    pub(in crate::store) async fn global<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut GlobalTx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.blocking(move |conn| conn.transaction(|conn| work(&mut GlobalTx { conn }).map_err(Failed::Work))).await
    }

    async fn blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut PgConnection) -> Result<T, Failed<E>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let unavailable = || E::from(StoreError::Unavailable);
        let ticket = tokio::time::timeout(PATIENCE, self.threads.clone().acquire_owned()).await;
        let ticket = ticket.map_err(|_| unavailable())?.map_err(|_| unavailable())?;
        let pool = self.pool.clone();
        let outcome = tokio::task::spawn_blocking(move || {
            let _ticket = ticket;
            let mut conn = pool.get().map_err(|_| Failed::Store(StoreError::Unavailable))?;
            work(&mut conn)
        })
        .await;
        match outcome {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(Failed::Work(error))) => Err(error),
            Ok(Err(Failed::Store(error))) => Err(error.into()),
            Err(_) => Err(unavailable()),
        }
    }
}

/// Keeps the caller's refusal apart from a failure of the database itself.
enum Failed<E> {
    Work(E),
    Store(StoreError),
}

impl<E> From<diesel::result::Error> for Failed<E> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Sets a variable until the transaction ends; nothing stays on the pooled connection.
fn set(conn: &mut PgConnection, name: &str, value: &str) -> QueryResult<()> {
    diesel::sql_query("SELECT set_config($1, $2, true)")
        .bind::<diesel::sql_types::Text, _>(name)
        .bind::<diesel::sql_types::Text, _>(value)
        .execute(conn)
        .map(drop)
}
