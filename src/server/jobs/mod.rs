//! The workers: each handles due rows one after another, with one action of `lifecycle`.
//!
//! The due times in the rows are the schedule. An action claims its row with one statement, so no row is handled
//! twice, however many workers and processes there are. If a worker dies, its rows become due again.

mod stop;
mod sweep;
mod worker;

use std::sync::Arc;

use tokio::{sync::watch, task::JoinHandle};

use self::worker::{Queue, Worker};
use crate::server::{lifecycle::Lifecycle, mail::Transport};

/// The running workers.
pub struct Jobs {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    workers: Vec<Arc<Worker>>,
}

impl Jobs {
    /// Starts the workers and the sweep of this process.
    #[must_use]
    pub fn start(lifecycle: &Lifecycle, transport: &Arc<Transport>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = vec![tokio::spawn(sweep::run(lifecycle.clone(), stopped.clone()))];
        let mut workers = Vec::new();
        for queue in Queue::ALL {
            let worker = Arc::new(Worker::new(queue, lifecycle.clone(), Arc::clone(transport)));
            for _ in 0..queue.at_once() {
                tasks.push(tokio::spawn(Arc::clone(&worker).run(stopped.clone())));
            }
            workers.push(worker);
        }
        Self { stop, tasks, workers }
    }

    /// Whether every worker runs and reaches the database; `/readyz` depends on it.
    #[must_use]
    pub fn are_running(&self) -> bool {
        self.tasks.iter().all(|task| !task.is_finished()) && self.workers.iter().all(|worker| worker.is_well())
    }

    /// Stops the workers after the rows that they are handling, and waits for them.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}
