//! The sweep: whatever is due and has no live job gets one, and what is over is removed.
//!
//! Jobs are wake-ups. A lost, failed or exhausted one therefore loses nothing but a
//! minute, which is how often this runs.

use super::{Error, Lifecycle, outbox::send_letter::held_while};
use crate::{
    domain::{
        api_tokens::KEEP_EXPIRED,
        deletion::erasure::ledger::Standing,
        export::State,
        id::{ExportId, LetterId, UserId},
        time::{Span, Timestamp},
    },
    server::store::{
        DELETION_QUEUE, DeletionJob, EXPORT_QUEUE, ExportJob, LETTER_QUEUE, LetterJob, Priority, StoreError, Tx,
    },
};

/// At most this many rows of a kind in one sweep; the next one goes on.
const BATCH: i64 = 500;
/// Deletions that have waited come back at the rate at which they are executed (ADR 0033).
const DELETIONS: i64 = 40 * 60;
/// How long a finished job stays to be looked at.
const KEEP_JOBS: Span = Span::hours(1);
/// How long something may be due before a missing job is made up for: an ordinary job
/// is picked up well within this.
const OVERDUE: Span = Span::seconds(30);

/// What a sweep found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Letters that had lost their job.
    pub letters: usize,
    /// Deletions that had lost theirs.
    pub deletions: usize,
    /// How far the clock is ahead of what can be believed: deletions wait.
    pub clock_ahead: Option<Span>,
    /// Exports that had lost theirs.
    pub exports: usize,
    /// Accounts that are due and not erased yet.
    pub deletions_left: i64,
    /// Whether the database is older than the ledger of erasures: deletions wait.
    pub is_behind_ledger: bool,
}

/// How much waits for a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Accounts to be erased.
    pub deletions: i64,
    /// Letters to be sent.
    pub letters: i64,
}

/// What waits for a worker, each with the job that stands for it.
#[derive(Debug, Default)]
pub struct Due {
    /// Letters to be sent.
    pub letters: Vec<(LetterId, String)>,
    /// Accounts to be erased.
    pub deletions: Vec<(UserId, String)>,
    /// Exports to be prepared.
    pub exports: Vec<(ExportId, String)>,
}

