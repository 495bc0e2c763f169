//! The workers: each job is a thin call of one lifecycle action.
//!
//! Rows are the truth and jobs are wake-ups, so a job that comes twice, late or never
//! does no harm; the sweep makes up for the last.

mod build_export;
mod execute_deletion;
mod poll;
mod send_letter;
mod sweep;

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use apalis::prelude::{BackendExt, WorkerBuilder, WorkerBuilderExt, WorkerError};
use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use tokio::{sync::watch, task::JoinHandle, time::timeout};

use self::poll::Poll;
use crate::{
    domain::id::hex,
    server::{
        lifecycle::Lifecycle,
        mail::Transport,
        store::{DELETION_QUEUE, Db, DeletionJob, EXPORT_QUEUE, ExportJob, LETTER_QUEUE, LetterJob},
    },
};

/// How often an idle worker looks for work.
const POLL: Duration = Duration::from_millis(250);
/// How often a worker says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// When so many heartbeats are missed, as after a crash, the others take over what it held.
const MISSED: usize = 2;
/// Letters that one worker sends at a time.
const LETTERS_AT_ONCE: usize = 4;
/// Deletions that one worker executes at a time: they are not urgent, and each holds SQLite's only write lock.
const DELETIONS_AT_ONCE: usize = 1;
/// The least time from one deletion to the next: 40 a second, however many are due, which is also what [`POLL`]
/// brings, so that whoever signs in meanwhile hardly notices (`scripts/bench`).
const DELETION_EVERY: Duration = Duration::from_millis(25);
/// Exports that one worker prepares at a time: each is wholly in memory meanwhile.
const EXPORTS_AT_ONCE: usize = 1;
/// The pause before a worker that broke off, as when the database went away, begins anew.
const RECOVER: Duration = Duration::from_secs(1);

/// What every job works with.
#[derive(Clone)]
pub struct Worker {
    lifecycle: Lifecycle,
    transport: Arc<Transport>,
}

/// The running workers.
pub struct Jobs {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    work: [Arc<AtomicBool>; 3],
}

impl Jobs {
    /// Starts the workers and the sweep of this process.
    #[must_use]
    pub fn start(lifecycle: Lifecycle, transport: Arc<Transport>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let worker = Worker { lifecycle, transport };
        let work = [LETTER_QUEUE, DELETION_QUEUE, EXPORT_QUEUE].map(|_| Arc::new(AtomicBool::new(true)));
        let [letters, deletions, exports] = work.clone();
        let tasks = vec![
            tokio::spawn(sweep::run(worker.lifecycle.clone(), stopped.clone())),
            tokio::spawn(keep_running(LETTER_QUEUE, worker.clone(), letters, stopped.clone())),
            tokio::spawn(keep_running(DELETION_QUEUE, worker.clone(), deletions, stopped.clone())),
            tokio::spawn(keep_running(EXPORT_QUEUE, worker, exports, stopped)),
        ];
        Self { stop, tasks, work }
    }

    /// Whether every worker runs, and has not just broken off; readiness depends on it.
    #[must_use]
    pub fn are_running(&self) -> bool {
        let works = |work: &Arc<AtomicBool>| work.load(Ordering::Relaxed);
        self.tasks.iter().all(|task| !task.is_finished()) && self.work.iter().all(works)
    }

    /// Stops the workers and waits for what they are doing.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

/// Resolves when `stopped` turns true or its sender is gone.
async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Runs the worker of one queue until stopped. An error of the database ends a worker of
/// apalis for good, so a new one takes its place.
///
/// `works` is false from when a worker breaks off until another has lasted for [`RECOVER`].
async fn keep_running(queue: &'static str, worker: Worker, works: Arc<AtomicBool>, stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        // Every worker needs a name of its own, or it would take another's jobs for its own abandoned ones.
        let name = format!("{queue}-{}", hex(&worker.lifecycle.random.bytes::<8>()));
        let mut running = pin!(async {
            match queue {
                LETTER_QUEUE => send_letters(&name, worker.clone(), stopped.clone()).await,
                EXPORT_QUEUE => build_exports(&name, worker.clone(), stopped.clone()).await,
                _ => execute_deletions(&name, worker.clone(), stopped.clone()).await,
            }
        });
        let outcome = match timeout(RECOVER, &mut running).await {
            Ok(broken_off) => broken_off,
            Err(_lasts) => {
                works.store(true, Ordering::Relaxed);
                running.await
            }
        };
        if *stopped.borrow() {
            return;
        }
        works.store(false, Ordering::Relaxed);
        tracing::error!(queue, ?outcome, "worker broke off; a new one begins");
        // Whether it is time or the stop that comes, the loop knows.
        let _ = timeout(RECOVER, until(stopped.clone())).await;
    }
}

