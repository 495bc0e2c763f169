//! Limits: how often something may happen, and how long a caller waits after that.
//!
//! A rate is enforced by GCRA (the generic cell rate algorithm, ITU-T I.371): each bucket stores one instant, the
//! time at which it is empty again. A burst of `count` is allowed; afterwards one place comes free every
//! `period / count`. So within any one period fewer than twice `count` places are taken.

use std::net::IpAddr;

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::time::{Span, Timestamp};

/// What is counted. A case's word is also its key in the section `limits` of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Limit {
    /// Requests that may change something, from one network. Counted in memory, for each process.
    RequestsPerIp,
    /// Wrong passwords for one address, from browsers that its account does not know.
    FailedProofsPerAddress,
    /// Wrong passwords for one address, from one browser that its account knows.
    FailedProofsPerDevice,
    /// Wrong passwords in one session. When they are used up, the session ends.
    FailedProofsPerSession,
    /// Wrong passwords from one network, from browsers that the account does not know.
    FailedProofsPerIp,
    /// Wrong passwords on the whole site, from browsers that the account does not know.
    FailedProofs,
    /// Letters to one address that anyone can cause.
    LettersPerAddress,
    /// More such letters, for a browser that the address's account knows.
    LettersPerDevice,
    /// Letters that a signed-in user asks for.
    LettersPerUser,
    /// Mailed codes that a signed-in user asks for.
    CodesPerUser,
    /// Sign-ups from one network.
    SignUpsPerIp,
    /// Sign-ups from one network, over a longer time.
    SignUpsPerIpDaily,
    /// Requests for a reset link from one network.
    ResetsPerIp,
    /// Requests for a reset link from one network, over a longer time.
    ResetsPerIpDaily,
    /// Letters on the whole site that anyone can cause. More of them wait.
    UnsolicitedLetters,
    /// Mailed links that do not work, opened from one network.
    DeadLinksPerIp,
    /// Ways to a provider begun from one network.
    ProviderAttemptsPerIp,
    /// Requests to one provider.
    ProviderCalls,
    /// Exports that a user asks for.
    ExportsPerUser,
    /// Downloads of an export.
    DownloadsPerUser,
    /// Requests of a program with one API token.
    ApiRequestsPerToken,
    /// Sessions that a program ends with one API token.
    ApiRevocationsPerToken,
    /// Wrong API tokens from one network.
    WrongApiTokensPerIp,
    /// Actions of one signed-in user.
    ActionsPerUser,
    /// API tokens that a user creates.
    ApiTokensPerUser,
    /// Refusals in the security log, of one account.
    RefusalsPerUser,
    /// Refusals in the security log that concern no account, from one network.
    RefusalsPerIp,
}

// The words are keys of the settings and of the metrics.
worded!(Limit);

/// How often something may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How often at once.
    pub count: u32,
    /// The time in which that many places come free again.
    pub period: Span,
}

/// An instant in milliseconds since 1970-01-01T00:00:00Z: a rate may be faster than one a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Millis(pub i64);

impl From<Timestamp> for Millis {
    fn from(at: Timestamp) -> Self {
        Self(at.0.saturating_mul(1_000))
    }
}

impl Rate {
    /// The milliseconds after which one place comes free.
    #[must_use]
    pub fn interval(self) -> i64 {
        (i64::from(self.period.as_seconds()) * 1_000 / i64::from(self.count.max(1))).max(1)
    }

    /// How far ahead, in milliseconds, a bucket may be for one more place to be left.
    #[must_use]
    pub fn slack(self) -> i64 {
        i64::from(self.count.max(1) - 1) * self.interval()
    }

    /// How long a caller waits for the next place of a bucket that is empty again at `empty_at`; `None` if there is
    /// a place. An instant further ahead than a full bucket can be was written before the clock was set back. It
    /// does not count, so no caller waits longer than one period.
    #[must_use]
    pub fn wait(self, empty_at: Millis, now: Millis) -> Option<Span> {
        let ahead = empty_at.0.saturating_sub(now.0);
        if ahead <= self.slack() || ahead > self.slack() + self.interval() {
            return None;
        }
        Some(whole_seconds(ahead - self.slack()))
    }
}

