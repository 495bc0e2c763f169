//! Builds the whole site as one service. The process serves this service, and tests call it.

use axum::{
    Router,
    extract::Request,
    http::{
        HeaderValue, StatusCode,
        header::{ACCEPT_ENCODING, CACHE_CONTROL, VARY},
    },
    middleware::{Next, from_fn, from_fn_with_state, map_response},
    response::{IntoResponse, Redirect, Response},
    routing::{get, get_service, post},
};
use leptos_axum::generate_route_list;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    services::{ServeDir, ServeFile},
};

use super::http::{
    access, actions, admission, api_v1, documents, error_response, export_download, headers, health, live, mailbox,
    provider_callback, request_context, state::HttpState,
};
use crate::{domain::paths, pages, server::state::AppState};

/// Builds every route, with every layer around it.
pub fn router(state: HttpState) -> Router {
    let app = &state.app;
    let resolve = || from_fn_with_state(state.clone(), request_context::resolve);
    let site = Router::new()
        .merge(page_routes().layer(resolve()))
        .route(paths::ACTION, post(actions::run).layer(resolve()))
        .route(paths::EXPORT_DOWNLOAD, post(export_download::send).layer(resolve()))
        .merge(api_v1::routes().with_state(app.clone()))
        .merge(mailbox_routes(app, resolve()))
        .route(paths::LIVE, get(live::open))
        .fallback_service(get(documents::render(pages::app::not_found)).layer(resolve()))
        .layer(from_fn_with_state(app.clone(), admission::check_database))
        .merge(static_routes(app))
        .route(paths::HEALTHZ, get(health::live))
        .route(paths::READYZ, get(health::ready));
    // `ServiceBuilder` runs the layers from top to bottom: the first is the outermost.
    let layers = ServiceBuilder::new()
        .layer(from_fn_with_state(app.clone(), headers::secure))
        .layer(from_fn_with_state(app.clone(), error_response::answer))
        .layer(CatchPanicLayer::custom(broken))
        .layer(from_fn_with_state(app.clone(), admission::check_method_and_host))
        .layer(from_fn_with_state(app.clone(), admission::check_origin))
        .layer(from_fn_with_state(state.clone(), admission::check_rate));
    site.layer(layers).with_state(state)
}

/// Builds the routes of the pages. Each page has a line in the access table, which [`access::check`] enforces.
fn page_routes() -> Router<HttpState> {
    let page = documents::render(pages::app::app);
    // `generate_route_list` also makes Leptos spawn its tasks on our runtime.
    let listed = generate_route_list(pages::app::app);
    listed
        .iter()
        .fold(Router::new(), |routes, listing| routes.route(listing.path(), get(page.clone())))
        .route(paths::CHANGE_PASSWORD, get(change_password))
        .route(paths::PROVIDER_CALLBACK, get(provider_callback::finish).post(provider_callback::go_round))
        .route_layer(from_fn(access::check))
}

/// Redirects to the page for changing the password. Password managers open this address for a user who wants to
/// change a password.
async fn change_password() -> Redirect {
    Redirect::to(paths::PASSWORD)
}

/// Builds the routes of the files that the browser downloads, and compresses these files. Pages are not compressed:
/// a page contains secrets beside text that an attacker may choose, and the compressed size of both together would
/// leak the secrets (BREACH).
///
/// `cargo leptos build --release --precompress` compresses each file with Brotli at the highest level, and
/// `ServeDir` sends the compressed file. If there is no compressed file, or a browser accepts gzip only, `ServeDir`
/// sends the file uncompressed, and [`CompressionLayer`] compresses it on the way out. cargo-leptos also makes
/// `.gz` files. `ServeDir` does not send these, because they are a fifth larger than what the layer makes.
fn static_routes(app: &AppState) -> Router<HttpState> {
    let root = std::path::Path::new(app.leptos.site_root.as_ref());
    let package = ServeDir::new(root.join(app.leptos.site_pkg_dir.as_ref())).precompressed_br();
    let age = if app.leptos.hash_files { FOR_EVER } else { "no-cache" };
    let icon = ServeFile::new(root.join("favicon.svg"));
    let keep = |age| map_response(move |response| async move { cached(response, age) });
    Router::new()
        .nest_service(&format!("/{}", app.leptos.site_pkg_dir), package)
        .layer(CompressionLayer::new())
        .layer(map_response(async |response| varied(response)))
        .layer(keep(age))
        .layer(from_fn(refuse_long_names))
        .route("/favicon.svg", get_service(icon).layer(keep("max-age=3600")))
}

/// Answers 404 for a name that no file can have: the file system would report an error for it.
async fn refuse_long_names(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_long = path.len() > LONGEST_PATH || path.split('/').any(|name| name.len() > LONGEST_NAME);
    if is_long { StatusCode::NOT_FOUND.into_response() } else { next.run(request).await }
}

/// Longest file name in bytes (`NAME_MAX` of Linux), without the ending of the compressed file.
const LONGEST_NAME: usize = 255 - ".br".len();
/// Far longer than the path of any file of a build, and far shorter than what Linux accepts (`PATH_MAX`, 4096).
const LONGEST_PATH: usize = 1024;

/// A file whose name holds the hash of its content never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Sets `Cache-Control` on found files only: a cache must not store an error.
fn cached(mut response: Response, age: &'static str) -> Response {
    let found = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    if found {
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(age));
    }
    response
}

/// Tells caches that the sent bytes depend on the encodings that a browser accepts. `ServeDir` does not say so.
fn varied(mut response: Response) -> Response {
    response.headers_mut().insert(VARY, HeaderValue::from(ACCEPT_ENCODING));
    response
}

/// Builds the routes of the development mailbox's pages. Without a mailbox, builds none.
fn mailbox_routes<L>(app: &AppState, resolve: L) -> Router<HttpState>
where
    L: tower::Layer<axum::routing::Route> + Clone + Send + Sync + 'static,
    L::Service: tower::Service<Request, Response: IntoResponse, Error: Into<std::convert::Infallible>, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    if app.site.mailbox.is_none() {
        return Router::new();
    }
    Router::new()
        .route(paths::MAILBOX, get(documents::render(pages::app::mailbox)))
        .layer(resolve)
        .route(paths::MAILBOX_LIST, get(mailbox::list))
}

/// Turns a panic into an error response, so that it ends one request and not the process.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn broken(panic: Box<dyn std::any::Any + Send>) -> Response {
    let words = panic
        .downcast_ref::<&str>()
        .map(|words| (*words).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    tracing::error!(panic = words.as_deref().unwrap_or("?"), "a request panicked");
    error_response::ErrorResponse::Broken.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_a_line_in_the_access_table_and_every_line_a_page() {
        let mut pages: Vec<_> =
            generate_route_list(pages::app::app).iter().map(|page| page.path().to_owned()).collect();
        pages.push("/.well-known/change-password".to_owned());
        pages.push("/users/auth/{provider}/callback".to_owned());
        let mut lines: Vec<_> = access::PAGES.iter().map(|(path, _)| (*path).to_owned()).collect();
        pages.sort();
        lines.sort();
        assert_eq!(pages, lines);
    }
}
