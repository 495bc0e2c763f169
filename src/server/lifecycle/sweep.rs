//! The sweep: removes expired rows and files, and reports what is overdue.
//!
//! No rule depends on the sweep being on time: an expired row counts as gone before it is removed.

use crate::{
    domain::{
        api_tokens::KEEP_EXPIRED,
        deletion::{Strategy, erasure::ledger::LedgerStatus},
        export::State,
        mail_token::Purpose,
        outbox::KEEP_GIVEN_UP,
        security_log::KEEP_REFUSALS_OF_NOBODY,
        time::{Span, Timestamp},
        user::KEEP_UNCONFIRMED,
    },
    server::lifecycle::{Error, Lifecycle, deletion::erase::erase},
};

/// How many rows one transaction of the sweep removes at most, and how many accounts one sweep.
const BATCH: i64 = 1_000;

/// What the sweep removes batch by batch.
#[derive(Clone, Copy)]
enum Expired {
    Sessions,
    MailLinks,
    EmailChanges,
    Attempts,
    SudoCodes,
    ReplacedTokens,
    Exports,
    ApiTokens,
    GivenUpLetters,
    RefusalsOfNobody,
    Limits,
}

impl Expired {
    const ALL: [Self; 11] = [
        Self::Sessions,
        Self::MailLinks,
        Self::EmailChanges,
        Self::Attempts,
        Self::SudoCodes,
        Self::ReplacedTokens,
        Self::Exports,
        Self::ApiTokens,
        Self::GivenUpLetters,
        Self::RefusalsOfNobody,
        Self::Limits,
    ];
}

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
                let folder = self.exports.folder().display();
                tracing::error!(%folder, %error, "the folder of exports in server.data_dir cannot be read");
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
                let folder = self.exports.folder().display();
                tracing::error!(export = %file.id, %folder, %error, "file of an export not removed");
            }
        }
        Ok(())
    }

    /// Removes what is over, in batches, so that a request that wants to write waits for one batch only.
    async fn remove_what_is_over(&self, now: Timestamp) -> Result<(), Error> {
        for table in Expired::ALL {
            while self.remove_batch(table, now).await? == BATCH.unsigned_abs() {}
        }
        self.remove_unconfirmed(now).await
    }

    /// Removes one batch of a table. It has a transaction of its own. Otherwise the sweep and an action that locks
    /// rows of two tables could wait for each other.
    async fn remove_batch(&self, what: Expired, now: Timestamp) -> Result<u64, Error> {
        let mut tx = self.db.begin().await?;
        let removed = match what {
            Expired::Sessions => {
                let (idle_since, begun_since) = self.policy.session.since(now);
                tx.sweep_sessions(idle_since, begun_since, BATCH).await?
            }
            Expired::MailLinks => tx.sweep_mail_links(now, BATCH).await?,
            Expired::EmailChanges => tx.sweep_email_changes(now, BATCH).await?,
            Expired::Attempts => tx.sweep_attempts(now, BATCH).await?,
            Expired::SudoCodes => tx.sweep_sudo_codes(now, BATCH).await?,
            Expired::ReplacedTokens => tx.sweep_replaced_tokens(now, BATCH).await?,
            Expired::Exports => tx.sweep_exports(now, BATCH).await?,
            Expired::ApiTokens => tx.sweep_api_tokens(now.minus(KEEP_EXPIRED), BATCH).await?,
            Expired::GivenUpLetters => tx.sweep_given_up_letters(now.minus(KEEP_GIVEN_UP), BATCH).await?,
            Expired::Limits => tx.sweep_limits(now.into(), BATCH).await?,
            Expired::RefusalsOfNobody => tx.sweep_refusals_of_nobody(now.minus(KEEP_REFUSALS_OF_NOBODY), BATCH).await?,
        };
        tx.commit().await?;
        Ok(removed)
    }

    /// Removes the accounts that were never confirmed, with everything that belongs to them, whatever the strategy
    /// of deletions is: the address may be a stranger's.
    async fn remove_unconfirmed(&self, now: Timestamp) -> Result<(), Error> {
        for _ in 0..BATCH {
            let mut tx = self.db.begin().await?;
            let Some(user) = tx.claim_unconfirmed(now.minus(KEEP_UNCONFIRMED), now).await? else {
                return Ok(tx.rollback().await?);
            };
            // The person may have asked for a new link while this transaction waited for the lock. The claim does not
            // see that link, but a new statement does.
            if tx.has_mail_link(&user, Purpose::VerifyEmail, now).await? {
                return Ok(tx.rollback().await?);
            }
            erase(&mut tx, Strategy::HardDelete, &user, now).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
