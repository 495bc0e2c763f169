//! Which requests are let in at all: they are for this site, by a method that it has; what may
//! change something comes from our own pages; and nothing is served from a database in which
//! people may be who were erased.
//!
//! The router places the check of the database further in, as a layer of its own: health checks
//! and files do not pass through it.

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, Method,
        header::{HOST, ORIGIN},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{api_v1, error_response::ErrorResponse};
use crate::{
    domain::paths,
    server::state::{AppState, Site},
};

/// Turns away requests for another host (421) and with a method nobody uses (405).
///
/// Links are made from the settings and never from a header, so a forged host gains
/// nothing; refusing it keeps it so (checklist A18). The health checks answer under any
/// name, since those who ask them often know only an address.
///
/// # Errors
/// [`ErrorResponse::Method`], [`ErrorResponse::OtherHost`].
pub async fn check_method_and_host(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, ErrorResponse> {
    let is_usual = matches!(*request.method(), Method::GET | Method::HEAD | Method::POST | Method::OPTIONS);
    // The API has other methods, and says itself which of its addresses knows which.
    if !is_usual && !api_v1::covers(request.uri().path()) {
        return Err(ErrorResponse::Method);
    }
    let open = matches!(request.uri().path(), paths::HEALTHZ | paths::READYZ);
    if !open && !is_ours(&request, |host| is_name_of(&state.site, host)) {
        return Err(ErrorResponse::OtherHost);
    }
    Ok(next.run(request).await)
}

/// Whether every host that the request names is ours, and it names one.
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

/// Whether `host`, without a port, is a name of the site: the configured one, or the machine
/// itself.
fn is_name_of(site: &Site, host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]") || host == site.server.host()
}

/// Lets a request that may change something through only when it comes from our own pages
/// (checklist A52).
///
/// The rule is that of Go's `CrossOriginProtection`: browsers say where a request comes
/// from, in `Sec-Fetch-Site` or at least in `Origin`, and no page can change what they say.
///
/// # Errors
/// [`ErrorResponse::CrossSite`].
pub async fn check_origin(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, ErrorResponse> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    // Below /api/v1 no cookie is read: what a browser sends along by itself is nobody there.
    let by_token = api_v1::covers(request.uri().path());
    if safe || by_token || is_our_own(request.headers(), &state.site.server.base_url) {
        Ok(next.run(request).await)
    } else {
        Err(ErrorResponse::CrossSite)
    }
}

fn is_our_own(headers: &HeaderMap, base_url: &str) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => matches!(site.as_bytes(), b"same-origin" | b"none"),
        // Nothing said means no browser: there is no cookie that it could have been tricked with,
        // but neither is there anything here for it to do.
        None => headers.get(ORIGIN).is_some_and(|origin| origin.as_bytes() == base_url.as_bytes()),
    }
}

/// Refuses while the database is older than its ledger of erasures, as when it was restored under
/// the process.
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
}
