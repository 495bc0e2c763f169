//! Takes places of rates, for a caller or within an action.

use std::net::IpAddr;

use crate::{
    domain::{
        api_tokens::IssuedToken,
        error::Refusal,
        limits::{Limit, Millis, Rate},
        time::{Span, Timestamp},
    },
    server::{
        lifecycle::{Error, Lifecycle, RequestOrigin, operation::Operation},
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

impl Operation<'_> {
    /// Takes a place of `limit` for the viewer. It counts only if the action commits.
    ///
    /// # Errors
    /// [`Refusal::Limited`] if none is left.
    pub(in crate::server::lifecycle) async fn limit_viewer(&mut self, limit: Limit) -> Result<(), Error> {
        let viewer = self.viewer()?;
        let bucket = self.lifecycle.bucket(limit, viewer.user.id.as_str());
        Ok(self.lifecycle.take_place(&mut self.tx, bucket, self.now).await??)
    }

    /// Takes a place of `limit` for an API token. It counts only if the action commits.
    ///
    /// # Errors
    /// [`Refusal::Limited`] if none is left.
    pub(in crate::server::lifecycle) async fn limit_token(
        &mut self,
        limit: Limit,
        token: &IssuedToken,
    ) -> Result<(), Error> {
        let bucket = self.lifecycle.bucket(limit, token.id.as_str());
        Ok(self.lifecycle.take_place(&mut self.tx, bucket, self.now).await??)
    }
}

/// The longest wait among `buckets`, if one has no place left.
async fn longest_wait(tx: &mut Tx, buckets: &[Bucket], now: Timestamp) -> Result<Option<(Limit, Span)>, Error> {
    let keys: Vec<_> = buckets.iter().map(|bucket| bucket.key).collect();
    let counted = tx.counted(&keys).await?;
    let wait = |(bucket, counted): (&Bucket, Option<crate::domain::limits::Counted>)| {
        let wait = bucket.rate.wait(counted?.empty_at, Millis::from(now))?;
        Some((bucket.limit, wait))
    };
    Ok(buckets.iter().zip(counted).filter_map(wait).max_by_key(|(_, wait)| *wait))
}

/// The network of an address: an IPv4 address alone, and 64 bits of an IPv6 address, because a household gets no
/// fewer than that.
pub(in crate::server::lifecycle) fn network(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_is_one_network() {
        let of = |ip: &str| network(ip.parse().unwrap());
        assert_eq!(of("192.0.2.1"), "192.0.2.1");
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }
}
