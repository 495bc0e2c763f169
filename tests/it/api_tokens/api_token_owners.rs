//! Two accounts: no action lets one reach the other's tokens (ASVS V8.2.2).

use signet::{
    domain::{api_tokens::Scope, error::Refusal},
    testing::TestApp,
};

use crate::api::{ADA, token};

const BOB: &str = "bob@example.com";

#[tokio::test]
async fn a_foreign_token_is_none() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.authenticated_browser(ADA).await, app.authenticated_browser(BOB).await);
    let (adas, _) = (token(&ada, Scope::Read).await, token(&bob, Scope::Read).await);
    let foreign = app.rows(&format!("SELECT id FROM signet_api_tokens WHERE hint = '{}'", adas.hint())).await.remove(0);
    // Shows what signing up has said, which no later answer then clears.
    bob.get("/dashboard").await;
    let mut answers = Vec::new();
    for id in [foreign.as_str(), &"0".repeat(32), "", "x", "' OR 1=1 --", &foreign.to_uppercase()] {
        let page = app.changes_nothing(bob.call("revoke_api_token", &[("id", id)])).await;
        assert_eq!((page.status.as_u16(), page.refusal()), (404, Some(Refusal::NotFound)), "{id:?}");
        assert_eq!(app.news().await, [format!("api_token.revoked.failure by person of {BOB}: not_found")]);
        answers.push(page.shape("what was typed is said nowhere"));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
}

#[tokio::test]
async fn nobody_sees_the_others_tokens() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.authenticated_browser(ADA).await, app.authenticated_browser(BOB).await);
    let adas = token(&ada, Scope::Read).await;
    assert!(ada.get("/users/settings/api-tokens").await.body.contains(&format!("…{}", adas.hint())));
    let page = bob.get("/users/settings/api-tokens").await;
    assert!(page.body.contains("You have no API tokens.") && !page.body.contains(&adas.hint()));
    assert!(ada.get("/users/settings").await.body.contains("1 active token"));
    assert!(bob.get("/users/settings").await.body.contains("No API tokens"));
    let bobs = token(&bob, Scope::Read).await;
    let me = crate::api::read(&app, "/api/v1/me", &bobs).await;
    assert_eq!(me["email"], BOB);
}
