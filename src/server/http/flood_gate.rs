//! Refuses a flood of requests from one network, before the database is touched.
//!
//! This only protects the process: the gate counts in memory, so another process and a restart know nothing of it.
//! The limits that protect accounts count in the database.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::domain::limits::{Rate, network};

/// How many networks the gate remembers before it forgets those that have been quiet.
const MOST_NETWORKS: usize = 50_000;

/// The gate. It remembers each network only while that network's count is not empty.
pub struct FloodGate(Option<Counts>);

struct Counts {
    limiter: DefaultKeyedRateLimiter<String>,
    /// Above how many networks the gate forgets the quiet ones next.
    full: AtomicUsize,
}

impl FloodGate {
    /// A gate for `rate`.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        let interval = Duration::from_millis(rate.interval().unsigned_abs());
        let quota = Quota::with_period(interval).zip(NonZeroU32::new(rate.count));
        Self(quota.map(|(quota, burst)| Counts {
            limiter: RateLimiter::keyed(quota.allow_burst(burst)),
            full: MOST_NETWORKS.into(),
        }))
    }

    /// A gate that lets every request pass.
    #[must_use]
    pub const fn open() -> Self {
        Self(None)
    }

    /// Whether a request from `ip` may pass.
    #[must_use]
    pub fn lets_pass(&self, ip: IpAddr) -> bool {
        let Some(counts) = &self.0 else { return true };
        counts.forget_the_quiet(MOST_NETWORKS);
        counts.limiter.check_key(&network(ip)).is_ok()
    }
}

impl Counts {
    /// Forgets the networks that have been quiet, if there are too many. Looks at every network for that, so the next
    /// time comes only after as many new ones: otherwise each request of a flood from many networks would look at all of
    /// them. One thread at a time does it.
    fn forget_the_quiet(&self, most: usize) {
        let full = self.full.load(Ordering::Relaxed);
        let is_ours = self.limiter.len() > full
            && self.full.compare_exchange(full, usize::MAX, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if is_ours {
            self.limiter.retain_recent();
            self.full.store(most.max(self.limiter.len().saturating_mul(2)), Ordering::Relaxed);
        }
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

    /// The networks that are in the map, and how often the gate has looked at all of them, while `new` networks come.
    fn walks(counts: &Counts, new: std::ops::Range<u32>) -> (usize, usize) {
        let mut walks = 0;
        for ip in new {
            let before = counts.full.load(Ordering::Relaxed);
            counts.forget_the_quiet(10);
            walks += usize::from(counts.full.load(Ordering::Relaxed) != before);
            counts.limiter.check_key(&ip.to_string()).unwrap();
        }
        (counts.limiter.len(), walks)
    }

    #[test]
    fn a_flood_from_many_networks_does_not_make_each_request_look_at_all_of_them() {
        let gate = FloodGate::new(Rate { count: 3, period: Span::hours(1) });
        let counts = Counts { full: 10.into(), ..gate.0.unwrap() };
        // After 11, 23, 47, 95, 191, 383 and 767 networks.
        assert_eq!(walks(&counts, 0..1_000), (1_000, 7));
    }

    #[test]
    fn networks_that_are_quiet_are_forgotten() {
        let gate = FloodGate::new(Rate { count: 1_000, period: Span::seconds(1) });
        let counts = Counts { full: 10.into(), ..gate.0.unwrap() };
        assert_eq!(walks(&counts, 0..11), (11, 0));
        std::thread::sleep(Duration::from_millis(20));
        assert_eq!(walks(&counts, 11..12).0, 1);
        assert_eq!(counts.full.load(Ordering::Relaxed), 10);
    }
}
