//! The connections to the database: bounded, made as they are needed, settled the same way, and asked once a second at most whether they
//! still live. What happens on one is not known here.

use diesel::connection::{Instrumentation, InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;
use diesel::r2d2::{Error, ManageConnection, R2D2Connection};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A query longer than this is a fault, and so is a transaction that sits idle. Queries here are short: compiling one takes longer than
/// running it, and so does calling workers. Pages lie in memory or on disks that do not turn.
const SETTINGS: &str = "SET jit = off; SET random_page_cost = 1.1; SET max_parallel_workers_per_gather = 0; SET statement_timeout = '30s'; SET lock_timeout = '10s'; \
    SET idle_in_transaction_session_timeout = '60s'; SET application_name = 'quayside'";
/// For so long a connection that answered is taken to live.
const TRUSTED: Duration = Duration::from_secs(1);

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

/// A connection of the pool.
pub(super) struct Line {
    pub(super) conn: PgConnection,
    /// When it answered last; nothing after it failed.
    answered: Option<Instant>,
}

impl Line {
    /// It failed: it is asked before it serves again.
    pub(super) const fn doubt(&mut self) {
        self.answered = None;
    }
}

/// Makes connections.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) url: String,
    pub(super) queries: Arc<AtomicUsize>,
}

impl ManageConnection for Lines {
    type Connection = Line;
    type Error = Error;

    fn connect(&self) -> Result<Line, Error> {
        let mut conn = PgConnection::establish(&self.url).map_err(Error::ConnectionError)?;
        conn.batch_execute(SETTINGS).map_err(Error::QueryError)?;
        conn.set_instrumentation(Count(self.queries.clone()));
        Ok(Line { conn, answered: Some(Instant::now()) })
    }

    fn is_valid(&self, line: &mut Line) -> Result<(), Error> {
        if line.answered.is_none_or(|at| at.elapsed() > TRUSTED) {
            line.conn.ping().map_err(Error::QueryError)?;
            line.answered = Some(Instant::now());
        }
        Ok(())
    }

    fn has_broken(&self, line: &mut Line) -> bool {
        std::thread::panicking() || line.conn.is_broken()
    }
}
