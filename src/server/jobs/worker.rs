//! The loop of a worker: it looks for due rows, and handles one after another until none is due.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Mutex, watch},
    time::{Instant, Interval, MissedTickBehavior, interval, timeout},
};

use super::stop::until;
use crate::server::{
    lifecycle::{Error, Lifecycle, catch_panic, deletion::Execution, export::Building, outbox::SendOutcome},
    mail::Transport,
};

/// How often idle workers look for work.
const POLL: Duration = Duration::from_millis(250);
/// The minimum time from one deletion to the next. It allows 40 a second, however many are due, so that users who
/// sign in during the deletions hardly notice (`scripts/bench`).
const DELETION_EVERY: Duration = Duration::from_millis(25);
/// The pause after an error, for example when the database is unreachable.
const RECOVER: Duration = Duration::from_secs(1);
/// After so many failures one after another, the worker is not well: a single bad row would not fail so often.
const LASTING: u32 = 10;
/// While a worker keeps failing, it logs its first failure, and then each failure whose number is a multiple of
/// this. A process handles six rows in parallel: four letters, one deletion and one export ([`Queue::at_once`]).
/// Each of the six pauses for [`RECOVER`] after a failure, so there are at most six failures a second.
const TOLD_EVERY: u32 = 100;
/// The pause while the ledger of erasures does not answer. It is long, because deletions are not urgent.
const LEDGER_PAUSE: Duration = Duration::from_secs(15);

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Queue {
    /// Letters to be sent.
    Letters,
    /// Accounts to be erased.
    Deletions,
    /// Exports to be prepared.
    Exports,
}

impl Queue {
    /// Every queue.
    pub const ALL: [Self; 3] = [Self::Letters, Self::Deletions, Self::Exports];

    /// Returns how many rows of the queue one process handles at a time. It handles only one deletion, because a
    /// deletion is not urgent and holds SQLite's only write lock. It handles only one export, because it builds an
    /// export in memory.
    pub const fn at_once(self) -> usize {
        match self {
            Self::Letters => 4,
            Self::Deletions | Self::Exports => 1,
        }
    }

    /// Returns the queue's name in the log: the action that handles the rows.
    const fn name(self) -> &'static str {
        match self {
            Self::Letters => "send_letter",
            Self::Deletions => "execute_deletion",
            Self::Exports => "build_export",
        }
    }

    /// Returns the minimum time from the start of one row's work to the start of the next.
    const fn pace(self) -> Duration {
        match self {
            Self::Deletions => DELETION_EVERY,
            Self::Letters | Self::Exports => Duration::ZERO,
        }
    }
}

/// The worker of one queue. [`Jobs::start`](super::Jobs::start) runs it [`Queue::at_once`] times in parallel.
pub(super) struct Worker {
    queue: Queue,
    lifecycle: Lifecycle,
    transport: Arc<Transport>,
    /// All parallel runs share this interval. So together they query the database four times a second, however many
    /// of them are idle.
    looks: Mutex<Interval>,
    is_well: AtomicBool,
    /// Failures since the last success, over all runs.
    failures: AtomicU32,
}

impl Worker {
    pub fn new(queue: Queue, lifecycle: Lifecycle, transport: Arc<Transport>) -> Self {
        let mut looks = interval(POLL);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            queue,
            lifecycle,
            transport,
            looks: Mutex::new(looks),
            is_well: AtomicBool::new(true),
            failures: AtomicU32::new(0),
        }
    }

    /// Returns whether the worker reached the database at its last try, and fewer than [`LASTING`] tries one after
    /// another have failed.
    pub fn is_well(&self) -> bool {
        self.is_well.load(Ordering::Relaxed)
    }

    /// Works until `stopped`, and finishes the row that it has begun.
    pub async fn run(self: Arc<Self>, stopped: watch::Receiver<bool>) {
        loop {
            let look = async { self.looks.lock().await.tick().await };
            tokio::select! {
                () = until(stopped.clone()) => return,
                _ = look => {}
            }
            self.work_off(&stopped).await;
        }
    }

    /// Handles one row after another until none is due, or `stopped`.
    async fn work_off(&self, stopped: &watch::Receiver<bool>) {
        loop {
            let begun = Instant::now();
            // A panic over one row must not end the worker, because the other rows still need it.
            let outcome = catch_panic(self.take_next()).await;
            self.note(&outcome);
            let pause = match outcome {
                Ok(false) => return,
                Ok(true) => self.queue.pace().saturating_sub(begun.elapsed()),
                Err(error) if error.is_of_ledger() => LEDGER_PAUSE,
                Err(_) => RECOVER,
            };
            if timeout(pause, until(stopped.clone())).await.is_ok() {
                return;
            }
        }
    }

    /// Handles the next due row. Returns `false` if no row is due.
    async fn take_next(&self) -> Result<bool, Error> {
        Ok(match self.queue {
            Queue::Letters => self.lifecycle.send_letter(&self.transport).await? != SendOutcome::Nothing,
            Queue::Deletions => {
                fail::fail_point!("execution");
                self.lifecycle.execute_deletion().await? == Execution::Executed
            }
            Queue::Exports => self.lifecycle.build_export().await? != Building::Nothing,
        })
    }

    /// Records whether the worker is well, and logs failures. If the worker fails several times one after another,
    /// logs the first failure and then each [`TOLD_EVERY`]th.
    fn note(&self, outcome: &Result<bool, Error>) {
        let queue = self.queue.name();
        let Err(error) = outcome else {
            self.failures.store(0, Ordering::Relaxed);
            if !self.is_well.swap(true, Ordering::Relaxed) {
                tracing::info!(queue, "worker goes on");
            }
            return;
        };
        let failures = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
        let is_away = error.is_outage();
        if is_away || failures >= LASTING {
            self.is_well.store(false, Ordering::Relaxed);
        }
        if failures == 1 || failures.is_multiple_of(TOLD_EVERY) {
            let what = if is_away { "worker broke off; it tries again" } else { "work failed; it is tried again" };
            // Other faults, such as that of the ledger, are not the database's.
            let database = is_away.then(|| self.lifecycle.db.place());
            tracing::error!(queue, failures, database, %error, "{what}");
        }
    }
}
