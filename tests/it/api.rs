//! `/api/v1`, driven by programs with and without a token.

mod document;
mod matrix;
mod reading;
mod refused;
mod revoking;
mod worth;

use axum::{
    body::Body,
    http::{Method, header::AUTHORIZATION},
};
use serde_json::Value;
use signet::{
    domain::api_tokens::{Scope, Typed},
    server::crypto::api_token::ApiToken,
    testing::{Browser, PASSWORD, Page, TestApp},
};

/// The address of the account in most of these tests.
pub const ADA: &str = "ada@example.com";

/// Creates a token for the account that a browser is signed in to.
pub async fn token(browser: &Browser<'_>, scope: Scope) -> ApiToken {
    browser.sudo(PASSWORD).await;
    let typed = Typed { name: "backup", scope: scope.word(), expires: "7" };
    let viewer = browser.viewer().await;
    let token =
        browser.app.lifecycle.create_api_token(&signet::testing::people::source(), &viewer, typed).await.unwrap();
    browser.app.keep_secret(token.expose());
    browser.app.settle().await;
    token
}

/// Sends a request with nothing but a token; returns the answer.
pub async fn ask(app: &TestApp, method: Method, path: &str, token: Option<&str>) -> Page {
    let browser = app.browser();
    let mut request = browser.request(method, path, "application/json");
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    browser.send(request.body(Body::empty()).unwrap()).await
}

/// The body that a token reads.
pub async fn read(app: &TestApp, path: &str, token: &ApiToken) -> Value {
    let page = ask(app, Method::GET, path, Some(token.expose())).await;
    assert_eq!(page.status, 200, "{path}: {}", page.body);
    serde_json::from_str(&page.body).unwrap()
}

/// Checks that an answer is problem details of this status (RFC 9457).
pub fn is_problem(page: &Page, status: u16) {
    assert_eq!(page.status.as_u16(), status, "{}", page.body);
    assert_eq!(page.headers["content-type"], "application/problem+json", "{}", page.body);
    let body: Value = serde_json::from_str(&page.body).unwrap();
    assert_eq!((&body["type"], &body["status"]), (&"about:blank".into(), &status.into()));
    assert!(body["title"].is_string() && body["detail"].is_string(), "{body}");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
    assert!(!page.headers.keys().any(|name| name.as_str().starts_with("access-control-")));
    assert!(page.set_cookies().is_empty());
}
