//! `revoke_session`: another of the account's sessions ends.

use signet::{
    domain::error::Refusal,
    server::context::Notice,
    testing::{Browser, PASSWORD, TestApp},
};

const ADA: &str = "ada@example.com";
const PATH: &str = "/users/settings/sessions";

async fn id(browser: &Browser<'_>) -> String {
    browser.viewer().await.session.id.to_string()
}

#[tokio::test]
async fn it_ends_at_once_the_others_stay_and_the_log_says_which() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let (other, third) = (app.signed_in(ADA, PASSWORD).await, app.signed_in(ADA, PASSWORD).await);
    ada.sudo(PASSWORD).await;
    let page = ada.post("revoke_session", &[("session", &id(&other).await)]).await;
    assert_eq!((page.sent_to().as_str(), ada.notice()), (PATH, Some(Notice::SessionRevoked)));
    assert!(!other.is_signed_in().await && third.is_signed_in().await && ada.has_sudo().await);
    assert_eq!(app.news().await, [format!("session.revoked by person of {ADA}")]);
    assert_eq!(
        app.rows("SELECT detail FROM signet_event_context ORDER BY event_id DESC LIMIT 1").await,
        [r#"{"browser":"Firefox on Linux"}"#]
    );
    assert!(app.deliver().await.words().is_empty());
    let away = other.get("/dashboard").await;
    assert_eq!(
        (away.sent_to().as_str(), other.notice()),
        ("/users/log-in?return_to=/dashboard", Some(Notice::SessionEnded { during: None }))
    );
    assert_eq!(other.call("update_profile", &[("name", "Eve")]).await.refusal(), Some(Refusal::SignInRequired));
}

#[tokio::test]
async fn ones_own_is_signed_out_instead() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    let fields = [("session", &*id(&ada).await)];
    let page = app.changes_nothing(ada.call("revoke_session", &fields)).await;
    assert_eq!((page.status.as_u16(), page.refusal()), (409, Some(Refusal::ThisSession)));
    assert_eq!(app.news().await, [format!("session.revoked.failure by person of {ADA}: this_session")]);
}

#[tokio::test]
async fn what_is_no_session_of_the_account_is_not_found() {
    let app = TestApp::new().await;
    let eve = app.authenticated_browser("eve@example.com").await;
    let ada = app.authenticated_browser(ADA).await;
    let other = app.signed_in(ADA, PASSWORD).await;
    ada.sudo(PASSWORD).await;
    let gone = id(&other).await;
    ada.call("revoke_session", &[("session", &gone)]).await;
    app.news().await;
    let theirs = id(&eve).await;
    let upper = theirs.to_uppercase();
    for session in [&*theirs, &gone, &upper, "", "x", "' OR 1=1 --", "%", &"0".repeat(32), &"0".repeat(5_000)] {
        let page = app.changes_nothing(ada.call("revoke_session", &[("session", session)])).await;
        assert_eq!((page.status.as_u16(), page.refusal()), (404, Some(Refusal::NotFound)), "{session}");
        assert_eq!(app.news().await, [format!("session.revoked.failure by person of {ADA}: not_found")]);
    }
    let page = ada.follow(ada.post("revoke_session", &[("session", &theirs)]).await).await;
    assert!(page.body.contains("That no longer exists. Nothing was changed."));
    assert!(eve.is_signed_in().await);
}
