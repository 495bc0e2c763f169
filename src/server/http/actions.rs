//! Serves the server functions: `POST /api/{name}`.
//!
//! This handler replaces the one of Leptos. It never redirects to the `Referer` that the client sent, and never
//! puts an error into an address (checklist A54, A55). A plain form is redirected as [`FormResponder::answer`]
//! decides, or gets an error page.
//!
//! [`FormResponder::answer`]: crate::server::context::FormResponder::answer

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{ACCEPT, CONTENT_TYPE, LOCATION, REFERER, RETRY_AFTER},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use futures_util::StreamExt;
use leptos::{
    prelude::{Owner, provide_context},
    reactive::computed::ScopedFuture,
    server_fn,
};
use tokio::time::Instant;

use super::{error_response::ErrorResponse, wire::Refused};
use crate::{
    domain::{
        error::{AppError, Refusal},
        limits, paths,
        time::Span,
    },
    server::context::{RequestContext, ResponseParts},
};

/// Largest form, in bytes: several times the longest password, percent-encoded (checklist A56).
const MAX_FORM: usize = 64 * 1024;
/// Makes Leptos' client code go to `Location`.
const GO_THERE: HeaderName = HeaderName::from_static("serverfnredirect");

/// Actions that do more work for an address with an account than for one without. Their answers leave at multiples of
/// [`Site::min_response_time`] after the request, so that timing reveals nothing (behaviour rule 6), also when the
/// server is busy and the work itself takes longer than one step.
///
/// [`Site::min_response_time`]: crate::server::state::Site::min_response_time
const EVEN: [&str; 6] = [
    "sign_up",
    "sign_up_with_provider",
    "sign_in",
    "request_password_reset",
    "request_email_change",
    "resend_confirmation",
];

/// Runs the server function at the request's path.
///
/// # Errors
/// [`ErrorResponse`] if the function did not answer, or if a plain form cannot show the error.
pub async fn run(request: Request) -> Result<Response, ErrorResponse> {
    let path = request.uri().path().to_owned();
    let service = server_fn::axum::get_server_fn_service(&path, request.method().clone());
    let Some(mut service) = service else { return Err(ErrorResponse::NotFound) };
    let context = request.extensions().get::<RequestContext>().cloned().ok_or(ErrorResponse::Broken)?;
    let (request, mark) = readable(request).await?;
    let context = context.with_form_marked(&mark);
    let owner = Owner::new();
    let name = path.strip_prefix(paths::beginning(paths::ACTION)).unwrap_or_default();
    let step = if EVEN.contains(&name) { context.state.site.min_response_time } else { Duration::ZERO };
    let begun = Instant::now();
    let ran = owner.with(|| {
        let context = context.clone();
        ScopedFuture::new(async move {
            provide_context(context);
            service.run(request).await
        })
    });
    let response = ran.await;
    tokio::time::sleep(until_next_step(begun.elapsed(), step)).await;
    owner.unset_with_forced_cleanup();
    dressed(&context, response)
}

/// How long to wait until the next multiple of `step` after the request's beginning.
fn until_next_step(elapsed: Duration, step: Duration) -> Duration {
    let over = elapsed.as_nanos().checked_rem(step.as_nanos()).unwrap_or(0);
    let over = Duration::from_nanos(u64::try_from(over).unwrap_or(0));
    if over.is_zero() && !elapsed.is_zero() { Duration::ZERO } else { step.saturating_sub(over) }
}

/// Prepares the request for the server function: a form, without the headers by which Leptos would redirect a form.
/// Also returns the mark of the account for which the form was made.
async fn readable(request: Request) -> Result<(Request, String), ErrorResponse> {
    let (mut parts, bytes) = form(request).await?;
    parts.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    parts.headers.remove(REFERER);
    let mark = field(&bytes, paths::ACCOUNT_FIELD);
    Ok((Request::from_parts(parts, Body::from(bytes)), mark))
}

/// The head and body of a form request, limited in size and in the one encoding that our forms use (A53).
pub(super) async fn form(request: Request) -> Result<(Parts, Bytes), ErrorResponse> {
    if !is_form(request.headers()) {
        return Err(ErrorResponse::MediaType);
    }
    let (parts, body) = request.into_parts();
    Ok((parts, bounded(body).await?))
}

