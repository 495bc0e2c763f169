//! `/api/v1`: what programs that have a token may read and do.
//!
//! The token in `Authorization` is all that is asked for. Cookies are not read here, so there
//! is nothing that another site's page could have a browser send along, and the session of a
//! person is nobody here. The other way round a token is worth nothing at the pages and the
//! server functions.

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

/// Whether a path is one of ours.
#[must_use]
pub fn covers(path: &str) -> bool {
    path.strip_prefix(paths::API).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The routes. Each is described where it is handled, so the document lists no other and
/// leaves none out.
pub fn routes() -> Router<AppState> {
    described().split_for_parts().0.method_not_allowed_fallback(no_such_method).merge(nothing_else())
}

/// What the routes are, for programs.
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

/// Every other address below the prefix.
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
