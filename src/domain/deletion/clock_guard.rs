//! Decides whether the worker may trust the wall clock before it erases an account.
//!
//! A process has two clocks. The wall clock tells the time, and an operator can set it to anything. The other clock
//! only counts how long the machine has been up. The time is plausible as long as both clocks have advanced equally
//! since the process began. If the wall clock runs ahead of the count by more than [`TOLERANCE`], it may be wrong,
//! and an erasure under a wrong clock cannot be undone (checklist A47).

use crate::domain::time::{Span, Timestamp};

/// How far the wall clock may run ahead before the guard distrusts it (checklist A47).
pub const TOLERANCE: Span = Span::hours(1);

/// The readings of both clocks at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The time.
    pub wall: Timestamp,
    /// How long the machine has been up, in seconds. An operator cannot set this clock.
    pub uptime: i64,
}

/// The record that a process has found its clock ahead. The caller stores this record in the database. Otherwise a
/// process that starts later would trust the wrong time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockJump {
    /// The time that the wall clock showed when it was first found ahead.
    pub at: Timestamp,
    /// How far the wall clock is ahead of the expected time.
    pub ahead: Span,
}

/// Compares the wall clock with the time that has passed.
#[derive(Clone, Copy, Debug)]
pub struct ClockComparison {
    /// The last reading that the guard took for right.
    believed: Reading,
    /// The time that the wall clock showed when it was first found ahead.
    noticed: Option<Timestamp>,
}

/// The result of comparing the two clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockVerdict {
    /// The time is plausible.
    Plausible,
    /// The clock was found ahead, and an operator has since confirmed it.
    Confirmed,
    /// The clock is ahead, and no operator has confirmed it.
    Ahead(ClockJump),
}

impl ClockComparison {
    /// Begins a comparison that trusts the reading `now`: after days in which no process ran, a new process must
    /// execute what has become due. If another process has recorded a jump, the caller then calls
    /// [`Self::adopt_recorded_jump`].
    #[must_use]
    pub const fn from(now: Reading) -> Self {
        Self { believed: now, noticed: None }
    }

    /// Adopts a jump that another process recorded, if the jump concerns this clock. Returns whether it does. The
    /// jump does not concern this clock if the clock showed an earlier time than the recorded one when this process
    /// started. Then an operator has set the clock right since, or another machine's clock has jumped.
    pub fn adopt_recorded_jump(&mut self, doubt: ClockJump) -> bool {
        // This clock counts as earlier only if it was more than the tolerance before the recorded time.
        let is_meant = self.believed.wall.plus(TOLERANCE) >= doubt.at;
        if is_meant {
            self.noticed = Some(doubt.at.min(self.believed.wall));
            self.believed.wall = self.believed.wall.minus(doubt.ahead);
        }
        is_meant
    }

    /// Compares the two clocks at the reading `now`. `confirmed` is the time that an operator last confirmed as
    /// right: what the confirming machine's clock showed at that moment. The confirmation counts only under two
    /// conditions. The jump was noticed at the confirmed time or before it. And the confirmed time differs by
    /// [`TOLERANCE`] at most from what the wall clock shows now.
    pub fn compare(&mut self, now: Reading, confirmed: Option<Timestamp>) -> ClockVerdict {
        let expected = self.expected(now);
        if now.wall.until(expected) > TOLERANCE {
            // The clock was set back. When Signet now promises a user the date of a deletion, it counts from this
            // earlier time. If the clock later jumps forward, even to the right time, this date comes too early.
            // So trust the earlier time, and distrust such a jump.
            *self = Self::from(now);
        }
        let ahead = self.expected(now).until(now.wall);
        if ahead <= TOLERANCE {
            self.noticed = None;
            return ClockVerdict::Plausible;
        }
        let noticed = *self.noticed.get_or_insert(now.wall);
        let is_of_now = |at: Timestamp| at.until(now.wall) <= TOLERANCE && now.wall.until(at) <= TOLERANCE;
        if confirmed.is_some_and(|at| noticed <= at && is_of_now(at)) {
            *self = Self::from(now);
            return ClockVerdict::Confirmed;
        }
        ClockVerdict::Ahead(ClockJump { at: noticed, ahead })
    }

    /// Returns the time that the wall clock should show: the time last taken for right, plus the uptime that has
    /// passed since.
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

    /// Returns the reading `passed` seconds after [`BEGIN`], if the wall clock is `leapt` seconds ahead.
    const fn after(passed: i64, leapt: i64) -> Reading {
        Reading { wall: Timestamp(BEGIN.wall.0 + passed + leapt), uptime: BEGIN.uptime + passed }
    }

    /// Returns the verdict at the reading `now`, if the clock is then found ahead by `span` for the first time.
    const fn ahead(now: Reading, span: Span) -> ClockVerdict {
        ClockVerdict::Ahead(ClockJump { at: now.wall, ahead: span })
    }

    #[test]
    fn more_than_an_hour_ahead_is_not_believed() {
        let cases = [
            (after(0, 0), ClockVerdict::Plausible),
            (after(30 * 86_400, 0), ClockVerdict::Plausible),
            (after(10, HOUR - 1), ClockVerdict::Plausible),
            (after(10, HOUR), ClockVerdict::Plausible),
            (after(10, HOUR + 1), ahead(after(10, HOUR + 1), Span::seconds(3_601))),
            (after(30 * 86_400, 15 * 86_400), ahead(after(30 * 86_400, 15 * 86_400), Span::days(15))),
            (after(10, -15 * 86_400), ClockVerdict::Plausible),
        ];
        for (now, expected) in cases {
            assert_eq!(ClockComparison::from(BEGIN).compare(now, None), expected, "{now:?}");
        }
    }

