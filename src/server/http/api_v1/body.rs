//! The bodies of the API's responses: plain values; times are RFC 3339 in UTC.

use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// The account.
#[derive(Serialize, ToSchema)]
pub struct Me {
    /// Names the account for ever.
    #[schema(example = "0f8fad5bd9cb469fa16570867728950e", pattern = "^[0-9a-f]{32}$")]
    pub id: String,
    /// The address to sign in with.
    #[schema(example = "ada@example.com")]
    pub email: String,
    /// Whether the address is confirmed.
    pub verified: bool,
    /// The display name, if there is one.
    #[schema(example = "Ada")]
    pub name: Option<String>,
    /// When the account was made.
    #[schema(format = DateTime, example = "2026-11-23T14:05:09Z")]
    pub created_at: String,
}

/// The account's sessions.
#[derive(Serialize, ToSchema)]
pub struct Sessions {
    /// Those that are alive, the one used last first.
    pub sessions: Vec<Session>,
}

/// A signed-in browser.
#[derive(Serialize, ToSchema)]
pub struct Session {
    /// Names the session; it is none of its secrets.
    #[schema(example = "7c9e6679742540de944be07fc1f90ae7", pattern = "^[0-9a-f]{32}$")]
    pub id: String,
    /// What the browser calls itself: anybody's text.
    #[schema(example = "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0")]
    pub browser: String,
    /// The address it signed in from.
    #[schema(example = "192.0.2.7")]
    pub ip: Option<String>,
    /// When the person signed in.
    #[schema(format = DateTime, example = "2026-11-23T14:05:09Z")]
    pub created_at: String,
    /// When it was last used, to within five minutes.
    #[schema(format = DateTime, example = "2026-11-23T18:20:00Z")]
    pub last_seen_at: String,
}

/// A page of the security log.
#[derive(Serialize, ToSchema)]
pub struct Events {
    /// The events, newest first.
    pub events: Vec<LogEntry>,
    /// The `before` of the next page; null on the last one.
    #[schema(example = 117)]
    pub next_before: Option<i64>,
}

/// Something that happened to the account, or was attempted.
#[derive(Serialize, ToSchema)]
pub struct LogEntry {
    /// Its number: later events have higher ones.
    #[schema(example = 118, minimum = 1)]
    pub id: i64,
    /// When.
    #[schema(format = DateTime, example = "2026-11-23T14:05:09Z")]
    pub at: String,
    /// What.
    #[schema(example = "session.sign_in")]
    pub event: String,
    /// Why it was refused; null when it happened.
    #[schema(example = "wrong_credentials")]
    pub refused: Option<String>,
    /// Who acted: `person`, `link`, `anyone`, `worker` or `api_token`.
    #[schema(example = "person")]
    pub actor: String,
    /// Where from.
    #[schema(example = "192.0.2.7")]
    pub ip: Option<String>,
    /// What the browser called itself: anybody's text.
    #[schema(example = "curl/8.14.1")]
    pub browser: Option<String>,
    /// What else there is to read, such as the two addresses of a change.
    #[schema(example = "backup …0af3")]
    pub detail: Option<String>,
}

/// Why a request was not carried out (RFC 9457).
#[derive(Serialize, ToSchema)]
pub struct ProblemBody {
    /// Always `about:blank`: the status says what kind of problem it is.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    pub kind: String,
    /// The status in words.
    #[schema(example = "Unauthorized")]
    pub title: String,
    /// The status of the answer once more.
    #[schema(example = 401, minimum = 400, maximum = 599)]
    pub status: u16,
    /// A sentence for whoever looks into it.
    #[schema(example = "This token does not work. It may be mistyped, revoked or expired.")]
    pub detail: String,
}

/// What every request with a token may come to.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only described, for the document")]
pub enum Troubles {
    /// There is no token, or it does not work.
    #[response(
        status = 401,
        content_type = "application/problem+json",
        headers(("WWW-Authenticate" = String, description = "`Bearer`, with `error=\"invalid_token\"` where there was one"))
    )]
    Unauthorized(ProblemBody),
    /// Something went wrong on our side.
    #[response(status = 500, content_type = "application/problem+json")]
    Broken(ProblemBody),
    /// The service cannot be reached right now.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemBody),
}
