//! The streams to which open pages listen, for the whole process.

use std::{sync::Arc, time::Duration};

use tokio::sync::{Semaphore, watch};

use crate::server::crypto::pool::Places;

/// The most open streams of one process: each costs a connection and some kilobytes.
const MOST: usize = 1_000;
/// The most open streams of one client address in one process: several people behind one address, with a few tabs each.
const MOST_OF_ONE_ADDRESS: usize = 40;

/// The open streams of this process.
pub struct Streams {
    /// How often a stream checks the page version without being notified. This is how late a page learns of a
    /// change without a notification, or while a connection to PostgreSQL is broken unnoticed.
    pub every: Duration,
    /// How long a stream lasts. The browser reconnects with its current cookie.
    pub lasts: Duration,
    pub(super) places: Arc<Semaphore>,
    pub(super) addresses: Places,
    pub(super) ended: watch::Sender<bool>,
}

impl Default for Streams {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(15),
            lasts: Duration::from_mins(10),
            places: Arc::new(Semaphore::new(MOST)),
            addresses: Places::new(MOST_OF_ONE_ADDRESS),
            ended: watch::Sender::new(false),
        }
    }
}

impl Streams {
    /// Ends all streams, also those opened later: the process is shutting down.
    pub fn end(&self) {
        self.ended.send_replace(true);
    }
}
