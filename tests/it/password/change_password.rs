//! `change_password`: a person with the current password sets a new one. This session goes on; the others end.

use signet::{
    domain::error::Refusal,
    server::context::Notice,
    testing::{OTHER_PASSWORD, PASSWORD, TestApp, WRONG_PASSWORD, people::password_change},
};

use crate::panics::Panics;

const ADA: &str = "ada@example.com";

fn change(new: &str) -> [(&str, &str); 2] {
    [("current_password", PASSWORD), ("new_password", new)]
}

#[tokio::test]
async fn this_session_goes_on_under_a_new_token_and_the_others_end() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let others = [app.signed_in(ADA, PASSWORD).await, app.signed_in(ADA, PASSWORD).await];
    let copy = browser.stolen_session();
    let page = browser.post("change_password", &change(OTHER_PASSWORD)).await;
    assert_eq!(page.sent_to(), "/users/settings/password");
    assert_eq!(browser.notice(), Some(Notice::PasswordChanged { others: 2 }));
    assert!(browser.is_signed_in().await);
    assert!(!copy.is_signed_in().await, "the old token is dead at once");
    for other in &others {
        assert!(!other.is_signed_in().await);
    }
    assert_eq!(app.sessions(ADA).await, 1);
    assert_eq!(app.news().await, ["account.password_changed by person of ada@example.com"]);
    assert_eq!(app.deliver().await.words(), ["password_changed to ada@example.com"]);
    snapshot!(app.db.table("SELECT password_stamp, security_stamp FROM signet_users").await, @"
    password_stamp  security_stamp
    1               1
    ");
    let old = app.browser().call("sign_in", &[("email", ADA), ("password", PASSWORD)]).await;
    assert_eq!(old.refusal(), Some(Refusal::WrongCredentials));
    app.browser().sign_in(ADA, OTHER_PASSWORD).await;
}

/// They survive a change otherwise: a program that runs must not stop because its owner has a new password.
#[tokio::test]
async fn api_tokens_are_revoked_if_the_box_is_ticked() {
    for (ticked, left) in [("yes", 0), ("", 1)] {
        let app = TestApp::new().await;
        let browser = app.authenticated_browser(ADA).await;
        let other = app.authenticated_browser("bob@example.com").await;
        for owner in [&browser, &other] {
            owner.sudo(PASSWORD).await;
            owner.post("create_api_token", &[("name", "backup"), ("scope", "read"), ("expires", "7")]).await;
        }
        let refused = [("current_password", WRONG_PASSWORD), ("revoke_api_tokens", ticked)];
        browser.post("change_password", &refused).await;
        assert_eq!(app.count("signet_api_tokens").await, 2);
        // The box is as the person left it.
        let page = browser.get("/users/settings/password").await;
        assert_eq!(page.body.contains(r#"value="yes" checked"#), ticked == "yes", "{}", page.body);
        let fields = [("current_password", PASSWORD), ("new_password", OTHER_PASSWORD), ("revoke_api_tokens", ticked)];
        app.news().await;
        browser.post("change_password", &fields).await;
        let mut news = vec!["api_token.revoked by person of ada@example.com"; 1 - left];
        news.push("account.password_changed by person of ada@example.com");
        assert_eq!(app.news().await, news, "{ticked:?}");
        let owners =
            "SELECT COUNT(*) FROM signet_api_tokens t JOIN signet_users u ON u.id = t.user_id WHERE u.email = ";
        assert_eq!(app.rows(&format!("{owners}'{ADA}'")).await, [left.to_string()], "{ticked:?}");
        assert_eq!(app.rows(&format!("{owners}'bob@example.com'")).await, ["1"]);
    }
}

#[tokio::test]
async fn reset_links_and_the_pending_change_die_sent_or_not() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let reset = browser.ask_for_reset(ADA).await;
    let (confirm, cancel) = browser.ask_for_change("new@example.com").await;
    browser.post("change_password", &change(OTHER_PASSWORD)).await;
    assert_eq!(app.count("signet_mail_links").await, 0);
    assert_eq!(app.rows("SELECT state FROM signet_email_changes").await, ["cancelled"]);
    assert_eq!(app.deliver().await.words(), ["password_changed to ada@example.com"]);
    let new = [("token", reset.as_str()), ("new_password", "three Lemons 8 under glass")];
    assert_eq!(browser.call("reset_password", &new).await.refusal(), Some(Refusal::DeadLink));
    for (action, token) in [("confirm_email_change", &confirm), ("cancel_email_change_by_link", &cancel)] {
        let page = app.changes_nothing(browser.call(action, &[("token", token)])).await;
        assert_eq!(page.refusal(), Some(Refusal::DeadLink), "{action}");
    }
}

#[tokio::test]
async fn unsent_links_are_taken_back() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    browser.post("request_email_change", &[("new_email", "new@example.com")]).await;
    browser.post("request_password_reset", &[("email", ADA)]).await;
    browser.post("change_password", &change(OTHER_PASSWORD)).await;
    assert_eq!(app.deliver().await.words(), ["password_changed to ada@example.com"]);
}

