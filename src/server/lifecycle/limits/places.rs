//! Takes places of rates, for a caller or within an action.

use crate::{
    domain::{
        error::Refusal,
        limits::{Counted, Limit, Millis, Rate, network},
        time::{Span, Timestamp},
    },
    server::{
        lifecycle::{Error, Lifecycle, RequestOrigin},
        store::{LimitKey, Tx},
    },
};

/// What one limit counts for one caller.
#[derive(Clone, Copy)]
pub(in crate::server::lifecycle) struct Bucket {
    pub limit: Limit,
    pub key: LimitKey,
    pub rate: Rate,
}

impl Lifecycle {
    /// The bucket in which `limit` counts for `of`.
    pub(in crate::server::lifecycle) fn bucket(&self, limit: Limit, of: &str) -> Bucket {
        Bucket { limit, key: self.keys.limit_key(limit.word(), of), rate: self.policy.limits.rate(limit) }
    }

    /// Takes a place of each limit for the caller's network, in a transaction of its own; or of none of them.
    ///
    /// # Errors
    /// [`Refusal::Limited`] if a limit has no place left.
    pub(in crate::server::lifecycle) async fn limit_network(
        &self,
        source: &RequestOrigin,
        limits: &[Limit],
    ) -> Result<(), Error> {
        // Only a request without a connection has no address: those of a worker or an operator's command.
        let Some(network) = source.ip.map(network) else { return Ok(()) };
        let buckets: Vec<_> = limits.iter().map(|limit| self.bucket(*limit, &network)).collect();
        self.take_places(buckets).await
    }

    /// Takes a place of `limit` for `of`, in a transaction of its own.
    ///
    /// # Errors
    /// [`Refusal::Limited`] if none is left.
    pub(in crate::server::lifecycle) async fn limit(&self, limit: Limit, of: &str) -> Result<(), Error> {
        self.take_places(vec![self.bucket(limit, of)]).await
    }

    async fn take_places(&self, mut buckets: Vec<Bucket>) -> Result<(), Error> {
        if !self.policy.limits.enabled {
            return Ok(());
        }
        let now = self.clock.now();
        // First only reads: a flood of refused requests must not take the turn of those who write.
        let mut snapshot = self.db.single_read().await?;
        let wait = longest_wait(&mut snapshot, &buckets, now).await?;
        snapshot.end().await?;
        if let Some((limit, wait)) = wait {
            return Err(self.limited(limit, wait).into());
        }
        // Two callers that want the same rows must lock them in the same order.
        buckets.sort_by_key(|bucket| bucket.key);
        let mut tx = self.db.begin().await?;
        for bucket in buckets {
            if let Err(refusal) = self.take_place(&mut tx, bucket, now).await? {
                tx.rollback().await?;
                return Err(refusal.into());
            }
        }
        Ok(tx.commit().await?)
    }

    /// Takes a place within a transaction, which the caller has to roll back if none is left.
    pub(in crate::server::lifecycle) async fn take_place(
        &self,
        tx: &mut Tx,
        bucket: Bucket,
        now: Timestamp,
    ) -> Result<Result<(), Refusal>, Error> {
        if !self.policy.limits.enabled || tx.take_place(&bucket.key, bucket.rate, now.into()).await? {
            return Ok(Ok(()));
        }
        let wait = longest_wait(tx, &[bucket], now).await?.map_or(Span::seconds(1), |(_, wait)| wait);
        Ok(Err(self.limited(bucket.limit, wait)))
    }

    /// Counts that a limit has stopped a caller, and returns the refusal.
    pub(in crate::server::lifecycle) fn limited(&self, limit: Limit, wait: Span) -> Refusal {
        self.metrics.count_limited(limit);
        Refusal::Limited { retry_after: wait.as_seconds() }
    }

    /// Refuses if the caller's network has used up `limit`, without taking a place.
    ///
    /// # Errors
    /// [`Refusal::Limited`].
    pub(in crate::server::lifecycle) async fn must_have_place(
        &self,
        source: &RequestOrigin,
        limit: Limit,
    ) -> Result<(), Error> {
        let Some(network) = source.ip.map(network).filter(|_| self.policy.limits.enabled) else { return Ok(()) };
        let mut snapshot = self.db.single_read().await?;
        let wait = longest_wait(&mut snapshot, &[self.bucket(limit, &network)], self.clock.now()).await?;
        snapshot.end().await?;
        wait.map_or(Ok(()), |(limit, wait)| Err(self.limited(limit, wait).into()))
    }
}

/// The longest wait among `buckets`, if one has no place left.
async fn longest_wait(tx: &mut Tx, buckets: &[Bucket], now: Timestamp) -> Result<Option<(Limit, Span)>, Error> {
    let keys: Vec<_> = buckets.iter().map(|bucket| bucket.key).collect();
    let counted = tx.counted(&keys).await?;
    let wait = |(bucket, counted): (&Bucket, Option<Counted>)| {
        let wait = bucket.rate.wait(counted?.empty_at, Millis::from(now))?;
        Some((bucket.limit, wait))
    };
    Ok(buckets.iter().zip(counted).filter_map(wait).max_by_key(|(_, wait)| *wait))
}
