//! `/metrics`, on a separate address that the public cannot reach (ASVS V13.4.5).

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{domain::paths, server::lifecycle::Lifecycle};

/// `OpenMetrics` 1.0 §"Text format".
const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The one route.
pub fn router(lifecycle: Lifecycle) -> Router {
    Router::new().route(paths::METRICS, get(tell)).with_state(lifecycle)
}

/// The counters of this process, and how much is due now; 503 while the database does not answer.
async fn tell(State(lifecycle): State<Lifecycle>) -> Response {
    if let Err(error) = lifecycle.count_what_is_due(lifecycle.clock.now()).await {
        tracing::error!(%error, "what is due cannot be counted");
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    match lifecycle.metrics.render() {
        Ok(text) => ([(CONTENT_TYPE, FORMAT)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
