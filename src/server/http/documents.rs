//! Renders the pages.

use std::{future::Future, pin::Pin};

use axum::{
    body::Body,
    http::{Request, request::Parts},
    response::Response,
};
use leptos::{
    nonce::Nonce as LeptosNonce,
    prelude::{IntoView, provide_context, use_context},
};

use super::headers::Nonce;
use crate::server::context::RequestContext;

/// A handler that renders `app` completely before it answers. So status codes and redirects are right, and the
/// whole page shows without JavaScript.
pub fn render<V: IntoView + 'static>(
    app: impl Fn() -> V + Clone + Send + Sync + 'static,
) -> impl Fn(Request<Body>) -> Pin<Box<dyn Future<Output = Response> + Send>> + Clone + Send + 'static {
    leptos_axum::render_app_async_with_context(provide_visit, app)
}

/// Gives the pages the values that the outer layers found.
fn provide_visit() {
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(context) = parts.extensions.get::<RequestContext>() {
        provide_context(context.clone());
    }
    // Leptos has provided a nonce of its own, which our `Content-Security-Policy` does not name. With that nonce
    // the browser would block the page's scripts.
    if let Some(Nonce(nonce)) = parts.extensions.get::<Nonce>() {
        provide_context(LeptosNonce::from_value(nonce.clone()));
    }
}
