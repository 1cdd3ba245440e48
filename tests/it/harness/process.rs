//! The program as a process of its own, on a private PostgreSQL.

use super::database::Database;
use super::{Browser, Person, SECRET, program};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server process with its own private PostgreSQL.
pub struct Server {
    pub child: Child,
    pub base: String,
}

impl Server {
    pub fn start(folder: &Path) -> Self {
        Self::with(folder, &[])
    }

    /// One with more settings.
    pub fn with(folder: &Path, extra: &[(&str, &str)]) -> Self {
        Self::begin(folder, extra, Stdio::inherit())
    }

    /// One that writes its log to a file.
    pub fn logging(folder: &Path, extra: &[(&str, &str)], log: &Path) -> Self {
        Self::begin(folder, extra, Stdio::from(std::fs::File::create(log).unwrap()))
    }

    fn begin(folder: &Path, extra: &[(&str, &str)], log: Stdio) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let base = format!("http://127.0.0.1:{port}");
        let child = Command::new(program())
            .arg("serve")
            .env("QUAYSIDE_VAR", folder)
            .env("QUAYSIDE_LISTEN", format!("127.0.0.1:{port}"))
            .env("QUAYSIDE_PUBLIC_URL", &base)
            .env("QUAYSIDE_SECRET", std::str::from_utf8(SECRET).unwrap())
            .env("QUAYSIDE_LOG", "error")
            .env("QUAYSIDE_WORKERS", "0")
            .envs(extra.iter().copied())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Self { child, base }
    }

    pub async fn ready(&self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        let client = reqwest::Client::new();
        while !client.get(format!("{}/readyz", self.base)).send().await.is_ok_and(|answer| answer.status().is_success())
        {
            assert!(Instant::now() < deadline, "the server does not get ready");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn signed_in(&self) -> Browser {
        let browser = Browser::new(&self.base);
        assert_eq!(browser.sign_in(Person::Otto).await.status, 303);
        browser
    }

    /// A figure of the process in kB, `VmHWM` for its highest memory.
    pub fn memory(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The data folder of a test's database, without a server on it.
pub fn vacated() -> Database {
    let mut database = Database::fresh();
    database.stop();
    database
}
