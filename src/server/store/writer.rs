//! The one connection with which a process writes to SQLite.
//!
//! SQLite lets one transaction write at a time. Writers queue for this connection and hold none of the readers'
//! connections meanwhile. So pages stay alive, however many actions wait to write.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use sqlx::SqlitePool;

/// The connection that writes, and the count of the actions that wait for it. Clones share both.
#[derive(Clone)]
pub struct Writer {
    pool: SqlitePool,
    waiting: Arc<AtomicUsize>,
}

/// Counts as waiting until it is dropped, which also happens when its request is cancelled.
pub(super) struct Waiting(Arc<AtomicUsize>);

impl Writer {
    /// A writer with the one connection of `pool`.
    pub(super) fn new(pool: SqlitePool) -> Self {
        Self { pool, waiting: Arc::default() }
    }

    /// The pool with the one connection.
    #[must_use]
    pub const fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Counts the caller among those that wait, until the returned value is dropped.
    pub(super) fn queue(&self) -> Waiting {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(Arc::clone(&self.waiting))
    }

    /// How many actions wait for the connection.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
