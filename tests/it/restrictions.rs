//! What an account may not do before it is verified, and while its deletion is scheduled (behaviour §3.2): every
//! action, by its endpoint.

use signet::{
    domain::{error::Refusal, time::Span},
    testing::{Fields, OTHER_PASSWORD, PASSWORD, START, TestApp},
};

const ADA: &str = "ada@example.com";

/// Every action that needs a signed-in person, with fields that would be accepted, and its event.
const ACTIONS: [(&str, Fields<'static>, &str); 16] = [
    ("update_profile", &[("name", "Ada")], "account.profile_updated"),
    ("request_email_change", &[("new_email", "new@example.com")], "account.email_change_requested"),
    ("cancel_email_change", &[], "account.email_change_cancelled"),
    (
        "change_password",
        &[("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)],
        "account.password_changed",
    ),
    ("confirm_sudo", &[("password", PASSWORD)], "session.sudo_confirmed"),
    ("revoke_session", &[("session", "00000000000000000000000000000000")], "session.revoked"),
    ("revoke_other_sessions", &[], "session.revoked"),
    ("disown_event", &[("event", "1")], "account.event_disowned"),
    ("schedule_deletion", &[("confirmation", ADA)], "account.deletion_scheduled"),
    ("confirm_email_change", &[("token", "v1.confirm.x.y")], "account.email_changed"),
    ("set_password", &[("new_password", OTHER_PASSWORD)], "account.password_set"),
    ("unlink_provider", &[("provider", "acme")], "account.provider_unlinked"),
    ("request_export", &[], "account.export_requested"),
    ("create_api_token", &[("name", "backup"), ("scope", "read"), ("expires", "7")], "api_token.created"),
    ("revoke_api_token", &[("id", "00000000000000000000000000000000")], "api_token.revoked"),
    ("revoke_all_api_tokens", &[], "api_token.revoked"),
];

#[tokio::test]
async fn a_closed_account_can_only_come_back_or_sign_out() {
    let app = TestApp::new().await;
    let browser = app.scheduled_browser(ADA).await;
    for (action, fields, event) in ACTIONS {
        if action == "confirm_email_change" {
            // It needs a link; the next test has it.
            continue;
        }
        let page = app.changes_nothing(browser.call(action, fields)).await;
        assert_eq!(page.refusal(), Some(Refusal::DeletionScheduled), "{action}");
        assert_eq!(app.news().await, [format!("{event}.failure by person of {ADA}: deletion_scheduled")]);
    }
    let page = app.changes_nothing(browser.call("resend_confirmation", &[])).await;
    assert_eq!(page.refusal(), Some(Refusal::DeletionScheduled));
    assert!(app.deliver().await.words().is_empty());
}

/// Closing ends the open change; even if it did not, the change's link would be refused.
#[tokio::test]
async fn a_closed_account_changes_its_address_by_no_link() {
    for (state, refusal) in [("cancelled", Refusal::DeadLink), ("open", Refusal::DeletionScheduled)] {
        let app = TestApp::new().await;
        let browser = app.authenticated_browser(ADA).await;
        let (confirm, _) = browser.ask_for_change("new@example.com").await;
        browser.post("schedule_deletion", &[("confirmation", ADA)]).await;
        browser.sign_in(ADA, PASSWORD).await;
        app.settle().await;
        assert_eq!(app.rows("SELECT state FROM signet_email_changes").await, ["cancelled"]);
        app.db.run(&format!("UPDATE signet_email_changes SET state = '{state}'")).await.unwrap();
        let page = app.changes_nothing(browser.call("confirm_email_change", &[("token", &confirm)])).await;
        assert_eq!(page.refusal(), Some(refusal), "{state}");
        assert_eq!(app.news().await, [format!("account.email_changed.failure by person of {ADA}: {}", refusal.code())]);
    }
}

#[tokio::test]
async fn an_unverified_account_has_no_profile_no_password_page_and_no_sessions_page() {
    let app = TestApp::new().await;
    let (browser, _) = app.unverified(ADA).await;
    for (action, fields, event) in [0, 3, 5, 6, 7, 10, 11, 12, 13, 14, 15].map(|place| ACTIONS[place]) {
        let (hashes, page) = app.hashes_in(app.changes_nothing(browser.call(action, fields))).await;
        assert_eq!((page.status.as_u16(), page.refusal(), hashes), (403, Some(Refusal::Unverified), 0), "{action}");
        assert_eq!(app.news().await, [format!("{event}.failure by person of {ADA}: unverified")]);
    }
    assert!(app.deliver().await.words().is_empty());
}

#[tokio::test]
async fn nobody_signed_in_can_do_none_of_it() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    let stranger = app.browser();
    for (action, fields, _) in ACTIONS {
        let (hashes, page) = app.hashes_in(app.changes_nothing(stranger.call(action, fields))).await;
        assert_eq!((page.status.as_u16(), page.refusal(), hashes), (401, Some(Refusal::SignInRequired), 0), "{action}");
        let page = app.changes_nothing(stranger.post(action, fields)).await;
        assert!(page.sent_to().starts_with("/users/log-in"), "{action}");
    }
}

#[tokio::test]
async fn every_page_of_a_closed_account_is_the_reactivation_page() {
    let app = TestApp::new().await;
    let browser = app.scheduled_browser(ADA).await;
    for path in [
        "/",
        "/dashboard",
        "/users/register",
        "/users/log-in",
        "/users/reset-password",
        "/users/settings",
        "/users/settings/profile",
        "/users/settings/email",
        "/users/settings/password",
        "/users/settings/providers",
        "/users/settings/sessions",
        "/users/settings/export",
        "/users/settings/api-tokens",
        "/users/settings/security-log",
        "/users/settings/delete",
        "/users/sudo",
    ] {
        assert_eq!(browser.get(path).await.sent_to(), "/users/reactivate", "{path}");
    }
    let page = browser.get("/users/reactivate").await;
    assert_eq!(page.status, 200);
    for words in ["Keep my account", "Sign out", "29 January 2027"] {
        assert!(page.body.contains(words), "{words}");
    }
}

#[tokio::test]
async fn an_erased_account_is_nobody() {
    let app = TestApp::new().await;
    let browser = app.scheduled_browser(ADA).await;
    app.clock.set(START.plus(Span::days(14)));
    app.browser().sign_in(ADA, PASSWORD).await;
    app.settle().await;
    for (action, fields, _) in ACTIONS {
        let page = app.changes_nothing(browser.call(action, fields)).await;
        assert_eq!(page.refusal(), Some(Refusal::SignInRequired), "{action}");
    }
    let page = browser.call("sign_in", &[("email", ADA), ("password", PASSWORD)]).await;
    assert_eq!(page.refusal(), Some(Refusal::WrongCredentials));
}

#[tokio::test]
async fn being_closed_shows_only_after_the_right_password() {
    let app = TestApp::new().await;
    app.scheduled_browser("closed@example.com").await;
    app.authenticated_browser("active@example.com").await;
    let mut shapes = Vec::new();
    for email in ["closed@example.com", "active@example.com", "nobody@example.com"] {
        let page = app.browser().post("sign_in", &[("email", email), ("password", OTHER_PASSWORD)]).await;
        shapes.push(page.shape(email));
    }
    assert!(shapes.iter().all(|shape| *shape == shapes[0]), "{shapes:#?}");
}
