//! [`AppError`] as the error of server functions. `server::http` adds the words before the answer leaves.

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
