//! `revoke_other_sessions`: every session of the account ends except the acting one.

use signet::{
    server::context::Notice,
    testing::{PASSWORD, TestApp},
};

const ADA: &str = "ada@example.com";
const PATH: &str = "/users/settings/sessions";

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
