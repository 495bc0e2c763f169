//! The state of the HTTP layers and handlers.

use std::sync::Arc;

use axum::extract::FromRef;

use super::{cookie::Cookies, readiness::LastLook, streams::Streams};
use crate::server::state::AppState;

/// The state that every request shares, and the parts that only HTTP uses. Cheap to clone.
#[derive(Clone, FromRef)]
pub struct HttpState {
    /// The state that pages and server functions see, too.
    pub app: AppState,
    /// The names, attributes and key of the cookies.
    pub cookies: Cookies,
    /// The streams to which open pages listen.
    pub streams: Arc<Streams>,
    /// The last answer of `/readyz`.
    pub last_look: Arc<LastLook>,
}

impl HttpState {
    /// Adds the parts for HTTP to `app`.
    #[must_use]
    pub fn new(app: AppState) -> Self {
        let cookies = Cookies::new(app.site.server.is_https(), app.lifecycle.keys.cookie_key());
        Self { app, cookies, streams: Arc::default(), last_look: Arc::default() }
    }
}
