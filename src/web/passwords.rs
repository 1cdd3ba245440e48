//! A bounded pool for password hashing: bcrypt takes a quarter of a second of processor time, so it never runs on a request's thread,
//! never on more than two processors, and never with a long queue before it.

use super::error::AppError;
use crate::domain::account::password_matches;
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
        if self.waiting.fetch_add(1, Ordering::SeqCst) >= WAITING {
            self.waiting.fetch_sub(1, Ordering::SeqCst);
            return Err(AppError::Busy);
        }
        let ticket = self.at_once.clone().acquire_owned().await;
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        let ticket = ticket.map_err(|_| AppError::Busy)?;
        tokio::task::spawn_blocking(move || {
            let _ticket = ticket;
            password_matches(&password, hash.as_deref())
        })
        .await
        .map_err(|_| AppError::Busy)
    }
}
