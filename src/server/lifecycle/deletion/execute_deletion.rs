//! `execute_deletion`: the worker erases an account when its grace period is over.

use crate::{
    domain::{
        deletion::Strategy,
        outbox::Kind,
        security_log::Actor,
        time::{Span, Timestamp},
        user::User,
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin, catch_panic,
            deletion::erase::erase,
            operation::{Attribution, Operation},
        },
        store::{ClaimedDeletion, NewLetter, Tx},
    },
};

/// How long the worker puts an account off whose own data made the erasure fail.
const REST: Span = Span::minutes(1);

/// The result of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Execution {
    /// The worker erased an account.
    Executed,
    /// No account is due, except those that other transactions hold.
    NotDue,
    /// The worker waits, because the clock or the database is in doubt.
    Paused,
}

impl Lifecycle {
    /// Erases the account whose deletion is longest overdue. Any number of workers may try at the same time,
    /// because each claims its row. Everything happens in one transaction, so a crash leaves the account either
    /// untouched or erased.
    ///
    /// # Errors
    /// Those of the database and of the ledger. If an account's own data made the erasure fail, the worker puts it
    /// off for a minute, so that it does not hold up the others.
    pub async fn execute_deletion(&self) -> Result<Execution, Error> {
        let reading = self.clock.read();
        if self.ledger.is_doubtful() || self.watch.ahead_at(&self.db, reading).await?.is_some() {
            return Ok(Execution::Paused);
        }
        if !self.db.single_read().await?.has_due_deletion(reading.wall).await? {
            return Ok(Execution::NotDue);
        }
        // Boxed, because a future with so many statements is large.
        Box::pin(self.execute_deletion_at(reading.wall)).await
    }

    async fn execute_deletion_at(&self, now: Timestamp) -> Result<Execution, Error> {
        // Asked before the transaction: while the ledger does not answer, an erasure that waits for it would make
        // other transactions wait too.
        self.ledger.held().await?;
        let mut tx = self.db.begin().await?;
        let Some(ClaimedDeletion { id, user }) = tx.claim_deletion(now).await? else {
            tx.rollback().await?;
            return Ok(Execution::NotDue);
        };
        let outcome = match user {
            Ok(user) => catch_panic(self.execute_claimed(tx, &user, now)).await,
            Err(unreadable) => {
                tx.rollback().await?;
                Err(unreadable.into())
            }
        };
        match outcome {
            Err(error) if error.is_lasting() => {
                tracing::error!(user = %id, %error, "deletion put off");
                let mut tx = self.db.begin().await?;
                tx.put_deletion_off(&id, now.plus(REST)).await?;
                tx.commit().await?;
                Err(error)
            }
            outcome => outcome,
        }
    }

    async fn execute_claimed(&self, tx: Tx, user: &User, now: Timestamp) -> Result<Execution, Error> {
        fail::fail_point!("erasure");
        let strategy = self.policy.deletion_strategy;
        // After a hard deletion the account's row is gone, so the event cannot refer to it.
        let is_left = strategy != Strategy::HardDelete;
        let worker = RequestOrigin::worker();
        let by = Attribution::of(Action::ExecuteDeletion, &worker, Actor::Worker, is_left.then_some(&user.id));
        let mut operation = self.operation(tx, now, by);
        let export = operation.tx.export_of(&user.id).await?;
        let outcome = self.execute_deletion_in(&mut operation, user, strategy).await;
        let entry = operation.finish(outcome).await?;
        self.note_certain(entry).await;
        if let Some(export) = export {
            self.remove_export_file(&export.id).await;
        }
        self.metrics.deletions_executed.inc();
        tracing::debug!(user = %user.id, "deletion executed");
        Ok(Execution::Executed)
    }

    /// Returns the number of the erasure's entry in the ledger.
    async fn execute_deletion_in(
        &self,
        operation: &mut Operation<'_>,
        user: &User,
        strategy: Strategy,
    ) -> Result<i64, Error> {
        // `erase` removes the same rows, but an operation must revoke what its line of the action table lists.
        operation.revoke(&user.id, None).await?;
        erase(&mut operation.tx, strategy, &user.id, operation.now).await?;
        // The letter's row keeps the address, and is deleted when the letter is sent (checklist A46).
        if user.email_verified_at.is_some() {
            let goodbye = NewLetter::plain(&user.id, Kind::DeletionExecuted, &user.email);
            // The letter belongs to no account, because it outlives this one.
            operation.mail(&NewLetter { user_id: None, language: user.language, ..goodbye }).await?;
        }
        operation.record(None).await?;
        // Last, because from here to the commit this transaction locks the count of entries.
        self.enter_erasure(&mut operation.tx, &user.id, strategy, operation.now).await
    }
}
