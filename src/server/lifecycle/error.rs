//! Why an action did not happen.

use crate::{
    domain::error::Refusal,
    server::{crypto::hasher::HasherError, store::StoreError},
};

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
        matches!(self, Self::Internal(_)) && !self.is_of_ledger() && !self.was_crossed()
    }

    /// Whether the action came across another one: that one was first with the same key, or each
    /// held what the other waited for. Begun anew, it finds what the other did.
    pub(super) fn was_crossed(&self) -> bool {
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
