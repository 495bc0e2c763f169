//! The state of the HTTP layers and handlers.

use std::sync::Arc;

use axum::extract::FromRef;

use super::{
    cookie::Cookies,
    downloads::Downloads,
    flood_gate::{FloodGate, SharedFloodGate},
    readiness::LastLook,
    streams::Streams,
};
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
    /// Refuses a flood of requests from one network.
    pub flood_gate: SharedFloodGate,
    /// The downloads of exports that are under way.
    pub downloads: Arc<Downloads>,
    /// The last answer of `/readyz`.
    pub last_look: Arc<LastLook>,
}

impl HttpState {
    /// Adds the parts for HTTP to `app`.
    #[must_use]
    pub fn new(app: AppState) -> Self {
        let cookies = Cookies::new(app.site.server.is_https(), app.lifecycle.keys.cookie_key());
        let limits = &app.lifecycle.policy.limits;
        let flood_gate = if limits.enabled { FloodGate::new(limits.requests_per_ip) } else { FloodGate::open() };
        Self {
            app,
            cookies,
            streams: Arc::default(),
            downloads: Arc::default(),
            last_look: Arc::default(),
            flood_gate: flood_gate.into(),
        }
    }
}