fn sqlite_config(queue: &str) -> apalis_sqlite::Config {
    apalis_sqlite::Config::default().heartbeat_interval(HEARTBEAT).missed_heartbeats(MISSED).queue(queue)
}

fn postgres_config(queue: &str) -> apalis_postgres::Config {
    apalis_postgres::Config::default().heartbeat_interval(HEARTBEAT).missed_heartbeats(MISSED).queue(queue)
}

async fn send_letters(name: &str, worker: Worker, stopped: watch::Receiver<bool>) -> Result<(), WorkerError> {
    let signal = async {
        until(stopped).await;
        Ok::<(), WorkerError>(())
    };
    match &worker.lifecycle.db {
        Db::Sqlite(pool, _) => {
            let config = sqlite_config(LETTER_QUEUE);
            let storage = SqliteStorage::<LetterJob>::new(pool).with_config(config);
            let builder = WorkerBuilder::new(name).backend(storage.poll_with_strategy(Poll::every(POLL)));
            let builder = builder.concurrency(LETTERS_AT_ONCE).data(worker.clone());
            builder.build(send_letter::handle).run_until(signal).await
        }
        Db::Postgres(pool, _) => {
            let config = postgres_config(LETTER_QUEUE);
            let storage = PostgresStorage::<LetterJob>::new(pool).with_config(config);
            let builder = WorkerBuilder::new(name).backend(storage.poll_with_strategy(Poll::every(POLL)));
            let builder = builder.concurrency(LETTERS_AT_ONCE).data(worker.clone());
            builder.build(send_letter::handle).run_until(signal).await
        }
    }
}

async fn execute_deletions(name: &str, worker: Worker, stopped: watch::Receiver<bool>) -> Result<(), WorkerError> {
    let signal = async {
        until(stopped).await;
        Ok::<(), WorkerError>(())
    };
    match &worker.lifecycle.db {
        Db::Sqlite(pool, _) => {
            let config = sqlite_config(DELETION_QUEUE);
            let storage = SqliteStorage::<DeletionJob>::new(pool).with_config(config);
            let builder = WorkerBuilder::new(name).backend(storage.poll_with_strategy(Poll::every(POLL)));
            let builder = builder.concurrency(DELETIONS_AT_ONCE).rate_limit(1, DELETION_EVERY).data(worker.clone());
            builder.build(execute_deletion::handle).run_until(signal).await
        }
        Db::Postgres(pool, _) => {
            let config = postgres_config(DELETION_QUEUE);
            let storage = PostgresStorage::<DeletionJob>::new(pool).with_config(config);
            let builder = WorkerBuilder::new(name).backend(storage.poll_with_strategy(Poll::every(POLL)));
            let builder = builder.concurrency(DELETIONS_AT_ONCE).rate_limit(1, DELETION_EVERY).data(worker.clone());
            builder.build(execute_deletion::handle).run_until(signal).await
        }
    }
}

async fn build_exports(name: &str, worker: Worker, stopped: watch::Receiver<bool>) -> Result<(), WorkerError> {
    let signal = async {
        until(stopped).await;
        Ok::<(), WorkerError>(())
    };
    match &worker.lifecycle.db {
        Db::Sqlite(pool, _) => {
            let config = sqlite_config(EXPORT_QUEUE);
            let storage = SqliteStorage::<ExportJob>::new(pool).with_config(config);
            let builder = WorkerBuilder::new(name).backend(storage.poll_with_strategy(Poll::every(POLL)));
            let builder = builder.concurrency(EXPORTS_AT_ONCE).data(worker.clone());
            builder.build(build_export::handle).run_until(signal).await
        }
        Db::Postgres(pool, _) => {
            let config = postgres_config(EXPORT_QUEUE);
            let storage = PostgresStorage::<ExportJob>::new(pool).with_config(config);
            let builder = WorkerBuilder::new(name).backend(storage.poll_with_strategy(Poll::every(POLL)));
            let builder = builder.concurrency(EXPORTS_AT_ONCE).data(worker.clone());
            builder.build(build_export::handle).run_until(signal).await
        }
    }
}
