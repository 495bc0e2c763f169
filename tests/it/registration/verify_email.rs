//! `verify_email`: the owner of a new account confirms the address, and is signed in.

use signet::{
    domain::{
        error::Refusal,
        outbox::Kind,
        time::{Span, Timestamp},
    },
    server::{context::Notice, lifecycle::VERIFY_EMAIL_TTL},
    testing::{OTHER_PASSWORD, PASSWORD, START, TestApp, WRONG_PASSWORD},
};

const ADA: &str = "ada@example.com";

async fn is_verified(app: &TestApp, email: &str) -> bool {
    app.count(&format!("signet_users WHERE email = '{email}' AND email_verified_at IS NOT NULL")).await == 1
}

#[tokio::test]
async fn in_the_browser_that_signed_up_the_link_is_enough_and_signs_in() {
    let app = TestApp::new().await;
    let (browser, token) = app.unverified_link(ADA).await;
    let page = browser.post("verify_email", &[("token", &token)]).await;
    assert_eq!(page.sent_to(), "/dashboard");
    assert_eq!(browser.notice(), Some(Notice::EmailVerified));
    assert!(browser.is_signed_in().await);
    assert!(!browser.has_sudo().await);
    assert_eq!(app.rows("SELECT email_verified_at FROM signet_users").await, [START.0.to_string()]);
    assert_eq!(app.count("signet_mail_links").await, 0);
    assert_eq!(app.news().await, ["account.email_verified by link of ada@example.com"]);
    assert!(app.deliver().await.words().is_empty());
}

#[tokio::test]
async fn other_sessions_end_and_this_one_gets_a_new_token() {
    let app = TestApp::new().await;
    let (browser, token) = app.unverified_link(ADA).await;
    let other = app.signed_in(ADA, PASSWORD).await;
    browser.sign_in(ADA, PASSWORD).await;
    let stolen = browser.stolen_session();
    browser.post("verify_email", &[("token", &token)]).await;
    assert!(browser.is_signed_in().await);
    assert!(!stolen.is_signed_in().await);
    assert!(!other.is_signed_in().await);
    assert_eq!(app.sessions(ADA).await, 1);
}

#[tokio::test]
async fn signed_in_as_the_account_the_link_is_enough_in_any_browser() {
    let app = TestApp::new().await;
    let (_, token) = app.unverified_link(ADA).await;
    let other = app.signed_in(ADA, PASSWORD).await;
    assert_eq!(other.post("verify_email", &[("token", &token)]).await.sent_to(), "/dashboard");
    assert!(is_verified(&app, ADA).await);
}

#[tokio::test]
async fn any_other_browser_needs_the_password() {
    let app = TestApp::new().await;
    let (_, token) = app.unverified_link(ADA).await;
    let other = app.browser();
    for password in ["", WRONG_PASSWORD, "plum Tractor violet 91 "] {
        let fields = [("token", token.as_str()), ("password", password)];
        let (hashes, page) = app.hashes_in(app.changes_nothing(other.call("verify_email", &fields))).await;
        assert_eq!((page.refusal(), hashes), (Some(Refusal::WrongPassword), 1));
        let back = format!("/users/confirm/{token}");
        assert_eq!(other.post("verify_email", &fields).await.sent_to(), back);
        assert_eq!(other.draft(), Some((String::new(), Some(Refusal::WrongPassword))));
    }
    assert!(!is_verified(&app, ADA).await);
    assert_eq!(app.news().await, ["account.email_verified.failure by link of ada@example.com: wrong_password"; 6]);
    let fields = [("token", token.as_str()), ("password", PASSWORD)];
    assert_eq!(other.post("verify_email", &fields).await.sent_to(), "/dashboard");
    assert!(is_verified(&app, ADA).await);
}

#[tokio::test]
async fn nobody_confirms_an_account_that_a_stranger_made_for_them() {
    let app = TestApp::new().await;
    let (attacker, token) = app.unverified("victim@example.com").await;
    // The victim finds the letter and opens it, signed in to another account or to none.
    let elsewhere = app.authenticated_browser("victim@elsewhere.example").await;
    for victim in [app.browser(), elsewhere] {
        let page = victim.call("verify_email", &[("token", &token)]).await;
        assert_eq!(page.refusal(), Some(Refusal::WrongPassword));
    }
    assert!(!is_verified(&app, "victim@example.com").await);
    // The victim signs up; nothing of the stranger's account remains.
    let victim = app.browser();
    victim.post("sign_up", &[("email", "victim@example.com"), ("password", OTHER_PASSWORD)]).await;
    let own = app.deliver().await.token(Kind::ConfirmAddress);
    victim.post("verify_email", &[("token", &own)]).await;
    assert!(victim.is_signed_in().await && !attacker.is_signed_in().await);
    assert_eq!(app.sessions("victim@example.com").await, 1);
}

#[tokio::test]
async fn the_session_of_another_account_in_the_same_browser_ends() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser("eve@example.com").await;
    browser.post("sign_up", &[("email", ADA), ("password", PASSWORD)]).await;
    let token = app.deliver().await.token(Kind::ConfirmAddress);
    let before = browser.stolen_session();
    browser.post("verify_email", &[("token", &token)]).await;
    assert_eq!(app.sessions(ADA).await, 1);
    assert!(!before.is_signed_in().await, "the old token is dead at once");
}

#[tokio::test]
async fn the_link_works_once_and_for_24_hours() {
    for (late, works) in [(-1, true), (0, true), (1, false)] {
        let app = TestApp::new().await;
        let (browser, token) = app.unverified_link(ADA).await;
        app.clock.set(Timestamp(START.plus(VERIFY_EMAIL_TTL).0 + late));
        let first = browser.call("verify_email", &[("token", &token)]).await;
        assert_eq!(first.refusal(), (!works).then_some(Refusal::DeadLink), "{late}");
        assert_eq!(is_verified(&app, ADA).await, works, "{late}");
        app.news().await;
        let second = app.changes_nothing(browser.call("verify_email", &[("token", &token)])).await;
        assert_eq!((second.status.as_u16(), second.refusal()), (410, Some(Refusal::DeadLink)));
        assert_eq!(app.news().await, ["account.email_verified.failure by link: dead_link"]);
    }
    assert_eq!(VERIFY_EMAIL_TTL, Span::hours(24));
}

#[tokio::test]
async fn an_account_that_was_closed_is_not_verified() {
    let app = TestApp::new().await;
    let (browser, token) = app.unverified(ADA).await;
    browser.sudo(PASSWORD).await;
    browser.post("schedule_deletion", &[("confirmation", ADA)]).await;
    let page = browser.call("verify_email", &[("token", &token)]).await;
    assert_eq!(page.refusal(), Some(Refusal::DeadLink));
    assert!(!is_verified(&app, ADA).await);
}
