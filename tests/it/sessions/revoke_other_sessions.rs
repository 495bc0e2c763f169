//! `revoke_other_sessions`: every session of the account ends except the acting one.

use signet::{
    server::context::Notice,
    testing::{PASSWORD, PROVIDER, TestApp},
};

const ADA: &str = "ada@example.com";
const PATH: &str = "/users/settings/sessions";

#[tokio::test]
async fn the_page_that_asks_says_what_will_happen_and_changes_nothing() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let other = app.signed_in(ADA, PASSWORD).await;
    ada.sudo(PASSWORD).await;
    let before = app.dump().await;
    let page = ada.get("/users/settings/sessions/sign-out-others").await;
    assert_eq!((page.status.as_u16(), app.dump().await), (200, before));
    assert!(page.body.contains("Every other browser and device is signed out now."), "{}", page.body);
    assert!(page.body.contains("action=\"/api/revoke_other_sessions\""), "{}", page.body);
    drop(other);
}

#[tokio::test]
async fn all_others_end_this_one_and_other_peoples_stay() {
    let app = TestApp::new().await;
    let eve = app.authenticated_browser("eve@example.com").await;
    let ada = app.authenticated_browser(ADA).await;
    let others = [app.signed_in(ADA, PASSWORD).await, app.signed_in(ADA, PASSWORD).await];
    ada.sudo(PASSWORD).await;
    let page = ada.post("revoke_other_sessions", &[]).await;
    assert_eq!((page.sent_to().as_str(), ada.notice()), (PATH, Some(Notice::OtherSessionsRevoked { others: 2 })));
    for other in &others {
        assert!(!other.is_signed_in().await);
    }
    assert!(ada.has_sudo().await && eve.is_signed_in().await);
    assert_eq!(app.news().await, [format!("session.revoked by person of {ADA}")]);
    assert_eq!(
        app.rows("SELECT detail FROM signet_event_context ORDER BY event_id DESC LIMIT 1").await,
        [r#"{"other_sessions":2}"#]
    );
    assert!(app.deliver().await.words().is_empty());
}

#[tokio::test]
async fn where_there_are_none_nothing_happens_and_nothing_is_said_to_have() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    let page = app.changes_nothing(ada.post("revoke_other_sessions", &[])).await;
    assert_eq!((page.sent_to().as_str(), ada.notice()), (PATH, Some(Notice::OtherSessionsRevoked { others: 0 })));
    assert!(app.news().await.is_empty());
}

/// ASVS V7.4.3. A new password ends the others by itself.
#[tokio::test]
async fn after_a_change_of_the_ways_to_sign_in_it_is_offered() {
    let app = TestApp::with_provider(|_| {}).await;
    let ada = app.authenticated_browser(ADA).await;
    app.signed_in(ADA, PASSWORD).await;
    ada.sudo(PASSWORD).await;
    let id = app.user(ADA).await;
    app.db
        .run(&format!(
            "INSERT INTO signet_identities (id, user_id, provider, subject, stamp, linked_at) \
             VALUES ('a', '{id}', '{PROVIDER}', 'ada', 0, 0)"
        ))
        .await
        .unwrap();
    let page = ada.post("unlink_provider", &[("provider", PROVIDER)]).await;
    let page = ada.follow(page).await;
    assert!(page.body.contains(&format!("href=\"{PATH}\"")), "{}", page.body);
    let page = ada.get(PATH).await;
    assert!(page.body.contains("Sign out other sessions"), "{}", page.body);
}
