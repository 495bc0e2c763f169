//! Why an action failed.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use crate::{
    domain::error::Refusal,
    server::{crypto::pool::PoolError, store::StoreError},
};

/// How often an action is attempted while its transactions conflict with others.
const TRIES: usize = 5;

/// Runs an action again while it fails because of a concurrent action. The next attempt reads what that action
/// wrote.
pub(super) async fn retry_on_conflict<T, W>(action: impl Fn() -> W) -> Result<T, Error>
where
    W: Future<Output = Result<T, Error>>,
{
    let mut left = TRIES;
    loop {
        left -= 1;
        match action().await {
            Err(error) if left > 0 && error.is_conflict() => {}
            outcome => return outcome,
        }
    }
}

/// Why an action failed. Except with [`Error::Undecided`], it changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule refused the action.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The database cannot be reached, or too many passwords wait to be hashed or judged. Trying again later may help.
    #[error("unavailable: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The connection to the database broke during the commit: the action may have happened.
    #[error("undecided: {0}")]
    Undecided(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A failure that should not occur.
    #[error("internal: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Whether the ledger of erasures failed.
    #[must_use]
    pub fn is_of_ledger(&self) -> bool {
        match self {
            Self::Unavailable(cause) | Self::Undecided(cause) | Self::Internal(cause) => {
                matches!(cause.downcast_ref(), Some(StoreError::Ledger(_)))
            }
            Self::Refused(_) => false,
        }
    }

    /// Whether the database cannot be reached, or its connection broke. Such a failure may pass by itself.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Unavailable(cause) => matches!(cause.downcast_ref(), Some(StoreError::Unavailable(_))),
            Self::Undecided(_) => true,
            Self::Refused(_) | Self::Internal(_) => false,
        }
    }

    /// Whether a worker would fail again on the same row, even when the database and the ledger work.
    pub(super) fn is_lasting(&self) -> bool {
        matches!(self, Self::Internal(_)) && !self.is_of_ledger() && !self.is_conflict()
    }

    /// Whether a concurrent action is the reason: it inserted the same key first, or the two deadlocked.
    pub(super) fn is_conflict(&self) -> bool {
        match self {
            Self::Unavailable(cause) => matches!(cause.downcast_ref(), Some(StoreError::Deadlock(_))),
            Self::Internal(cause) => matches!(cause.downcast_ref(), Some(StoreError::Conflict)),
            Self::Refused(_) | Self::Undecided(_) => false,
        }
    }
}

/// Turns a panic of a worker's `work` into an error. The panic drops everything that the work owns, and a
/// transaction that is dropped rolls back.
///
/// # Errors
/// Those of the work, and [`Error::Internal`] for a panic.
pub async fn catch_panic<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let caught = AssertUnwindSafe(work).catch_unwind().await;
    caught.unwrap_or_else(|_| Err(Error::Internal("a worker panicked".into())))
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Deadlock(_) => Self::Unavailable(Box::new(error)),
            StoreError::Undecided(_) => Self::Undecided(Box::new(error)),
            _ => Self::Internal(Box::new(error)),
        }
    }
}

impl From<PoolError> for Error {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Busy => Self::Unavailable(Box::new(error)),
            PoolError::Failed => Self::Internal(Box::new(error)),
        }
    }
}
