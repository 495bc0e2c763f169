//! The time, as an argument: the one place that reads the system's clock.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use crate::domain::time::{Span, Timestamp};

/// What time it is. Cheap to clone; clones of a manual clock show the same time.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's clock.
    System,
    /// A clock that stands still until it is moved: seconds since 1970.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at`.
    #[must_use]
    pub fn manual(at: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.0)))
    }

    /// The present second, rounded down.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system_now(),
            Self::Manual(now) => Timestamp(now.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock to `at`; the system's clock is left alone.
    pub fn set(&self, at: Timestamp) {
        if let Self::Manual(now) = self {
            now.store(at.0, Ordering::SeqCst);
        }
    }

    /// Moves a manual clock forward; the system's clock is left alone.
    pub fn advance(&self, span: Span) {
        if let Self::Manual(now) = self {
            now.fetch_add(i64::from(span.as_seconds()), Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the module that reads the clock")]
fn system_now() -> Timestamp {
    // Before 1970 counts as 1970: everything that expires has not begun, nothing wraps.
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_moved_and_its_clones_with_it() {
        let clock = Clock::manual(Timestamp(1_000));
        let clone = clock.clone();
        assert_eq!(clone.now(), Timestamp(1_000));
        clock.advance(Span::minutes(2));
        assert_eq!(clone.now(), Timestamp(1_120));
        clone.set(Timestamp(5));
        assert_eq!(clock.now(), Timestamp(5));
    }

    #[test]
    fn the_system_clock_is_past_2024_and_cannot_be_moved() {
        let before = Clock::System.now();
        Clock::System.set(Timestamp(0));
        Clock::System.advance(Span::days(10_000));
        let after = Clock::System.now();
        assert!(before > Timestamp(1_704_067_200), "{before:?}");
        assert!(before.until(after) <= Span::minutes(1), "{before:?} {after:?}");
    }
}
