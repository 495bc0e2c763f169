//! **Resend confirmation**: another link for an account that is not verified.

use signet::{
    domain::{error::Refusal, outbox::Kind},
    server::context::Notice,
    testing::{PASSWORD, TestApp},
};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn a_new_link_goes_out_and_the_old_one_dies() {
    let app = TestApp::new().await;
    let (browser, old) = app.unverified(ADA).await;
    let page = browser.post("resend_confirmation", &[]).await;
    assert_eq!(page.sent_to(), "/users/settings");
    assert_eq!(browser.notice(), Some(Notice::ConfirmationSent { email: ADA.to_owned() }));
    let post = app.deliver().await;
    assert_eq!(post.words(), ["confirm_address to ada@example.com"]);
    let page = app.changes_nothing(browser.call("verify_email", &[("token", &old)])).await;
    assert_eq!(page.refusal(), Some(Refusal::DeadLink));
    let new = post.token(Kind::ConfirmAddress);
    assert_eq!(browser.post("verify_email", &[("token", &new)]).await.sent_to(), "/dashboard");
}

#[tokio::test]
async fn the_browser_that_asks_is_the_one_the_link_is_enough_in() {
    let app = TestApp::new().await;
    let (first, _) = app.unverified_link(ADA).await;
    let second = app.signed_in(ADA, PASSWORD).await;
    second.post("resend_confirmation", &[]).await;
    let token = app.deliver().await.token(Kind::ConfirmAddress);
    second.post("sign_out", &[]).await;
    let page = first.call("verify_email", &[("token", &token)]).await;
    assert_eq!(page.refusal(), Some(Refusal::WrongPassword));
    assert_eq!(second.post("verify_email", &[("token", &token)]).await.sent_to(), "/dashboard");
}

#[tokio::test]
async fn asked_for_twice_only_the_last_letter_is_sent() {
    let app = TestApp::new().await;
    let (browser, _) = app.unverified(ADA).await;
    browser.post("resend_confirmation", &[]).await;
    browser.post("resend_confirmation", &[]).await;
    assert_eq!(app.deliver().await.words(), ["confirm_address to ada@example.com"]);
    assert_eq!(app.count("signet_mail_links").await, 1);
}

#[tokio::test]
async fn a_verified_account_gets_none() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    app.changes_nothing(browser.post("resend_confirmation", &[])).await;
    assert!(app.deliver().await.words().is_empty());
}

#[tokio::test]
async fn nobody_signed_in_gets_none() {
    let app = TestApp::new().await;
    app.unverified_link(ADA).await;
    let stranger = app.browser();
    let page = app.changes_nothing(stranger.call("resend_confirmation", &[])).await;
    assert_eq!((page.status.as_u16(), page.refusal()), (401, Some(Refusal::SignInRequired)));
    let page = stranger.post("resend_confirmation", &[]).await;
    assert_eq!(page.sent_to(), "/users/log-in?return_to=/users/settings");
}
