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
