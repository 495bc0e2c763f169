//! `revoke_session_by_token`: a program signs a browser out.

use axum::http::Method;
use signet::{
    domain::{api_tokens::Scope, outbox::Kind, time::Span},
    testing::{PASSWORD, TestApp},
};

use super::{ADA, ask, is_problem, token};

#[tokio::test]
async fn a_session_is_ended_and_the_log_says_by_which_token() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let token = token(&ada, Scope::Write).await;
    let other = app.signed_in(ADA, PASSWORD).await;
    let path = format!("/api/v1/sessions/{}", other.viewer().await.session.id);
    let page = ask(&app, Method::DELETE, &path, Some(token.expose())).await;
    assert_eq!((page.status.as_u16(), page.body.as_str()), (204, ""));
    assert!(!other.is_signed_in().await);
    assert!(ada.is_signed_in().await);
    assert_eq!(app.news().await, [format!("session.revoked by api_token of {ADA}")]);
    let detail = app.rows("SELECT detail FROM signet_event_context ORDER BY event_id DESC LIMIT 1").await;
    assert_eq!(detail, [format!(r#"{{"api_token":{{"name":"backup","hint":"{}"}}}}"#, token.hint())]);
    // It works once.
    is_problem(&ask(&app, Method::DELETE, &path, Some(token.expose())).await, 404);
    assert_eq!(app.news().await, [format!("session.revoked.failure by api_token of {ADA}: not_found")]);
    assert!(app.deliver().await.words().is_empty());
}

#[tokio::test]
async fn a_token_that_may_only_read_ends_nothing() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let token = token(&ada, Scope::Read).await;
    let path = format!("/api/v1/sessions/{}", ada.viewer().await.session.id);
    // The token's use is noted beside the request.
    app.db.run("UPDATE signet_api_tokens SET last_used_at = 1800000000").await.unwrap();
    let page = app.changes_nothing(ask(&app, Method::DELETE, &path, Some(token.expose()))).await;
    is_problem(&page, 403);
    assert!(ada.is_signed_in().await);
    assert_eq!(app.news().await, [format!("session.revoked.failure by api_token of {ADA}: insufficient_scope")]);
}

#[tokio::test]
async fn another_accounts_session_is_none() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let bob = app.authenticated_browser("bob@example.com").await;
    let token = token(&ada, Scope::Write).await;
    app.db.run("UPDATE signet_api_tokens SET last_used_at = 1800000000").await.unwrap();
    let foreign = bob.viewer().await.session.id.to_string();
    for id in [foreign.as_str(), &foreign.to_uppercase(), "x", "%00", "..%2f..", "%ff", &"f".repeat(4000)] {
        let path = format!("/api/v1/sessions/{id}");
        let page = app.changes_nothing(ask(&app, Method::DELETE, &path, Some(token.expose()))).await;
        is_problem(&page, 404);
    }
    assert!(bob.is_signed_in().await);
}

/// A thief of a token could sign the owner out before the owner can revoke the token.
#[tokio::test]
async fn the_owner_is_told_of_the_third_session_within_a_day() {
    let app = TestApp::unlimited().await;
    let ada = app.authenticated_browser(ADA).await;
    let token = token(&ada, Scope::Write).await;
    app.deliver().await;
    // The last second in which the first revocation still counts, and the one after it.
    for (pause, told) in [(Span::seconds(86_399), true), (Span::seconds(86_400), false)] {
        app.clock.advance(Span::days(2));
        for number in 1..=4 {
            if number == 3 {
                app.clock.advance(pause);
            }
            let other = app.signed_in(ADA, PASSWORD).await;
            app.deliver().await;
            let path = format!("/api/v1/sessions/{}", other.viewer().await.session.id);
            assert_eq!(ask(&app, Method::DELETE, &path, Some(token.expose())).await.status, 204);
            let post = app.deliver().await;
            let expected = told && number == 3;
            assert_eq!(post.words().len(), usize::from(expected), "{pause:?}, {number}: {:?}", post.words());
            if expected {
                assert_eq!(post.words(), [format!("sessions_revoked_by_token to {ADA}")]);
                let text = &post.the(Kind::SessionsRevokedByToken).letter.text;
                assert!(text.contains("3 sessions within a day") && text.contains(&token.hint()), "{text}");
            }
        }
    }
}
