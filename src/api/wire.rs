//! [`AppError`] as the error of server functions: the closed list itself, as JSON.

use leptos::{
    prelude::FromServerFnError,
    server_fn::{codec::JsonEncoding, error::ServerFnErrorErr},
};

use crate::domain::error::AppError;

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    /// Every error of Leptos means that the response cannot be read. Drops its text, which an attacker may have
    /// written.
    fn from_server_fn_error(_: ServerFnErrorErr) -> Self {
        Self::Transport
    }
}

/// Reads an error that the server wrote. [`FromServerFnError::de`] would read it from bytes; but islands read their
/// properties from text, so reading JSON from bytes too would add 2 kB to each page.
#[must_use]
pub fn read(body: &str) -> AppError {
    serde_json::from_str(body).unwrap_or(AppError::Transport)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::error::Refusal;

    #[test]
    fn what_the_server_writes_is_read() {
        let limited = Refusal::Limited { retry_after: 240 };
        let numbered = AppError::Internal { reference: u64::MAX >> 1 };
        for error in [limited.into(), Refusal::DeadLink.into(), numbered, AppError::Unavailable] {
            assert_eq!(read(core::str::from_utf8(&error.ser()).unwrap()), error);
        }
    }

    #[test]
    fn anything_else_is_no_answer() {
        for body in ["", "null", "<html>", "{\"Refused\":\"Nothing\"}"] {
            assert_eq!(read(body), AppError::Transport, "{body}");
        }
    }
}
