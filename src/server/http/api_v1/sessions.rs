//! `/api/v1/sessions`.

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};

use super::{
    body::{ProblemBody, Session, Sessions, Troubles},
    caller::Caller,
    problem::Problem,
};
use crate::{
    domain::time::rfc3339,
    server::{lifecycle::queries::ApiSession, state::AppState},
};

/// Returns the live sessions of the account, the most recently used first. Scope: `read`.
///
/// # Errors
/// [`Problem`].
#[utoipa::path(
    get,
    path = "/api/v1/sessions",
    operation_id = "sessions",
    summary = "The signed-in browsers",
    description = "Returns the live sessions of the account, the most recently used first. Scope: `read`.",
    tag = "sessions",
    security(("token" = [])),
    responses(
        (
            status = 200,
            description = "The sessions",
            body = Sessions,
            links(("revoke" = (
                operation_id = "revoke_session",
                parameters(("id" = "$response.body#/sessions/0/id")),
                description = "Ends the session"
            )))
        ),
        Troubles
    )
)]
pub async fn list(caller: Caller, State(state): State<AppState>) -> Result<Json<Sessions>, Problem> {
    let found = state.lifecycle.api_sessions(&caller.viewer).await;
    let found = found.map_err(|error| Problem::of(error, caller.source.request))?;
    Ok(Json(Sessions { sessions: found.into_iter().map(Session::from).collect() }))
}

/// Ends a session of the account. Its browser is signed out at its next request. Scope: `write`.
///
/// # Errors
/// [`Problem`].
#[utoipa::path(
    delete,
    path = "/api/v1/sessions/{id}",
    operation_id = "revoke_session",
    summary = "Sign out a browser",
    description = "Ends a session of the account. Its browser is signed out at its next request. Scope: `write`.",
    tag = "sessions",
    security(("token" = [])),
    params((
        "id" = String,
        Path,
        description = "The session's id",
        pattern = "^[0-9a-f]{32}$",
        example = "7c9e6679742540de944be07fc1f90ae7"
    )),
    responses(
        (status = 204, description = "The session has ended"),
        (
            status = 403,
            description = "The token has the scope `read`, which does not allow this",
            body = ProblemBody,
            content_type = "application/problem+json",
            headers(("WWW-Authenticate" = String, description = "`Bearer` with `error=\"insufficient_scope\"`"))
        ),
        (
            status = 404,
            description = "The account has no such session",
            body = ProblemBody,
            content_type = "application/problem+json"
        ),
        Troubles
    )
)]
pub async fn revoke(
    caller: Caller,
    State(state): State<AppState>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    // A path segment that is not text names no session either.
    let id = id.map_or_else(|_| String::new(), |Path(id)| id);
    let done = state.lifecycle.revoke_session_by_token(&caller.source, &caller.viewer, &id).await;
    done.map_err(|error| Problem::of(error, caller.source.request))?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<ApiSession> for Session {
    fn from(found: ApiSession) -> Self {
        Self {
            id: found.id.to_string(),
            browser: found.user_agent,
            ip: found.ip,
            created_at: rfc3339(found.created_at),
            last_seen_at: rfc3339(found.last_seen_at),
        }
    }
}
