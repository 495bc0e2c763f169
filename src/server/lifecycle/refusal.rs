//! Records refusals in the security log.

use super::{
    Error, Lifecycle, RequestOrigin,
    attribution::{Attribution, Outcome, Subject, append},
    limits::refusals::Listing,
};
use crate::{
    domain::{
        error::Refusal,
        failure::{Failure, Reason},
        id::UserId,
        limits::Limit,
        time::Timestamp,
    },
    server::store::Tx,
};

impl Lifecycle {
    /// Records a refusal in a transaction of its own and returns it. If recording fails, returns that error instead: no
    /// caller gets a refusal that the log should list and does not.
    pub(super) async fn refuse(&self, by: &Attribution<'_>, error: Error) -> Error {
        let Error::Refused(refusal) = error else {
            return error;
        };
        self.refuse_as(by, refusal, &refusal.into()).await
    }

    /// As [`Lifecycle::refuse`], with more about the failure for the log.
    pub(super) async fn refuse_as(&self, by: &Attribution<'_>, refusal: Refusal, failure: &Failure) -> Error {
        let recorded = self.record_refusal(by, refusal, failure).await;
        recorded.err().unwrap_or(Error::Refused(refusal))
    }

    /// Records a refusal, unless the log lists enough of the same account or network: a stranger must not be able to
    /// fill it.
    async fn record_refusal(&self, by: &Attribution<'_>, refusal: Refusal, failure: &Failure) -> Result<(), Error> {
        if refusal == Refusal::DeadLink {
            // Counts also if the log lists no more. If this takes the last place, the next request is refused.
            match self.limit_network(by.source, &[Limit::DeadLinksPerIp]).await {
                Ok(()) | Err(Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let log = self.refusal_log(by.subject.user_id.as_ref(), by.source.ip);
        if self.is_full(&log).await? {
            self.metrics.refusals_not_listed.inc();
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        // If a worker has erased the account since, the event must hold no personal data.
        let nobody = RequestOrigin::worker();
        let mut by = by.clone();
        // Without an account this locks no row, and does the same work: it must not show which addresses have one.
        let id = by.subject.user_id.clone().unwrap_or_else(|| UserId::from_row(String::new()));
        if tx.lock_user(&id).await?.is_none() && by.subject.user_id.is_some() {
            // The event must not refer to the account either, because its row may be gone.
            (by.source, by.subject) = (&nobody, Subject::of(by.subject.actor, None));
        }
        let now = self.clock.now();
        self.append_refusal(&mut tx, &by, now, failure).await?;
        Ok(tx.commit().await?)
    }

    /// Appends the event of a refusal within a transaction, if the log still lists refusals of this account or network.
    pub(super) async fn append_refusal(
        &self,
        tx: &mut Tx,
        by: &Attribution<'_>,
        now: Timestamp,
        failure: &Failure,
    ) -> Result<(), Error> {
        let log = self.refusal_log(by.subject.user_id.as_ref(), by.source.ip);
        match self.list_refusal(tx, &log, now).await? {
            Listing::Listed => append(tx, by, now, Outcome::Refused(failure)).await,
            Listing::Last => append(tx, by, now, Outcome::Refused(&Reason::MoreFollowed.into())).await,
            Listing::Full => {
                self.metrics.refusals_not_listed.inc();
                Ok(())
            }
        }
    }
}
