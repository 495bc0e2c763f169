//! What the handlers and layers work with.

use std::sync::Arc;

use axum::extract::FromRef;

use super::{cookie::Cookies, streams::Streams};
use crate::server::state::AppState;

/// What the process works with, and what only its half of HTTP does. Cheap to clone.
#[derive(Clone, FromRef)]
pub struct HttpState {
    /// What pages and server functions see of it.
    pub app: AppState,
    /// How to write and read cookies.
    pub cookies: Cookies,
    /// What open pages listen to.
    pub streams: Arc<Streams>,
}

impl HttpState {
    /// For a process with this state.
    #[must_use]
    pub fn new(app: AppState) -> Self {
        let cookies = Cookies::new(app.site.server.is_https(), app.lifecycle.keys.cookie_key());
        Self { app, cookies, streams: Arc::default() }
    }
}
