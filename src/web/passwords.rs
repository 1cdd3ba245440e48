//! A bounded pool for password hashing: bcrypt takes a quarter of a second of processor time, so it never runs on a request's thread,
//! never on more than two processors, and never with a long queue before it.

use super::error::AppError;
use crate::domain::account::{PasswordRefused, hash_password, is_outdated, password_matches};
use crate::store::Db;
use crate::store::accounts::{self, Account};
use secrecy::SecretString;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

const AT_ONCE: usize = 2;
const WAITING: usize = 20;

/// The pool.
#[derive(Clone)]
pub struct Passwords {
    at_once: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { at_once: Arc::new(Semaphore::new(AT_ONCE)), waiting: Arc::new(AtomicUsize::new(0)) }
    }
}

impl Passwords {
    /// True where the password is the hashed one; without a hash the same work is done for a no.
    ///
    /// # Errors
    /// [`AppError::Busy`] where too many wait already.
    pub async fn matches(&self, password: SecretString, hash: Option<String>) -> Result<bool, AppError> {
        self.run(move || password_matches(&password, hash.as_deref())).await
    }

    /// The hash of a new password.
    ///
    /// # Errors
    /// [`AppError::Busy`] where too many wait already, and a sentence where the password is not taken.
    pub async fn hash(&self, password: SecretString) -> Result<String, AppError> {
        let hash: Result<String, PasswordRefused> = self.run(move || hash_password(&password)).await?;
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

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
        if self.waiting.fetch_add(1, Ordering::SeqCst) >= WAITING {
            self.waiting.fetch_sub(1, Ordering::SeqCst);
            return Err(AppError::Busy);
        }
        let ticket = self.at_once.clone().acquire_owned().await;
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        let ticket = ticket.map_err(|_| AppError::Busy)?;
        tokio::task::spawn_blocking(move || {
            let _ticket = ticket;
            work()
        })
        .await
        .map_err(|_| AppError::Busy)
    }
}
