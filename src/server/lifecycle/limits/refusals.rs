//! Limits how many refusals the security log lists, so that a stranger can fill neither an account's log nor the
//! database.

use std::net::IpAddr;

use crate::{
    domain::{
        id::UserId,
        limits::{Counted, Limit, Millis, Rate, network},
        time::Timestamp,
    },
    server::{
        lifecycle::{Error, Lifecycle, limits::places::Bucket},
        store::{LimitKey, Tx},
    },
};

/// Where refusals of one account, or of one network, are counted.
pub(in crate::server::lifecycle) struct RefusalLog {
    listed: Bucket,
    /// The entry that says that more refusals followed.
    last: LimitKey,
}

/// How the log lists one more refusal.
pub(in crate::server::lifecycle) enum Listing {
    /// With an entry of its own.
    Listed,
    /// With the entry that says that more refusals followed.
    Last,
    /// Not at all.
    Full,
}

impl Lifecycle {
    /// The count to which a refusal belongs.
    pub(in crate::server::lifecycle) fn refusal_log(&self, user: Option<&UserId>, ip: Option<IpAddr>) -> RefusalLog {
        let (limit, of) = match user {
            Some(user) => (Limit::RefusalsPerUser, user.to_string()),
            None => (Limit::RefusalsPerIp, ip.map(network).unwrap_or_default()),
        };
        RefusalLog { listed: self.bucket(limit, &of), last: self.keys.limit_key("more_refusals", &of) }
    }

    /// Whether the log lists no more refusals for now. Only reads, because a flood of refusals must not write.
    pub(in crate::server::lifecycle) async fn is_full(&self, log: &RefusalLog) -> Result<bool, Error> {
        if !self.policy.limits.enabled {
            return Ok(false);
        }
        let now = Millis::from(self.clock.now());
        let mut snapshot = self.db.single_read().await?;
        let counted = snapshot.counted(&[log.listed.key, log.last]).await?;
        snapshot.end().await?;
        let is_used_up = |(counted, rate): (Option<Counted>, Rate)| {
            counted.is_some_and(|counted| rate.wait(counted.empty_at, now).is_some())
        };
        Ok(counted.into_iter().zip([log.listed.rate, log.listed.rate_of_last()]).all(is_used_up))
    }

    /// Takes a place in the log for one more refusal.
    pub(in crate::server::lifecycle) async fn list_refusal(
        &self,
        tx: &mut Tx,
        log: &RefusalLog,
        now: Timestamp,
    ) -> Result<Listing, Error> {
        let listed = log.listed;
        if !self.policy.limits.enabled || tx.take_place(&listed.key, listed.rate, now.into()).await? {
            return Ok(Listing::Listed);
        }
        let is_last = tx.take_place(&log.last, listed.rate_of_last(), now.into()).await?;
        Ok(if is_last { Listing::Last } else { Listing::Full })
    }
}

impl Bucket {
    /// One entry in each period says that more refusals followed.
    const fn rate_of_last(self) -> Rate {
        Rate { count: 1, period: self.rate.period }
    }
}
