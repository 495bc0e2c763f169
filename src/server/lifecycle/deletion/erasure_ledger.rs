//! Enters erasures into the ledger, and compares the database with it.
//!
//! The erasing transaction counts the number of the entry, writes the entry into the ledger, and only then commits.
//! A process that dies in between leaves either nothing or an unconfirmed entry, whose number the next erasure uses
//! again. A replay ignores unconfirmed entries.

use std::time::Duration;

use crate::{
    domain::{
        deletion::{
            Strategy,
            erasure::ledger::{Entry, LedgerStatus},
        },
        id::UserId,
        time::Timestamp,
    },
    server::{
        lifecycle::{Error, Lifecycle},
        store::Tx,
    },
};

impl Lifecycle {
    /// Writes into the ledger that `tx`, which is about to commit, erases an account. Returns the entry's number.
    pub(in crate::server::lifecycle) async fn enter_erasure(
        &self,
        tx: &mut Tx,
        user: &UserId,
        strategy: Strategy,
        now: Timestamp,
    ) -> Result<i64, Error> {
        let named = self.keys.erased(user).zip(self.keys.erased_marks()).next();
        let (subject, key_mark) = named.ok_or_else(|| Error::Internal("no key".into()))?;
        let number = tx.count_erasure(&self.ledger.id().await?).await?;
        self.ledger.enter(&Entry { number, subject, key_mark, strategy, erased_at: now }).await?;
        Ok(number)
    }

    /// Confirms an entry after the commit. If this fails, the sweep confirms it later.
    pub(in crate::server::lifecycle) async fn note_certain(&self, number: i64) {
        if let Err(error) = self.ledger.settle(number).await {
            tracing::error!(%error, number, "an erasure is not yet noted as certain");
        }
    }

    /// Compares the database with the ledger.
    ///
    /// # Errors
    /// Those of the database and of the ledger.
    pub async fn ledger_status(&self) -> Result<LedgerStatus, Error> {
        let ledger = self.ledger.id().await?;
        // Read before the database: otherwise an erasure that is committed in between would look as if the database
        // lacked it.
        let held = self.ledger.held().await?;
        let mut tx = self.db.read().await?;
        let carried_out = tx.carried_out(&ledger).await?;
        let knows_another = carried_out.is_none() && tx.knows_another_ledger(&ledger).await?;
        tx.end().await?;
        let status = LedgerStatus::of(carried_out, knows_another, held);
        self.ledger.note(status);
        Ok(status)
    }

    /// Compares the database with the ledger every `pause`. An operator may restore a backup under a running
    /// process, which must then refuse requests until the ledger has been replayed.
    pub async fn watch_ledger(self, pause: Duration) {
        loop {
            tokio::time::sleep(pause).await;
            // If the ledger or the database does not answer, the last status stays, and the sweep logs the error.
            let _ = self.ledger_status().await;
        }
    }

    /// As [`Lifecycle::settle_ledger`], at the start of a process. A database that has never used a ledger adopts
    /// an empty one. It does not adopt a ledger with entries, not even if the database itself is empty: an operator
    /// may be about to restore a backup into it.
    ///
    /// # Errors
    /// Those of the database and of the ledger.
    pub async fn join_ledger(&self) -> Result<LedgerStatus, Error> {
        let missing = self.ledger.missing().await?;
        if missing > 0 {
            tracing::error!(missing, "entries are missing from the ledger of erasures: put its newest copy back");
        }
        let status = self.settle_ledger().await?;
        if status != LedgerStatus::New {
            return Ok(status);
        }
        let mut tx = self.db.begin().await?;
        tx.catch_up(&self.ledger.id().await?, 0).await?;
        tx.commit().await?;
        Ok(LedgerStatus::Current)
    }

    /// Confirms the entries that the database has carried out, and then compares the two.
    ///
    /// # Errors
    /// Those of the database and of the ledger.
    pub async fn settle_ledger(&self) -> Result<LedgerStatus, Error> {
        let ledger = self.ledger.id().await?;
        let carried_out = self.db.single_read().await?.carried_out(&ledger).await?.unwrap_or(0);
        self.ledger.settle(carried_out).await?;
        let held = self.ledger.held().await?;
        if held < carried_out {
            // Every erasure writes its entry before it commits, so a ledger with fewer entries is an old copy.
            tracing::error!(held, carried_out, "the ledger of erasures is an old copy: put its newest one back");
        }
        self.ledger_status().await
    }
}
