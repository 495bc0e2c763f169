//! The streams that open pages listen to, as the whole process has them.

use std::{sync::Arc, time::Duration};

use tokio::sync::{Semaphore, watch};

/// Open streams of one process: each costs a connection and some kilobytes.
const MOST: usize = 1_000;

/// The open streams of this process.
pub struct Streams {
    /// How often a stream looks without having been told to. Changes that nobody announces,
    /// and a connection to PostgreSQL that is broken unnoticed, show after this time.
    pub every: Duration,
    /// How long a stream lasts. The browser opens the next one, with the cookie that it has then.
    pub lasts: Duration,
    pub(super) places: Arc<Semaphore>,
    pub(super) ended: watch::Sender<bool>,
}

impl Default for Streams {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(15),
            lasts: Duration::from_mins(10),
            places: Arc::new(Semaphore::new(MOST)),
            ended: watch::Sender::new(false),
        }
    }
}

impl Streams {
    /// Ends them all, and whichever is opened later: the process is about to end.
    pub fn end(&self) {
        self.ended.send_replace(true);
    }
}
