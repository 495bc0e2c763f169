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
}

impl Clock {
    pub const fn new() -> Self {
        Self { now: START.0, uptime: 0, believed: (START.0, 0), noticed: None, confirmed: None }
    }

    pub const fn pass(&mut self, seconds: i64) {
        self.uptime += seconds;
        self.now += seconds;
    }

    pub const fn leap(&mut self, seconds: i64) {
        self.now += seconds;
    }

    pub const fn confirm(&mut self) {
        self.confirmed = Some(self.now);
    }

    pub const fn restart(&mut self) {
        self.believed = (self.now, self.uptime);
        self.noticed = None;
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
            self.restart();
        }
        if self.ahead() <= HOUR {
            self.noticed = None;
            return false;
        }
        let noticed = *self.noticed.get_or_insert(self.now);
        if self.confirmed.is_some_and(|at| at >= noticed) {
            self.restart();
            return false;
        }
        true
    }
}
