//! `revoke_all_api_tokens`: no program can reach the account any more.

use axum::http::Method;
use signet::{
    domain::{api_tokens::Scope, time::Span},
    server::context::Notice,
    testing::TestApp,
};

use crate::api::{ADA, ask, token};

#[tokio::test]
async fn the_page_that_asks_says_what_will_happen_and_changes_nothing() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let before = app.dump().await;
    let page = ada.get("/users/settings/api-tokens/revoke-all").await;
    assert_eq!((page.status.as_u16(), app.dump().await), (200, before));
    assert!(page.body.contains("Every program that uses one of your tokens loses access now."), "{}", page.body);
    assert!(page.body.contains("action=\"/api/revoke_all_api_tokens\""), "{}", page.body);
}

#[tokio::test]
async fn every_one_is_refused_and_nobody_elses() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let bob = app.authenticated_browser("bob@example.com").await;
    let bobs = token(&bob, Scope::Read).await;
    let own = [token(&ada, Scope::Read).await, token(&ada, Scope::Write).await];
    ada.post("revoke_all_api_tokens", &[]).await;
    assert_eq!(ada.notice(), Some(Notice::ApiTokensRevoked { revoked: 2 }));
    assert_eq!(app.news().await, vec![format!("api_token.revoked by person of {ADA}"); 2]);
    for token in own {
        assert_eq!(ask(&app, Method::GET, "/api/v1/me", Some(token.expose())).await.status, 401);
    }
    assert_eq!(ask(&app, Method::GET, "/api/v1/me", Some(bobs.expose())).await.status, 200);
    // There is nothing left to revoke: no event.
    ada.post("revoke_all_api_tokens", &[]).await;
    assert_eq!(app.news().await, [""; 0]);
    assert!(app.deliver().await.words().is_empty());
}

/// The page lists an expired token for thirty days; then it is removed.
#[tokio::test]
async fn what_has_run_out_is_shown_and_then_swept() {
    let app = TestApp::with(|settings| {
        settings.session.idle = Span::days(60);
        settings.session.absolute = Span::days(60);
    })
    .await;
    let ada = app.authenticated_browser(ADA).await;
    token(&ada, Scope::Read).await;
    for (days, late, words, left) in [
        (7, 0, ">22 January 2027, 08:00 UTC<", 1),
        (7, 1, "Expired on ", 1),
        (37, 0, "Expired on ", 1),
        (37, 1, "You have no API tokens.", 0),
    ] {
        app.clock.set(signet::domain::time::Timestamp(signet::testing::START.plus(Span::days(days)).0 + late));
        app.lifecycle.sweep().await.unwrap();
        let page = ada.get("/users/settings/api-tokens").await;
        assert!(page.body.contains(words), "{days} {late}: {}", page.body);
        assert_eq!(app.count("signet_api_tokens").await, left, "{days} {late}");
    }
}
