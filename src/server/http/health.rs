//! Liveness and readiness, for the supervisor or load balancer that watches the process.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};

use super::state::HttpState;

/// `/healthz`: the process answers.
pub async fn live() -> &'static str {
    "ok"
}

/// `/readyz`: 200 if the process can do its work; else 503, and the body shows which part is missing. An answer may be
/// a second old.
pub async fn ready(State(state): State<HttpState>) -> Response {
    let (status, readiness) = state.last_look.answer(&state.app).await;
    (status, Json(readiness)).into_response()
}
