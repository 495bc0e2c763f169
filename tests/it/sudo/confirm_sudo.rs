//! `confirm_sudo`: this session is confirmed, for a quarter of an hour.

use signet::{
    domain::{
        error::Refusal,
        time::{Span, Timestamp},
    },
    server::{context::Notice, lifecycle::Error},
    testing::{Fields, OTHER_PASSWORD, PASSWORD, START, TestApp, WRONG_PASSWORD, people::source},
};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn the_session_gets_a_new_token_and_the_old_one_dies() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let copy = browser.stolen_session();
    let session = app.rows("SELECT id FROM signet_sessions").await;
    let page = browser.post("confirm_sudo", &[("password", PASSWORD)]).await;
    assert_eq!(page.sent_to(), "/users/settings");
    assert_eq!(browser.notice(), Some(Notice::SudoConfirmed));
    assert_eq!(app.rows("SELECT sudo_at FROM signet_sessions").await, [START.0.to_string()]);
    assert_eq!(app.rows("SELECT id FROM signet_sessions").await, session, "it is the same session");
    assert!(browser.has_sudo().await);
    assert!(!copy.is_signed_in().await);
    assert_eq!(app.news().await, ["session.sudo_confirmed by person of ada@example.com"]);
    assert!(app.deliver().await.words().is_empty());
}

#[tokio::test]
async fn a_request_that_began_under_the_old_token_gets_nothing_of_the_new_ones_sudo() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    // Signet has read who is calling; the rest of the form is still on its way.
    let slow = browser.viewer().await;
    browser.sudo(PASSWORD).await;
    app.news().await;
    let changed = app.lifecycle.request_email_change(&source(), &slow, "thief@example.com").await;
    assert!(matches!(changed, Err(Error::Refused(Refusal::SignInRequired))));
    let closed = app.lifecycle.schedule_deletion(&source(), &slow, ADA).await;
    assert!(matches!(closed, Err(Error::Refused(Refusal::SignInRequired))));
    assert_eq!(app.count("signet_email_changes").await, 0);
    assert_eq!(app.rows("SELECT delete_at FROM signet_users").await, ["NULL"]);
    assert!(app.deliver().await.words().is_empty());
    assert!(browser.has_sudo().await);
}

#[tokio::test]
async fn it_goes_on_to_a_page_of_this_site_only_and_the_dialog_stays_where_it_is() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    for (wanted, to) in [
        ("/users/settings/email", "/users/settings/email"),
        ("//evil.example", "/users/settings"),
        ("/\\evil.example", "/users/settings"),
        ("https://evil.example", "/users/settings"),
        ("javascript:alert(1)", "/users/settings"),
        ("/ok\r\nX: 1", "/users/settings"),
    ] {
        let fields = [("password", PASSWORD), ("return_to", wanted)];
        assert_eq!(browser.post("confirm_sudo", &fields).await.sent_to(), to, "{wanted:?}");
    }
    let page = browser.call("confirm_sudo", &[("password", PASSWORD)]).await;
    assert_eq!((page.status.as_u16(), page.location()), (200, None));
}

#[tokio::test]
async fn the_window_is_absolute() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    // Using sudo mode does not lengthen it.
    app.advance_clock(Span::minutes(14));
    browser.post("request_email_change", &[("new_email", "new@example.com")]).await;
    for (late, has) in [(-1, true), (0, true), (1, false)] {
        app.clock.set(Timestamp(START.plus(Span::minutes(15)).0 + late));
        assert_eq!(browser.has_sudo().await, has, "{late}");
    }
    // A new confirmation lasts from then on.
    let again = app.now();
    browser.sudo(PASSWORD).await;
    app.clock.set(again.plus(Span::minutes(15)));
    assert!(browser.has_sudo().await);
}

