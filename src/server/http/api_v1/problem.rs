//! Errors of the API as problem details (RFC 9457).

use axum::{
    Json,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};

use super::body::ProblemBody;
use crate::{copy::api_problems, domain::error::Refusal, server::lifecycle::Error};

/// The media type of problem details.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request was not carried out.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    /// The `WWW-Authenticate` header: what the caller has to prove (RFC 6750 §3).
    challenge: Option<&'static str>,
    /// The `Retry-After` header, in seconds.
    retry_after: Option<u32>,
}

impl Problem {
    /// A problem that its status and one sentence describe.
    #[must_use]
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), challenge: None, retry_after: None }
    }

    /// The request has no token.
    pub(super) fn no_token() -> Self {
        let detail = api_problems::no_token();
        Self { challenge: Some("Bearer realm=\"Signet\""), ..Self::new(StatusCode::UNAUTHORIZED, detail) }
    }

    /// The token does not work. The response does not say why.
    pub(super) fn invalid_token() -> Self {
        let detail = api_problems::invalid_token();
        let challenge = Some("Bearer realm=\"Signet\", error=\"invalid_token\"");
        Self { challenge, ..Self::new(StatusCode::UNAUTHORIZED, detail) }
    }

    /// Whether the request has a token, and the token does not work.
    pub(super) fn is_about_token(&self) -> bool {
        self.challenge.is_some_and(|challenge| challenge.contains("invalid_token"))
    }

    fn insufficient_scope() -> Self {
        let detail = api_problems::insufficient_scope();
        let challenge = Some("Bearer realm=\"Signet\", error=\"insufficient_scope\", scope=\"write\"");
        Self { challenge, ..Self::new(StatusCode::FORBIDDEN, detail) }
    }

    /// The caller has asked too often.
    fn limited(retry_after: u32) -> Self {
        let detail = api_problems::limited(retry_after);
        Self { retry_after: Some(retry_after), ..Self::new(StatusCode::TOO_MANY_REQUESTS, detail) }
    }

    /// Nothing is at this address, or it belongs to another account.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, api_problems::not_found())
    }

    /// The address does not have this method.
    pub(super) fn method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, api_problems::method())
    }

    /// A parameter does not match the description.
    pub(super) fn parameter(detail: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// The problem for an error of an action or a query; internal causes go to the log only.
    pub(super) fn of(error: Error, request: u64) -> Self {
        match error {
            Error::Refused(Refusal::SignInRequired) => Self::invalid_token(),
            Error::Refused(Refusal::InsufficientScope) => Self::insufficient_scope(),
            Error::Refused(Refusal::NotFound) => Self::not_found(),
            Error::Refused(Refusal::Limited { retry_after }) => Self::limited(retry_after),
            Error::Unavailable(cause) => {
                tracing::warn!(request, %cause, "unavailable");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, api_problems::unavailable())
            }
            error => {
                tracing::error!(request, %error, "API request failed");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, api_problems::failed(request))
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = ProblemBody {
            // The status says what kind of problem it is (RFC 9457 §4.2.1).
            kind: "about:blank".to_owned(),
            title: self.status.canonical_reason().unwrap_or("Problem").to_owned(),
            status: self.status.as_u16(),
            detail: self.detail,
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(challenge) = self.challenge {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}