impl Lifecycle {
    /// One sweep. Any number of processes may sweep at once.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sweep(&self) -> Result<Swept, Error> {
        let now = self.clock.now();
        let overdue = now.minus(OVERDUE);
        let due = self.due(overdue).await?;
        let standing = self.swept_ledger().await;
        let mut swept = Swept {
            clock_ahead: self.clock_ahead().await?,
            is_behind_ledger: standing.is_some_and(Standing::is_doubtful),
            ..Swept::default()
        };
        self.drop_old_doubt().await?;
        if swept.is_behind_ledger {
            // What waits in it has happened already, or is about somebody who is not there any more.
            return Ok(swept);
        }
        for (letter, job) in due.letters {
            swept.letters += usize::from(self.wake(Waiting::Letter(&letter), &job, now).await?);
        }
        // While deletions wait, their jobs have nothing to do.
        let wait = swept.clock_ahead.is_some() || standing.is_none();
        for (user, job) in due.deletions.into_iter().filter(|_| !wait) {
            swept.deletions += usize::from(self.wake(Waiting::Deletion(&user), &job, now).await?);
        }
        for (export, job) in due.exports {
            swept.exports += usize::from(self.wake(Waiting::Export(&export), &job, now).await?);
        }
        // Nor is anything over that only this clock says is: nobody gets in by it meanwhile, and an
        // undo link that was removed too early would be gone for good.
        if swept.clock_ahead.is_none() {
            self.remove_what_is_over(now).await?;
        }
        self.sweep_export_files().await?;
        self.db.empty_log().await?;
        swept.deletions_left = self.count_what_is_due(now).await?.deletions;
        Ok(swept)
    }

    /// How much is due at `now`; noted among what the process counts.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count_what_is_due(&self, now: Timestamp) -> Result<Backlog, Error> {
        let mut tx = self.db.read().await?;
        let backlog =
            Backlog { deletions: tx.count_due_deletions(now).await?, letters: tx.count_due_letters(now).await? };
        tx.rollback().await?;
        self.metrics.deletions_due.set(backlog.deletions);
        self.metrics.letters_due.set(backlog.letters);
        Ok(backlog)
    }

    /// How the database stands to the ledger; `None` while that does not answer, which keeps
    /// nothing but deletions waiting.
    async fn swept_ledger(&self) -> Option<Standing> {
        let standing = self.settle_ledger().await;
        standing.inspect_err(|error| tracing::error!(%error, "deletions wait for the ledger of erasures")).ok()
    }

    /// What is due at `now`, with the jobs that stand for it; no letters that wait for the clock,
    /// whose jobs would have nothing to do.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn due(&self, now: Timestamp) -> Result<Due, Error> {
        let held = held_while(self.clock_ahead().await?.is_some());
        let mut tx = self.db.read().await?;
        let letters = tx.due_letters(now, held, BATCH).await?;
        let deletions = tx.due_deletions(now, DELETIONS).await?;
        let exports = tx.due_exports(now, BATCH).await?;
        tx.rollback().await?;
        Ok(Due { letters, deletions, exports })
    }

    /// Gives `waiting` a job in place of `job`, if that is lost; whether it was.
    async fn wake(&self, waiting: Waiting<'_>, job: &str, now: Timestamp) -> Result<bool, Error> {
        let mut tx = self.db.begin().await?;
        if tx.job_is_live(job).await? {
            tx.rollback().await?;
            return Ok(false);
        }
        let new = self.new_job_id();
        let woken = match waiting {
            Waiting::Letter(id) => tx.wake_letter(id, job, &new, now).await?,
            Waiting::Deletion(id) => tx.wake_deletion(id, job, &new).await?,
            Waiting::Export(id) => tx.wake_export(id, job, &new).await?,
        };
        if woken {
            waiting.push(&mut tx, &new, now).await?;
        }
        tx.commit().await?;
        Ok(woken)
    }

    /// Removes files that no row stands for any more: what a crash left, or an export that ran
    /// out, was replaced or whose account was erased. The folder is looked at before the rows,
    /// since a row is always older than its file.
    async fn sweep_export_files(&self) -> Result<(), Error> {
        let files = match self.exports.list().await {
            Ok(files) => files,
            Err(error) => {
                tracing::error!(%error, "the folder of exports cannot be read");
                return Ok(());
            }
        };
        let mut tx = self.db.read().await?;
        let mut over = Vec::new();
        for file in files {
            let state = tx.export(&file.id).await?.map(|export| export.state);
            let is_needed = if file.is_whole { state.is_some() } else { state == Some(State::Building) };
            over.extend((!is_needed).then_some(file));
        }
        tx.rollback().await?;
        for file in over {
            if let Err(error) = self.exports.remove_found(&file).await {
                tracing::error!(export = %file.id, %error, "file of an export not removed");
            }
        }
        Ok(())
    }

    async fn remove_what_is_over(&self, now: Timestamp) -> Result<(), Error> {
        let (idle_since, begun_since) = self.policy.session.since(now);
        // Each for itself: an action that holds rows of two of the tables would wait for the
        // sweep with one of them while the sweep waits for it with the other.
        let mut tx = self.db.begin().await?;
        tx.sweep_sessions(idle_since, begun_since).await?;
        tx.commit().await?;
        let mut tx = self.db.begin().await?;
        tx.sweep_mail_links(now).await?;
        tx.commit().await?;
        let mut tx = self.db.begin().await?;
        tx.sweep_email_changes(now).await?;
        tx.commit().await?;
        let mut tx = self.db.begin().await?;
        tx.sweep_attempts(now).await?;
        tx.commit().await?;
        let mut tx = self.db.begin().await?;
        tx.sweep_sudo_codes(now).await?;
        tx.commit().await?;
        let mut tx = self.db.begin().await?;
        tx.sweep_exports(now).await?;
        tx.commit().await?;
        let mut tx = self.db.begin().await?;
        tx.sweep_api_tokens(now.minus(KEEP_EXPIRED)).await?;
        tx.commit().await?;
        let mut tx = self.db.begin().await?;
        tx.sweep_jobs(now.minus(KEEP_JOBS)).await?;
        Ok(tx.commit().await?)
    }
}

/// What waits for a worker: a row.
#[derive(Clone, Copy)]
enum Waiting<'a> {
    Letter(&'a LetterId),
    Deletion(&'a UserId),
    Export(&'a ExportId),
}

impl Waiting<'_> {
    async fn push(self, tx: &mut Tx, job: &str, now: Timestamp) -> Result<(), StoreError> {
        match self {
            Self::Letter(id) => {
                let wake_up = LetterJob { letter: id.as_str().to_owned() };
                tx.push_job(LETTER_QUEUE, job, &wake_up, now, Priority::Ordinary).await
            }
            Self::Deletion(id) => {
                let wake_up = DeletionJob { user: id.as_str().to_owned() };
                tx.push_job(DELETION_QUEUE, job, &wake_up, now, Priority::Ordinary).await
            }
            Self::Export(id) => {
                let wake_up = ExportJob { export: id.as_str().to_owned() };
                tx.push_job(EXPORT_QUEUE, job, &wake_up, now, Priority::Ordinary).await
            }
        }
    }
}
