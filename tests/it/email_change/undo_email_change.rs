//! `undo_email_change`: the old address takes the account back.

use signet::{
    domain::{
        error::Refusal,
        outbox::Kind,
        time::{Span, Timestamp},
    },
    server::context::Notice,
    testing::{Browser, OTHER_PASSWORD, PASSWORD, START, TestApp},
};

const A: &str = "a@example.com";
const B: &str = "b@example.com";
const C: &str = "c@example.com";

async fn account(app: &TestApp) -> String {
    app.rows("SELECT email FROM signet_users WHERE email IS NOT NULL").await.join(" ")
}

#[tokio::test]
async fn the_old_address_is_back_everybody_is_signed_out_and_both_are_told() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(A).await;
    let undo = browser.change_email(B).await;
    let reset = browser.ask_for_reset(B).await;
    let (confirm, cancel) = browser.ask_for_change(C).await;

    let reader = app.browser();
    let page = reader.post("undo_email_change", &[("token", &undo)]).await;
    assert_eq!(page.sent_to(), "/users/log-in");
    let notice = Notice::EmailRestored { email: A.to_owned() };
    assert_eq!(reader.notice(), Some(notice));
    assert_eq!(reader.session(), None, "it does not sign in");
    assert_eq!(account(&app).await, A);
    assert_eq!(app.rows("SELECT email_verified_at FROM signet_users").await, [START.0.to_string()]);
    assert!(!browser.is_signed_in().await);
    assert_eq!(app.count("signet_sessions").await, 0);
    assert_eq!(app.count("signet_api_tokens").await, 0);
    assert_eq!(app.count("signet_mail_links").await, 1, "the new reset link");
    assert_eq!(app.count("signet_email_changes WHERE state IN ('open', 'confirmed')").await, 0);
    assert_eq!(app.news().await, ["account.email_change_undone by link of a@example.com"]);
    let post = app.deliver().await;
    assert_eq!(
        post.words(),
        [
            "email_change_undone to a@example.com",
            "email_change_undone to b@example.com",
            "reset_password to a@example.com"
        ]
    );
    let refused = browser.call("sign_in", &[("email", A), ("password", PASSWORD)]).await;
    assert_eq!(refused.refusal(), Some(Refusal::WrongCredentials), "the password is gone");
    let new = post.token(Kind::ResetPassword);
    browser.post("reset_password", &[("token", &new), ("new_password", OTHER_PASSWORD)]).await;
    browser.sign_in(A, OTHER_PASSWORD).await;
    for (action, token) in
        [("confirm_email_change", &confirm), ("cancel_email_change_by_link", &cancel), ("undo_email_change", &undo)]
    {
        let page = app.changes_nothing(browser.call(action, &[("token", token)])).await;
        assert_eq!(page.refusal(), Some(Refusal::DeadLink), "{action}");
    }
    let page = browser.call("reset_password", &[("token", &reset), ("new_password", OTHER_PASSWORD)]).await;
    assert_eq!(page.refusal(), Some(Refusal::DeadLink));
}

#[tokio::test]
async fn the_link_works_once_and_for_seven_days() {
    for (late, works) in [(-1, true), (0, true), (1, false)] {
        let app = TestApp::new().await;
        let undo = app.authenticated_browser(A).await.change_email(B).await;
        app.clock.set(Timestamp(START.plus(Span::days(7)).0 + late));
        let page = app.browser().call("undo_email_change", &[("token", &undo)]).await;
        assert_eq!(page.refusal(), (!works).then_some(Refusal::DeadLink), "{late}");
        assert_eq!(account(&app).await, if works { A } else { B });
        app.news().await;
        let again = app.changes_nothing(app.browser().call("undo_email_change", &[("token", &undo)])).await;
        assert_eq!(again.refusal(), Some(Refusal::DeadLink));
        assert_eq!(app.news().await, ["account.email_change_undone.failure by link: dead_link"]);
    }
}

/// An account whose address has changed twice, and the tokens to undo the first change and the second.
async fn a_to_b_to_c(app: &TestApp) -> (Browser<'_>, String, String) {
    let browser = app.authenticated_browser(A).await;
    let to_a = browser.change_email(B).await;
    let to_b = browser.change_email(C).await;
    (browser, to_a, to_b)
}

