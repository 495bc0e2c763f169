//! Nothing is served from a database in which people may be who were erased.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::trouble::Trouble;
use crate::server::state::AppState;

/// Refuses while the database is older than its ledger of erasures, as when it was restored under
/// the process.
pub async fn check(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if state.lifecycle.ledger.is_doubtful() {
        return Trouble::Unavailable.into_response();
    }
    next.run(request).await
}