/// The first value of a field; an empty text if the form does not have it.
pub(super) fn field(form: &[u8], name: &str) -> String {
    let found = url::form_urlencoded::parse(form).find(|(field, _)| field == name);
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// The whole body.
///
/// # Errors
/// [`ErrorResponse::TooLarge`] for more than [`MAX_FORM`]; [`ErrorResponse::Malformed`] if the client breaks off, or
/// sends chunks that are none.
async fn bounded(body: Body) -> Result<Bytes, ErrorResponse> {
    let (mut bytes, mut pieces) = (Vec::new(), body.into_data_stream());
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| ErrorResponse::Malformed)?;
        if bytes.len() + piece.len() > MAX_FORM {
            return Err(ErrorResponse::TooLarge);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes.into())
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// The response for our own script or for a plain form.
pub(super) fn dressed(context: &RequestContext, mut response: Response) -> Result<Response, ErrorResponse> {
    let parts = context.response.lock();
    if !parts.answered {
        // The action did not run, because the server function could not read the fields.
        return Err(ErrorResponse::Malformed);
    }
    if !context.by_script {
        return plain(&parts);
    }
    if let Some(error) = parts.error {
        response = Refused::new(error, parts.during).also(parts.also).with_status(status(error));
        if let Some(seconds) = retry_after(error) {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
    }
    if let Some(to) = parts.to.as_deref().and_then(|to| HeaderValue::from_str(to).ok()) {
        response.headers_mut().insert(LOCATION, to);
        response.headers_mut().insert(GO_THERE, HeaderValue::from_static(""));
    }
    Ok(response)
}

/// The response for a browser that shows what it gets: a redirect to the page that shows the result.
pub(super) fn plain(parts: &ResponseParts) -> Result<Response, ErrorResponse> {
    match (parts.error, parts.to.as_deref()) {
        (Some(AppError::Unavailable), _) => Err(ErrorResponse::Unavailable),
        (Some(AppError::Transport), _) => Err(ErrorResponse::TooSlow),
        (_, Some(to)) => Ok(see_other(to)),
        (Some(_), None) => Err(ErrorResponse::Broken),
        (None, None) => Ok(see_other("/")),
    }
}

/// 303: the browser requests `to` with GET, whatever method this request had.
pub(super) fn see_other(to: &str) -> Response {
    // An address of ours always fits in a header.
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(LOCATION, to);
    response
}

/// When an owner whose download is under way may try again: `copy::refusals` says so in words.
const AFTER_A_DOWNLOAD: Span = Span::seconds(30);

/// When the caller may try again, in seconds, if it has tried too often.
const fn retry_after(error: AppError) -> Option<u32> {
    match error {
        AppError::Refused(Refusal::Limited { retry_after }) => Some(retry_after),
        AppError::Refused(Refusal::DownloadRunning) => Some(AFTER_A_DOWNLOAD.as_seconds()),
        AppError::Refused(Refusal::TooManyFailures) => Some(limits::LONGEST_WAIT.as_seconds()),
        _ => None,
    }
}

/// The status code of an error. Some programs read nothing else.
const fn status(error: AppError) -> StatusCode {
    match error {
        AppError::Refused(refusal) => status_of_refusal(refusal),
        AppError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        AppError::Internal { .. } | AppError::Transport => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// No arm for the rest: the compiler asks for the status code of a new refusal.
const fn status_of_refusal(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::SignInRequired | Refusal::WrongCredentials => StatusCode::UNAUTHORIZED,
        Refusal::SudoRequired
        | Refusal::Unverified
        | Refusal::DeletionScheduled
        | Refusal::OtherUser
        | Refusal::InsufficientScope => StatusCode::FORBIDDEN,
        Refusal::NotFound | Refusal::ExportGone => StatusCode::NOT_FOUND,
        Refusal::DeadLink | Refusal::AttemptOver => StatusCode::GONE,
        Refusal::ChangedMeanwhile
        | Refusal::OtherAccount
        | Refusal::LinkFirst
        | Refusal::AlreadyLinked
        | Refusal::LastWayIn
        | Refusal::TokenCreated
        | Refusal::TooManyTokens
        | Refusal::ThisSession
        | Refusal::HasPassword
        | Refusal::ExportRunning => StatusCode::CONFLICT,
        Refusal::ProviderUntrusted => StatusCode::BAD_GATEWAY,
        Refusal::ProviderUnreachable => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Limited { .. } | Refusal::TooManyFailures | Refusal::DownloadRunning => StatusCode::TOO_MANY_REQUESTS,
        Refusal::InvalidEmail
        | Refusal::SameEmail
        | Refusal::InvalidName
        | Refusal::InvalidTokenName
        | Refusal::InvalidChoice
        | Refusal::PasswordTooShort { .. }
        | Refusal::PasswordTooLong { .. }
        | Refusal::PasswordHasNul
        | Refusal::WeakPassword { .. }
        | Refusal::BreachedPassword
        | Refusal::SamePassword
        | Refusal::PasswordMissing
        | Refusal::WrongPassword
        | Refusal::NoPassword
        | Refusal::ProviderDenied
        | Refusal::EmailNotVerified
        | Refusal::OtherIdentity
        | Refusal::StaleLogin
        | Refusal::NoAuthTime
        | Refusal::WrongCode
        | Refusal::WrongConfirmation => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_waits_for_the_next_step() {
        let millis = Duration::from_millis;
        for (elapsed, step, wait) in [
            (0, 100, 100),
            (1, 100, 99),
            (99, 100, 1),
            (100, 100, 0),
            (140, 100, 60),
            (200, 100, 0),
            (2_001, 100, 99),
            (140, 0, 0),
            (0, 0, 0),
        ] {
            assert_eq!(until_next_step(millis(elapsed), millis(step)), millis(wait), "{elapsed} {step}");
        }
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_malformed_and_a_long_one_too_large() {
        let stream = |pieces: Vec<Result<Bytes, std::io::Error>>| Body::from_stream(futures_util::stream::iter(pieces));
        let piece = |length| Ok(Bytes::from(vec![b'x'; length]));
        let broken = || Err(std::io::ErrorKind::InvalidData.into());
        assert_eq!(bounded(stream(vec![piece(MAX_FORM - 1), piece(1)])).await.map(|bytes| bytes.len()), Ok(MAX_FORM));
        assert_eq!(bounded(stream(vec![piece(MAX_FORM), piece(1)])).await, Err(ErrorResponse::TooLarge));
        assert_eq!(bounded(stream(vec![piece(1), broken()])).await, Err(ErrorResponse::Malformed));
    }
}
