//! The source of the time, which callers pass on as an argument. Only this file reads the system's clocks.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use crate::domain::{
    deletion::clock_guard::Reading,
    time::{Span, Timestamp},
};

/// A clock. Cheap to clone; clones of a manual clock show the same time.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's clock.
    System,
    /// A clock for tests, which stands still until the test moves it.
    Manual(Arc<Manual>),
}

/// The time of a manual clock, in seconds.
#[derive(Debug)]
pub struct Manual {
    wall: AtomicI64,
    uptime: AtomicI64,
}

impl Clock {
    /// A manual clock that shows `at`.
    #[must_use]
    pub fn manual(at: Timestamp) -> Self {
        Self::Manual(Arc::new(Manual { wall: AtomicI64::new(at.0), uptime: AtomicI64::new(0) }))
    }

    /// The present second, rounded down.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system_now(),
            Self::Manual(manual) => Timestamp(manual.wall.load(Ordering::SeqCst)),
        }
    }

    /// The present second, and how long the machine has been up.
    #[must_use]
    pub fn read(&self) -> Reading {
        let uptime = match self {
            // Also counts while the machine sleeps, so waking up does not look like a leap of the wall clock.
            Self::System => rustix::time::clock_gettime(rustix::time::ClockId::Boottime).tv_sec,
            Self::Manual(manual) => manual.uptime.load(Ordering::SeqCst),
        };
        Reading { wall: self.now(), uptime }
    }

    /// Lets time pass on a manual clock until it shows `at`, or sets it back to `at`. Does nothing to the system's
    /// clock.
    pub fn set(&self, at: Timestamp) {
        self.leap(at, self.now().until(at));
    }

    /// Lets time pass on a manual clock. Does nothing to the system's clock.
    pub fn advance(&self, span: Span) {
        self.leap(self.now().plus(span), span);
    }

    /// Sets a manual clock to `at` although only `passed` has gone by. Does nothing to the system's clock.
    pub fn leap(&self, at: Timestamp, passed: Span) {
        if let Self::Manual(manual) = self {
            manual.uptime.fetch_add(i64::from(passed.as_seconds()), Ordering::SeqCst);
            manual.wall.store(at.0, Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the module that reads the clock")]
fn system_now() -> Timestamp {
    // A time before 1970 counts as 1970, so that nothing expires early and no number wraps.
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
        assert_eq!(clone.read(), Reading { wall: Timestamp(1_000), uptime: 0 });
        clock.advance(Span::minutes(2));
        assert_eq!(clone.read(), Reading { wall: Timestamp(1_120), uptime: 120 });
        clone.set(Timestamp(5));
        assert_eq!(clock.read(), Reading { wall: Timestamp(5), uptime: 120 });
        clock.leap(Timestamp(9_000), Span::seconds(1));
        assert_eq!(clock.read(), Reading { wall: Timestamp(9_000), uptime: 121 });
    }

    #[test]
    fn the_system_clock_is_past_2024_and_cannot_be_moved() {
        let before = Clock::System.read();
        Clock::System.set(Timestamp(0));
        Clock::System.advance(Span::days(10_000));
        let after = Clock::System.read();
        assert!(before.wall > Timestamp(1_704_067_200), "{before:?}");
        assert!(before.wall.until(after.wall) <= Span::minutes(1), "{before:?} {after:?}");
        assert!((before.uptime..before.uptime + 60).contains(&after.uptime), "{before:?} {after:?}");
    }
}
