//! `GET /api/v1/events`.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    body::{Events, LogEntry, ProblemBody, Troubles},
    caller::Caller,
    problem::Problem,
};
use crate::{
    copy::api_problems,
    domain::time::rfc3339,
    server::{lifecycle::security_log::SecurityLogEntry, state::AppState},
};

/// The most events of one page.
const MOST: u8 = 100;
/// Events of a page if the program does not ask for a number.
const USUAL: u8 = 50;

/// The part of the log that the program asks for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Return only events whose number is lower than this. For the next page, send the `next_before` of the page
    /// before it.
    #[param(minimum = 1, example = 118)]
    before: Option<i64>,
    /// The maximum number of events to return.
    #[param(minimum = 1, maximum = 100, default = 50, example = 20)]
    limit: Option<u8>,
}

/// Returns a page of the account's security log, the newest event first. Scope: `read`.
///
/// # Errors
/// [`Problem`].
#[utoipa::path(
    get,
    path = "/api/v1/events",
    operation_id = "events",
    summary = "The security log",
    description = "Returns a page of the account's security log, the newest event first. Scope: `read`.",
    tag = "events",
    security(("token" = [])),
    params(Page),
    responses(
        (
            status = 200,
            description = "A page of the log",
            body = Events,
            links(("next" = (
                operation_id = "events",
                parameters(("before" = "$response.body#/next_before")),
                description = "The next page"
            )))
        ),
        (
            status = 400,
            description = "A parameter has a wrong value",
            body = ProblemBody,
            content_type = "application/problem+json"
        ),
        Troubles
    )
)]
pub async fn list(
    caller: Caller,
    State(state): State<AppState>,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Events>, Problem> {
    let (before, limit) = bounds(page)?;
    let found = state.lifecycle.api_events(&caller.viewer, before, limit).await;
    let found = found.map_err(|error| Problem::of(error, caller.source.request))?;
    let events = found.entries.into_iter().map(|(id, entry)| event(id, entry)).collect();
    Ok(Json(Events { events, next_before: found.next_before }))
}

fn bounds(page: Result<Query<Page>, QueryRejection>) -> Result<(Option<i64>, u8), Problem> {
    let wrong = || Problem::parameter(api_problems::event_parameters());
    let Query(Page { before, limit }) = page.map_err(|_| wrong())?;
    let limit = limit.unwrap_or(USUAL);
    if (1..=MOST).contains(&limit) && before.is_none_or(|before| before > 0) {
        Ok((before, limit))
    } else {
        Err(wrong())
    }
}

fn event(id: i64, entry: SecurityLogEntry) -> LogEntry {
    LogEntry {
        id,
        at: rfc3339(entry.at),
        event: entry.event.word().to_owned(),
        refused: entry.failure.map(|failure| failure.code().to_owned()),
        actor: entry.actor.word().to_owned(),
        ip: entry.ip,
        browser: entry.user_agent.or(entry.browser),
        detail: entry.detail.map(|detail| detail.to_string()),
    }
}
