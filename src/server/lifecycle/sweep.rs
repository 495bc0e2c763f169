//! The sweep: what is over is removed, and what is behind is told.
//!
//! Nothing depends on it being in time: whatever is over counts as gone before it is removed.

use crate::{
    domain::{
        api_tokens::KEEP_EXPIRED,
        deletion::erasure::ledger::LedgerStatus,
        export::State,
        time::{Span, Timestamp},
    },
    server::lifecycle::{Error, Lifecycle},
};

/// What a sweep found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// How far the clock is ahead of what can be believed: deletions wait.
    pub clock_ahead: Option<Span>,
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

impl Lifecycle {
    /// One sweep. Any number of processes may sweep at once.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sweep(&self) -> Result<Swept, Error> {
        let now = self.clock.now();
        let standing = self.swept_ledger().await;
        let mut swept = Swept {
            clock_ahead: self.clock_ahead().await?,
            is_behind_ledger: standing.is_some_and(LedgerStatus::is_doubtful),
            ..Swept::default()
        };
        self.watch.drop_old_doubt(&self.db, &self.clock).await?;
        if swept.is_behind_ledger {
            // What waits in it has happened already, or is about somebody who is not there any more.
            return Ok(swept);
        }
        // Nothing is over that only this clock says is: nobody gets in by it meanwhile, and an undo
        // link that was removed too early would be gone for good.
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
    async fn swept_ledger(&self) -> Option<LedgerStatus> {
        let standing = self.settle_ledger().await;
        standing.inspect_err(|error| tracing::error!(%error, "deletions wait for the ledger of erasures")).ok()
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
        Ok(tx.commit().await?)
    }
}
