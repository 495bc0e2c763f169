//! Which requests give a browser a session, and which change a row (ASVS V6.1.3, V6.3.4, V3.5.3).

use std::{collections::BTreeSet, time::Duration};

use axum::{body::Body, http::Method};
use signet::{
    domain::api_tokens::Scope,
    server::{config::MailTransport, crypto::api_token::ApiToken},
    testing::{Browser, PASSWORD, TestApp},
};

use super::{FORM, FORM_TYPE, OUR_PAGE, forms, send};
use crate::inventory::{self, Line, Session, addresses};

const ADA: &str = "ada@example.com";

/// The forms that need a link or a code that works: `verify_email` and `confirm_sudo_by_code` test what these give.
const ELSEWHERE: [&str; 2] = ["confirm_sudo_by_code", "verify_email"];

/// The other forms whose lines say that the session changes so. A provider's answer begins one too, which is no form.
fn listed(is_it: impl Fn(Session) -> bool) -> BTreeSet<&'static str> {
    inventory::forms()
        .filter(|line| is_it(line.session))
        .map(Line::name)
        .filter(|name| !ELSEWHERE.contains(name))
        .collect()
}

#[tokio::test]
async fn no_other_form_gives_a_session_to_a_browser_that_has_none() {
    let app = TestApp::unlimited().await;
    app.authenticated_browser(ADA).await;
    let mut found = BTreeSet::new();
    for form in forms() {
        let browser = app.browser();
        send(&browser, form, &[OUR_PAGE, FORM_TYPE], FORM).await;
        if browser.session().is_some() {
            found.insert(form);
        }
    }
    assert_eq!(found, listed(|session| session == Session::Begun));
    let browser = app.browser();
    for path in addresses() {
        browser.get(&path).await;
        assert_eq!(browser.session(), None, "{path}");
    }
}

#[tokio::test]
async fn no_other_form_gives_a_session_a_new_token() {
    let app = TestApp::unlimited().await;
    let mut found = BTreeSet::new();
    for action in forms() {
        // Each action on an account of its own, because some of them end the session or change the password.
        let email = format!("x{action}@example.com").replace(['_', '/'], "-");
        let browser = app.authenticated_browser(&email).await;
        browser.sudo(PASSWORD).await;
        if action == "cancel_deletion" {
            browser.post("schedule_deletion", &[("confirmation", &email)]).await;
            browser.sign_in(&email, PASSWORD).await;
        }
        let before = browser.session();
        let form = FORM.replace("ada%40example.com", &email.replace('@', "%40"));
        send(&browser, action, &[OUR_PAGE, FORM_TYPE], form).await;
        if browser.session().is_some_and(|token| Some(token) != before) {
            found.insert(action);
        }
    }
    assert_eq!(found, listed(|session| session != Session::Kept));
}

/// Every row except those that a look leaves behind on purpose: when a session or a token was last used, and the counts
/// of limits.
async fn rows(app: &TestApp) -> Vec<String> {
    let mut lines = app.dump().await;
    lines.retain(|line| !["sessions:", "api_tokens:", "limits:"].iter().any(|table| line.contains(table)));
    lines.extend(app.rows("SELECT id, user_id, token_hash, sudo_at FROM signet_sessions ORDER BY id").await);
    lines.extend(app.rows("SELECT id, user_id, token_hash, scope FROM signet_api_tokens ORDER BY id").await);
    lines
}

async fn opens(browser: &Browser<'_>, path: &str, token: &ApiToken) {
    for method in [Method::GET, Method::HEAD] {
        let request =
            browser.request(method, path, "text/html").header("authorization", format!("Bearer {}", token.expose()));
        browser.send(request.body(Body::empty()).unwrap()).await;
    }
}

/// A provider's callback is the one address of a `GET` that changes something, and only with the cookie of an attempt.
#[tokio::test]
async fn opening_an_address_changes_no_row() {
    let app = TestApp::with(|settings| settings.mail.transport = MailTransport::Mailbox).await;
    let app = app.pacing(Duration::from_millis(10), Duration::from_millis(20));
    let ada = app.authenticated_browser(ADA).await;
    let phone = app.signed_in(ADA, PASSWORD).await;
    let token = crate::api::token(&ada, Scope::Write).await;
    let (waiting, _) = app.unverified("waiting@example.com").await;
    let closed = app.scheduled_browser("closed@example.com").await;
    let before = rows(&app).await;
    for browser in [&ada, &phone, &waiting, &closed, &app.browser()] {
        for path in addresses() {
            opens(browser, &path, &token).await;
        }
    }
    assert_eq!(rows(&app).await, before);
}
