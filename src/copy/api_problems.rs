//! Why the API refuses a request: the details of its problems, for programmers.
//!
//! A `reference` is the number of the request in the operator's log.

/// The request has no token.
#[must_use]
pub const fn no_token() -> &'static str {
    "Send a token: Authorization: Bearer sgn_…"
}

/// The token does not work; one text for every reason.
#[must_use]
pub const fn invalid_token() -> &'static str {
    "This token does not work. It may be mistyped, revoked or expired."
}

/// The token may not do this.
#[must_use]
pub const fn insufficient_scope() -> &'static str {
    "This token may only read; its scope would have to be write."
}

/// The caller has asked too often.
#[must_use]
pub fn limited(retry_after: u32) -> String {
    format!("Too many requests. Try again in {}.", super::units::span(crate::domain::time::Span::seconds(retry_after)))
}

/// Nothing is at this address, or it belongs to another account.
#[must_use]
pub const fn not_found() -> &'static str {
    "There is nothing at this address for this account."
}

/// The address does not have this method.
#[must_use]
pub const fn method() -> &'static str {
    "The header Allow lists the methods of this address."
}

/// A parameter of a request for the security log has a value that the API's description does not allow.
#[must_use]
pub const fn event_parameters() -> &'static str {
    "before is a number from 1 on, limit one from 1 to 100; each stands there once."
}

/// The database cannot be reached.
#[must_use]
pub const fn unavailable() -> &'static str {
    "The service cannot be reached right now. Try again later."
}

/// The server failed.
#[must_use]
pub fn failed(reference: u64) -> String {
    format!("Something went wrong on our side. Reference {reference}.")
}
