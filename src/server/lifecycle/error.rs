//! Why an action did not happen.

use crate::{
    domain::error::Refusal,
    server::{crypto::hasher::HasherError, store::StoreError},
};

/// How often an action is tried whose transactions conflict with those of others.
const TRIES: usize = 5;

/// Tries an action again as long as it fails because of another one that ran at the same time: what
/// the other did, it finds when it begins again.
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

/// Why an action did not happen. But for [`Error::Undecided`] nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Refused by rule.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The database cannot be reached, or more passwords wait to be hashed than can be
    /// in time. Trying again later may help.
    #[error("unavailable: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database went away while it was told to make it last: it may have happened.
    #[error("undecided: {0}")]
    Undecided(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Something that should not happen.
    #[error("internal: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Whether it was the ledger of erasures that did not do what it was asked to.
    #[must_use]
    pub fn is_of_ledger(&self) -> bool {
        match self {
            Self::Unavailable(cause) | Self::Undecided(cause) | Self::Internal(cause) => {
                matches!(cause.downcast_ref(), Some(StoreError::Ledger(_)))
            }
            Self::Refused(_) => false,
        }
    }

    /// Whether the database cannot be reached, which passes by itself.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Unavailable(cause) => matches!(cause.downcast_ref(), Some(StoreError::Unavailable(_))),
            Self::Undecided(_) => true,
            Self::Refused(_) | Self::Internal(_) => false,
        }
    }

    /// Whether it will come again with the same row, whatever becomes of the database and its ledger.
    pub(super) fn is_lasting(&self) -> bool {
        matches!(self, Self::Internal(_)) && !self.is_of_ledger() && !self.is_conflict()
    }

    /// Whether another action at the same time is the reason: it was first with the same key, or each
    /// held what the other waited for.
    pub(super) fn is_conflict(&self) -> bool {
        match self {
            Self::Unavailable(cause) => matches!(cause.downcast_ref(), Some(StoreError::Deadlock(_))),
            Self::Internal(cause) => matches!(cause.downcast_ref(), Some(StoreError::Conflict)),
            Self::Refused(_) | Self::Undecided(_) => false,
        }
    }
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

impl From<HasherError> for Error {
    fn from(error: HasherError) -> Self {
        match error {
            HasherError::Busy => Self::Unavailable(Box::new(error)),
            HasherError::Failed => Self::Internal(Box::new(error)),
        }
    }
}
