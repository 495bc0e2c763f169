//! `cancel_deletion`: the person has come back, and the account stays.

use signet::{
    domain::{
        error::Refusal,
        time::{Span, Timestamp},
    },
    server::context::Notice,
    testing::{PASSWORD, START, TestApp},
};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn the_account_is_as_before_under_a_new_token_and_nothing_is_left_to_do() {
    let app = TestApp::new().await;
    let browser = app.scheduled_browser(ADA).await;
    let copy = browser.stolen_session();
    let page = browser.post("cancel_deletion", &[]).await;
    assert_eq!(page.sent_to(), "/dashboard");
    assert_eq!(browser.notice(), Some(Notice::DeletionCancelled));
    assert!(browser.is_signed_in().await && !browser.has_sudo().await);
    assert!(!copy.is_signed_in().await, "the old token is dead at once");
    let sql = "SELECT deletion_scheduled_at, delete_at, deletion_retry_at FROM signet_users";
    snapshot!(app.db.table(sql).await, @"
    deletion_scheduled_at  delete_at  deletion_retry_at
    NULL                   NULL       NULL
    ");
    assert_eq!(app.news().await, ["account.deletion_cancelled by person of ada@example.com"]);
    assert_eq!(app.deliver().await.words(), ["deletion_cancelled to ada@example.com"]);
    app.advance_clock(Span::days(20));
    assert!(app.deliver().await.words().is_empty(), "no reminder, no goodbye");
    assert_eq!(app.count("signet_users WHERE anonymized_at IS NULL").await, 1);
}

#[tokio::test]
async fn it_works_to_the_last_second_and_after_it_until_it_is_executed() {
    for late in [-1, 0, 1] {
        let app = TestApp::new().await;
        app.scheduled_browser(ADA).await;
        app.clock.set(Timestamp(START.plus(Span::days(14)).0 + late));
        let browser = app.browser();
        browser.sign_in(ADA, PASSWORD).await;
        assert_eq!(browser.call("cancel_deletion", &[]).await.status, 200);
        app.settle().await;
        assert!(browser.is_signed_in().await);
    }
}

#[tokio::test]
async fn signing_in_alone_keeps_nothing() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    let scheduled = app.rows("SELECT deletion_scheduled_at, delete_at FROM signet_users").await;
    app.browser().sign_in(ADA, PASSWORD).await;
    assert_eq!(app.rows("SELECT deletion_scheduled_at, delete_at FROM signet_users").await, scheduled);
}

#[tokio::test]
async fn an_account_that_is_not_closed_has_nothing_to_cancel() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let page = app.changes_nothing(browser.call("cancel_deletion", &[])).await;
    assert_eq!((page.status.as_u16(), page.refusal()), (409, Some(Refusal::ChangedMeanwhile)));
    assert_eq!(
        app.news().await,
        ["account.deletion_cancelled.failure by person of ada@example.com: changed_meanwhile"]
    );
    let stranger = app.browser();
    let page = app.changes_nothing(stranger.call("cancel_deletion", &[])).await;
    assert_eq!(page.refusal(), Some(Refusal::SignInRequired));
}

#[tokio::test]
async fn a_session_from_before_the_deletion_cannot_bring_the_account_back() {
    let app = TestApp::new().await;
    let old = app.authenticated_browser(ADA).await;
    let thief = old.stolen_session();
    old.sudo(PASSWORD).await;
    let sudo_thief = old.stolen_session();
    old.post("schedule_deletion", &[("confirmation", ADA)]).await;
    for thief in [thief, sudo_thief] {
        let page = app.changes_nothing(thief.call("cancel_deletion", &[])).await;
        assert_eq!(page.refusal(), Some(Refusal::SignInRequired));
    }
}

#[tokio::test]
async fn an_unverified_account_comes_back_without_a_letter() {
    let app = TestApp::new().await;
    let (browser, _) = app.unverified(ADA).await;
    browser.sudo(PASSWORD).await;
    browser.post("schedule_deletion", &[("confirmation", ADA)]).await;
    browser.sign_in(ADA, PASSWORD).await;
    app.settle().await;
    assert_eq!(browser.call("cancel_deletion", &[]).await.status, 200);
    assert!(app.deliver().await.words().is_empty());
    assert_eq!(app.count("signet_users WHERE delete_at IS NULL AND email_verified_at IS NULL").await, 1);
}
