//! The private PostgreSQL under `var/`: for a brokerage that has no database server of its own. It uses the installed server's
//! programs, listens on a unix socket only, writes with fsync, runs as an ordinary user, and dies with the process that started it,
//! also when that is killed. With `DATABASE_URL` set, none of this runs.

use diesel::prelude::*;
use nix::fcntl::{Flock, FlockArg};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, getppid, setgid, setgroups, setuid};
use std::fs;
use std::ops::RangeInclusive;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The hidden subcommand that becomes PostgreSQL; see [`become_server`].
pub const SUBCOMMAND: &str = "private-postgres";
/// How long a server may take to start, recovery after a crash included, and to stop.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest path that a unix socket can have, with PostgreSQL's own file name taken off.
const SOCKET_DIR_MAX: usize = 107 - ".s.PGSQL.5432.lock".len();

/// Why the private PostgreSQL does not run.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    #[error(
        "PostgreSQL's server programs are not installed (looked on PATH and in /usr/lib/postgresql/*/bin). Install them (`apt-get install postgresql`) or set DATABASE_URL."
    )]
    NotInstalled,
    #[error("The folder {} cannot be entered by the user {user}, as whom PostgreSQL runs when Quayside is started by root. Set QUAYSIDE_VAR to a folder such as /var/lib/quayside, or start Quayside as an ordinary user.", .folder.display())]
    Unreachable { folder: PathBuf, user: String },
    #[error(
        "There is no user `postgres` or `nobody` as whom PostgreSQL could run; it refuses root. Start Quayside as an ordinary user."
    )]
    NoUser,
    #[error("{what} failed: {why}")]
    Failed { what: &'static str, why: String },
    #[error("PostgreSQL did not start within {} seconds. Its log is {}.", PATIENCE.as_secs(), .log.display())]
    Timeout { log: PathBuf },
}

fn failed(what: &'static str) -> impl FnOnce(std::io::Error) -> EmbeddedError {
    move |error| EmbeddedError::Failed { what, why: error.to_string() }
}

/// The running server. Dropping it stops the server in order, unless another process started it.
#[derive(Debug)]
pub struct Embedded {
    child: Option<Child>,
    socket: PathBuf,
}

impl Embedded {
    /// Starts the server of `var`, or joins the one that another process runs there. Call it from the program's first thread: the
    /// server dies with the thread that started it. `program` is Quayside itself, which becomes the server under [`SUBCOMMAND`].
    ///
    /// # Errors
    /// [`EmbeddedError`] with what to do.
    pub fn start(var: &Path, program: &Path) -> Result<Self, EmbeddedError> {
        fs::create_dir_all(var).map_err(failed("making the folder for PostgreSQL"))?;
        let var = var.canonicalize().map_err(failed("finding the folder for PostgreSQL"))?;
        let home = var.join("postgres");
        fs::create_dir_all(&home).map_err(failed("making the folder for PostgreSQL"))?;
        let lock = fs::File::create(var.join("postgres.lock")).map_err(failed("locking the folder"))?;
        let _lock = Flock::lock(lock, FlockArg::LockExclusive)
            .map_err(|(_, error)| EmbeddedError::Failed { what: "locking the folder", why: error.to_string() })?;
        let socket = socket_dir(&home);
        let mut server = Self { child: None, socket };
        if server.joins_running(&home)? {
            return Ok(server);
        }
        let programs = programs()?;
        let user = unprivileged(&var)?;
        prepare(&home, &server.socket, user.as_ref())?;
        if !home.join("data/PG_VERSION").exists() {
            initialise(&programs, &home, user.as_ref())?;
        }
        server.spawn(program, &programs, &home, user.as_ref())?;
        server.create_roles(&home)?;
        Ok(server)
    }

    /// The URL of the role that owns the tables.
    pub fn owner_url(&self) -> String {
        self.url("quayside_owner", "quayside")
    }

    /// The URL of the role that serves.
    pub fn app_url(&self) -> String {
        self.url("quayside_app", "quayside")
    }

    fn url(&self, role: &str, database: &str) -> String {
        format!("host={} user={role} dbname={database}", self.socket.display())
    }

