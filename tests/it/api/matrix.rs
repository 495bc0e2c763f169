//! Every route with every kind of token.

use axum::{
    body::Body,
    http::{Method, header::AUTHORIZATION},
};
use signet::{
    domain::{
        api_tokens::Scope,
        time::{Span, Timestamp},
    },
    testing::{PASSWORD, START, TestApp},
};

use super::{ADA, ask, is_problem, token};
use crate::inventory;

/// Every route that needs a token, and whether it needs the scope `write`. An id is that of nothing: a token with the
/// right scope learns that there is nothing.
fn routes() -> impl Iterator<Item = (Method, String, bool)> {
    inventory::api().filter_map(|(line, scope)| Some((line.method(), line.address(), scope? == Scope::Write)))
}

/// Requests every route; `(read, write)` are the expected statuses of reading and writing.
async fn everywhere(app: &TestApp, what: &str, token: Option<&str>, (read, write): (u16, u16)) {
    for (method, path, writes) in routes() {
        let page = ask(app, method.clone(), &path, token).await;
        let expected = if writes { write } else { read };
        assert_eq!(page.status.as_u16(), expected, "{what}: {method} {path}: {}", page.body);
        if expected >= 400 {
            is_problem(&page, expected);
        }
        let challenge = page.headers.get("www-authenticate").map(|value| value.to_str().unwrap().to_owned());
        match (expected, token.is_some()) {
            (401, false) => assert_eq!(challenge.as_deref(), Some("Bearer realm=\"Signet\""), "{what}"),
            (401, true) => assert!(challenge.unwrap().ends_with("error=\"invalid_token\""), "{what}"),
            (403, _) => assert!(challenge.unwrap().contains("error=\"insufficient_scope\""), "{what}"),
            _ => assert_eq!(challenge, None, "{what}"),
        }
    }
}

#[tokio::test]
async fn a_token_opens_what_its_scope_says_and_nothing_else_opens_anything() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let (reads, writes) = (token(&ada, Scope::Read).await, token(&ada, Scope::Write).await);
    everywhere(&app, "read", Some(reads.expose()), (200, 403)).await;
    everywhere(&app, "write", Some(writes.expose()), (200, 404)).await;
    everywhere(&app, "none", None, (401, 401)).await;
    let unknown = signet::server::crypto::api_token::ApiToken::from_random([3; 32]);
    let mut flipped = reads.expose().to_owned();
    let last = if flipped.ends_with('0') { "1" } else { "0" };
    flipped.replace_range(75.., last);
    for (what, wrong) in [
        ("unknown", unknown.expose()),
        ("checksum", &flipped),
        ("malformed", "sgn_x"),
        ("a session's", "x".repeat(43).as_str()),
    ] {
        everywhere(&app, what, Some(wrong), (401, 401)).await;
    }
}

/// The server refuses a malformed token without asking the database.
#[tokio::test]
async fn a_wrong_checksum_costs_no_read() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let good = token(&ada, Scope::Read).await;
    app.lifecycle.db.close().await;
    let mut flipped = good.expose().to_owned();
    let last = if flipped.ends_with('0') { "1" } else { "0" };
    flipped.replace_range(75.., last);
    is_problem(&ask(&app, Method::GET, "/api/v1/me", Some(&flipped)).await, 401);
    // An unreachable database must not look like a wrong token.
    is_problem(&ask(&app, Method::GET, "/api/v1/me", Some(good.expose())).await, 503);
}

#[tokio::test]
async fn a_token_works_to_its_last_second() {
    for (late, expected) in [(-1, 200), (0, 200), (1, 401)] {
        let app = TestApp::new().await;
        let ada = app.authenticated_browser(ADA).await;
        let token = token(&ada, Scope::Write).await;
        app.clock.set(Timestamp(START.plus(Span::days(7)).0 + late));
        let write = if expected == 200 { 404 } else { 401 };
        everywhere(&app, &format!("{late}"), Some(token.expose()), (expected, write)).await;
    }
}

/// Behaviour rule 9: it holds from the very next request on.
#[tokio::test]
async fn a_token_dies_with_its_row_its_account_and_its_owners_decisions() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let token = token(&ada, Scope::Write).await;
    let changes = [
        ("revoked", "DELETE FROM signet_api_tokens"),
        ("scheduled", "UPDATE signet_users SET deletion_scheduled_at = 1, delete_at = 2"),
        ("deleted", "UPDATE signet_users SET deleted_at = 1"),
        ("unverified", "UPDATE signet_users SET email_verified_at = NULL"),
    ];
    let undo = "UPDATE signet_users SET deletion_scheduled_at = NULL, delete_at = NULL, deleted_at = NULL, email_verified_at = 1";
    for (what, change) in changes.into_iter().rev() {
        everywhere(&app, "before", Some(token.expose()), (200, 404)).await;
        app.db.run(change).await.unwrap();
        everywhere(&app, what, Some(token.expose()), (401, 401)).await;
        app.db.run(undo).await.unwrap();
    }
}

/// Through the real actions: a reset, a scheduled deletion.
#[tokio::test]
async fn closing_the_account_and_resetting_its_password_revoke_every_token() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let one = token(&ada, Scope::Read).await;
    let reset = ada.ask_for_reset(ADA).await;
    ada.post("reset_password", &[("token", &reset), ("new_password", signet::testing::OTHER_PASSWORD)]).await;
    assert_eq!(app.count("signet_api_tokens").await, 0);
    everywhere(&app, "reset", Some(one.expose()), (401, 401)).await;
    app.settle().await;

    let eve = app.authenticated_browser("eve@example.com").await;
    let other = token(&eve, Scope::Read).await;
    eve.sudo(PASSWORD).await;
    eve.post("schedule_deletion", &[("confirmation", "eve@example.com")]).await;
    assert_eq!(app.count("signet_api_tokens").await, 0);
    everywhere(&app, "closed", Some(other.expose()), (401, 401)).await;
    // Cancelling the deletion does not bring the token back.
    eve.sign_in("eve@example.com", PASSWORD).await;
    eve.post("cancel_deletion", &[]).await;
    everywhere(&app, "kept", Some(other.expose()), (401, 401)).await;
}

/// ASVS V14.2.1; and a session cookie alone authenticates no API request.
#[tokio::test]
async fn only_the_header_counts() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let good = token(&ada, Scope::Write).await;
    let good = good.expose();
    for (method, path, _) in routes() {
        for parameter in ["token", "access_token", "authorization", "api_key", "bearer"] {
            let page = ask(&app, method.clone(), &format!("{path}?{parameter}={good}"), None).await;
            is_problem(&page, 401);
        }
        let with_cookies = ada.request(method.clone(), &path, "application/json");
        is_problem(&ada.send(with_cookies.body(Body::empty()).unwrap()).await, 401);
        for line in [format!("Basic {good}"), format!("Token {good}"), good.to_owned(), String::new()] {
            let request = ada.request(method.clone(), &path, "application/json").header(AUTHORIZATION, line);
            is_problem(&ada.send(request.body(Body::empty()).unwrap()).await, 401);
        }
    }
}
