//! Which requests give a browser a session, and which change a row (ASVS V6.1.3, V6.3.4, V3.5.3).

use std::collections::BTreeSet;

use axum::{body::Body, http::Method};
use signet::testing::{Browser, PASSWORD, TestApp};

use super::{FORM, FORM_TYPE, OUR_PAGE, actions, pages, send};

const ADA: &str = "ada@example.com";

/// The actions that begin a session for a browser that has none. A provider's answer begins one too, which is no
/// action of a form; so does a mailed link that confirms an address.
const BEGIN: [&str; 1] = ["sign_in"];
/// The actions that give the session in use a new token.
const RENEW: [&str; 4] = ["cancel_deletion", "change_password", "confirm_sudo", "sign_in"];

#[tokio::test]
async fn no_other_form_gives_a_session_to_a_browser_that_has_none() {
    let app = TestApp::unlimited().await;
    app.authenticated_browser(ADA).await;
    let mut found = BTreeSet::new();
    for action in actions() {
        let browser = app.browser();
        send(&browser, &action, &[OUR_PAGE, FORM_TYPE], FORM).await;
        if browser.session().is_some() {
            found.insert(action);
        }
    }
    assert_eq!(found, BEGIN.map(str::to_owned).into());
}

#[tokio::test]
async fn no_other_form_gives_a_session_a_new_token() {
    let app = TestApp::unlimited().await;
    let mut found = BTreeSet::new();
    for action in actions() {
        // Each action on an account of its own, because some of them end the session or change the password.
        let email = format!("{action}@example.com").replace('_', "-");
        let browser = app.authenticated_browser(&email).await;
        browser.sudo(PASSWORD).await;
        if action == "cancel_deletion" {
            browser.post("schedule_deletion", &[("confirmation", &email)]).await;
            browser.sign_in(&email, PASSWORD).await;
        }
        let before = browser.session();
        let form = FORM.replace("ada%40example.com", &email.replace('@', "%40"));
        send(&browser, &action, &[OUR_PAGE, FORM_TYPE], form).await;
        if browser.session().is_some_and(|token| Some(token) != before) {
            found.insert(action);
        }
    }
    assert_eq!(found, RENEW.map(str::to_owned).into());
}

/// Every row except those that a look leaves behind on purpose: when a session was last seen.
async fn rows(app: &TestApp) -> Vec<String> {
    let mut lines = app.dump().await;
    lines.retain(|line| !line.contains("signet_sessions:"));
    lines.extend(app.rows("SELECT id, user_id, token_hash, sudo_at FROM signet_sessions ORDER BY id").await);
    lines
}

async fn opens(browser: &Browser<'_>, path: &str) {
    for method in [Method::GET, Method::HEAD] {
        browser.send(browser.request(method, path, "text/html").body(Body::empty()).unwrap()).await;
    }
}

#[tokio::test]
async fn opening_an_address_changes_no_row() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let phone = app.signed_in(ADA, PASSWORD).await;
    ada.sudo(PASSWORD).await;
    let (waiting, _) = app.unverified("waiting@example.com").await;
    let closed = app.scheduled_browser("closed@example.com").await;
    let others =
        ["/api/v1/me", "/api/v1/sessions", "/api/v1/events", "/healthz", "/readyz", "/nowhere", "/dev/mailbox"];
    let paths: Vec<_> = pages().into_iter().chain(others.map(str::to_owned)).collect();
    let before = rows(&app).await;
    for browser in [&ada, &phone, &waiting, &closed, &app.browser()] {
        for path in &paths {
            opens(browser, path).await;
        }
    }
    assert_eq!(rows(&app).await, before);
}
