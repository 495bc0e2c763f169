//! A token is worth nothing outside the API; and how the API treats other requests.

use axum::{
    body::Body,
    http::{Method, header::AUTHORIZATION},
};
use leptos::server_fn;
use signet::{domain::api_tokens::Scope, server::http::access::PAGES, testing::TestApp};

use super::{ADA, ask, is_problem, token};

const FORM: &str = "email=ada%40example.com&password=plum+Tractor+violet+91&name=Ada&scope=write&expires=7\
    &id=x&new_email=new%40example.com&confirmation=ada%40example.com&provider=nothing";

#[tokio::test]
async fn a_token_is_nobody_at_the_pages_and_the_server_functions() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let token = token(&ada, Scope::Write).await;
    let bearer = format!("Bearer {}", token.expose());
    for (path, _) in PAGES {
        let path = path.replace("{token}", "v1.verify.x.y").replace("{provider}", "nothing");
        let (with, without) = (app.browser(), app.browser());
        let request = with.request(Method::GET, &path, "text/html").header(AUTHORIZATION, &bearer);
        let with = with.send(request.body(Body::empty()).unwrap()).await;
        let without = without.get(&path).await;
        assert_eq!((with.status, with.location()), (without.status, without.location()), "{path}");
        assert!(!with.body.contains(ADA), "{path}");
    }
    for (path, _) in server_fn::axum::server_fn_paths() {
        let send = async |with: bool| {
            let browser = app.browser();
            let request = browser
                .request(Method::POST, path, "application/json")
                .header("content-type", "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin");
            let request = if with { request.header(AUTHORIZATION, &bearer) } else { request };
            browser.send(request.body(FORM.into()).unwrap()).await
        };
        let (with, without) = (send(true).await, send(false).await);
        assert_eq!((with.status, with.refusal()), (without.status, without.refusal()), "{path}");
    }
    assert_eq!(app.count("signet_api_tokens").await, 1);
}

/// A token does not give sudo mode to a session that is sent with it.
#[tokio::test]
async fn a_token_beside_a_session_proves_nothing_more() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let token = token(&ada, Scope::Write).await;
    app.db.run("UPDATE signet_sessions SET sudo_at = NULL").await.unwrap();
    let request = ada
        .request(Method::POST, "/api/create_api_token", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header(AUTHORIZATION, format!("Bearer {}", token.expose()));
    let page = ada.send(request.body(FORM.into()).unwrap()).await;
    assert_eq!(page.refusal(), Some(signet::domain::error::Refusal::SudoRequired));
}

#[tokio::test]
async fn other_methods_and_addresses_are_problems_too() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let token = token(&ada, Scope::Write).await;
    let session = format!("/api/v1/sessions/{}", "0".repeat(32));
    let known = [("/api/v1/me", "GET,HEAD"), ("/api/v1/events", "GET,HEAD"), (session.as_str(), "DELETE")];
    for (path, allowed) in known {
        for method in ["POST", "PUT", "PATCH", "OPTIONS", "TRACE", "MADEUP"] {
            let page = ask(&app, method.parse().unwrap(), path, Some(token.expose())).await;
            is_problem(&page, 405);
            assert_eq!(page.headers["allow"], allowed, "{method} {path}");
        }
    }
    for path in ["/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/me/x", "/api/v1/sign_out"] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            is_problem(&ask(&app, method, path, Some(token.expose())).await, 404);
        }
    }
    let head = ask(&app, Method::HEAD, "/api/v1/me", Some(token.expose())).await;
    assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
}

/// A page of another site can send nothing here that has an effect: the browser asks first, and gets no permission;
/// and the API does not read the cookies that the browser sends by itself.
#[tokio::test]
async fn another_sites_page_gets_nothing() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let session = ada.viewer().await.session.id;
    let request = ada
        .request(Method::DELETE, &format!("/api/v1/sessions/{session}"), "*/*")
        .header("origin", "https://evil.example")
        .header("sec-fetch-site", "cross-site");
    is_problem(&ada.send(request.body(Body::empty()).unwrap()).await, 401);
    let preflight = ada
        .request(Method::OPTIONS, "/api/v1/me", "*/*")
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization");
    is_problem(&ada.send(preflight.body(Body::empty()).unwrap()).await, 405);
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn another_host_is_refused_as_a_problem() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let token = token(&ada, Scope::Read).await;
    let request = axum::http::Request::builder()
        .uri("/api/v1/me")
        .header("host", "evil.example")
        .header(AUTHORIZATION, format!("Bearer {}", token.expose()));
    is_problem(&ada.send(request.body(Body::empty()).unwrap()).await, 421);
}
