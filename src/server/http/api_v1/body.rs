//! The bodies of the API's responses: plain values; times are RFC 3339 in UTC.

use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// The account.
#[derive(Serialize, ToSchema)]
pub struct Me {
    /// The account's id, which never changes.
    #[schema(example = "0f8fad5bd9cb469fa16570867728950e", pattern = "^[0-9a-f]{32}$")]
    pub id: String,
    /// The email address with which the user signs in.
    #[schema(example = "ada@example.com")]
    pub email: String,
    /// Whether the user has verified the address.
    pub verified: bool,
    /// The display name, if there is one.
    #[schema(example = "Ada")]
    pub name: Option<String>,
    /// When the account was created.
    #[schema(format = DateTime, example = "2026-11-23T14:05:09Z")]
    pub created_at: String,
}

/// The account's sessions.
#[derive(Serialize, ToSchema)]
pub struct Sessions {
    /// The live sessions, the most recently used first.
    pub sessions: Vec<Session>,
}

/// A signed-in browser.
#[derive(Serialize, ToSchema)]
pub struct Session {
    /// The session's id, which is not secret: it gives no access.
    #[schema(example = "7c9e6679742540de944be07fc1f90ae7", pattern = "^[0-9a-f]{32}$")]
    pub id: String,
    /// The `User-Agent` header of the browser. It may contain any text.
    #[schema(example = "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0")]
    pub browser: String,
    /// The IP address from which the user signed in; null if it is unknown.
    #[schema(example = "192.0.2.7")]
    pub ip: Option<String>,
    /// When the user signed in.
    #[schema(format = DateTime, example = "2026-11-23T14:05:09Z")]
    pub created_at: String,
    /// When the session was last used. The true time may be up to five minutes later.
    #[schema(format = DateTime, example = "2026-11-23T18:20:00Z")]
    pub last_seen_at: String,
}

/// A page of the security log.
#[derive(Serialize, ToSchema)]
pub struct Events {
    /// The events, newest first.
    pub events: Vec<LogEntry>,
    /// The value of `before` for the next page; null if this is the last page.
    #[schema(example = 117)]
    pub next_before: Option<i64>,
}

/// An event: what happened to the account, or what somebody attempted.
#[derive(Serialize, ToSchema)]
pub struct LogEntry {
    /// The event's number. Later events have higher numbers.
    #[schema(example = 118, minimum = 1)]
    pub id: i64,
    /// When it happened.
    #[schema(format = DateTime, example = "2026-11-23T14:05:09Z")]
    pub at: String,
    /// What happened or was attempted.
    #[schema(example = "session.sign_in")]
    pub event: String,
    /// Why Signet refused the attempt; null if it succeeded.
    #[schema(example = "wrong_credentials")]
    pub refused: Option<String>,
    /// Who acted: `person` (signed in or signing in), `link` (opened a mailed link), `anyone` (without proof),
    /// `worker` (Signet itself), `api_token` (a program) or `operator` (an operator of the site, by a command).
    #[schema(example = "person")]
    pub actor: String,
    /// The IP address of the client; null if Signet has not stored it.
    #[schema(example = "192.0.2.7")]
    pub ip: Option<String>,
    /// The `User-Agent` header of the client, which may contain any text; null if Signet has not stored it. If
    /// `anyone` acted, only browser and system in words.
    #[schema(example = "curl/8.14.1")]
    pub browser: Option<String>,
    /// Further facts, such as the two addresses of an email change; null if there are none.
    #[schema(example = "backup …0af3")]
    pub detail: Option<String>,
}

/// Why Signet did not carry out the request: problem details (RFC 9457).
#[derive(Serialize, ToSchema)]
pub struct ProblemBody {
    /// Always `about:blank`: the status says what kind of problem it is.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    pub kind: String,
    /// The name of the HTTP status.
    #[schema(example = "Unauthorized")]
    pub title: String,
    /// The HTTP status code of the response.
    #[schema(example = 401, minimum = 400, maximum = 599)]
    pub status: u16,
    /// A sentence that explains the problem to a person.
    #[schema(example = "This token does not work. It may be mistyped, revoked or expired.")]
    pub detail: String,
}

/// The errors that every request with a token may get.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only described, for the document")]
pub enum Troubles {
    /// The request has no token, or its token does not work.
    #[response(
        status = 401,
        content_type = "application/problem+json",
        headers((
            "WWW-Authenticate" = String,
            description = "`Bearer`, with `error=\"invalid_token\"` if the request has a token"
        ))
    )]
    Unauthorized(ProblemBody),
    /// The token, or the network of the caller, has asked too often.
    #[response(
        status = 429,
        content_type = "application/problem+json",
        headers(("Retry-After" = u32, description = "After how many seconds the caller may try again"))
    )]
    Limited(ProblemBody),
    /// Something went wrong on our side.
    #[response(status = 500, content_type = "application/problem+json")]
    Broken(ProblemBody),
    /// The service cannot be reached right now.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemBody),
}
