//! A PostgreSQL for each test: a copy of a template that holds the migrated tables and the people, made once for each state of the
//! migrations. It is the private server of the product itself, and dies with the test.

use super::{people, program};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use nix::fcntl::{Flock, FlockArg};
use quayside::store::embedded::Embedded;
use quayside::store::migrate;
use sha2::{Digest, Sha256};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

pub struct Database {
    server: Embedded,
    folder: TempDir,
}

fn open(folder: &Path) {
    // PostgreSQL's own user has to enter when the tests run as root.
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
}

/// What the template depends on.
fn fingerprint() -> String {
    let mut hash = Sha256::new();
    let mut folders: Vec<PathBuf> = fs::read_dir("migrations").unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders {
        hash.update(fs::read(folder.join("up.sql")).unwrap());
    }
    hash.update(include_bytes!("people.rs"));
    hash.update(super::SECRET);
    hex::encode(hash.finalize())[..16].to_owned()
}

fn template() -> PathBuf {
    let home = std::env::temp_dir().join(format!("quayside-tests-{}", nix::unistd::getuid()));
    fs::create_dir_all(&home).unwrap();
    open(&home);
    let template = home.join(fingerprint());
    let _lock = Flock::lock(fs::File::create(home.join("lock")).unwrap(), FlockArg::LockExclusive).unwrap();
    if template.exists() {
        return template;
    }
    let fresh = tempfile::tempdir_in(&home).unwrap();
    open(fresh.path());
    let mut server = Embedded::start(fresh.path(), &program()).unwrap();
    migrate::migrate(&server.owner_url()).unwrap();
    // On a thread of its own: the test's thread drives a runtime already.
    let url = server.app_url();
    std::thread::spawn(move || people::move_in(&url)).join().unwrap();
    server.stop();
    fs::rename(fresh.keep(), &template).unwrap();
    template
}

impl Database {
    pub fn fresh() -> Self {
        let template = template();
        let folder = tempfile::tempdir().unwrap();
        open(folder.path());
        let from = template.join("postgres");
        let copied = Command::new("cp").arg("-a").arg(from).arg(folder.path()).status().unwrap();
        assert!(copied.success());
        let server = Embedded::start(folder.path(), &program()).unwrap();
        Self { server, folder }
    }

    /// A server with nothing in it but its roles.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        open(folder.path());
        let server = Embedded::start(folder.path(), &program()).unwrap();
        Self { server, folder }
    }

    pub fn app_url(&self) -> String {
        self.server.app_url()
    }

    pub fn owner_url(&self) -> String {
        self.server.owner_url()
    }

    /// The URL of the role that may do everything, for looking behind the policies.
    pub fn root_url(&self) -> String {
        self.server.app_url().replace("user=quayside_app", "user=quayside_root")
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Stops the server and keeps the folder, for a process that brings its own.
    pub fn stop(&mut self) {
        self.server.stop();
    }

    /// Runs a statement behind the policies.
    pub fn run(&self, sql: &str) -> usize {
        let mut conn = PgConnection::establish(&self.root_url()).unwrap();
        diesel::sql_query(sql).execute(&mut conn).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// A number from behind the policies.
    pub fn count(&self, sql: &str) -> i64 {
        self.rows::<Count>(&format!("SELECT ({sql})::bigint AS value")).remove(0).value
    }

    /// Waits until a number is reached; a minute without it is a failure.
    pub fn wait_for(&self, sql: &str, wanted: i64) {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while self.count(sql) < wanted {
            assert!(std::time::Instant::now() < deadline, "{sql} stays under {wanted}");
            std::thread::yield_now();
        }
    }

    /// Texts from behind the policies.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        self.rows::<Words>(&format!("SELECT q.t::text AS value FROM ({sql}) q(t)"))
            .into_iter()
            .map(|row| row.value)
            .collect()
    }

    fn rows<T: diesel::deserialize::QueryableByName<diesel::pg::Pg> + 'static>(&self, sql: &str) -> Vec<T> {
        let mut conn = PgConnection::establish(&self.root_url()).unwrap();
        diesel::sql_query(sql).load(&mut conn).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The audit log: role, action and result of every entry, oldest first.
    pub fn audit(&self) -> Vec<String> {
        self.texts("SELECT role || ' ' || action || ' ' || result FROM audit_entries ORDER BY at, seq")
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

#[derive(QueryableByName)]
struct Words {
    #[diesel(sql_type = Text)]
    value: String,
}