/// A person who confirms is back where the form was, and presses its button again.
#[tokio::test]
async fn a_plain_form_that_needs_sudo_leads_to_the_confirmation_and_back_to_its_page() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let (session, event) = (browser.viewer().await.session.id, app.rows("SELECT MAX(id) FROM signet_events").await);
    let disown = format!("/users/settings/security-log/disown?event={}", event[0]);
    let cases: [(&str, Fields<'_>, &str); 11] = [
        ("request_email_change", &[("new_email", "new@example.com")], "/users/settings/email"),
        ("set_password", &[("new_password", OTHER_PASSWORD)], "/users/settings/password"),
        ("unlink_provider", &[("provider", "acme")], "/users/settings/providers"),
        ("revoke_session", &[("session", session.as_str())], "/users/settings/sessions"),
        ("revoke_other_sessions", &[], "/users/settings/sessions/sign-out-others"),
        ("disown_event", &[("event", &event[0])], &disown),
        ("request_export", &[], "/users/settings/export"),
        ("create_api_token", &[("name", "backup"), ("scope", "read"), ("expires", "7")], "/users/settings/api-tokens"),
        ("revoke_api_token", &[("id", "nothing")], "/users/settings/api-tokens"),
        ("revoke_all_api_tokens", &[], "/users/settings/api-tokens/revoke-all"),
        ("schedule_deletion", &[("confirmation", ADA)], "/users/settings/delete"),
    ];
    for (action, fields, page) in cases {
        let answer = app.changes_nothing(browser.post(action, fields)).await;
        assert_eq!(answer.sent_to(), format!("/users/sudo?return_to={page}"), "{action}");
        let back = browser.post("confirm_sudo", &[("password", PASSWORD), ("return_to", page)]).await;
        assert_eq!(back.sent_to(), page, "{action}");
        app.db.run("UPDATE signet_sessions SET sudo_at = NULL").await.unwrap();
    }
    assert!(app.deliver().await.words().is_empty());
}

#[tokio::test]
async fn a_clock_that_went_back_gives_no_sudo() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    app.clock.set(START.minus(Span::seconds(1)));
    assert!(!browser.has_sudo().await);
}

#[tokio::test]
async fn a_wrong_password_gives_nothing_and_is_recorded() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    for password in ["", WRONG_PASSWORD] {
        let (hashes, page) =
            app.hashes_in(app.changes_nothing(browser.call("confirm_sudo", &[("password", password)]))).await;
        assert_eq!((page.status.as_u16(), page.refusal(), hashes), (422, Some(Refusal::WrongPassword), 1));
    }
    let fields = [("password", WRONG_PASSWORD), ("return_to", "/users/settings/delete")];
    let page = app.changes_nothing(browser.post("confirm_sudo", &fields)).await;
    assert_eq!(page.sent_to(), "/users/sudo?return_to=/users/settings/delete");
    assert_eq!(browser.draft(), Some((String::new(), Some(Refusal::WrongPassword))));
    assert_eq!(app.news().await, ["session.sudo_confirmed.failure by person of ada@example.com: wrong_password"; 3]);
    assert!(browser.is_signed_in().await && !browser.has_sudo().await);
}

#[tokio::test]
async fn a_failed_confirmation_does_not_end_a_window_that_runs() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    browser.call("confirm_sudo", &[("password", WRONG_PASSWORD)]).await;
    assert!(browser.has_sudo().await);
}

#[tokio::test]
async fn signing_in_and_verifying_do_not_begin_it_and_signing_in_again_ends_it() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    assert!(!browser.has_sudo().await);
    browser.sudo(PASSWORD).await;
    browser.sign_in(ADA, PASSWORD).await;
    assert!(!browser.has_sudo().await);
}

#[tokio::test]
async fn without_a_session_there_is_nothing_to_confirm() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    let stranger = app.browser();
    let (hashes, page) = app.hashes_in(stranger.call("confirm_sudo", &[("password", PASSWORD)])).await;
    assert_eq!((page.refusal(), hashes), (Some(Refusal::SignInRequired), 0));
    assert!(page.set_cookies().iter().all(|line| !line.contains("session")));
}
