//! Which requests are meant for this site at all: host and method.

use axum::{
    extract::{Request, State},
    http::{Method, header::HOST},
    middleware::Next,
    response::Response,
};

use super::{api_v1, trouble::Trouble};
use crate::{domain::paths, server::state::AppState};

/// Turns away requests for another host (421) and with a method nobody uses (405).
///
/// Links are made from the settings and never from a header, so a forged host gains
/// nothing; refusing it keeps it so (checklist A18). The health checks answer under any
/// name, since those who ask them often know only an address.
///
/// # Errors
/// [`Trouble::Method`], [`Trouble::OtherHost`].
pub async fn check(State(state): State<AppState>, request: Request, next: Next) -> Result<Response, Trouble> {
    let is_usual = matches!(*request.method(), Method::GET | Method::HEAD | Method::POST | Method::OPTIONS);
    // The API has other methods, and says itself which of its addresses knows which.
    if !is_usual && !api_v1::covers(request.uri().path()) {
        return Err(Trouble::Method);
    }
    let open = matches!(request.uri().path(), paths::HEALTHZ | paths::READYZ);
    if !open && !is_ours(&request, |host| state.site.is_named(host)) {
        return Err(Trouble::OtherHost);
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
}
