//! When a worker looks for work.

use std::{
    task::{self, Context},
    time::Duration,
};

use apalis::prelude::{PollSnapshot, PollStrategy};
use tokio::time::{Interval, MissedTickBehavior, interval};

/// Looks at a fixed interval.
///
/// Not apalis' own `poll_with_interval`: when its timer fires it begins a new one without
/// waiting for it, so that nothing wakes an idle worker before the next heartbeat (seen
/// with 1.0.0: up to 30 seconds until a letter went out).
pub(super) struct Poll(Interval);

impl Poll {
    /// Looks every `period`.
    pub fn every(period: Duration) -> Self {
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self(ticks)
    }
}

impl PollStrategy for Poll {
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> task::Poll<Option<()>> {
        if self.0.poll_tick(cx).is_pending() {
            return task::Poll::Pending;
        }
        // Asked again right away: only a pending tick wakes the worker.
        while self.0.poll_tick(cx).is_ready() {}
        task::Poll::Ready(Some(()))
    }
}