    #[test]
    fn a_clock_that_is_set_right_is_believed_again() {
        let mut clock = ClockComparison::from(BEGIN);
        assert!(matches!(clock.compare(after(60, 2 * HOUR), None), ClockVerdict::Ahead(_)));
        assert_eq!(clock.compare(after(120, 0), None), ClockVerdict::Plausible);
        assert!(matches!(clock.compare(after(180, 2 * HOUR), None), ClockVerdict::Ahead(_)));
    }

    #[test]
    fn the_way_back_from_a_time_that_was_behind_is_a_leap() {
        let mut clock = ClockComparison::from(BEGIN);
        assert_eq!(clock.compare(after(60, -15 * 86_400), None), ClockVerdict::Plausible);
        assert_eq!(clock.compare(after(120, 0), None), ahead(after(120, 0), Span::days(15)));
        let mut clock = ClockComparison::from(BEGIN);
        assert_eq!(clock.compare(after(60, -HOUR), None), ClockVerdict::Plausible);
        assert_eq!(clock.compare(after(120, 0), None), ClockVerdict::Plausible, "an hour is nothing");
    }

    #[test]
    fn small_steps_add_up() {
        let mut clock = ClockComparison::from(BEGIN);
        assert_eq!(clock.compare(after(60, 40 * 60), None), ClockVerdict::Plausible);
        assert_eq!(clock.compare(after(120, 80 * 60), None), ahead(after(120, 80 * 60), Span::minutes(80)));
    }

    #[test]
    fn only_a_word_since_the_leap_counts() {
        let noticed = after(60, 2 * HOUR);
        let words = [(-1, false), (0, true), (90, true)];
        for (late, believed) in words {
            let mut clock = ClockComparison::from(BEGIN);
            assert!(matches!(clock.compare(noticed, None), ClockVerdict::Ahead(_)));
            let confirmed = Timestamp(noticed.wall.0 + late);
            let verdict = clock.compare(after(180, 2 * HOUR), Some(confirmed));
            assert_eq!(verdict == ClockVerdict::Confirmed, believed, "{late}");
        }
    }

    #[test]
    fn a_word_holds_for_one_leap() {
        let mut clock = ClockComparison::from(BEGIN);
        let confirmed = Some(Timestamp(after(90, 2 * HOUR).wall.0));
        assert!(matches!(clock.compare(after(60, 2 * HOUR), None), ClockVerdict::Ahead(_)));
        assert_eq!(clock.compare(after(120, 2 * HOUR), confirmed), ClockVerdict::Confirmed);
        assert_eq!(clock.compare(after(180, 2 * HOUR), confirmed), ClockVerdict::Plausible);
        assert!(matches!(clock.compare(after(240, 5 * HOUR), confirmed), ClockVerdict::Ahead(_)));
    }

    #[test]
    fn a_word_by_a_clock_that_was_further_ahead_does_not_count() {
        let leapt = after(60, 15 * 86_400);
        for (further, believed) in [(0, true), (HOUR, true), (HOUR + 1, false), (365 * 86_400, false)] {
            let mut clock = ClockComparison::from(BEGIN);
            let word = Timestamp(leapt.wall.0 + further);
            assert_eq!(clock.compare(leapt, Some(word)) == ClockVerdict::Confirmed, believed, "{further}");
        }
    }

    #[test]
    fn a_doubt_from_before_the_beginning_goes_on() {
        let doubt = ClockJump { at: BEGIN.wall, ahead: Span::days(15) };
        let mut clock = ClockComparison::from(after(60, 0));
        assert!(clock.adopt_recorded_jump(doubt));
        assert_eq!(clock.compare(after(120, 0), None), ClockVerdict::Ahead(doubt));
        assert_eq!(clock.compare(after(120, 0), Some(Timestamp(doubt.at.0 - 1))), ClockVerdict::Ahead(doubt));
        assert_eq!(clock.compare(after(180, -15 * 86_400), None), ClockVerdict::Plausible, "it was set right");
        let mut clock = ClockComparison::from(BEGIN);
        assert!(clock.adopt_recorded_jump(doubt));
        assert_eq!(clock.compare(after(60, 0), Some(doubt.at)), ClockVerdict::Confirmed);
    }

    #[test]
    fn a_doubt_is_about_a_clock_that_shows_its_time_to_the_hour_or_a_later_one() {
        for (later, is_meant) in [(-HOUR, true), (0, true), (HOUR, true), (HOUR + 1, false)] {
            let doubt = ClockJump { at: Timestamp(BEGIN.wall.0 + later), ahead: Span::days(15) };
            let mut clock = ClockComparison::from(BEGIN);
            assert_eq!(clock.adopt_recorded_jump(doubt), is_meant, "{later}");
            assert_eq!(clock.compare(after(60, 0), None) == ClockVerdict::Plausible, !is_meant, "{later}");
        }
    }

    #[test]
    fn only_a_word_of_a_clock_that_shows_the_same_time_to_the_hour_counts() {
        let (noticed, later) = (after(60, 15 * 86_400), after(20 * 86_400, 15 * 86_400));
        for (off, believed) in [(-HOUR - 1, false), (-HOUR, true), (0, true), (HOUR, true), (HOUR + 1, false)] {
            let mut clock = ClockComparison::from(BEGIN);
            assert!(matches!(clock.compare(noticed, None), ClockVerdict::Ahead(_)));
            let word = Timestamp(later.wall.0 + off);
            assert_eq!(clock.compare(later, Some(word)) == ClockVerdict::Confirmed, believed, "{off}");
        }
    }
}