    /// True where a server of this folder answers already. One that is going down (its starter was killed) is waited for.
    fn joins_running(&self, home: &Path) -> Result<bool, EmbeddedError> {
        let deadline = Instant::now() + PATIENCE;
        while let Some(pid) = postmaster(home) {
            if PgConnection::establish(&self.app_url()).is_ok() {
                return Ok(true);
            }
            if Instant::now() > deadline {
                let why = format!("process {pid} still holds the folder but does not answer");
                return Err(EmbeddedError::Failed { what: "joining the running PostgreSQL", why });
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(false)
    }

    fn spawn(
        &mut self,
        program: &Path,
        programs: &Path,
        home: &Path,
        user: Option<&User>,
    ) -> Result<(), EmbeddedError> {
        let log_path = home.join("server.log");
        let log = fs::File::create(&log_path).map_err(failed("opening PostgreSQL's log"))?;
        let errors = log.try_clone().map_err(failed("opening PostgreSQL's log"))?;
        let mut command = Command::new(program);
        command.arg(SUBCOMMAND).arg(std::process::id().to_string());
        command.arg(user.map_or_else(String::new, |user| user.name.clone()));
        command.arg(programs.join("postgres")).arg("-D").arg(home.join("data"));
        let socket = self.socket.display();
        for setting in [
            "listen_addresses=".to_owned(),
            format!("unix_socket_directories={socket}"),
            "unix_socket_permissions=0700".to_owned(),
            "fsync=on".to_owned(),
            "synchronous_commit=on".to_owned(),
            "max_connections=60".to_owned(),
            format!("shared_buffers={}MB", buffers()),
            "log_timezone=UTC".to_owned(),
            "timezone=UTC".to_owned(),
        ] {
            command.arg("-c").arg(setting);
        }
        // A group of its own: Ctrl-C reaches Quayside, which stops the server when its requests are answered.
        command.stdin(Stdio::null()).stdout(log).stderr(errors).process_group(0);
        let child = self.child.insert(command.spawn().map_err(failed("starting PostgreSQL"))?);
        let deadline = Instant::now() + PATIENCE;
        let socket_url = format!("host={} user=quayside_root dbname=postgres", self.socket.display());
        while PgConnection::establish(&socket_url).is_err() {
            if let Ok(Some(status)) = child.try_wait() {
                let why = format!("it ended with {status}; its log is {}", log_path.display());
                return Err(EmbeddedError::Failed { what: "starting PostgreSQL", why });
            }
            if Instant::now() > deadline {
                return Err(EmbeddedError::Timeout { log: log_path });
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn create_roles(&self, home: &Path) -> Result<(), EmbeddedError> {
        let done = home.join("roles-made");
        if done.exists() {
            return Ok(());
        }
        let oops = |why: String| EmbeddedError::Failed { what: "making the database and its roles", why };
        let url = format!("host={} user=quayside_root dbname=postgres", self.socket.display());
        let mut conn = PgConnection::establish(&url).map_err(|error| oops(error.to_string()))?;
        for (exists, make) in [
            ("SELECT 1 FROM pg_roles WHERE rolname = 'quayside_owner'", "CREATE ROLE quayside_owner LOGIN CREATEROLE"),
            ("SELECT 1 FROM pg_roles WHERE rolname = 'quayside_app'", "CREATE ROLE quayside_app LOGIN"),
            (
                "SELECT 1 FROM pg_database WHERE datname = 'quayside'",
                "CREATE DATABASE quayside OWNER quayside_owner TEMPLATE template0 ENCODING 'UTF8'",
            ),
        ] {
            let rows = diesel::sql_query(exists).execute(&mut conn).map_err(|error| oops(error.to_string()))?;
            if rows == 0 {
                diesel::sql_query(make).execute(&mut conn).map_err(|error| oops(error.to_string()))?;
            }
        }
        fs::write(done, "").map_err(failed("making the database and its roles"))
    }

    /// Stops the server in order: open transactions are rolled back, what is committed is on disk.
    pub fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        if let Ok(pid) = i32::try_from(child.id()) {
            // Fast shutdown; should it not end in time, an immediate one loses nothing that was committed either.
            for (signal, patience) in [(Signal::SIGINT, PATIENCE), (Signal::SIGQUIT, PATIENCE)] {
                if kill(Pid::from_raw(pid), signal).is_err() || ended(&mut child, patience) {
                    return;
                }
            }
        }
        drop(child.kill());
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.stop();
    }
}

fn ended(child: &mut Child, patience: Duration) -> bool {
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        if !matches!(child.try_wait(), Ok(None)) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

/// Turns this process into the server: drops to the unprivileged user, asks the kernel to be stopped with its parent, and
/// executes. `arguments`: the parent's process id, the user (empty: stay), the program and its arguments. Returns only on failure.
pub fn become_server(arguments: &[String]) -> String {
    let [parent, user, program, rest @ ..] = arguments else {
        return "this subcommand is for Quayside itself".to_owned();
    };
    if !user.is_empty() {
        let Ok(Some(user)) = User::from_name(user) else { return format!("there is no user {user}") };
        let dropped = setgroups(&[]).and_then(|()| setgid(user.gid)).and_then(|()| setuid(user.uid));
        if let Err(error) = dropped {
            return format!("becoming the user {}: {error}", user.name);
        }
    }
    // After the change of user, which would clear it.
    if let Err(error) = nix::sys::prctl::set_pdeathsig(Signal::SIGINT) {
        return format!("asking to stop with the parent: {error}");
    }
    if getppid().to_string() != *parent {
        return "the parent is gone".to_owned();
    }
    format!("starting {program}: {}", Command::new(program).args(rest).exec())
}

/// Megabytes in which the server keeps what is read again and again: an eighth of the machine's memory, of which it takes what it comes to
/// need.
fn buffers() -> u64 {
    const MEGABYTES: RangeInclusive<u64> = 128..=512;
    let kilobytes = fs::read_to_string("/proc/meminfo").ok().and_then(|told| {
        let total = told.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
        total.split_whitespace().next()?.parse::<u64>().ok()
    });
    (kilobytes.unwrap_or(0) / 1024 / 8).clamp(*MEGABYTES.start(), *MEGABYTES.end())
}

/// The folder of the newest installed server.
fn programs() -> Result<PathBuf, EmbeddedError> {
    let complete = |folder: &PathBuf| folder.join("postgres").exists() && folder.join("initdb").exists();
    let mut found: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    found.sort_by_key(|folder| {
        folder.parent().and_then(Path::file_name).and_then(|name| name.to_str()?.parse::<u32>().ok()).unwrap_or(0)
    });
    let on_path =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    on_path.into_iter().chain(found.into_iter().rev()).find(complete).ok_or(EmbeddedError::NotInstalled)
}

/// The user to run as when started by root, after a look whether that user can enter the folder.
fn unprivileged(var: &Path) -> Result<Option<User>, EmbeddedError> {
    if !nix::unistd::geteuid().is_root() {
        return Ok(None);
    }
    let named = |name: &str| User::from_name(name).ok().flatten();
    let user = named("postgres").or_else(|| named("nobody")).ok_or(EmbeddedError::NoUser)?;
    for folder in var.ancestors() {
        let Ok(meta) = fs::metadata(folder) else { continue };
        let open = meta.mode() & 0o001 != 0
            || (meta.uid() == user.uid.as_raw() && meta.mode() & 0o100 != 0)
            || (meta.gid() == user.gid.as_raw() && meta.mode() & 0o010 != 0);
        if !open {
            return Err(EmbeddedError::Unreachable { folder: folder.to_owned(), user: user.name });
        }
    }
    Ok(Some(user))
}

/// Where the socket goes: beside the data, or in a folder with a short name where that path is too long for a socket.
fn socket_dir(home: &Path) -> PathBuf {
    let beside = home.join("socket");
    if beside.as_os_str().len() <= SOCKET_DIR_MAX {
        return beside;
    }
    use sha2::{Digest, Sha256};
    let digest = hex::encode(Sha256::digest(home.as_os_str().as_encoded_bytes()));
    std::env::temp_dir().join(format!("quayside-{}", digest.get(..16).unwrap_or("socket")))
}

fn prepare(home: &Path, socket: &Path, user: Option<&User>) -> Result<(), EmbeddedError> {
    for folder in [home, socket] {
        fs::create_dir_all(folder).map_err(failed("making PostgreSQL's folders"))?;
        if let Some(user) = user {
            let (uid, gid) = (Some(user.uid.as_raw()), Some(user.gid.as_raw()));
            chown(folder, uid, gid).map_err(failed("giving PostgreSQL its folders"))?;
        }
        // Whoever can open the socket is trusted, so nobody else may enter.
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
            .map_err(failed("closing PostgreSQL's folders"))?;
    }
    Ok(())
}

fn initialise(programs: &Path, home: &Path, user: Option<&User>) -> Result<(), EmbeddedError> {
    // A folder that a killed start left half made is no database yet.
    let fresh = home.join("data.new");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(failed("clearing a half-made database"))?;
    }
    let mut command = Command::new(programs.join("initdb"));
    command.arg("-D").arg(&fresh).current_dir(home).stdin(Stdio::null());
    command.args([
        "-U",
        "quayside_root",
        "--auth-local=trust",
        "--auth-host=reject",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
    ]);
    if let Some(user) = user {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    let output = command.output().map_err(failed("making the database"))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(EmbeddedError::Failed { what: "making the database", why });
    }
    fs::rename(&fresh, home.join("data")).map_err(failed("making the database"))
}

/// The living server that holds the data folder.
fn postmaster(home: &Path) -> Option<i32> {
    let text = fs::read_to_string(home.join("data/postmaster.pid")).ok()?;
    let pid: i32 = text.lines().next()?.trim().parse().ok()?;
    // A stale file can name a number that another program has by now, or a process that is dead but not yet buried.
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
    (name.starts_with("postgres") && !rest.trim_start().starts_with('Z')).then_some(pid)
}
