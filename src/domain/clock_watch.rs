//! Whether the wall clock can be believed before something is erased by it.
//!
//! A process has two clocks: one that tells the time and can be set to anything, and one
//! that only counts how long the machine has been up. As long as both have moved alike since
//! the process began, the time is plausible. A wall clock that has run ahead of the count by
//! more than [`TOLERANCE`] may be wrong, and what is erased by a wrong clock does not come
//! back (checklist A47).

use super::time::{Span, Timestamp};

/// How far the wall clock may run ahead before it is not believed (checklist A47).
pub const TOLERANCE: Span = Span::hours(1);

/// What the two clocks show at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The time.
    pub wall: Timestamp,
    /// How long the machine has been up, in seconds. Nobody can set it.
    pub uptime: i64,
}

/// Holds the wall clock against the time that has passed.
#[derive(Clone, Copy, Debug)]
pub struct ClockWatch {
    /// The last moment at which both were taken to be right.
    believed: Reading,
    /// What the wall clock showed when it was first found ahead.
    noticed: Option<Timestamp>,
}

/// What a look at the clocks gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The time can be believed.
    Plausible,
    /// It can again, because an operator has said so since it was found ahead.
    Confirmed,
    /// It is ahead by so much, and nobody has said that it is right.
    Ahead(Span),
}

impl ClockWatch {
    /// Begins with `now` as the truth: a process that was down for days just goes on.
    #[must_use]
    pub const fn from(now: Reading) -> Self {
        Self { believed: now, noticed: None }
    }

    /// Looks at the clocks. `confirmed` is when an operator last said that the clock is right,
    /// by the clock itself: what was said before the leap, or by a clock without it, is not
    /// about this one.
    pub fn look(&mut self, now: Reading, confirmed: Option<Timestamp>) -> Look {
        let expected = self.expected(now);
        if now.wall.until(expected) > TOLERANCE {
            // What is promised meanwhile is promised by this clock: the way back to the right time
            // is a leap for it.
            *self = Self::from(now);
        }
        let ahead = self.expected(now).until(now.wall);
        if ahead <= TOLERANCE {
            self.noticed = None;
            return Look::Plausible;
        }
        let noticed = *self.noticed.get_or_insert(now.wall);
        if confirmed.is_some_and(|at| at >= noticed) {
            *self = Self::from(now);
            return Look::Confirmed;
        }
        Look::Ahead(ahead)
    }

    /// What the wall clock should show, going by the time that has passed.
    fn expected(&self, now: Reading) -> Timestamp {
        let passed = now.uptime.saturating_sub(self.believed.uptime);
        Timestamp(self.believed.wall.0.saturating_add(passed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: Reading = Reading { wall: Timestamp(1_800_000_000), uptime: 500 };
    const HOUR: i64 = 3_600;

    /// `passed` seconds later, with the wall clock `leapt` seconds ahead of that.
    const fn after(passed: i64, leapt: i64) -> Reading {
        Reading { wall: Timestamp(BEGIN.wall.0 + passed + leapt), uptime: BEGIN.uptime + passed }
    }

    #[test]
    fn more_than_an_hour_ahead_is_not_believed() {
        let ahead = |seconds: u32| Look::Ahead(Span::seconds(seconds));
        let cases = [
            (after(0, 0), Look::Plausible),
            (after(30 * 86_400, 0), Look::Plausible),
            (after(10, HOUR - 1), Look::Plausible),
            (after(10, HOUR), Look::Plausible),
            (after(10, HOUR + 1), ahead(3_601)),
            (after(30 * 86_400, 15 * 86_400), ahead(15 * 86_400)),
            (after(10, -15 * 86_400), Look::Plausible),
        ];
        for (now, expected) in cases {
            assert_eq!(ClockWatch::from(BEGIN).look(now, None), expected, "{now:?}");
        }
    }

    #[test]
    fn a_clock_that_is_set_right_is_believed_again() {
        let mut watch = ClockWatch::from(BEGIN);
        assert!(matches!(watch.look(after(60, 2 * HOUR), None), Look::Ahead(_)));
        assert_eq!(watch.look(after(120, 0), None), Look::Plausible);
        assert!(matches!(watch.look(after(180, 2 * HOUR), None), Look::Ahead(_)));
    }

    #[test]
    fn the_way_back_from_a_time_that_was_behind_is_a_leap() {
        let mut watch = ClockWatch::from(BEGIN);
        assert_eq!(watch.look(after(60, -15 * 86_400), None), Look::Plausible);
        assert_eq!(watch.look(after(120, 0), None), Look::Ahead(Span::days(15)));
        let mut watch = ClockWatch::from(BEGIN);
        assert_eq!(watch.look(after(60, -HOUR), None), Look::Plausible);
        assert_eq!(watch.look(after(120, 0), None), Look::Plausible, "an hour is nothing");
    }

    #[test]
    fn small_steps_add_up() {
        let mut watch = ClockWatch::from(BEGIN);
        assert_eq!(watch.look(after(60, 40 * 60), None), Look::Plausible);
        assert_eq!(watch.look(after(120, 80 * 60), None), Look::Ahead(Span::minutes(80)));
    }

    #[test]
    fn only_a_word_since_the_leap_counts() {
        let noticed = after(60, 2 * HOUR);
        let words = [(-1, false), (0, true), (90, true)];
        for (late, believed) in words {
            let mut watch = ClockWatch::from(BEGIN);
            assert!(matches!(watch.look(noticed, None), Look::Ahead(_)));
            let confirmed = Timestamp(noticed.wall.0 + late);
            let look = watch.look(after(180, 2 * HOUR), Some(confirmed));
            assert_eq!(look == Look::Confirmed, believed, "{late}");
        }
    }

    #[test]
    fn a_word_holds_for_one_leap() {
        let mut watch = ClockWatch::from(BEGIN);
        let confirmed = Some(Timestamp(after(90, 2 * HOUR).wall.0));
        assert!(matches!(watch.look(after(60, 2 * HOUR), None), Look::Ahead(_)));
        assert_eq!(watch.look(after(120, 2 * HOUR), confirmed), Look::Confirmed);
        assert_eq!(watch.look(after(180, 2 * HOUR), confirmed), Look::Plausible);
        assert!(matches!(watch.look(after(240, 5 * HOUR), confirmed), Look::Ahead(_)));
    }
}