#[tokio::test]
async fn after_a_to_b_to_c_the_earliest_undo_wins_and_the_later_dies() {
    let app = TestApp::new().await;
    let (_, to_a, to_b) = a_to_b_to_c(&app).await;
    let reader = app.browser();
    assert_eq!(reader.call("undo_email_change", &[("token", &to_a)]).await.status, 200);
    assert_eq!(account(&app).await, A);
    assert_eq!(
        app.deliver().await.words(),
        [
            "email_change_undone to a@example.com",
            "email_change_undone to c@example.com",
            "reset_password to a@example.com"
        ]
    );
    let page = app.changes_nothing(reader.call("undo_email_change", &[("token", &to_b)])).await;
    assert_eq!(page.refusal(), Some(Refusal::DeadLink));
    assert_eq!(account(&app).await, A);
}

#[tokio::test]
async fn after_a_to_b_to_c_the_later_undo_leaves_the_earlier_alive() {
    let app = TestApp::new().await;
    let (_, to_a, to_b) = a_to_b_to_c(&app).await;
    let reader = app.browser();
    assert_eq!(reader.call("undo_email_change", &[("token", &to_b)]).await.status, 200);
    assert_eq!(account(&app).await, B);
    app.settle().await;
    assert_eq!(reader.call("undo_email_change", &[("token", &to_a)]).await.status, 200);
    assert_eq!(account(&app).await, A);
    assert_eq!(
        app.deliver().await.words(),
        [
            "email_change_undone to a@example.com",
            "email_change_undone to b@example.com",
            "reset_password to a@example.com"
        ]
    );
}

#[tokio::test]
async fn a_sweep_in_between_does_not_forget_which_change_came_first() {
    let app = TestApp::new().await;
    let (browser, to_a, to_b) = a_to_b_to_c(&app).await;
    app.lifecycle.sweep().await.unwrap();
    app.browser().call("undo_email_change", &[("token", &to_b)]).await;
    app.lifecycle.sweep().await.unwrap();
    let reset = app.deliver().await.token(Kind::ResetPassword);
    browser.post("reset_password", &[("token", &reset), ("new_password", PASSWORD)]).await;
    browser.sign_in(B, PASSWORD).await;
    let to_b_again = browser.change_email(C).await;
    app.browser().call("undo_email_change", &[("token", &to_a)]).await;
    assert_eq!(account(&app).await, A);
    let page = app.browser().call("undo_email_change", &[("token", &to_b_again)]).await;
    assert_eq!(page.refusal(), Some(Refusal::DeadLink));
}

