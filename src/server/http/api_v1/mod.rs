//! `/api/v1`: what programs with an API token may read and do.
//!
//! Only the token in `Authorization` counts. The API reads no cookie, so a page of another site cannot use a
//! signed-in browser here. And the pages and server functions accept no token.

mod body;
mod caller;
mod document;
mod events;
mod me;
mod problem;
mod sessions;

use axum::{Router, routing::any};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use self::document::Document;
pub use self::problem::Problem;
use crate::{domain::paths, server::state::AppState};

/// Whether `path` belongs to the API.
#[must_use]
pub fn covers(path: &str) -> bool {
    path.strip_prefix(paths::API).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The routes. Each handler describes its own route, so the `OpenAPI` document lists exactly these.
pub fn routes() -> Router<AppState> {
    described().split_for_parts().0.method_not_allowed_fallback(no_such_method).merge(nothing_else())
}

/// The `OpenAPI` document of the routes.
fn document() -> utoipa::openapi::OpenApi {
    described().into_openapi()
}

fn described() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(me::read))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::revoke))
        .routes(routes!(events::list))
        .routes(routes!(document::read))
}

/// Answers every other address below the prefix with problem details.
fn nothing_else() -> Router<AppState> {
    Router::new()
        .route(paths::API, any(not_found))
        .route(paths::beginning(paths::API_REST), any(not_found))
        .route(paths::API_REST, any(not_found))
}

async fn not_found() -> Problem {
    Problem::not_found()
}

async fn no_such_method() -> Problem {
    Problem::method()
}
