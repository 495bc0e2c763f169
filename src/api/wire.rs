//! [`AppError`] as the errors of server functions: the closed list itself, as JSON.

use leptos::{
    prelude::FromServerFnError,
    server_fn::{codec::JsonEncoding, error::ServerFnErrorErr},
};

use crate::domain::error::AppError;

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    /// Whatever goes wrong on the way, there was no answer to read. The details are
    /// dropped: they are text, and text could be anybody's.
    fn from_server_fn_error(_: ServerFnErrorErr) -> Self {
        Self::Transport
    }
}

/// Reads an error as the server wrote it. [`FromServerFnError::de`] would do, from bytes:
/// to read JSON from those too costs each page 2 kB, properties of islands being text.
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
