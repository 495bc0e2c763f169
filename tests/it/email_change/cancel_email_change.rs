//! `cancel_email_change`: from settings, or by the old address's link.

use signet::{
    domain::{
        error::Refusal,
        time::{Span, Timestamp},
    },
    server::context::Notice,
    testing::{PASSWORD, START, TestApp},
};

const ADA: &str = "ada@example.com";
const NEW: &str = "new@example.com";

#[tokio::test]
async fn from_settings_the_change_ends_and_the_new_address_is_told() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let other = app.signed_in(ADA, PASSWORD).await;
    let (confirm, cancel) = browser.ask_for_change(NEW).await;
    // Cancelling needs no sudo mode.
    let page = other.post("cancel_email_change", &[]).await;
    assert_eq!(page.sent_to(), "/users/settings/email");
    assert_eq!(other.notice(), Some(Notice::EmailChangeCancelled));
    assert_eq!(app.rows("SELECT state FROM signet_email_changes").await, ["cancelled"]);
    assert_eq!(app.news().await, ["account.email_change_cancelled by person of ada@example.com"]);
    assert_eq!(app.deliver().await.words(), ["email_change_cancelled to new@example.com"]);
    for (action, token) in [("confirm_email_change", &confirm), ("cancel_email_change_by_link", &cancel)] {
        let page = app.changes_nothing(browser.call(action, &[("token", token)])).await;
        assert_eq!(page.refusal(), Some(Refusal::DeadLink), "{action}");
    }
    assert!(browser.is_signed_in().await && other.is_signed_in().await);
    assert_eq!(app.rows("SELECT email FROM signet_users").await, [ADA]);
}

#[tokio::test]
async fn the_link_from_the_old_address_needs_nobody_signed_in() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let (confirm, cancel) = browser.ask_for_change(NEW).await;
    let reader = app.browser();
    let page = reader.post("cancel_email_change_by_link", &[("token", &cancel)]).await;
    assert_eq!(page.sent_to(), "/");
    assert_eq!(reader.notice(), Some(Notice::EmailChangeCancelled));
    assert_eq!(reader.session(), None, "it does not sign in");
    assert_eq!(app.news().await, ["account.email_change_cancelled by link of ada@example.com"]);
    assert_eq!(app.deliver().await.words(), ["email_change_cancelled to new@example.com"]);
    let page = app.changes_nothing(browser.call("confirm_email_change", &[("token", &confirm)])).await;
    assert_eq!(page.refusal(), Some(Refusal::DeadLink));
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn the_link_works_once_and_for_24_hours() {
    for (late, works) in [(-1, true), (0, true), (1, false)] {
        let app = TestApp::new().await;
        let browser = app.authenticated_browser(ADA).await;
        let (_, cancel) = browser.ask_for_change(NEW).await;
        app.clock.set(Timestamp(START.plus(Span::hours(24)).0 + late));
        let page = app.browser().call("cancel_email_change_by_link", &[("token", &cancel)]).await;
        assert_eq!(page.refusal(), (!works).then_some(Refusal::DeadLink), "{late}");
        app.news().await;
        let again = app.changes_nothing(app.browser().call("cancel_email_change_by_link", &[("token", &cancel)])).await;
        assert_eq!(again.refusal(), Some(Refusal::DeadLink));
        assert_eq!(app.news().await, ["account.email_change_cancelled.failure by link: dead_link"]);
    }
}

#[tokio::test]
async fn after_the_confirmation_it_is_too_late_to_cancel() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let (confirm, cancel) = browser.ask_for_change(NEW).await;
    browser.post("confirm_email_change", &[("token", &confirm)]).await;
    let page = app.changes_nothing(browser.call("cancel_email_change_by_link", &[("token", &cancel)])).await;
    assert_eq!(page.refusal(), Some(Refusal::DeadLink));
    assert_eq!(app.rows("SELECT email FROM signet_users").await, [NEW]);
}

#[tokio::test]
async fn an_unsent_confirm_letter_is_taken_back() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    browser.post("request_email_change", &[("new_email", NEW)]).await;
    browser.post("cancel_email_change", &[]).await;
    let post = app.deliver().await;
    assert!(!post.words().iter().any(|word| word.starts_with("confirm_email_change")), "{:?}", post.words());
}

#[tokio::test]
async fn the_owner_of_a_taken_address_hears_nothing_of_the_end() {
    let app = TestApp::new().await;
    app.authenticated_browser(NEW).await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    browser.post("request_email_change", &[("new_email", NEW)]).await;
    app.settle().await;
    browser.post("cancel_email_change", &[]).await;
    assert!(app.deliver().await.words().is_empty());
    assert_eq!(app.news().await, ["account.email_change_cancelled by person of ada@example.com"]);
}

#[tokio::test]
async fn with_nothing_open_nothing_happens() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    app.changes_nothing(browser.post("cancel_email_change", &[])).await;
    assert!(app.news().await.is_empty());
    assert!(app.deliver().await.words().is_empty());
    assert_eq!(app.browser().call("cancel_email_change", &[]).await.refusal(), Some(Refusal::SignInRequired));
}
