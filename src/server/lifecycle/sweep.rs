//! The sweep: whatever is due and has no live job gets one, and what is over is removed.
//!
//! Jobs are wake-ups. A lost, failed or exhausted one therefore loses nothing but a
//! minute, which is how often this runs.

use super::{Error, Lifecycle};
use crate::{
    domain::{
        api_token::KEEP_EXPIRED,
        export::State,
        id::{ExportId, LetterId, UserId},
        time::{Span, Timestamp},
    },
    server::store::{DELETION_QUEUE, DeletionJob, EXPORT_QUEUE, ExportJob, LETTER_QUEUE, LetterJob},
};

/// At most this many rows of a kind in one sweep; the next one goes on.
const BATCH: i64 = 500;
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
        let mut swept = Swept { clock_ahead: self.clock_ahead().await?, ..Swept::default() };
        for (letter, job) in due.letters {
            swept.letters += usize::from(self.wake_letter(&letter, &job, now).await?);
        }
        // While deletions wait, their jobs have nothing to do.
        let deletions = if swept.clock_ahead.is_some() { Vec::new() } else { due.deletions };
        for (user, job) in deletions {
            swept.deletions += usize::from(self.wake_deletion(&user, &job, now).await?);
        }
        for (export, job) in due.exports {
            swept.exports += usize::from(self.wake_export(&export, &job, now).await?);
        }
        // Nor is anything over that only this clock says is: nobody gets in by it meanwhile, and an
        // undo link that was removed too early would be gone for good.
        if swept.clock_ahead.is_none() {
            self.remove_what_is_over(now).await?;
        }
        self.sweep_export_files().await?;
        self.db.empty_log().await?;
        Ok(swept)
    }

    /// What is due at `now`, with the jobs that stand for it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn due(&self, now: Timestamp) -> Result<Due, Error> {
        let mut tx = self.db.read().await?;
        let letters = tx.due_letters(now, BATCH).await?;
        let deletions = tx.due_deletions(now, BATCH).await?;
        let exports = tx.due_exports(now, BATCH).await?;
        tx.rollback().await?;
        Ok(Due { letters, deletions, exports })
    }

    async fn wake_letter(&self, id: &LetterId, job: &str, now: Timestamp) -> Result<bool, Error> {
        let mut tx = self.db.begin().await?;
        if tx.job_is_live(job).await? {
            tx.rollback().await?;
            return Ok(false);
        }
        let new = self.new_job_id();
        let woken = tx.wake_letter(id, job, &new, now).await?;
        if woken {
            let wake_up = LetterJob { letter: id.as_str().to_owned() };
            tx.push_job(LETTER_QUEUE, &new, &wake_up, now).await?;
        }
        tx.commit().await?;
        Ok(woken)
    }

    async fn wake_deletion(&self, id: &UserId, job: &str, now: Timestamp) -> Result<bool, Error> {
        let mut tx = self.db.begin().await?;
        if tx.job_is_live(job).await? {
            tx.rollback().await?;
            return Ok(false);
        }
        let new = self.new_job_id();
        let woken = tx.wake_deletion(id, job, &new).await?;
        if woken {
            let wake_up = DeletionJob { user: id.as_str().to_owned() };
            tx.push_job(DELETION_QUEUE, &new, &wake_up, now).await?;
        }
        tx.commit().await?;
        Ok(woken)
    }

    async fn wake_export(&self, id: &ExportId, job: &str, now: Timestamp) -> Result<bool, Error> {
        let mut tx = self.db.begin().await?;
        if tx.job_is_live(job).await? {
            tx.rollback().await?;
            return Ok(false);
        }
        let new = self.new_job_id();
        let woken = tx.wake_export(id, job, &new).await?;
        if woken {
            let wake_up = ExportJob { export: id.as_str().to_owned() };
            tx.push_job(EXPORT_QUEUE, &new, &wake_up, now).await?;
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
