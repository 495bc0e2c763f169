//! `execute_deletion`: by the worker only, when the grace period is over.

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

/// How long an account rests that could not be erased for a reason of its own.
const REST: Span = Span::minutes(1);

/// What came of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Execution {
    /// An account was erased.
    Executed,
    /// None is due that nobody else has in hand.
    NotDue,
    /// The clock or the database cannot be believed; it waits.
    Paused,
}

impl Lifecycle {
    /// Erases the account whose deletion is longest overdue. Any number of workers may try at any
    /// time: the row decides, and everything happens in one transaction, so that a crash leaves
    /// either the account as it was or nothing of it.
    ///
    /// # Errors
    /// Those of the database and of the ledger. An account that could not be erased for a reason of
    /// its own waits a minute, so that the error is no other's.
    pub async fn execute_deletion(&self) -> Result<Execution, Error> {
        let reading = self.clock.read();
        if self.ledger.is_doubtful() || self.watch.ahead_at(&self.db, reading).await?.is_some() {
            return Ok(Execution::Paused);
        }
        if !self.db.single_read().await?.has_due_deletion(reading.wall).await? {
            return Ok(Execution::NotDue);
        }
        // Boxed, as it is many statements in one future.
        Box::pin(self.execute_deletion_at(reading.wall)).await
    }

    async fn execute_deletion_at(&self, now: Timestamp) -> Result<Execution, Error> {
        // While the ledger does not answer, nobody is to wait for an erasure that waits for it.
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
        // Where nothing of the account is left, nothing can refer to it.
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

    /// Gives the number of its entry in the ledger.
    async fn execute_deletion_in(
        &self,
        operation: &mut Operation<'_>,
        user: &User,
        strategy: Strategy,
    ) -> Result<i64, Error> {
        // Erasing removes them too; the line is carried out all the same.
        operation.revoke(&user.id, None).await?;
        erase(&mut operation.tx, strategy, &user.id, operation.now).await?;
        // Its row holds the last address until it is sent, and goes with it (checklist A46).
        if user.email_verified_at.is_some() {
            let goodbye = NewLetter::plain(&user.id, Kind::DeletionExecuted, &user.email);
            // It outlives what it is about.
            operation.mail(&NewLetter { user_id: None, ..goodbye }).await?;
        }
        operation.record(None).await?;
        // Last: the count of entries is held from here to the commit.
        self.enter_erasure(&mut operation.tx, &user.id, strategy, operation.now).await
    }
}
