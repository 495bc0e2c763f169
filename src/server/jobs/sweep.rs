//! The sweep, every minute.

use std::time::Duration;

use tokio::sync::watch;

use super::stop::until;
use crate::{
    copy::units,
    server::lifecycle::{Lifecycle, Swept, catch_panic},
};

/// How often to sweep.
const EVERY: Duration = Duration::from_mins(1);

/// Sweeps now and every minute, until stopped. If a sweep fails, logs the error and tries again a minute later.
pub(super) async fn run(lifecycle: Lifecycle, stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(EVERY);
    let mut told = 0;
    loop {
        let stopped = stopped.clone();
        tokio::select! {
            () = until(stopped) => return,
            _ = ticks.tick() => {}
        }
        match catch_panic(lifecycle.sweep()).await {
            Ok(swept) => {
                tell(swept);
                let executed = lifecycle.metrics.deletions_executed.get();
                tell_progress(executed - told, swept.deletions_left);
                told = executed;
            }
            Err(error) => tracing::error!(%error, "sweep failed"),
        }
    }
}

fn tell(swept: Swept) {
    if let Some(ahead) = swept.clock_ahead {
        let ahead = units::span(ahead);
        tracing::error!(
            ahead,
            "the clock has jumped ahead; deletions wait until you set it right or run `signet clock confirm`"
        );
    }
    if swept.is_behind_ledger {
        tracing::error!(
            "the database may contain accounts that were erased, so Signet serves nobody; run `signet replay-erasures`"
        );
    }
}

/// Logs how many deletions were executed and are left; logs nothing if both are zero.
fn tell_progress(executed: u64, left: i64) {
    if executed > 0 || left > 0 {
        tracing::info!(executed, left, "deletions since the last sweep");
    }
}
