//! Refuses a flood of requests from one network, before the database is touched.
//!
//! This only protects the process: the gate counts in memory, so another process and a restart know nothing of it.
//! The limits that protect accounts count in the database.

use std::{net::IpAddr, num::NonZeroU32, sync::Arc, time::Duration};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::domain::limits::{Rate, network};

/// How many networks the gate remembers before it forgets those that have been quiet.
const MOST_NETWORKS: usize = 50_000;

/// The gate. It remembers each network only while that network's count is not empty.
pub struct FloodGate(Option<DefaultKeyedRateLimiter<String>>);

impl FloodGate {
    /// A gate for `rate`.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        let interval = Duration::from_millis(rate.interval().unsigned_abs());
        let quota = Quota::with_period(interval).zip(NonZeroU32::new(rate.count));
        Self(quota.map(|(quota, burst)| RateLimiter::keyed(quota.allow_burst(burst))))
    }

    /// A gate that lets every request pass.
    #[must_use]
    pub const fn open() -> Self {
        Self(None)
    }

    /// Whether a request from `ip` may pass.
    #[must_use]
    pub fn lets_pass(&self, ip: IpAddr) -> bool {
        let Some(limiter) = &self.0 else { return true };
        if limiter.len() > MOST_NETWORKS {
            limiter.retain_recent();
        }
        limiter.check_key(&network(ip)).is_ok()
    }
}

/// A gate that requests share.
pub type SharedFloodGate = Arc<FloodGate>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Span;

    #[test]
    fn a_network_passes_as_often_as_the_rate_says_and_no_other_network_is_stopped() {
        let gate = FloodGate::new(Rate { count: 3, period: Span::hours(1) });
        let (one, same, other) = ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1");
        let lets = |ip: &str| gate.lets_pass(ip.parse().unwrap());
        assert_eq!([lets(one), lets(same), lets(one), lets(same), lets(other)], [true, true, true, false, true]);
        assert!((0..100).all(|_| FloodGate::open().lets_pass("192.0.2.1".parse().unwrap())));
    }
}
