//! Instants and spans of time: whole seconds, UTC.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// An instant: seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

/// A span of time in whole seconds; never negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span(u32);

impl Span {
    /// No time at all.
    pub const NONE: Self = Self(0);

    /// A span of `n` seconds.
    #[must_use]
    pub const fn seconds(n: u32) -> Self {
        Self(n)
    }

    /// A span of `n` minutes.
    #[must_use]
    pub const fn minutes(n: u32) -> Self {
        Self(n * 60)
    }

    /// A span of `n` hours.
    #[must_use]
    pub const fn hours(n: u32) -> Self {
        Self(n * 3_600)
    }

    /// A span of `n` days of 24 hours.
    #[must_use]
    pub const fn days(n: u32) -> Self {
        Self(n * 86_400)
    }

    /// The length in seconds.
    #[must_use]
    pub const fn as_seconds(self) -> u32 {
        self.0
    }
}

impl Timestamp {
    /// The instant `span` later, or the last representable instant if that would overflow.
    #[must_use]
    pub fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(i64::from(span.0)))
    }

    /// The instant `span` earlier.
    #[must_use]
    pub fn minus(self, span: Span) -> Self {
        Self(self.0.saturating_sub(i64::from(span.0)))
    }

    /// The time until `later`; zero if that has passed.
    #[must_use]
    pub fn until(self, later: Self) -> Span {
        let seconds = later.0.saturating_sub(self.0);
        Span(u32::try_from(seconds.max(0)).unwrap_or(u32::MAX))
    }
}

/// The instant for machines: "2026-12-07T14:05:09Z" (RFC 3339).
#[must_use]
pub fn rfc3339(at: Timestamp) -> String {
    written(at, "%Y-%m-%dT%H:%M:%SZ")
}

/// Reads [`rfc3339`].
#[must_use]
pub fn from_rfc3339(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_second()))
}

/// The instant in UTC, in a format of `strftime`. The calendar ends with the year 9999; an instant outside is
/// written as its first or last one.
#[must_use]
pub fn written(at: Timestamp, format: &str) -> String {
    let edge = if at.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
    let at = jiff::Timestamp::from_second(at.0).unwrap_or(edge);
    TimeZone::UTC.to_datetime(at).strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_that_has_passed_leaves_nothing() {
        assert_eq!(Timestamp(10).until(Timestamp(4)), Span::seconds(0));
        assert_eq!(Timestamp(4).until(Timestamp(10)), Span::seconds(6));
    }

    #[test]
    fn machines_get_rfc_3339() {
        assert_eq!(rfc3339(Timestamp(1_796_652_309)), "2026-12-07T14:05:09Z");
        assert_eq!(from_rfc3339("2026-12-07T14:05:09Z"), Some(Timestamp(1_796_652_309)));
        assert_eq!(from_rfc3339("yesterday"), None);
    }
}
