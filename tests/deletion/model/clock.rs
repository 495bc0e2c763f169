//! The two clocks of a process, and whether the process trusts the wall clock.

use super::state::HOUR;
use signet::testing::START;

#[derive(Clone, Debug)]
pub struct Clock {
    /// The time that the wall clock shows.
    pub now: i64,
    /// How long the machine has been running.
    uptime: i64,
    /// What the wall clock and the uptime were when the process last trusted the wall clock.
    believed: (i64, i64),
    /// When the process first found the wall clock ahead.
    noticed: Option<i64>,
    /// When an operator last confirmed the wall clock.
    confirmed: Option<i64>,
    /// The doubt in the database, where a process that starts later finds it. The first number is the time that the
    /// wall clock showed when a process found it ahead; the second is how many seconds it was ahead.
    doubt: Option<(i64, i64)>,
    /// What the process knows about that doubt.
    noted: Noted,
}

/// What a process knows about the doubt in the database.
#[derive(Clone, Copy, Debug)]
enum Noted {
    /// The process has not read it yet.
    Unknown,
    /// The database had no doubt when the process read it, or this process has removed the doubt.
    Nothing,
    /// The process found its own clock ahead, or adopted the doubt when it started.
    Ours,
    /// The database has a doubt, which this process has not adopted: when this process started, its clock was more
    /// than an hour before this time. The clock of another process showed this time when the doubt began.
    Later(i64),
}

impl Clock {
    pub const fn new() -> Self {
        let believed = (START.0, 0);
        let noted = Noted::Unknown;
        Self { now: START.0, uptime: 0, believed, noticed: None, confirmed: None, doubt: None, noted }
    }

    pub const fn pass(&mut self, seconds: i64) {
        self.uptime += seconds;
        self.now += seconds;
    }

    pub const fn leap(&mut self, seconds: i64) {
        self.now += seconds;
    }

    pub fn confirm(&mut self) {
        self.confirmed = Some(self.now);
        self.doubt = self.doubt.filter(|(at, _)| *at > self.now);
    }

    pub const fn restart(&mut self) {
        self.believe();
        self.noted = Noted::Unknown;
    }

    /// How far the wall clock is ahead of the time that has passed.
    pub const fn ahead(&self) -> i64 {
        self.now - self.believed.0 - (self.uptime - self.believed.1)
    }

    /// Whether the process distrusts its clock. It does while the clock is more than an hour ahead, until an operator
    /// confirms the time that the clock shows. If the process finds its clock more than an hour behind, it trusts the
    /// new time.
    pub fn is_doubted(&mut self) -> bool {
        if self.ahead() < -HOUR {
            self.believe();
        }
        if matches!(self.noted, Noted::Unknown) {
            self.adopt_recorded_jump();
        }
        if self.ahead() <= HOUR {
            self.noticed = None;
            self.end_doubt();
            return false;
        }
        let noticed = *self.noticed.get_or_insert(self.now);
        if self.confirmed.is_some_and(|at| at >= noticed && (at - self.now).abs() <= HOUR) {
            self.believe();
            self.end_doubt();
            return false;
        }
        let (at, ahead) = self.doubt.unwrap_or((noticed, 0));
        self.doubt = Some((at.min(noticed), ahead.max(self.ahead())));
        self.noted = Noted::Ours;
        true
    }

    /// Trusts the wall clock.
    const fn believe(&mut self) {
        self.believed = (self.now, self.uptime);
        self.noticed = None;
    }

    /// A process that starts adopts the doubt in the database, unless its own clock is more than an hour before the
    /// time at which the doubt began.
    fn adopt_recorded_jump(&mut self) {
        self.noted = match self.doubt {
            None => Noted::Nothing,
            Some((at, _)) if self.believed.0 + HOUR < at => Noted::Later(at),
            Some((at, ahead)) => {
                self.noticed = Some(if at < self.believed.0 { at } else { self.believed.0 });
                self.believed.0 -= ahead;
                Noted::Ours
            }
        };
    }

    /// Removes the doubt from the database if it was this process's own, or if this process's trusted clock has
    /// reached the doubted time.
    fn end_doubt(&mut self) {
        let is_over = match self.noted {
            Noted::Ours => true,
            Noted::Later(at) => at <= self.now,
            Noted::Unknown | Noted::Nothing => false,
        };
        if is_over {
            (self.doubt, self.noted) = (None, Noted::Nothing);
        }
    }
}
