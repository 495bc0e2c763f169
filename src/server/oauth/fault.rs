//! Why an exchange with a provider failed.

use oauth2::{RequestTokenError, StandardErrorResponse, basic::BasicErrorResponse};

/// Why an exchange with a provider failed. The words are ours and never the provider's, because the security log
/// stores them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The provider does not answer, or reports an error of its own. Another try may help.
    #[error("unreachable: {0}")]
    Unreachable(&'static str),
    /// The user declined at the provider, or an administrator has to agree first.
    #[error("denied")]
    Denied,
    /// The response proves nothing. Another try will not help.
    #[error("untrusted: {0}")]
    Untrusted(&'static str),
}

impl Fault {
    /// The word for the security log.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unreachable(word) | Self::Untrusted(word) => word,
            Self::Denied => "denied",
        }
    }

    /// The fault for the parameter `error` with which a provider sent the browser back (RFC 6749 §4.1.2.1).
    #[must_use]
    pub fn of_callback(error: &str) -> Self {
        match error {
            // Apple says it in a word of its own, and Microsoft says that an administrator has to agree first.
            "access_denied" | "user_cancelled_authorize" | "consent_required" => Self::Denied,
            "server_error" | "temporarily_unavailable" => Self::Unreachable("status"),
            _ => Self::Untrusted("refused"),
        }
    }
}

/// The fault for a token request that returned no token.
pub(super) fn token_fault<T>(error: &RequestTokenError<Fault, StandardErrorResponse<T>>) -> Fault
where
    T: oauth2::ErrorResponseType + 'static,
    StandardErrorResponse<T>: oauth2::ErrorResponse,
{
    match error {
        RequestTokenError::Request(fault) => *fault,
        RequestTokenError::ServerResponse(_) => Fault::Untrusted("refused"),
        // GitHub reports errors with a success status.
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
    fn only_a_no_at_the_provider_counts_as_one() {
        for (error, fault) in [
            ("access_denied", Fault::Denied),
            ("user_cancelled_authorize", Fault::Denied),
            ("consent_required", Fault::Denied),
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
