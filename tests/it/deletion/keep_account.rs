//! `keep_account`: the link in the letter about a scheduled deletion keeps the account, without signing in.

use signet::{
    domain::{
        error::Refusal,
        outbox::Kind,
        time::{Span, Timestamp},
    },
    server::context::Notice,
    testing::{Browser, OTHER_PASSWORD, PASSWORD, START, TestApp},
};

const ADA: &str = "ada@example.com";

/// A thief has changed the password and closed the account; returns the thief's browser, and the token in the letter to
/// the owner.
async fn closed_by_thief(app: &TestApp) -> (Browser<'_>, String) {
    let thief = app.authenticated_browser(ADA).await;
    thief.post("change_password", &[("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)]).await;
    thief.sudo(OTHER_PASSWORD).await;
    app.settle().await;
    thief.post("schedule_deletion", &[("confirmation", ADA)]).await;
    let token = app.deliver().await.token(Kind::DeletionScheduled);
    app.news().await;
    (thief, token)
}

#[tokio::test]
async fn the_reader_of_the_letter_keeps_the_account_and_is_not_signed_in() {
    let app = TestApp::new().await;
    let (_, token) = closed_by_thief(&app).await;
    let owner = app.browser();
    let page = owner.get(&format!("/users/keep/{token}")).await;
    assert!(page.body.contains("Keep my account") && page.body.contains(ADA), "{}", page.body);
    assert!(page.body.contains("29 January 2027") && page.body.contains("/users/reset-password"), "{}", page.body);
    let page = owner.post("keep_account", &[("token", &token)]).await;
    assert_eq!(page.sent_to(), "/users/log-in");
    assert_eq!(owner.notice(), Some(Notice::AccountKept));
    assert_eq!(owner.session(), None, "it does not sign in");
    let sql = "SELECT deletion_scheduled_at, delete_at, deletion_retry_at FROM signet_users";
    snapshot!(app.db.table(sql).await, @"
    deletion_scheduled_at  delete_at  deletion_retry_at
    NULL                   NULL       NULL
    ");
    assert_eq!(app.news().await, ["account.deletion_cancelled by link of ada@example.com"]);
    assert_eq!(app.deliver().await.words(), ["deletion_cancelled to ada@example.com"]);
    assert_eq!(app.count("signet_mail_links").await, 0);
    app.advance_clock(Span::days(20));
    assert!(app.deliver().await.words().is_empty(), "no reminder, no goodbye");
    // The owner takes the account back from the thief.
    let token = owner.ask_for_reset(ADA).await;
    owner.post("reset_password", &[("token", &token), ("new_password", "three Lemons 8 under glass")]).await;
    owner.sign_in(ADA, "three Lemons 8 under glass").await;
}

#[tokio::test]
async fn the_link_works_once_and_for_as_long_as_the_grace_period() {
    for (late, works) in [(-1, true), (0, true), (1, false)] {
        let app = TestApp::new().await;
        let (_, token) = closed_by_thief(&app).await;
        app.clock.set(Timestamp(START.plus(Span::days(14)).0 + late));
        let page = app.browser().call("keep_account", &[("token", &token)]).await;
        assert_eq!(page.refusal(), (!works).then_some(Refusal::DeadLink), "{late}");
        app.news().await;
        let page = app.changes_nothing(app.browser().call("keep_account", &[("token", &token)])).await;
        assert_eq!((page.status.as_u16(), page.refusal()), (410, Some(Refusal::DeadLink)));
        assert_eq!(app.news().await, ["account.deletion_cancelled.failure by link: dead_link"]);
        let page = app.browser().get(&format!("/users/keep/{token}")).await;
        assert!(page.body.contains("This link no longer works") && !page.body.contains("Keep my account"));
    }
}

#[tokio::test]
async fn the_link_dies_when_the_account_is_kept_reset_or_closed_again() {
    for case in ["kept", "reset", "closed again"] {
        let app = TestApp::new().await;
        let (thief, token) = closed_by_thief(&app).await;
        if case == "reset" {
            let reset = app.browser().ask_for_reset(ADA).await;
            app.browser().post("reset_password", &[("token", &reset), ("new_password", PASSWORD)]).await;
        } else {
            thief.sign_in(ADA, OTHER_PASSWORD).await;
            thief.post("cancel_deletion", &[]).await;
        }
        if case == "closed again" {
            thief.sudo(OTHER_PASSWORD).await;
            thief.post("schedule_deletion", &[("confirmation", ADA)]).await;
        }
        app.settle().await;
        let page = app.changes_nothing(app.browser().call("keep_account", &[("token", &token)])).await;
        assert_eq!(page.refusal(), Some(Refusal::DeadLink), "{case}");
    }
}

#[tokio::test]
async fn a_letter_that_was_not_sent_before_the_account_was_kept_is_not_sent() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    browser.post("schedule_deletion", &[("confirmation", ADA)]).await;
    browser.sign_in(ADA, PASSWORD).await;
    browser.post("cancel_deletion", &[]).await;
    assert_eq!(app.deliver().await.words(), ["deletion_cancelled to ada@example.com"]);
}

/// An earlier version of Signet queued the letter without a link.
#[tokio::test]
async fn a_letter_of_an_earlier_version_is_sent_without_a_link() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    browser.post("schedule_deletion", &[("confirmation", ADA)]).await;
    app.db.run("UPDATE signet_letters SET link_id = NULL").await.unwrap();
    let post = app.deliver().await;
    assert_eq!(post.words(), ["deletion_scheduled to ada@example.com"]);
    assert!(!post.the(Kind::DeletionScheduled).letter.text.contains("/users/keep/"));
}

#[tokio::test]
async fn a_session_of_another_account_in_the_readers_browser_stays() {
    let app = TestApp::new().await;
    let (_, token) = closed_by_thief(&app).await;
    let reader = app.authenticated_browser("reader@example.com").await;
    assert_eq!(reader.call("keep_account", &[("token", &token)]).await.status, 200);
    assert!(reader.is_signed_in().await);
}