#[tokio::test]
async fn sudo_does_not_stand_in_for_the_current_password() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    for current in ["", WRONG_PASSWORD, OTHER_PASSWORD] {
        let fields = [("current_password", current), ("new_password", OTHER_PASSWORD)];
        let (hashes, page) = app.hashes_in(app.changes_nothing(browser.call("change_password", &fields))).await;
        assert_eq!((page.status.as_u16(), page.refusal(), hashes), (422, Some(Refusal::WrongPassword), 1));
    }
    let page = browser.call("change_password", &[("new_password", OTHER_PASSWORD)]).await;
    assert_eq!(page.refusal(), Some(Refusal::WrongPassword));
    assert_eq!(app.news().await, ["account.password_changed.failure by person of ada@example.com: wrong_password"; 4]);
    assert!(app.deliver().await.words().is_empty());
}

#[tokio::test]
async fn the_change_ends_sudo() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    browser.post("change_password", &change(OTHER_PASSWORD)).await;
    assert!(!browser.has_sudo().await);
    let page = app.changes_nothing(browser.call("schedule_deletion", &[("confirmation", ADA)])).await;
    assert_eq!(page.refusal(), Some(Refusal::SudoRequired));
}

#[tokio::test]
async fn a_refused_new_password_says_why_and_keeps_everything() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser("lovelace@example.com").await;
    browser.post("update_profile", &[("name", "Augusta Byron King")]).await;
    app.news().await;
    let long = "x7".repeat(65);
    let cases = [
        ("short", "password_too_short"),
        (long.as_str(), "password_too_long"),
        ("nul\0 in the middle", "password_has_nul"),
        ("password1234", "weak_password"),
        ("lovelace lovelace", "weak_password"),
        ("augusta byron king", "weak_password"),
        (PASSWORD, "same_password"),
    ];
    for (new, code) in cases {
        let page = app.changes_nothing(browser.post("change_password", &change(new))).await;
        assert_eq!(page.sent_to(), "/users/settings/password");
        let (typed, refusal) = browser.draft().unwrap();
        assert_eq!((typed.as_str(), refusal.map(Refusal::code)), ("", Some(code)), "{new:?}");
        let event = format!("account.password_changed.failure by person of lovelace@example.com: {code}");
        assert_eq!(app.news().await, [event]);
    }
    assert!(browser.is_signed_in().await);
    assert!(app.deliver().await.words().is_empty());
}

#[tokio::test]
async fn without_a_session_nothing_happens() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    let stranger = app.browser();
    let page = app.changes_nothing(stranger.call("change_password", &change(OTHER_PASSWORD))).await;
    assert_eq!((page.status.as_u16(), page.refusal()), (401, Some(Refusal::SignInRequired)));
}

#[tokio::test]
async fn a_password_that_changed_while_it_was_proved_is_not_overwritten() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let viewer = browser.viewer().await;
    browser.post("change_password", &change(OTHER_PASSWORD)).await;
    // The action gets the viewer of before the change, as from a slower request of the same session.
    let source = signet::testing::people::source();
    let change = password_change(OTHER_PASSWORD, "three Lemons 8 under glass");
    let late = app.lifecycle.change_password(&source, &viewer, change).await;
    assert!(matches!(late, Err(signet::server::lifecycle::Error::Refused(Refusal::SignInRequired))));
    app.browser().sign_in(ADA, OTHER_PASSWORD).await;
}

/// On PostgreSQL each statement is a round trip (ADR 0041).
#[tokio::test]
async fn a_change_makes_twenty_statements() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let statements = Panics::at("statement", 0..0);
    let page = browser.post("change_password", &change(OTHER_PASSWORD)).await;
    assert_eq!(page.sent_to(), "/users/settings/password");
    assert_eq!(statements.reached(), 20);
}
