//! The two clocks of a process, and whether the one that can be set is believed.

use super::state::HOUR;
use crate::app::START;

#[derive(Clone, Debug)]
pub struct Clock {
    /// What the wall clock shows.
    pub now: i64,
    /// How long the machine has been up.
    uptime: i64,
    /// Both, when they were last taken to be right.
    believed: (i64, i64),
    /// When the wall clock was first found ahead.
    noticed: Option<i64>,
    /// When an operator last confirmed it.
    confirmed: Option<i64>,
    /// What outlives the process: when a clock was first found ahead, and by how much.
    doubt: Option<(i64, i64)>,
    /// What the process makes of that.
    noted: Noted,
}

/// Whose the doubt is that outlives the process.
#[derive(Clone, Copy, Debug)]
enum Noted {
    /// It has not looked yet.
    Unknown,
    /// There is none, as far as it knows.
    Nothing,
    /// Its own, or it is one of those that it is about.
    Ours,
    /// Not its own: it began before that time.
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

    /// How far the wall clock is from where it should be.
    pub const fn ahead(&self) -> i64 {
        self.now - self.believed.0 - (self.uptime - self.believed.1)
    }

    /// Looks whether the time is to be doubted. Only over an hour ahead it is, until somebody who
    /// has seen it says that it is right. A clock that is found set back is the right one from
    /// then on.
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

    /// Takes the wall clock for right.
    const fn believe(&mut self) {
        self.believed = (self.now, self.uptime);
        self.noticed = None;
    }

    /// A process that begins at or after a time that was doubted begins in doubt.
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

    /// The doubt goes with whoever had it, and when a believed clock has come to its time.
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