#[tokio::test]
async fn a_password_set_since_goes_with_the_change() {
    for by_reset in [false, true] {
        let app = TestApp::new().await;
        let thief = app.authenticated_browser(A).await;
        let undo = thief.change_email(B).await;
        if by_reset {
            let token = thief.ask_for_reset(B).await;
            thief.post("reset_password", &[("token", &token), ("new_password", OTHER_PASSWORD)]).await;
        } else {
            thief.post("change_password", &[("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)]).await;
        }
        let owner = app.browser();
        owner.post("undo_email_change", &[("token", &undo)]).await;
        let notice = Notice::EmailRestored { email: A.to_owned() };
        assert_eq!(owner.notice(), Some(notice));
        assert_eq!(app.rows("SELECT password_hash FROM signet_users").await, ["NULL"]);
        for (email, password) in [(A, OTHER_PASSWORD), (B, OTHER_PASSWORD), (A, PASSWORD)] {
            let page = thief.call("sign_in", &[("email", email), ("password", password)]).await;
            assert_eq!(page.refusal(), Some(Refusal::WrongCredentials));
        }
        app.settle().await;
        let token = owner.ask_for_reset(A).await;
        owner.post("reset_password", &[("token", &token), ("new_password", "three Lemons 8 under glass")]).await;
        owner.sign_in(A, "three Lemons 8 under glass").await;
    }
}

/// A thief who changed the password before they changed the address must not outlive the undo.
#[tokio::test]
async fn a_password_set_before_goes_too_and_a_reset_link_comes() {
    let app = TestApp::new().await;
    let thief = app.authenticated_browser(A).await;
    thief.post("change_password", &[("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)]).await;
    thief.sudo(OTHER_PASSWORD).await;
    thief.post("request_email_change", &[("new_email", B)]).await;
    let token = app.deliver().await.token(Kind::ConfirmEmailChange);
    thief.post("confirm_email_change", &[("token", &token)]).await;
    let undo = app.deliver().await.token(Kind::EmailChangedOld);
    let owner = app.browser();
    owner.post("undo_email_change", &[("token", &undo)]).await;
    let page = thief.call("sign_in", &[("email", A), ("password", OTHER_PASSWORD)]).await;
    assert_eq!(page.refusal(), Some(Refusal::WrongCredentials));
    let reset = app.deliver().await.token(Kind::ResetPassword);
    owner.post("reset_password", &[("token", &reset), ("new_password", "three Lemons 8 under glass")]).await;
    owner.sign_in(A, "three Lemons 8 under glass").await;
}

#[tokio::test]
async fn known_browsers_are_forgotten_but_the_one_that_undoes() {
    let app = TestApp::new().await;
    let thief = app.authenticated_browser(A).await;
    let undo = thief.change_email(B).await;
    let owner = app.browser();
    owner.post("undo_email_change", &[("token", &undo)]).await;
    let reset = app.deliver().await.token(Kind::ResetPassword);
    owner.post("reset_password", &[("token", &reset), ("new_password", OTHER_PASSWORD)]).await;
    app.settle().await;
    assert_eq!(app.count("signet_known_devices").await, 1);
    owner.sign_in(A, OTHER_PASSWORD).await;
    assert!(app.deliver().await.words().is_empty());
    thief.sign_in(A, OTHER_PASSWORD).await;
    assert_eq!(app.deliver().await.words(), ["new_device to a@example.com"]);
}

/// The reset link that comes with the undo does not count among those that a stranger had sent before.
#[tokio::test]
async fn the_owner_gets_a_reset_link_however_many_a_stranger_asked_for() {
    let app = TestApp::new().await;
    let undo = app.authenticated_browser(A).await.change_email(B).await;
    for _ in 0..3 {
        app.browser().post("request_password_reset", &[("email", B)]).await;
    }
    app.settle().await;
    app.browser().post("undo_email_change", &[("token", &undo)]).await;
    app.deliver().await.token(Kind::ResetPassword);
    assert_eq!(app.count("signet_mail_links").await, 1);
}

#[tokio::test]
async fn a_deletion_scheduled_since_is_called_off() {
    let app = TestApp::new().await;
    let thief = app.authenticated_browser(A).await;
    let undo = thief.change_email(B).await;
    thief.sudo(PASSWORD).await;
    thief.post("schedule_deletion", &[("confirmation", B)]).await;
    app.settle().await;
    app.browser().post("undo_email_change", &[("token", &undo)]).await;
    snapshot!(app.db.table("SELECT deletion_scheduled_at, delete_at, deletion_retry_at FROM signet_users").await, @"
    deletion_scheduled_at  delete_at  deletion_retry_at
    NULL                   NULL       NULL
    ");
    app.deliver().await;
    app.advance_clock(Span::days(20));
    assert!(app.deliver().await.words().is_empty(), "no reminder, no goodbye");
    assert_eq!(account(&app).await, A);
}

#[tokio::test]
async fn an_old_address_that_somebody_verified_meanwhile_is_theirs() {
    let app = TestApp::new().await;
    let undo = app.authenticated_browser(A).await.change_email(B).await;
    app.authenticated_browser(A).await;
    let page = app.changes_nothing(app.browser().call("undo_email_change", &[("token", &undo)])).await;
    assert_eq!(page.refusal(), Some(Refusal::DeadLink));
    assert_eq!(app.rows("SELECT email FROM signet_users ORDER BY email").await, [A, B]);
}

#[tokio::test]
async fn an_old_address_that_somebody_only_signed_up_with_comes_back() {
    let app = TestApp::new().await;
    let undo = app.authenticated_browser(A).await.change_email(B).await;
    let (squatter, _) = app.unverified(A).await;
    assert_eq!(app.browser().call("undo_email_change", &[("token", &undo)]).await.status, 200);
    assert_eq!(account(&app).await, A);
    assert!(!squatter.is_signed_in().await);
    assert_eq!(app.count("signet_users WHERE email_verified_at IS NOT NULL").await, 1);
}

#[tokio::test]
async fn a_session_of_another_account_in_the_readers_browser_stays() {
    let app = TestApp::new().await;
    let undo = app.authenticated_browser(A).await.change_email(B).await;
    let reader = app.authenticated_browser("reader@example.com").await;
    reader.post("undo_email_change", &[("token", &undo)]).await;
    assert!(reader.is_signed_in().await);
}

#[tokio::test]
async fn letters_of_the_change_that_were_still_to_be_sent_are_taken_back() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(A).await;
    let undo = browser.change_email(B).await;
    browser.sudo(PASSWORD).await;
    browser.post("request_email_change", &[("new_email", C)]).await;
    app.browser().post("undo_email_change", &[("token", &undo)]).await;
    assert_eq!(
        app.deliver().await.words(),
        [
            "email_change_undone to a@example.com",
            "email_change_undone to b@example.com",
            "reset_password to a@example.com"
        ]
    );
}
