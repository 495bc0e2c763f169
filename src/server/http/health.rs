//! Liveness and readiness, for whoever keeps the process running.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tokio::time::timeout;

use crate::server::{jobs::Jobs, state::AppState};

/// How long the ledger of erasures and the watch over the clock may take: whoever asks waits for
/// seconds at most, and neither takes a process out of service by not answering.
const LIMIT: Duration = Duration::from_millis(500);

/// What `/readyz` says of each part.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each part is well or it is not")]
struct Readiness {
    /// The database answers.
    database: bool,
    /// Its schema is this program's.
    migrations: bool,
    /// The workers of this process run; nothing is said where it has none by its settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    worker: Option<bool>,
    /// The clock can be believed. While it cannot, deletions wait; everything else goes on, so
    /// that this alone takes no process out of service.
    clock: bool,
    /// The ledger of erasures answers, and the database has carried out what it holds. While it does
    /// not answer, deletions wait; a process under which the database was restored is not ready.
    ledger: bool,
}

/// `/healthz`: the process answers.
pub async fn live() -> &'static str {
    "ok"
}

/// `/readyz`: the process can do its work; 503 when it cannot, with the part that is missing.
pub async fn ready(State(state): State<AppState>) -> Response {
    let schema = state.lifecycle.db.is_ready().await;
    let standing = timeout(LIMIT, state.lifecycle.ledger_standing()).await.ok().and_then(Result::ok);
    let readiness = Readiness {
        database: schema.is_ok(),
        migrations: schema.unwrap_or(false),
        worker: state.site.has_worker.then(|| state.jobs.upgrade().is_some_and(|jobs| Jobs::are_running(&jobs))),
        clock: matches!(timeout(LIMIT, state.lifecycle.clock_ahead()).await, Ok(Ok(None))),
        ledger: standing.is_some_and(|standing| !standing.is_doubtful()),
    };
    let all = readiness.database
        && readiness.migrations
        && readiness.worker != Some(false)
        && !state.lifecycle.ledger.is_doubtful();
    let status = if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(readiness)).into_response()
}
