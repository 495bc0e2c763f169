//! The two clocks of a process, and whether the process trusts the wall clock.

use super::state::HOUR;
use crate::app::START;

#[derive(Clone, Debug)]
pub struct Clock {
    /// The time that the wall clock shows.
    pub now: i64,
    /// How long the machine has been running.
    uptime: i64,
    /// Both clocks, when the process last trusted them.
    believed: (i64, i64),
    /// When the process first found the wall clock ahead.
    noticed: Option<i64>,
    /// When an operator last confirmed the wall clock.
    confirmed: Option<i64>,
    /// The doubt that outlives the process: when a clock was first found ahead, and by how much.
    doubt: Option<(i64, i64)>,
    /// What the process knows of that doubt.
    noted: Noted,
}

/// Which process the recorded doubt belongs to.
#[derive(Clone, Copy, Debug)]
enum Noted {
    /// The process has not looked yet.
    Unknown,
    /// The process knows of no doubt.
    Nothing,
    /// The doubt is its own, or the process is one of those that the doubt concerns.
    Ours,
    /// Another process's: this process began before that time.
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

    /// Whether to distrust the time: when it is more than an hour ahead, until an operator who has seen that says
    /// it is right. A process trusts a clock from the moment at which it finds it set back.
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

    /// A process that begins at or after a doubted time begins in doubt.
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

    /// The doubt ends with the process that had it, or when a trusted clock reaches its time.
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
