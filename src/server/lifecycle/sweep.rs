//! The sweep: removes expired rows and files, and reports what is overdue.
//!
//! No rule depends on the sweep being on time: an expired row counts as gone before it is removed.

use crate::{
    domain::{
        api_tokens::KEEP_EXPIRED,
        deletion::erasure::ledger::LedgerStatus,
        export::State,
        time::{Span, Timestamp},
    },
    server::lifecycle::{Error, Lifecycle},
};

/// The result of a sweep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// How far the clock is ahead of the time that it should show; `None` if Signet trusts the clock. While the
    /// clock is ahead, deletions wait.
    pub clock_ahead: Option<Span>,
    /// Accounts that are due but not erased yet.
    pub deletions_left: i64,
    /// Whether the database lags behind the ledger of erasures. While it lags behind, deletions wait.
    pub is_behind_ledger: bool,
}

/// How much work is due for the workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Accounts to be erased.
    pub deletions: i64,
    /// Letters to be sent.
    pub letters: i64,
}

impl Lifecycle {
    /// Runs one sweep. Several processes may sweep at once.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Undecided`] or [`Error::Internal`] if the database fails.
    pub async fn sweep(&self) -> Result<Swept, Error> {
        fail::fail_point!("sweep");
        let now = self.clock.now();
        let status = self.swept_ledger().await;
        let mut swept = Swept {
            clock_ahead: self.clock_ahead().await?,
            is_behind_ledger: status.is_some_and(LedgerStatus::is_doubtful),
            ..Swept::default()
        };
        self.watch.drop_old_doubt(&self.db, &self.clock).await?;
        if swept.is_behind_ledger {
            // The database is an old copy, so its due rows are old too. Workers may have handled these rows before
            // the restore, and some of these rows may belong to accounts that were erased since the backup.
            return Ok(swept);
        }
        // Keep expired rows while the clock is ahead. They give no access meanwhile, and nobody could restore an
        // undo link that the sweep had removed too early.
        if swept.clock_ahead.is_none() {
            self.remove_what_is_over(now).await?;
        }
        self.sweep_export_files().await?;
        self.db.empty_log().await?;
        swept.deletions_left = self.count_what_is_due(now).await?.deletions;
        Ok(swept)
    }

    /// Counts how much is due at `now`, and sets the metrics of the process to the counts.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn count_what_is_due(&self, now: Timestamp) -> Result<Backlog, Error> {
        let mut tx = self.db.read().await?;
        let backlog =
            Backlog { deletions: tx.count_due_deletions(now).await?, letters: tx.count_due_letters(now).await? };
        tx.end().await?;
        self.metrics.deletions_due.set(backlog.deletions);
        self.metrics.letters_due.set(backlog.letters);
        Ok(backlog)
    }

    /// Compares the database with the ledger. If the ledger does not answer, returns `None`; then deletions wait,
    /// and all other work continues.
    async fn swept_ledger(&self) -> Option<LedgerStatus> {
        let status = self.settle_ledger().await;
        status.inspect_err(|error| tracing::error!(%error, "deletions wait for the ledger of erasures")).ok()
    }

    /// Removes files of exports that no row needs: a crash has left them, or their export has expired, was
    /// replaced, or belonged to an erased account. First lists the files, then reads the rows. The row of an export
    /// exists before its file, so this finds the row of every listed file that is needed.
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
        tx.end().await?;
        for file in over {
            if let Err(error) = self.exports.remove_found(&file).await {
                tracing::error!(export = %file.id, %error, "file of an export not removed");
            }
        }
        Ok(())
    }

    async fn remove_what_is_over(&self, now: Timestamp) -> Result<(), Error> {
        let (idle_since, begun_since) = self.policy.session.since(now);
        // Each table has a transaction of its own. Otherwise the sweep and an action that locks rows of two tables
        // could wait for each other.
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
        self.sweep_limits(now).await
    }

    /// Removes the rows of limits that count nothing any more, some at a time: under attack there are many, and
    /// actions must have their turn in between.
    async fn sweep_limits(&self, now: Timestamp) -> Result<(), Error> {
        loop {
            let mut tx = self.db.begin().await?;
            let removed = tx.sweep_limits(now.into()).await?;
            tx.commit().await?;
            if removed == 0 {
                return Ok(());
            }
        }
    }
}
