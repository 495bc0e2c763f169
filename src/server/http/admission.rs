//! Decides which requests the site admits. A request must be for this site, and have a method that the site uses. A
//! request that may change something must come from our own pages. While the database may contain erased accounts,
//! the site admits no request.
//!
//! The router applies that last check further in, as a layer of its own: health checks and files skip it.

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, Method,
        header::{HOST, ORIGIN},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{api_v1, error_response::ErrorResponse, request_origin, state::HttpState};
use crate::{
    domain::{limits::Limit, paths},
    server::state::{AppState, Site},
};

/// Refuses requests for another host (421) and with a method that the site does not use (405).
///
/// Signet makes links from the settings and never from a header, so an attacker gains nothing from a forged host
/// today. With this check an attacker gains nothing even if later code does use the header (checklist A18). The
/// health checks answer under any name, because a monitor often knows only an IP address.
///
/// # Errors
/// [`ErrorResponse::Method`] for a method that the site does not use, [`ErrorResponse::OtherHost`] for another
/// host.
pub async fn check_method_and_host(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, ErrorResponse> {
    let is_usual = matches!(*request.method(), Method::GET | Method::HEAD | Method::POST | Method::OPTIONS);
    // The API uses more methods. Its routes name the methods of each address, so this check leaves the API out.
    if !is_usual && !api_v1::covers(request.uri().path()) {
        return Err(ErrorResponse::Method);
    }
    let open = matches!(request.uri().path(), paths::HEALTHZ | paths::READYZ);
    if !open && !is_ours(&request, |host| is_name_of(&state.site, host)) {
        return Err(ErrorResponse::OtherHost);
    }
    Ok(next.run(request).await)
}

/// Returns whether the request names a host, and every host that it names is ours.
fn is_ours(request: &Request, ours: impl Fn(&str) -> bool) -> bool {
    let in_target = request.uri().host();
    let mut in_header = request.headers().get_all(HOST).iter();
    let header = match (in_header.next(), in_header.next()) {
        (Some(host), None) => host.to_str().ok().map(without_port),
        (None, None) => in_target,
        _ => None,
    };
    header.is_some_and(&ours) && in_target.is_none_or(ours)
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Returns whether `host`, without a port, is a name of the site: the configured name, or a loopback name of this
/// machine.
fn is_name_of(site: &Site, host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]") || host == site.server.host()
}

/// Admits a request that may change something only if it comes from our own pages (checklist A52).
///
/// The rule is that of Go's `CrossOriginProtection`. Browsers name the origin of a request in `Sec-Fetch-Site` or
/// at least in `Origin`, and a page cannot change these headers.
///
/// # Errors
/// [`ErrorResponse::CrossSite`] if the request comes from another site, or does not say where it comes from.
pub async fn check_origin(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, ErrorResponse> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    // `/api/v1` reads no cookie, so a cookie that the browser sends with a forged request has no effect there.
    let by_token = api_v1::covers(request.uri().path());
    // A provider may send a browser back by a form. The answer is a redirect, and changes nothing.
    let from_provider = *request.method() == Method::POST && is_callback(request.uri().path());
    if safe || by_token || from_provider || is_our_own(request.headers(), &state.site.server.base_url) {
        Ok(next.run(request).await)
    } else {
        Err(ErrorResponse::CrossSite)
    }
}

fn is_our_own(headers: &HeaderMap, base_url: &str) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => matches!(site.as_bytes(), b"same-origin" | b"none"),
        // A client without either header is not a browser, so no page can have tricked it into sending a cookie.
        // But such a client has no business with our forms either.
        None => headers.get(ORIGIN).is_some_and(|origin| origin.as_bytes() == base_url.as_bytes()),
    }
}

/// Refuses a request from a network that has sent too many.
///
/// # Errors
/// [`ErrorResponse::Flood`].
pub async fn check_rate(
    State(state): State<HttpState>,
    request: Request,
    next: Next,
) -> Result<Response, ErrorResponse> {
    let ip = request_origin::client(&state.app.site, request.headers(), request.extensions());
    if costs(&request) && ip.is_some_and(|ip| !state.flood_gate.lets_pass(ip)) {
        state.app.lifecycle.metrics.count_limited(Limit::RequestsPerIp);
        return Err(ErrorResponse::Flood);
    }
    Ok(next.run(request).await)
}

/// Whether a request does more than read a page.
fn costs(request: &Request) -> bool {
    let path = request.uri().path();
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    !is_safe || matches!(path, paths::READYZ | paths::LIVE) || is_callback(path)
}

/// Whether a browser comes back from a provider: the one kind of `GET` that may change an account.
#[must_use]
pub fn is_callback(path: &str) -> bool {
    path.starts_with(paths::beginning(paths::PROVIDER_CALLBACK))
}

/// Refuses every request while the database lags behind its ledger of erasures. This happens if an operator
/// restores a backup while the process runs.
pub async fn check_database(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if state.lifecycle.ledger.is_doubtful() {
        return ErrorResponse::Unavailable.into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn every_name_in_the_request_must_be_ours() {
        let cases = [
            ("/", &["signet.example"][..], true),
            ("/", &["signet.example:8443"], true),
            ("/", &["evil.example"], false),
            ("/", &["signet.example.evil.example"], false),
            ("/", &["signet.example", "evil.example"], false),
            ("/", &[], false),
            ("http://signet.example/", &[], true),
            ("http://evil.example/", &["signet.example"], false),
            ("http://signet.example/", &["evil.example"], false),
        ];
        for (uri, hosts, expected) in cases {
            let mut request = Request::builder().uri(uri);
            for host in hosts {
                request = request.header(HOST, *host);
            }
            let request = request.body(Body::empty()).unwrap();
            assert_eq!(is_ours(&request, |host| host == "signet.example"), expected, "{uri} {hosts:?}");
        }
    }

    #[test]
    fn only_our_own_pages_pass() {
        let cases = [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://signet.example")], false),
            (&[("origin", "https://signet.example")], true),
            (&[("origin", "https://evil.example")], false),
            (&[("origin", "https://signet.example.evil.example")], false),
            (&[("origin", "null")], false),
            (&[], false),
        ];
        for (sent, expected) in cases {
            let headers = sent.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            assert_eq!(is_our_own(&headers, "https://signet.example"), expected, "{sent:?}");
        }
    }

    #[test]
    fn reading_a_page_is_free() {
        let cases = [
            (Method::GET, "/", false),
            (Method::HEAD, "/users/log-in", false),
            (Method::POST, "/api/sign_in", true),
            (Method::DELETE, "/api/v1/sessions/1", true),
            (Method::GET, "/readyz", true),
            (Method::GET, "/healthz", false),
            (Method::GET, "/users/auth/acme/callback", true),
        ];
        for (method, path, expected) in cases {
            let request = Request::builder().method(&method).uri(path).body(Body::empty()).unwrap();
            assert_eq!(costs(&request), expected, "{method} {path}");
        }
    }
}
