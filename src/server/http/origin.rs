//! Cross-site requests: refused before anything else looks at them (checklist A52).

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header::ORIGIN},
    middleware::Next,
    response::Response,
};

use super::{api_v1, trouble::Trouble};
use crate::server::state::AppState;

/// Lets a request that may change something through only when it comes from our own pages.
///
/// The rule is that of Go's `CrossOriginProtection`: browsers say where a request comes
/// from, in `Sec-Fetch-Site` or at least in `Origin`, and no page can change what they say.
///
/// # Errors
/// [`Trouble::CrossSite`].
pub async fn check(State(state): State<AppState>, request: Request, next: Next) -> Result<Response, Trouble> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    // Below /api/v1 no cookie is read: what a browser sends along by itself is nobody there.
    let by_token = api_v1::covers(request.uri().path());
    if safe || by_token || is_our_own(request.headers(), &state.site.server.base_url) {
        Ok(next.run(request).await)
    } else {
        Err(Trouble::CrossSite)
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

#[cfg(test)]
mod tests {
    use super::*;

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
