//! `schedule_deletion`: the account closes now, and is erased after the grace period.

use signet::{
    domain::{
        error::Refusal,
        outbox::Kind,
        time::{Span, Timestamp},
    },
    server::context::Notice,
    testing::{OTHER_PASSWORD, PASSWORD, START, TestApp},
};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn the_promise_is_stored_everybody_is_signed_out_and_the_owner_is_told() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let other = app.signed_in(ADA, PASSWORD).await;
    browser.sudo(PASSWORD).await;
    let page = browser.post("schedule_deletion", &[("confirmation", " Ada@example.com ")]).await;
    assert_eq!(page.sent_to(), "/users/log-in");
    let delete_at = START.plus(Span::days(14));
    assert_eq!(browser.notice(), Some(Notice::DeletionScheduled { delete_at }));
    assert_eq!(browser.session(), None);
    assert!(!other.is_signed_in().await);
    assert_eq!(app.count("signet_sessions").await, 0);
    let sql = "SELECT deletion_scheduled_at, delete_at, security_stamp, email FROM signet_users";
    snapshot!(app.db.table(sql).await, @"
    deletion_scheduled_at  delete_at   security_stamp  email
    1800000000             1801209600  1               ada@example.com
    ");
    assert_eq!(app.news().await, ["account.deletion_scheduled by person of ada@example.com"]);
    let post = app.deliver().await;
    assert_eq!(post.words(), ["deletion_scheduled to ada@example.com"]);
    let text = &post.the(Kind::DeletionScheduled).letter.text;
    assert!(text.contains("29 January 2027"), "{text}");
}

#[tokio::test]
async fn reminders_come_three_days_and_one_day_before_each_once() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    let delete_at = START.plus(Span::days(14));
    for before in [Span::days(3), Span::days(1)] {
        app.clock.set(Timestamp(delete_at.minus(before).0 - 1));
        assert!(app.deliver().await.words().is_empty());
        app.clock.set(delete_at.minus(before));
        assert_eq!(app.deliver().await.words(), ["deletion_reminder to ada@example.com"]);
        assert!(app.deliver().await.words().is_empty());
    }
}

#[tokio::test]
async fn a_grace_shorter_than_a_reminder_has_no_such_reminder() {
    let app = TestApp::with(|settings| settings.deletion.grace_period = Span::days(2)).await;
    app.scheduled_browser(ADA).await;
    let due = app.rows("SELECT due_at FROM signet_letters WHERE kind = 'deletion_reminder'").await;
    assert_eq!(due, [START.plus(Span::days(1)).0.to_string()]);
}

#[tokio::test]
async fn every_link_and_the_pending_change_die_sent_or_not() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let reset = browser.ask_for_reset(ADA).await;
    let (confirm, cancel) = browser.ask_for_change("new@example.com").await;
    browser.post("request_email_change", &[("new_email", "newer@example.com")]).await;
    browser.post("request_password_reset", &[("email", ADA)]).await;
    browser.post("schedule_deletion", &[("confirmation", ADA)]).await;
    assert_eq!(app.rows("SELECT purpose FROM signet_mail_links").await, ["keep"]);
    assert_eq!(app.count("signet_email_changes WHERE state = 'open'").await, 0);
    assert_eq!(app.deliver().await.words(), ["deletion_scheduled to ada@example.com"]);
    browser.sign_in(ADA, PASSWORD).await;
    browser.post("cancel_deletion", &[]).await;
    for (action, token) in
        [("confirm_email_change", &confirm), ("cancel_email_change_by_link", &cancel), ("reset_password", &reset)]
    {
        let fields = [("token", token.as_str()), ("new_password", OTHER_PASSWORD)];
        let page = app.changes_nothing(browser.call(action, &fields)).await;
        assert_eq!(page.refusal(), Some(Refusal::DeadLink), "{action}");
    }
}

#[tokio::test]
async fn outside_sudo_the_form_is_kept() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.post("schedule_deletion", &[("confirmation", ADA)]).await;
    assert_eq!(browser.draft(), Some((ADA.to_owned(), None)));
}

#[tokio::test]
async fn outside_sudo_another_confirmation_is_refused_first() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let page = app.changes_nothing(browser.call("schedule_deletion", &[("confirmation", "eve@example.com")])).await;
    assert_eq!(page.refusal(), Some(Refusal::WrongConfirmation));
    assert_eq!(
        app.news().await,
        ["account.deletion_scheduled.failure by person of ada@example.com: wrong_confirmation"]
    );
    browser.post("sign_out", &[]).await;
    let page = app.browser().call("schedule_deletion", &[("confirmation", "eve@example.com")]).await;
    assert_eq!(page.refusal(), Some(Refusal::SignInRequired));
}

#[tokio::test]
async fn any_other_confirmation_is_refused() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    for typed in ["", "delete", "eve@example.com", "ada@example.co", "ada@example.com\0"] {
        let page = app.changes_nothing(browser.post("schedule_deletion", &[("confirmation", typed)])).await;
        assert_eq!(page.sent_to(), "/users/settings/delete");
        assert_eq!(browser.draft(), Some((typed.to_owned(), Some(Refusal::WrongConfirmation))));
    }
    assert_eq!(
        app.news().await,
        ["account.deletion_scheduled.failure by person of ada@example.com: wrong_confirmation"; 5]
    );
}

#[tokio::test]
async fn asking_again_moves_the_date_neither_way() {
    let app = TestApp::new().await;
    let browser = app.scheduled_browser(ADA).await;
    app.advance_clock(Span::days(5));
    let stranger = app.browser();
    let page = app.changes_nothing(stranger.call("schedule_deletion", &[("confirmation", ADA)])).await;
    assert_eq!(page.refusal(), Some(Refusal::SignInRequired));
    let page = browser.call("schedule_deletion", &[("confirmation", ADA)]).await;
    assert_eq!(page.refusal(), Some(Refusal::DeletionScheduled));
    assert_eq!(app.rows("SELECT delete_at FROM signet_users").await, [START.plus(Span::days(14)).0.to_string()]);
    // After a cancellation, a new request gets fourteen new days.
    browser.post("cancel_deletion", &[]).await;
    browser.sudo(PASSWORD).await;
    browser.post("schedule_deletion", &[("confirmation", ADA)]).await;
    assert_eq!(app.rows("SELECT delete_at FROM signet_users").await, [START.plus(Span::days(19)).0.to_string()]);
}

#[tokio::test]
async fn an_unverified_account_deletes_itself_and_its_address_gets_no_letter() {
    let app = TestApp::new().await;
    let (browser, _) = app.unverified(ADA).await;
    browser.sudo(PASSWORD).await;
    browser.post("resend_confirmation", &[]).await;
    let page = browser.post("schedule_deletion", &[("confirmation", ADA)]).await;
    assert_eq!(page.sent_to(), "/users/log-in");
    assert!(app.deliver().await.words().is_empty(), "every *verified* address is told");
    assert_eq!(app.rows("SELECT delete_at FROM signet_users").await, [START.plus(Span::days(14)).0.to_string()]);
}
