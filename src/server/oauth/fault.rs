//! Why nothing was learned from a provider.

use oauth2::{RequestTokenError, StandardErrorResponse, basic::BasicErrorResponse};

/// What a provider's answer, or its absence, came to. The words are ours, never the
/// provider's: they stand in the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It does not answer, or says itself that something is wrong with it. Another try may help.
    #[error("unreachable: {0}")]
    Unreachable(&'static str),
    /// The person said no there.
    #[error("denied")]
    Denied,
    /// What it says proves nothing. Another try will not help.
    #[error("untrusted: {0}")]
    Untrusted(&'static str),
}

impl Fault {
    /// The word in the audit log.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unreachable(word) | Self::Untrusted(word) => word,
            Self::Denied => "denied",
        }
    }

    /// What the `error` means that a provider sent the browser back with (RFC 6749 §4.1.2.1).
    #[must_use]
    pub fn of_callback(error: &str) -> Self {
        match error {
            "access_denied" => Self::Denied,
            "server_error" | "temporarily_unavailable" => Self::Unreachable("status"),
            _ => Self::Untrusted("refused"),
        }
    }
}

/// What came instead of a token.
pub(super) fn token_fault<T>(error: &RequestTokenError<Fault, StandardErrorResponse<T>>) -> Fault
where
    T: oauth2::ErrorResponseType + 'static,
    StandardErrorResponse<T>: oauth2::ErrorResponse,
{
    match error {
        RequestTokenError::Request(fault) => *fault,
        RequestTokenError::ServerResponse(_) => Fault::Untrusted("refused"),
        // GitHub refuses with the status of success.
        RequestTokenError::Parse(_, body) if serde_json::from_slice::<BasicErrorResponse>(body).is_ok() => {
            Fault::Untrusted("refused")
        }
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => Fault::Untrusted("malformed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_person_s_own_no_counts_as_one() {
        for (error, fault) in [
            ("access_denied", Fault::Denied),
            ("temporarily_unavailable", Fault::Unreachable("status")),
            ("invalid_scope", Fault::Untrusted("refused")),
            ("<script>", Fault::Untrusted("refused")),
            ("", Fault::Untrusted("refused")),
        ] {
            assert_eq!(Fault::of_callback(error), fault, "{error}");
        }
        assert_eq!(Fault::Denied.word(), "denied");
        assert_eq!(Fault::Untrusted("nonce").word(), "nonce");
    }
}
