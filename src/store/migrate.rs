//! Bringing a database up to this version, and refusing to serve from one whose application role could see more than its team.

use super::StoreError;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");
/// Only one process migrates at a time; the number means nothing.
const LOCK: i64 = 7_158_221;

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error("The database cannot be reached: {0}")]
    Unreachable(#[from] diesel::ConnectionError),
    #[error("A migration failed: {0}")]
    Failed(String),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(
        "The application's database role is not safe: {0}. Serve with a role that owns nothing and bypasses nothing."
    )]
    Unsafe(String),
}

impl From<diesel::result::Error> for MigrateError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Runs every migration that is missing, as the owner, and makes the audit log's months ahead. Returns the names of those that ran.
///
/// # Errors
/// [`MigrateError`] with the migration's own message.
pub fn migrate(owner_url: &str) -> Result<Vec<String>, MigrateError> {
    let mut conn = PgConnection::establish(owner_url)?;
    diesel::sql_query("SELECT pg_advisory_lock($1)").bind::<BigInt, _>(LOCK).execute(&mut conn)?;
    let ran = conn.run_pending_migrations(MIGRATIONS).map_err(|error| MigrateError::Failed(error.to_string()))?;
    let names = ran.iter().map(ToString::to_string).collect();
    diesel::sql_query(
        "SELECT make_audit_month((now() + make_interval(months => m))::date) FROM generate_series(0, 12) m",
    )
    .execute(&mut conn)?;
    diesel::sql_query("SELECT pg_advisory_unlock($1)").bind::<BigInt, _>(LOCK).execute(&mut conn)?;
    Ok(names)
}

#[derive(QueryableByName)]
struct Faults {
    #[diesel(sql_type = Text)]
    fault: String,
}

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = Bool)]
    current: bool,
}

/// One row for everything that would let the connected role out of its team.
const FAULTS: &str = "SELECT 'the role ' || rolname || ' is a superuser' AS fault FROM pg_roles WHERE rolname = current_user AND rolsuper \
    UNION ALL SELECT 'the role ' || rolname || ' bypasses row level security' FROM pg_roles WHERE rolname = current_user AND rolbypassrls \
    UNION ALL SELECT 'the role owns the table ' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND pg_has_role(current_user, c.relowner, 'MEMBER') \
    UNION ALL SELECT 'row level security is not forced on ' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity) \
        AND (c.relname = 'teams' OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'team_id')) \
    UNION ALL SELECT 'no policy checks both reading and writing of ' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') \
        AND (c.relname = 'teams' OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'team_id')) \
        AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL) \
    UNION ALL SELECT 'the role may ' || p || ' ' || t FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) p, \
        unnest(ARRAY['audit_entries', 'audit_entries_default']) t WHERE has_table_privilege(current_user, t, p) \
    UNION ALL SELECT 'the role may truncate ' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND has_table_privilege(current_user, c.oid, 'TRUNCATE')";

/// Refuses a role that could leave its team or change the audit log.
///
/// # Errors
/// [`MigrateError::Unsafe`] with the first reason.
pub fn refuse_unsafe_role(app_url: &str) -> Result<(), MigrateError> {
    let mut conn = PgConnection::establish(app_url)?;
    let known: Waiting =
        diesel::sql_query("SELECT to_regclass('public.audit_entries') IS NOT NULL AS current").get_result(&mut conn)?;
    if !known.current {
        return Err(MigrateError::Failed("the tables are missing; run `quayside migrate` first".to_owned()));
    }
    let faults: Vec<Faults> = diesel::sql_query(FAULTS).load(&mut conn)?;
    match faults.into_iter().next() {
        Some(first) => Err(MigrateError::Unsafe(first.fault)),
        None => Ok(()),
    }
}
