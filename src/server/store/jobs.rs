//! Wake-ups: rows in the job queue's own tables, written in the action's transaction.
//!
//! A job carries an id and nothing else. What is to be done, and whether, stands in the
//! row that the id names; a job too many does nothing.

use apalis::prelude::{Task, TaskBuilder, TaskId};
use serde::{Deserialize, Serialize};

use super::{StoreError, Tx};
use crate::domain::time::Timestamp;

/// The queue of [`LetterJob`]s.
pub const LETTER_QUEUE: &str = "send_letter";
/// The queue of [`DeletionJob`]s.
pub const DELETION_QUEUE: &str = "execute_deletion";
/// The queue of [`ExportJob`]s.
pub const EXPORT_QUEUE: &str = "build_export";

/// Send this letter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LetterJob {
    /// The letter's row.
    pub letter: String,
}

/// Execute this account's deletion.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeletionJob {
    /// The account's row.
    pub user: String,
}

/// Prepare this export.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportJob {
    /// The export's row.
    pub export: String,
}

/// Which of the jobs that are due in a queue come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// In the order in which they became due.
    Ordinary = 0,
    /// Somebody waits for it.
    Awaited = 1,
}

impl Tx {
    /// Enqueues a job under `id`, to run at `run_at`, before those of a lower priority.
    ///
    /// # Errors
    /// [`StoreError::Job`], or any of the database's.
    pub async fn push_job<J: Serialize>(
        &mut self,
        queue: &str,
        id: &str,
        job: &J,
        run_at: Timestamp,
        priority: Priority,
    ) -> Result<(), StoreError> {
        let args = serde_json::to_vec(job).map_err(|e| StoreError::Job(Box::new(e)))?;
        let task: Task<Vec<u8>> = TaskBuilder::new(args)
            .task_id(TaskId::from_string(id))
            .run_at_timestamp(u64::try_from(run_at.0).unwrap_or(0))
            .priority(priority as usize)
            .build();
        fail::fail_point!("statement");
        match self {
            Self::Sqlite(tx, _) => {
                apalis_sqlite::queries::push_tasks(&mut **tx, queue, &[task]).await.map_err(|e| match e {
                    apalis_sqlite::Error::Database(e) => e.into(),
                    e => StoreError::Job(Box::new(e)),
                })
            }
            Self::Postgres(tx) => {
                apalis_postgres::queries::push_tasks(&mut **tx, queue, vec![task]).await.map_err(|e| match e {
                    apalis_postgres::Error::Database(e) => e.into(),
                    e => StoreError::Job(Box::new(e)),
                })
            }
        }
    }

    /// Kills a job that has not begun. One that has begun finds its row saying no.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn kill_job(&mut self, id: &str) -> Result<bool, StoreError> {
        // The two queues keep their tables under different names.
        const SQLITE: &str = "DELETE FROM Jobs WHERE id = $1 AND status IN ('Pending', 'Queued', 'Failed')";
        const POSTGRES: &str = "DELETE FROM apalis.jobs WHERE id = $1 AND status IN ('Pending', 'Queued', 'Failed')";
        fail::fail_point!("statement");
        let affected = match self {
            Self::Sqlite(tx, _) => sqlx::query(SQLITE).bind(id).execute(&mut **tx).await?.rows_affected(),
            Self::Postgres(tx) => sqlx::query(POSTGRES).bind(id).execute(&mut **tx).await?.rows_affected(),
        };
        Ok(affected > 0)
    }

    /// Whether a job will still run, or is running.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn job_is_live(&mut self, id: &str) -> Result<bool, StoreError> {
        const SQLITE: &str = "SELECT COUNT(*) FROM Jobs WHERE id = $1 \
             AND (status IN ('Pending', 'Queued', 'Running') OR (status = 'Failed' AND attempts < max_attempts))";
        const POSTGRES: &str = "SELECT COUNT(*) FROM apalis.jobs WHERE id = $1 \
             AND (status IN ('Pending', 'Queued', 'Running') OR (status = 'Failed' AND attempts < max_attempts))";
        fail::fail_point!("statement");
        let live: i64 = match self {
            Self::Sqlite(tx, _) => sqlx::query_scalar(SQLITE).bind(id).fetch_one(&mut **tx).await?,
            Self::Postgres(tx) => sqlx::query_scalar(POSTGRES).bind(id).fetch_one(&mut **tx).await?,
        };
        Ok(live > 0)
    }

    /// Removes jobs that are over; how many.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn sweep_jobs(&mut self, done_before: Timestamp) -> Result<u64, StoreError> {
        const SQLITE: &str = "DELETE FROM Jobs WHERE done_at < $1 \
             AND (status IN ('Done', 'Killed') OR (status = 'Failed' AND attempts >= max_attempts))";
        const POSTGRES: &str = "DELETE FROM apalis.jobs WHERE done_at < to_timestamp($1) \
             AND (status IN ('Done', 'Killed') OR (status = 'Failed' AND attempts >= max_attempts))";
        fail::fail_point!("statement");
        Ok(match self {
            Self::Sqlite(tx, _) => sqlx::query(SQLITE).bind(done_before.0).execute(&mut **tx).await?.rows_affected(),
            Self::Postgres(tx) => sqlx::query(POSTGRES).bind(done_before.0).execute(&mut **tx).await?.rows_affected(),
        })
    }
}
