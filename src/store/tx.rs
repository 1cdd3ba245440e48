//! Transactions. A permit opens one for its team; a write commits only together with its audit entry. Nothing here knows a table but
//! the audit log.

use super::audit;
use super::change::Change;
use super::error::{Refusal, StoreError};
use super::pool::Lines;
use super::statement::Statement;
use crate::domain::access::{Action, Actor, Permit};
use crate::domain::audit::ChainKey;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::keys::MasterKeys;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::Pool;
use diesel::sql_types::Text;
use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// How long a request waits for a connection before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);

/// The database: a bounded pool of connections and as many threads.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Lines>,
    threads: Arc<Semaphore>,
    queries: Arc<AtomicUsize>,
    key: ChainKey,
    masters: Arc<MasterKeys>,
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

    /// From here on the rows of a team can be seen.
    pub(in crate::store) fn pin_team(&mut self, team: TeamId) -> QueryResult<()> {
        set(self.conn, "app.team_id", &team.to_string())
    }

    /// From here on the invite can be seen whose link somebody brought.
    pub(in crate::store) fn pin_invite(&mut self, token_hash: &[u8]) -> QueryResult<()> {
        set(self.conn, "app.invite", &hex::encode(token_hash))
    }

    /// From here on the token can be seen that a request brought.
    pub(in crate::store) fn pin_bearer(&mut self, digest: &[u8]) -> QueryResult<()> {
        set(self.conn, "app.bearer", &hex::encode(digest))
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

impl Db {
    /// A pool of `size` connections that are opened as they are needed; `key` keys the audit chain, `masters` wrap the teams' keys.
    pub fn connect(url: &str, size: u32, key: ChainKey, masters: MasterKeys) -> Self {
        let queries = Arc::new(AtomicUsize::new(0));
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(0))
            .connection_timeout(PATIENCE)
            .build_unchecked(Lines { url: url.to_owned(), queries: queries.clone() });
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
            within(conn, &format!("BEGIN READ ONLY; {}", pin_team(team)), |conn| {
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
            let opening = format!("BEGIN; {}", pin_team(permit.actor().team()));
            let outcome = within(conn, &opening, |conn| {
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
                within(conn, &opening, |conn| {
                    audit::record(conn, &key, &permit, &subject, code, None).map_err(Failed::<E>::from)
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
            within(conn, &format!("BEGIN; {}", pin_team(permit.actor().team())), |conn| {
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
            within(conn, &format!("BEGIN; {}", pin_team(actor.team())), |conn| {
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
        self.blocking(move |conn| within(conn, "BEGIN", |conn| work(&mut GlobalTx { conn }).map_err(Failed::Work)))
            .await
    }

    /// The same where the person's own memberships can be seen from the start.
    ///
    /// # Errors
    /// What `work` refuses, and [`StoreError::Unavailable`].
    pub(in crate::store) async fn global_for<T, E, F>(&self, user: UserId, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut GlobalTx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let opening = format!("BEGIN; SELECT set_config('app.user_id', '{user}', true)");
        self.blocking(move |conn| within(conn, &opening, |conn| work(&mut GlobalTx { conn }).map_err(Failed::Work)))
            .await
    }

    /// Asks one question outside any team, which is a transaction of its own.
    ///
    /// # Errors
    /// What `work` refuses, and [`StoreError::Unavailable`].
    pub(in crate::store) async fn ask<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        F: FnOnce(&mut PgConnection) -> QueryResult<T> + Send + 'static,
        T: Send + 'static,
    {
        self.blocking(move |conn| work(conn).map_err(Failed::from)).await
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
            let mut line = pool.get().map_err(|_| Failed::Store(StoreError::Unavailable))?;
            let outcome = work(&mut line.conn);
            if let Err(Failed::Store(StoreError::Unavailable)) = outcome {
                line.doubt();
            }
            outcome
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

/// Runs `work` in a transaction that begins with `opening`, which saves the way to the database for what is set there; an error rolls back.
fn within<T, E>(
    conn: &mut PgConnection,
    opening: &str,
    work: impl FnOnce(&mut PgConnection) -> Result<T, Failed<E>>,
) -> Result<T, Failed<E>> {
    AnsiTransactionManager::begin_transaction_sql(conn, opening)?;
    match work(conn) {
        Ok(value) => {
            AnsiTransactionManager::commit_transaction(conn)?;
            Ok(value)
        }
        Err(refused) => match AnsiTransactionManager::rollback_transaction(conn) {
            Ok(()) | Err(diesel::result::Error::BrokenTransactionManager) => Err(refused),
            Err(fault) => Err(fault.into()),
        },
    }
}

/// From there on the rows of a team can be seen, until the transaction ends.
fn pin_team(team: TeamId) -> String {
    format!("SELECT set_config('app.team_id', '{team}', true)")
}

/// Sets a variable until the transaction ends; nothing stays on the pooled connection.
fn set(conn: &mut PgConnection, name: &str, value: &str) -> QueryResult<()> {
    Statement::kept("SELECT set_config($1, $2, true)")
        .with(name.to_owned().into_sql::<Text>())
        .with(value.to_owned().into_sql::<Text>())
        .execute(conn)
        .map(drop)
}
