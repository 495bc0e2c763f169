//! What goes wrong, as problem details (RFC 9457).

use axum::{
    Json,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};

use super::body::ProblemBody;
use crate::{domain::error::Refusal, server::lifecycle::Error};

/// The media type of problem details.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request was not carried out.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    /// What the caller would have to prove (RFC 6750 §3).
    challenge: Option<&'static str>,
}

impl Problem {
    /// A problem that is all in its status and one sentence.
    #[must_use]
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), challenge: None }
    }

    /// There is no token.
    pub(super) fn no_token() -> Self {
        let detail = "Send a token: Authorization: Bearer sgn_…";
        Self { challenge: Some("Bearer realm=\"Signet\""), ..Self::new(StatusCode::UNAUTHORIZED, detail) }
    }

    /// There is one, and it does not work. Why is not said.
    pub(super) fn invalid_token() -> Self {
        let detail = "This token does not work. It may be mistyped, revoked or expired.";
        let challenge = Some("Bearer realm=\"Signet\", error=\"invalid_token\"");
        Self { challenge, ..Self::new(StatusCode::UNAUTHORIZED, detail) }
    }

    fn insufficient_scope() -> Self {
        let detail = "This token may only read; its scope would have to be write.";
        let challenge = Some("Bearer realm=\"Signet\", error=\"insufficient_scope\", scope=\"write\"");
        Self { challenge, ..Self::new(StatusCode::FORBIDDEN, detail) }
    }

    /// There is nothing here, or it is somebody else's.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is nothing at this address for this account.")
    }

    /// Nothing here answers to this method.
    pub(super) fn method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "The header Allow lists the methods of this address.")
    }

    /// A parameter is not what the description says.
    pub(super) fn parameter(detail: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// What an action or a query came to; what is not for the caller goes to the log.
    pub(super) fn of(error: Error, request: u64) -> Self {
        match error {
            Error::Refused(Refusal::SignInRequired) => Self::invalid_token(),
            Error::Refused(Refusal::InsufficientScope) => Self::insufficient_scope(),
            Error::Refused(Refusal::NotFound) => Self::not_found(),
            Error::Unavailable(cause) => {
                tracing::warn!(request, %cause, "unavailable");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "The service cannot be reached right now. Try again later.")
            }
            error => {
                tracing::error!(request, %error, "API request failed");
                let detail = format!("Something went wrong on our side. Reference {request}.");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
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
        response
    }
}
