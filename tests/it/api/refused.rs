//! Tokens that do not work: counted, and an expired one is told to its owner.

use axum::http::Method;
use signet::{
    domain::{api_tokens::Scope, time::Span},
    server::crypto::api_token::ApiToken,
    testing::{START, TestApp},
};

use super::{ADA, ask, is_problem, token};

async fn refused(app: &TestApp, token: &str) {
    is_problem(&ask(app, Method::GET, "/api/v1/me", Some(token)).await, 401);
}

#[tokio::test]
async fn every_token_that_does_not_work_is_counted() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let works = token(&ada, Scope::Read).await;
    let count = || app.lifecycle.metrics.api_tokens_refused.get();
    assert_eq!(ask(&app, Method::GET, "/api/v1/me", Some(works.expose())).await.status, 200);
    is_problem(&ask(&app, Method::GET, "/api/v1/me", None).await, 401);
    assert_eq!(count(), 0, "no token is no failed token");
    refused(&app, ApiToken::from_random([3; 32]).expose()).await;
    refused(&app, "sgn_nonsense").await;
    assert_eq!(count(), 2);
    assert_eq!(app.news().await, [""; 0], "they belong to no account");
    app.clock.set(START.plus(Span::days(8)));
    refused(&app, works.expose()).await;
    assert_eq!(count(), 3);
    let told = app.lifecycle.metrics.render().unwrap();
    assert!(told.contains("signet_api_tokens_refused_total 3"), "{told}");
}

/// A program that tries every second must not fill the log.
#[tokio::test]
async fn the_first_use_of_an_expired_token_is_in_its_owners_log_once() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let expired = token(&ada, Scope::Read).await;
    app.clock.set(START.plus(Span::days(8)));
    for _ in 0..5 {
        refused(&app, expired.expose()).await;
        app.advance_clock(Span::minutes(10));
    }
    assert_eq!(app.news().await, ["api_token.refused by api_token of ada@example.com"]);
    let log = "SELECT actor, event, failure, detail FROM signet_security_log WHERE event = 'api_token.refused'";
    let hint = &app.rows("SELECT hint FROM signet_api_tokens").await[0];
    snapshot!(app.db.table(log).await, { hint.as_str() => "[hint]" }, @r#"
    actor      event              failure  detail
    api_token  api_token.refused  NULL     {"api_token":{"name":"backup","hint":"[hint]"}}
    "#);
    assert_eq!(app.deliver().await.words(), [""; 0]);
}

#[tokio::test]
async fn a_program_that_asks_too_often_is_told_when_to_come_back() {
    let app = TestApp::with(|settings| settings.limits.api_requests_per_token.count = 2).await;
    let ada = app.authenticated_browser(ADA).await;
    let token = token(&ada, Scope::Read).await;
    for _ in 0..2 {
        assert_eq!(ask(&app, Method::GET, "/api/v1/me", Some(token.expose())).await.status, 200);
    }
    let page = ask(&app, Method::GET, "/api/v1/me", Some(token.expose())).await;
    is_problem(&page, 429);
    assert_eq!(page.headers["retry-after"], "150");
    app.advance_clock(Span::seconds(150));
    assert_eq!(ask(&app, Method::GET, "/api/v1/me", Some(token.expose())).await.status, 200);
}
