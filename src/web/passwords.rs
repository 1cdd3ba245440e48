//! A bounded pool for password hashing: bcrypt takes a quarter of a second of processor time, so it never runs on a request's thread,
//! always gives way to whatever else the machine has to do, and never has a long queue before it.

use super::error::AppError;
use crate::domain::account::{PasswordRefused, hash_password, is_outdated, password_matches};
use crate::store::Db;
use crate::store::accounts::{self, Account};
use rustix::process::setpriority_process;
use secrecy::SecretString;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

const AT_ONCE: usize = 2;
const WAITING: usize = 20;
/// The lowest priority there is: a page that is ready to be drawn always goes first.
const NICE: i32 = 19;

type Job = Box<dyn FnOnce() + Send>;

/// The pool.
#[derive(Clone)]
pub struct Passwords {
    jobs: Sender<Job>,
    places: Arc<Semaphore>,
}

/// A place in the queue. It is taken before anything is looked up or counted, so that what is shed costs nothing and counts for nobody.
pub struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Default for Passwords {
    fn default() -> Self {
        let (jobs, due) = channel();
        let due = Arc::new(Mutex::new(due));
        // One processor stays free for pages where there is more than one.
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        for _ in 0..processors.saturating_sub(1).clamp(1, AT_ONCE) {
            let due = due.clone();
            thread::spawn(move || hash_all(&due));
        }
        Self { jobs, places: Arc::new(Semaphore::new(WAITING)) }
    }
}

/// Does one job after the other until nobody can send any more.
fn hash_all(due: &Mutex<Receiver<Job>>) {
    if let Err(error) = setpriority_process(None, NICE) {
        tracing::warn!(%error, "passwords are hashed at the priority of everything else");
    }
    loop {
        let next = due.lock().map(|due| due.recv());
        let Ok(Ok(job)) = next else { return };
        job();
    }
}

impl Passwords {
    /// A place in the queue.
    ///
    /// # Errors
    /// [`AppError::Busy`] where too many wait already.
    pub fn place(&self) -> Result<Place, AppError> {
        self.places.clone().try_acquire_owned().map(|permit| Place { _permit: permit }).map_err(|_| AppError::Busy)
    }

    /// True where the password is the hashed one; without a hash the same work is done for a no.
    ///
    /// # Errors
    /// [`AppError::Busy`] where the server is being stopped.
    pub async fn matches(&self, place: Place, password: SecretString, hash: Option<String>) -> Result<bool, AppError> {
        self.run(place, move || password_matches(&password, hash.as_deref())).await
    }

    /// The hash of a new password.
    ///
    /// # Errors
    /// [`AppError::Busy`] where too many wait already, and a sentence where the password is not taken.
    pub async fn hash(&self, password: SecretString) -> Result<String, AppError> {
        let hash: Result<String, PasswordRefused> = self.run(self.place()?, move || hash_password(&password)).await?;
        hash.map_err(|error| AppError::Request(error.to_string()))
    }

    /// Hashes a password anew that has just proved right, where its stored hash costs less than hashes do today. Where too many wait,
    /// the next sign-in does it.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn upgrade(&self, db: &Db, account: &Account, password: SecretString) -> Result<(), AppError> {
        if is_outdated(&account.password_hash)
            && let Ok(hash) = self.hash(password).await
        {
            accounts::upgrade_password(db, account.id, account.password_hash.clone(), hash).await?;
        }
        Ok(())
    }

    async fn run<T: Send + 'static>(
        &self,
        place: Place,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let (answer, answered) = oneshot::channel();
        let job = move || {
            // Whoever went away meanwhile needs no answer.
            if !answer.is_closed() {
                drop(answer.send(work()));
            }
            drop(place);
        };
        self.jobs.send(Box::new(job)).map_err(|_| AppError::Busy)?;
        answered.await.map_err(|_| AppError::Busy)
    }
}
