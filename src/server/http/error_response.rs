//! Renders the errors that neither a page nor a server function has reported. The client gets each error in the form
//! that it can read: a page, a wire error, problem details, or a line of text.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, StatusCode,
        header::{ACCEPT, RETRY_AFTER, SET_COOKIE},
    },
    middleware::Next,
    response::{Html, IntoResponse, Response},
};

use super::{
    api_v1::{self, Problem},
    cookie::Name,
    request_origin::Reference,
    wire::Refused,
};
use crate::{
    copy::error_pages,
    domain::{
        error::{AppError, Refusal},
        paths,
    },
    server::state::AppState,
};

/// How long a request may take. The slowest legitimate one waits 2 s for a hashing slot and 5 s for the database.
const LIMIT: Duration = Duration::from_secs(10);

/// How many seconds a client waits after a flood: places come free faster than one a second.
const FLOOD_WAIT: u32 = 1;

/// Why a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorResponse {
    /// The form cannot be read.
    Malformed,
    /// The request comes from another site's page.
    CrossSite,
    /// No server function has this name, or the site has no mailbox. For an unknown page the router renders a page.
    NotFound,
    /// The site does not use this method.
    Method,
    /// The body is larger than a form can be.
    TooLarge,
    /// The body is not in the form encoding.
    MediaType,
    /// The request names another host.
    OtherHost,
    /// Too many requests came from the client's network.
    Flood,
    /// The server failed.
    Broken,
    /// The database cannot be reached.
    Unavailable,
    /// The request took too long.
    TooSlow,
}

/// Numbers the request, ends it when it takes too long, and renders its failure.
pub async fn answer(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    // The number has 63 bits, because the databases store signed integers of 64 bits.
    let reference = u64::from_be_bytes(state.lifecycle.random.bytes()) >> 1;
    request.extensions_mut().insert(Reference(reference));
    let wants_page = wants_page(request.headers());
    let is_api = api_v1::covers(request.uri().path());
    let is_form = is_form(request.uri().path());
    let response = match tokio::time::timeout(LIMIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ErrorResponse::TooSlow.into_response(),
    };
    let Some(error) = response.extensions().get::<ErrorResponse>().copied() else { return response };
    tell(error, reference);
    let mut rendered = if is_api {
        Problem::new(error.status(), error.words(reference)).into_response()
    } else if wants_page {
        (error.status(), Html(error.page(&state.site.stylesheet, reference))).into_response()
    } else if is_form && error != ErrorResponse::NotFound {
        Refused::new(error.wire_error(reference), None).with_status(error.status())
    } else {
        (error.status(), error.words(reference)).into_response()
    };
    if wants_page {
        keep_draft(response.headers(), rendered.headers_mut());
    }
    if error == ErrorResponse::Flood {
        rendered.headers_mut().insert(RETRY_AFTER, FLOOD_WAIT.into());
    }
    rendered
}

/// Our own program writes every error, but of many warnings only some.
fn tell(error: ErrorResponse, reference: u64) {
    match error {
        ErrorResponse::Broken => tracing::error!(request = reference, ?error, "request failed"),
        // The two that cost a stranger least have a line of their own, so that they do not crowd out the others.
        ErrorResponse::NotFound | ErrorResponse::Flood => {
            tracing::warn!(request = reference, ?error, "request refused");
        }
        _ => tracing::warn!(request = reference, ?error, "request refused"),
    }
}

/// Takes what was typed over into the page of the error, so that it waits for the next visit of the form. No other
/// cookie changes by an answer that failed.
fn keep_draft(failed: &HeaderMap, rendered: &mut HeaderMap) {
    let lines = failed.get_all(SET_COOKIE).iter().filter(|line| Name::FormDraft.is_of(line));
    for line in lines {
        rendered.append(SET_COOKIE, line.clone());
    }
}

/// Whether a form of ours posts to `path`. Our script expects to read every answer there.
fn is_form(path: &str) -> bool {
    path.starts_with(paths::beginning(paths::ACTION)) || path == paths::EXPORT_DOWNLOAD
}

/// Whether a browser asks for a page, by a link or a plain form.
#[must_use]
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).is_some_and(|accept| accept.as_bytes().windows(9).any(|part| part == b"text/html"))
}

impl ErrorResponse {
    const fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::CrossSite => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::OtherHost => StatusCode::MISDIRECTED_REQUEST,
            Self::Flood => StatusCode::TOO_MANY_REQUESTS,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable | Self::TooSlow => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn words(self, reference: u64) -> String {
        let fixed = match self {
            Self::Malformed => error_pages::malformed(),
            Self::CrossSite => error_pages::cross_site(),
            Self::NotFound => error_pages::not_found(),
            Self::Method => error_pages::method(),
            Self::TooLarge => error_pages::too_large(),
            Self::MediaType => error_pages::media_type(),
            Self::OtherHost => error_pages::other_host(),
            Self::Flood => error_pages::flood(),
            Self::Broken => return error_pages::failed(reference),
            Self::Unavailable => return error_pages::unavailable(reference),
            Self::TooSlow => return error_pages::too_slow(reference),
        };
        fixed.to_owned()
    }

    const fn wire_error(self, reference: u64) -> AppError {
        match self {
            Self::Broken => AppError::Internal { reference },
            Self::Unavailable => AppError::Unavailable,
            Self::Flood => AppError::Refused(Refusal::Limited { retry_after: FLOOD_WAIT }),
            _ => AppError::Transport,
        }
    }

    /// Renders the error as a page, without Leptos, so that this works whichever part of the server has failed.
    fn page(self, stylesheet: &str, reference: u64) -> String {
        let title = match self {
            Self::NotFound => error_pages::not_found_title(),
            Self::Broken | Self::TooSlow => error_pages::failed_title(),
            Self::Unavailable => error_pages::unavailable_title(),
            _ => error_pages::refused_title(),
        };
        let (words, way_out) = (self.words(reference), error_pages::to_start_page());
        format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\">\
             <title>{title} · Signet</title><link rel=\"stylesheet\" href=\"{stylesheet}\"></head>\
             <body><header class=\"header\"><a class=\"mark\" href=\"/\">Signet</a></header>\
             <main id=\"main\" class=\"page page-narrow\"><h1 class=\"page-title\">{title}</h1>\
             <p>{words}</p><p><a href=\"/\">{way_out}</a></p></main></body></html>"
        )
    }
}

impl IntoResponse for ErrorResponse {
    /// Puts the error into the response's extensions, without a body. The layer [`answer`] finds it there and renders
    /// it in the form that the client reads.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
