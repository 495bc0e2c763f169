//! Whether the process can do its work.

use std::time::Duration;

use axum::http::StatusCode;
use serde::Serialize;
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use crate::server::{jobs::Jobs, state::AppState};

/// How long the ledger of erasures and the clock guard may take. A load balancer waits for seconds at most, and
/// neither of the two may take a process out of service by being slow.
const LIMIT: Duration = Duration::from_millis(500);

/// How long an answer of `/readyz` is given again. Anybody may ask, and each look costs queries.
const FRESH: Duration = Duration::from_secs(1);

/// The last look at the process. It is locked during a look, so that one look answers everybody who asks during it.
#[derive(Default)]
pub struct LastLook(Mutex<Option<(Instant, StatusCode, Readiness)>>);

/// The parts that `/readyz` reports on.
#[derive(Clone, Copy, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each part is well or it is not")]
pub struct Readiness {
    /// The database answers.
    database: bool,
    /// Its schema is the one that this program needs.
    migrations: bool,
    /// The workers of this process run; absent if its settings give it none.
    #[serde(skip_serializing_if = "Option::is_none")]
    worker: Option<bool>,
    /// The clock can be trusted. While it cannot, deletions wait and everything else goes on. So this alone does
    /// not take a process out of service.
    clock: bool,
    /// The ledger of erasures answers, and the database has applied all its entries. While the ledger does not
    /// answer, only deletions wait. But if the database was restored under the process, the process is not ready.
    ledger: bool,
}

impl LastLook {
    /// The last answer while it is fresh, else a new one.
    pub async fn answer(&self, state: &AppState) -> (StatusCode, Readiness) {
        let mut last = self.0.lock().await;
        if let Some((at, status, readiness)) = *last
            && at.elapsed() < FRESH
        {
            return (status, readiness);
        }
        let (status, readiness) = look(state).await;
        *last = Some((Instant::now(), status, readiness));
        (status, readiness)
    }
}

async fn look(state: &AppState) -> (StatusCode, Readiness) {
    let schema = state.lifecycle.db.is_ready().await;
    let status = timeout(LIMIT, state.lifecycle.ledger_status()).await.ok().and_then(Result::ok);
    let readiness = Readiness {
        database: schema.is_ok(),
        migrations: schema.unwrap_or(false),
        worker: state.site.has_worker.then(|| state.jobs.upgrade().is_some_and(|jobs| Jobs::are_running(&jobs))),
        clock: matches!(timeout(LIMIT, state.lifecycle.clock_ahead()).await, Ok(Ok(None))),
        ledger: status.is_some_and(|status| !status.is_doubtful()),
    };
    let all = readiness.database
        && readiness.migrations
        && readiness.worker != Some(false)
        && !state.lifecycle.ledger.is_doubtful();
    let status = if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, readiness)
}
