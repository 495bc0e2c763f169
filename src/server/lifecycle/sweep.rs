//! The sweep: whatever is due and has no live job gets one, and what is over is removed.
//!
//! Jobs are wake-ups. A lost, failed or exhausted one therefore loses nothing but a
//! minute, which is how often this runs.

use super::{Error, Lifecycle};
use crate::{
    domain::{
        api_token::KEEP_EXPIRED,
        id::{LetterId, UserId},
        time::{Span, Timestamp},
    },
    server::store::{DELETION_QUEUE, DeletionJob, LETTER_QUEUE, LetterJob},
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
}

impl Lifecycle {
    /// One sweep. Any number of processes may sweep at once.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sweep(&self) -> Result<Swept, Error> {
        let now = self.clock.now();
        let overdue = now.minus(OVERDUE);
        let (letters, deletions) = self.due(overdue).await?;
        let mut swept = Swept::default();
        for (letter, job) in letters {
            swept.letters += usize::from(self.wake_letter(&letter, &job, now).await?);
        }
        for (user, job) in deletions {
            swept.deletions += usize::from(self.wake_deletion(&user, &job, now).await?);
        }
        self.remove_what_is_over(now).await?;
        Ok(swept)
    }

    /// What is due at `now`, with the jobs that stand for it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn due(&self, now: Timestamp) -> Result<(Vec<(LetterId, String)>, Vec<(UserId, String)>), Error> {
        let mut tx = self.db.read().await?;
        let letters = tx.due_letters(now, BATCH).await?;
        let deletions = tx.due_deletions(now, BATCH).await?;
        tx.rollback().await?;
        Ok((letters, deletions))
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

    async fn remove_what_is_over(&self, now: Timestamp) -> Result<(), Error> {
        let limits = self.policy.session;
        // Each for itself: an action that holds rows of two of the tables would wait for the
        // sweep with one of them while the sweep waits for it with the other.
        let mut tx = self.db.begin().await?;
        tx.sweep_sessions(now.minus(limits.idle), now.minus(limits.absolute)).await?;
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
        tx.sweep_api_tokens(now.minus(KEEP_EXPIRED)).await?;
        tx.commit().await?;
        let mut tx = self.db.begin().await?;
        tx.sweep_jobs(now.minus(KEEP_JOBS)).await?;
        Ok(tx.commit().await?)
    }
}
