//! Records refusals in the security log.

use super::{
    Error, Lifecycle, RequestOrigin,
    attribution::{Attribution, Outcome, Subject, append},
    limits::refusals::Listing,
};
use crate::domain::{
    error::Refusal,
    failure::{Failure, Reason},
    id::UserId,
    limits::{Limit, network},
};

impl Lifecycle {
    /// Records a refusal in a transaction of its own and returns it. If recording fails, returns that error
    /// instead: every refusal that a caller gets is in the log.
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
        if refusal == Refusal::DeadLink
            && let Some(ip) = by.source.ip
        {
            let dead_links = self.bucket(Limit::DeadLinksPerIp, &network(ip));
            tx.take_place(&dead_links.key, dead_links.rate, now.into()).await?;
        }
        match self.list_refusal(&mut tx, &log, now).await? {
            Listing::Listed => append(&mut tx, &by, now, Outcome::Refused(failure)).await?,
            Listing::Last => append(&mut tx, &by, now, Outcome::Refused(&Reason::MoreFollowed.into())).await?,
            Listing::Full => {
                self.metrics.refusals_not_listed.inc();
            }
        }
        Ok(tx.commit().await?)
    }
}
