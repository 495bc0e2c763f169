//! The security headers of every response.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
            X_FRAME_OPTIONS,
        },
    },
    middleware::Next,
    response::Response,
};

use crate::{
    domain::{id::hex, mail_token::Purpose, paths},
    server::state::AppState,
};

/// The nonce that allows this response's own scripts: 128 random bits, new for each response (ASVS V3.4.3). The
/// pages give it to Leptos, and the `Content-Security-Policy` header names it.
#[derive(Clone)]
pub struct Nonce(pub Arc<str>);

/// Sets the headers on every response, also on errors and redirects.
pub async fn secure(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let nonce: Arc<str> = hex(&state.lifecycle.random.bytes::<16>()).into();
    request.extensions_mut().insert(Nonce(Arc::clone(&nonce)));
    let referrer = referrer_policy(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(REFERRER_POLICY, HeaderValue::from_static(referrer));
    if let Ok(policy) = HeaderValue::from_str(&content_policy(&nonce, state.site.reload_port)) {
        // The response with an export sets a stricter policy of its own.
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    if state.site.server.is_https() {
        let policy = if state.site.server.hsts_include_subdomains { TWO_YEARS_FOR_SUBDOMAINS } else { TWO_YEARS };
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(policy));
    }
    keep_out_of_caches(headers);
    response
}

/// ASVS V3.4.1 asks for at least one year, including subdomains. Signet leaves the subdomains out unless a setting says
/// otherwise: it knows nothing about them, and would cut off those without https.
const TWO_YEARS: &str = "max-age=63072000";
const TWO_YEARS_FOR_SUBDOMAINS: &str = "max-age=63072000; includeSubDomains";

/// Headers that are the same on every response.
const FIXED: [(HeaderName, &str); 6] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // For browsers that do not know `frame-ancestors`.
    (X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("x-permitted-cross-domain-policies"), "none"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Scripts run only with the nonce, or when such a script loads them. The browser compiles WASM but evaluates no
/// text as code, shows the site in no frame, and submits forms to this site only (ASVS V3.4.3, V3.4.6). The
/// stylesheet draws its icons from `data:` addresses. Under `cargo leptos watch` a page may also connect to the port
/// that tells it to reload.
fn content_policy(nonce: &str, reload_port: Option<u32>) -> String {
    let reload =
        reload_port.map(|port| format!("connect-src 'self' ws://*:{port} wss://*:{port}; ")).unwrap_or_default();
    format!(
        "default-src 'self'; {reload}\
         script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self'; \
         img-src 'self' data:; \
         object-src 'none'; \
         base-uri 'none'; \
         form-action 'self'; \
         frame-ancestors 'none'"
    )
}

/// A page whose address holds a secret sends no address: a `Referer` from there is the origin alone, also to ourselves, so
/// that no further line of a log has the secret. Nor does the log-in page, which may lead back to such a page, nor do the
/// pages on the way to a provider, so that the provider does not learn where the user came from. `no-referrer` would also turn the `Origin` of these pages' own forms into `null`, which is
/// all that a browser without `Sec-Fetch-Site` says (Safari until 16.3).
fn referrer_policy(path: &str) -> &'static str {
    let secret = path == paths::LOG_IN
        || path.starts_with(paths::beginning(paths::PROVIDER))
        || Purpose::ALL.iter().any(|purpose| path.starts_with(purpose.path()));
    if secret { "strict-origin" } else { "same-origin" }
}

/// Nothing may be stored, except responses that set their own `Cache-Control`, such as hashed files.
fn keep_out_of_caches(headers: &mut HeaderMap) {
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_watched_page_may_connect_to_another_port() {
        let watched = content_policy("n", Some(3001));
        assert_eq!(watched.replace("connect-src 'self' ws://*:3001 wss://*:3001; ", ""), content_policy("n", None));
        assert!(
            watched.contains("; connect-src 'self' ws://*:3001 wss://*:3001; script-src")
                && !content_policy("n", None).contains("ws:")
        );
    }

    #[test]
    fn pages_with_a_secret_in_their_address_send_only_their_origin() {
        let cases = [
            ("/", "same-origin"),
            ("/users/settings/email", "same-origin"),
            ("/users/reset-password", "same-origin"),
            ("/users/log-in", "strict-origin"),
            ("/users/reset-password/v1.reset.a.b", "strict-origin"),
            ("/users/confirm/v1.verify.a.b", "strict-origin"),
            ("/users/settings/confirm-email/v1.confirm.a.b", "strict-origin"),
            ("/users/email-change/cancel/v1.cancel.a.b", "strict-origin"),
            ("/users/email-change/undo/v1.undo.a.b", "strict-origin"),
            ("/users/auth/acme", "strict-origin"),
            ("/users/auth/acme/callback", "strict-origin"),
        ];
        for (path, expected) in cases {
            assert_eq!(referrer_policy(path), expected, "{path}");
        }
    }
}
