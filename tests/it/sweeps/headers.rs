//! The headers of every response (checklist A57, V3.4, V14.3.2).

use std::{collections::HashSet, time::Duration};

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request},
};
use signet::{
    server::router::router,
    testing::{Browser, Page, TestApp},
};
use tower::ServiceExt;

use super::{FORM, FORM_TYPE, OUR_PAGE, bodies, header, pages, send, send_plain};
use crate::inventory::addresses;

/// Checks what every response must have; returns its nonce.
fn is_secure(headers: &HeaderMap, what: &str) -> String {
    let fixed = [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ];
    for (name, value) in fixed {
        assert_eq!(header(headers, name), value, "{name} of {what}");
    }
    for name in ["server", "x-powered-by", "access-control-allow-origin"] {
        assert_eq!(header(headers, name), "", "{name} of {what}");
    }
    assert!(["same-origin", "strict-origin"].contains(&header(headers, "referrer-policy")), "{what}");
    let policy = header(headers, "content-security-policy");
    let (before, rest) = policy.split_once("script-src 'nonce-").unwrap_or_else(|| panic!("{what}: {policy}"));
    let (nonce, rest) = rest.split_once('\'').unwrap();
    assert_eq!(before, "default-src 'self'; ", "{what}");
    assert_eq!(
        rest,
        " 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'",
        "{what}"
    );
    assert!(nonce.len() >= 22, "{what}: {nonce}");
    nonce.to_owned()
}

/// What a document must not contain under that policy.
fn fits_the_policy(body: &str, nonce: &str, what: &str) {
    for script in body.match_indices("<script").map(|(at, _)| &body[at..]) {
        let tag = &script[..script.find('>').unwrap()];
        assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{what}: {tag}");
    }
    // A browser hides the nonce in `nonce` attributes only.
    let elsewhere = body.replace(&format!("nonce=\"{nonce}\""), "");
    assert!(!elsewhere.contains(nonce), "{what}: the nonce stands in another attribute");
    for inline in [" style=\"", "<style", " onclick=", " onload=", " onsubmit=", " onerror=", "javascript:"] {
        assert!(!body.contains(inline), "{what}: {inline}");
    }
}

struct Seen {
    nonces: HashSet<String>,
}

impl Seen {
    fn check(&mut self, page: &Page, what: &str) {
        let nonce = is_secure(&page.headers, what);
        assert_eq!(header(&page.headers, "strict-transport-security"), "max-age=63072000", "{what}");
        if header(&page.headers, "content-type").starts_with("text/html") {
            fits_the_policy(&page.body, &nonce, what);
        }
        assert!(self.nonces.insert(nonce), "{what}: the nonce was used before");
    }

    async fn check_all(&mut self, browser: &Browser<'_>, who: &str) {
        for path in addresses() {
            self.check(&browser.get(&path).await, &format!("{path} for {who}"));
            self.check(&browser.head(&path).await, &format!("HEAD {path} for {who}"));
        }
    }
}

#[tokio::test]
async fn every_page_is_secure_for_everybody() {
    let app = TestApp::new().await.pacing(Duration::from_millis(10), Duration::from_millis(20));
    let mut seen = Seen { nonces: HashSet::new() };
    seen.check_all(&app.browser(), "nobody").await;
    seen.check_all(&app.authenticated_browser("ada@example.com").await, "an active account").await;
    seen.check_all(&app.unverified("eve@example.com").await.0, "an unverified account").await;
    seen.check_all(&app.scheduled_browser("bob@example.com").await, "a closed account").await;
}

#[tokio::test]
async fn every_error_is_secure_too() {
    let app = TestApp::new().await;
    let mut seen = Seen { nonces: HashSet::new() };
    let ada = app.authenticated_browser("ada@example.com").await;
    for form in &bodies() {
        seen.check(&send(&app.browser(), form, &[OUR_PAGE, FORM_TYPE], FORM).await, form);
        seen.check(&send_plain(&app.browser(), form, FORM).await, &format!("{form} without script"));
    }
    let big = "x".repeat(70_000);
    for (status, headers, body) in [
        (403, &[("sec-fetch-site", "cross-site"), FORM_TYPE][..], FORM),
        (415, &[OUR_PAGE, ("content-type", "text/plain")], FORM),
        (413, &[OUR_PAGE, FORM_TYPE], big.as_str()),
    ] {
        let page = send(&ada, "sign_in", headers, body.to_owned()).await;
        assert_eq!(page.status, status);
        seen.check(&page, &status.to_string());
    }
    // Not ready, because no worker runs here.
    for (status, method, path) in [(405, "DELETE", "/"), (405, "GET", "/api/sign_in"), (503, "GET", "/readyz")] {
        let page = ada.send(ada.request(method.parse().unwrap(), path, "*/*").body(Body::empty()).unwrap()).await;
        assert_eq!(page.status, status, "{method} {path}");
        seen.check(&page, path);
    }
    app.db.run("ALTER TABLE signet_sessions RENAME TO lost").await.unwrap();
    let broken = ada.get("/dashboard").await;
    assert_eq!(broken.status, 500);
    assert!(broken.body.contains("Reference"), "{}", broken.body);
    assert!(!broken.body.contains("sessions"), "{}", broken.body);
    seen.check(&broken, "500");
}

#[tokio::test]
async fn addresses_that_hold_a_secret_are_told_to_nobody() {
    let app = TestApp::new().await;
    for path in pages() {
        let page = app.browser().get(&path).await;
        // The log-in page may lead back to the page of a link.
        let is_secret = path.contains("nothing") || path == "/users/log-in";
        let expected = if is_secret { "strict-origin" } else { "same-origin" };
        assert_eq!(header(&page.headers, "referrer-policy"), expected, "{path}");
    }
}

/// On http, which only this machine may use, cookies cannot be `Secure`.
#[tokio::test]
async fn http_on_loopback_has_plain_cookies_and_no_hsts() {
    let app = TestApp::with(|settings| settings.server.base_url = "http://127.0.0.1:3000".to_owned()).await;
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/sign_up")
        .header("host", "127.0.0.1:3000")
        .header("origin", "http://127.0.0.1:3000")
        .header("accept", "text/html")
        .header(FORM_TYPE.0, FORM_TYPE.1)
        .body(Body::from(FORM))
        .unwrap();
    let response = router(app.http.clone()).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 303);
    is_secure(response.headers(), "http");
    assert_eq!(header(response.headers(), "strict-transport-security"), "");
    let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    for line in cookies {
        assert!(line.starts_with("signet_"), "{line}");
        assert!(line.contains("; HttpOnly; SameSite=Lax") && line.contains("Path=/"), "{line}");
        assert!(!line.contains("Secure") && !line.contains("Domain"), "{line}");
    }
    assert!(to_bytes(response.into_body(), 1024).await.unwrap().is_empty());
}

/// Signet knows nothing about the other hosts of a domain.
#[tokio::test]
async fn subdomains_have_to_use_https_only_if_a_setting_says_so() {
    let app = TestApp::with(|settings| settings.server.hsts_include_subdomains = true).await;
    let page = app.browser().get("/").await;
    assert_eq!(header(&page.headers, "strict-transport-security"), "max-age=63072000; includeSubDomains");
}
