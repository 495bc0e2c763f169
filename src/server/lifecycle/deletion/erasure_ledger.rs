//! How erasures come into the ledger, and how the database stands to it.
//!
//! The number of an entry is counted in the erasing transaction, the entry is written down, and
//! only then the transaction commits. Whatever dies in between leaves either nothing, or an entry
//! in doubt whose number the next erasure is given again; nobody is ever erased for an entry that
//! is in doubt.

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
    /// Writes down that an account is erased in `tx`, which is about to commit; the entry's number.
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

    /// Notes that an entry was committed. Should that fail, the sweep notes it.
    pub(in crate::server::lifecycle) async fn note_certain(&self, number: i64) {
        if let Err(error) = self.ledger.settle(number).await {
            tracing::error!(%error, number, "an erasure is not yet noted as certain");
        }
    }

    /// How the database stands to the ledger.
    ///
    /// # Errors
    /// Those of the database and of the ledger.
    pub async fn ledger_standing(&self) -> Result<LedgerStatus, Error> {
        let ledger = self.ledger.id().await?;
        // Before the database: what is committed in between must not look as if it were missing.
        let held = self.ledger.held().await?;
        let mut tx = self.db.read().await?;
        let carried_out = tx.carried_out(&ledger).await?;
        let knows_another = carried_out.is_none() && tx.knows_another_ledger(&ledger).await?;
        tx.rollback().await?;
        let standing = LedgerStatus::of(carried_out, knows_another, held);
        self.ledger.note(standing);
        Ok(standing)
    }

    /// Looks again and again, each time after `pause`, how the database stands to the ledger: it may
    /// be restored under a process that runs, and is not served then until the ledger was replayed.
    pub async fn watch_ledger(self, pause: Duration) {
        loop {
            tokio::time::sleep(pause).await;
            // What does not answer is told by the sweep, and changes nothing here.
            let _ = self.ledger_standing().await;
        }
    }

    /// As [`Lifecycle::settle_ledger`], at the start of a process: a database and an empty ledger
    /// that are new come to know each other. Where the ledger holds something they do not, even if
    /// the database is empty: a backup may be about to be put into it.
    ///
    /// # Errors
    /// Those of the database and of the ledger.
    pub async fn join_ledger(&self) -> Result<LedgerStatus, Error> {
        let missing = self.ledger.missing().await?;
        if missing > 0 {
            tracing::error!(missing, "entries are missing from the ledger of erasures: put its newest copy back");
        }
        let standing = self.settle_ledger().await?;
        if standing != LedgerStatus::New {
            return Ok(standing);
        }
        let mut tx = self.db.begin().await?;
        tx.catch_up(&self.ledger.id().await?, 0).await?;
        tx.commit().await?;
        Ok(LedgerStatus::Current)
    }

    /// Puts down in the ledger what is certain by now; how the database stands to it then.
    ///
    /// # Errors
    /// Those of the database and of the ledger.
    pub async fn settle_ledger(&self) -> Result<LedgerStatus, Error> {
        let ledger = self.ledger.id().await?;
        let carried_out = self.db.single_read().await?.carried_out(&ledger).await?.unwrap_or(0);
        self.ledger.settle(carried_out).await?;
        let held = self.ledger.held().await?;
        if held < carried_out {
            // An entry is written before its erasure is committed.
            tracing::error!(held, carried_out, "the ledger of erasures is an old copy: put its newest one back");
        }
        self.ledger_standing().await
    }
}