/// The wrong passwords in a row for one address, from browsers that its account does not know. NIST SP 800-63B-4
/// §3.2.2 allows 100 at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailuresInARow {
    /// From how many failures on the caller waits.
    pub wait_from: u32,
    /// After how many failures no such browser may try again, until a reset link is used.
    pub most: u32,
}

/// The first wait; each one after it is twice as long.
pub const FIRST_WAIT: Span = Span::seconds(30);
/// The longest wait.
pub const LONGEST_WAIT: Span = Span::hours(1);
/// How long failures in a row are remembered after the last one.
pub const FAILURES_KEPT: Span = Span::days(90);

/// What a bucket has counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Of a rate: when the bucket is empty again. Of failures in a row: when the caller may try again.
    pub empty_at: Millis,
    /// How many failures there were in a row.
    pub failures: i64,
}

/// Why failures in a row allow no further try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The caller may try again after this time.
    Wait(Span),
    /// Only a browser that the account knows may try, until a reset link is used.
    Closed,
}

impl FailuresInARow {
    /// Ends after `most` failures, and makes no caller wait before.
    #[must_use]
    pub const fn without_waits(most: u32) -> Self {
        Self { wait_from: u32::MAX, most }
    }

    /// Why no further try is allowed, if it is not.
    #[must_use]
    pub fn halt(self, counted: Counted, now: Millis) -> Option<Halt> {
        if counted.failures >= i64::from(self.most) {
            return Some(Halt::Closed);
        }
        let ahead = counted.empty_at.0.saturating_sub(now.0);
        let longest = i64::from(LONGEST_WAIT.as_seconds()) * 1_000;
        (1..=longest).contains(&ahead).then(|| Halt::Wait(whole_seconds(ahead)))
    }
}

/// The network of an address: an IPv4 address alone, and 64 bits of an IPv6 address, because a household gets no
/// fewer than that.
#[must_use]
pub fn network(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Rounds up, because a caller who comes back after whole seconds must find a place.
fn whole_seconds(millis: i64) -> Span {
    Span::seconds(u32::try_from(millis.saturating_add(999) / 1_000).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: Rate = Rate { count: 10, period: Span::minutes(5) };
    const NOW: Millis = Millis(1_800_000_000_000);

    #[test]
    fn a_place_is_left_until_the_burst_is_taken() {
        let cases = [
            (-1, None),
            (0, None),
            (270_000, None),
            (270_001, Some(1)),
            (271_000, Some(1)),
            (300_000, Some(30)),
            // No bucket of this rate gets so far ahead: the clock was set back.
            (300_001, None),
            (i64::MAX - NOW.0, None),
        ];
        for (ahead, wait) in cases {
            assert_eq!(TEN.wait(Millis(NOW.0 + ahead), NOW), wait.map(Span::seconds), "{ahead} ms ahead");
        }
    }

    #[test]
    fn rates_may_be_faster_than_one_a_second() {
        let rate = Rate { count: 1_000, period: Span::minutes(5) };
        assert_eq!((rate.interval(), rate.slack()), (300, 299_700));
        assert_eq!(Rate { count: 1, period: Span::hours(1) }.slack(), 0);
    }

    #[test]
    fn failures_in_a_row_wait_and_then_close() {
        let rule = FailuresInARow { wait_from: 20, most: 100 };
        let halt = |failures, ahead| rule.halt(Counted { empty_at: Millis(NOW.0 + ahead), failures }, NOW);
        assert_eq!(halt(99, 0), None);
        assert_eq!(halt(99, 1), Some(Halt::Wait(Span::seconds(1))));
        assert_eq!(halt(20, 30_000), Some(Halt::Wait(Span::seconds(30))));
        assert_eq!(halt(99, 3_600_000), Some(Halt::Wait(Span::hours(1))));
        assert_eq!(halt(99, 3_600_001), None);
        assert_eq!(halt(100, -1), Some(Halt::Closed));
    }

    #[test]
    fn a_household_is_one_network() {
        let of = |ip: &str| network(ip.parse().unwrap());
        assert_eq!(of("192.0.2.1"), "192.0.2.1");
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }
}
