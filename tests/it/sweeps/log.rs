//! What the process writes into its log (checklist A19; ASVS V16.2.5, V16.3.2, V16.3.3).

use signet::testing::{Browser, KEY, OTHER_PASSWORD, PASSWORD, TestApp, WRONG_PASSWORD};

use super::{FORM, FORM_TYPE, send};
use crate::logged::Logged;

const ADA: &str = "ada@example.com";
const NEW: &str = "new@example.com";

/// Every secret of a journey through the actions that have some.
struct Journey<'a> {
    browser: Browser<'a>,
    secrets: Vec<String>,
}

impl Journey<'_> {
    /// Sends a form, and remembers the token that the browser has afterwards.
    async fn sends(&mut self, action: &str, fields: &[(&str, &str)]) {
        self.browser.call(action, fields).await;
        self.browser.post(action, fields).await;
        self.remembers();
    }

    /// Opens the page of a mailed link.
    async fn opens(&mut self, path: &str, token: &str) {
        self.secrets.push(token.to_owned());
        assert_eq!(self.browser.get(&format!("{path}{token}")).await.status, 200);
    }

    fn remembers(&mut self) {
        self.secrets.extend(self.browser.session());
    }
}

async fn journey(app: &TestApp) -> Vec<String> {
    let (browser, verify) = app.unverified_link(ADA).await;
    let mut ada =
        Journey { browser, secrets: [PASSWORD, OTHER_PASSWORD, WRONG_PASSWORD, KEY].map(str::to_owned).into() };
    ada.opens("/users/confirm/", &verify).await;
    ada.sends("verify_email", &[("token", &verify)]).await;
    ada.sends("sign_in", &[("email", ADA), ("password", WRONG_PASSWORD)]).await;
    ada.sends("sign_in", &[("email", ADA), ("password", PASSWORD)]).await;
    ada.sends("confirm_sudo", &[("password", WRONG_PASSWORD)]).await;
    let (confirm, cancel) = ada.browser.ask_for_change(NEW).await;
    ada.remembers();
    ada.opens("/users/settings/confirm-email/", &confirm).await;
    ada.opens("/users/email-change/cancel/", &cancel).await;
    let undo = ada.browser.change_email(NEW).await;
    ada.remembers();
    ada.opens("/users/email-change/undo/", &undo).await;
    let change = [("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)];
    ada.sends("change_password", &change).await;
    let reset = ada.browser.ask_for_reset(NEW).await;
    ada.opens("/users/reset-password/", &reset).await;
    ada.sends("reset_password", &[("token", &reset), ("new_password", PASSWORD)]).await;
    ada.sends("undo_email_change", &[("token", &undo)]).await;
    ada.secrets
}

#[tokio::test]
async fn no_secret_of_any_form_or_link_is_logged() {
    let log = Logged::listen();
    let app = TestApp::new().await;
    let secrets = journey(&app).await;
    assert!(secrets.len() > 12, "{}", secrets.len());
    // What the database has instead of passwords and tokens is not logged either.
    let mut stored = app.rows("SELECT token_hash FROM signet_sessions").await;
    stored.extend(app.rows("SELECT password_hash FROM signet_users WHERE password_hash IS NOT NULL").await);
    log.says_none_of(secrets.iter().map(String::as_str));
    log.says_none_of(stored.iter().map(|value| value.trim_start_matches("\\x")));
    log.says_none_of(["$argon2"]);
    is_heard(&log, &app).await;
}

#[tokio::test]
async fn a_refused_request_is_logged_with_its_reason_and_number() {
    let app = TestApp::new().await;
    is_heard(&Logged::listen(), &app).await;
}

/// Sends a form from another site's page, and checks the line about it.
async fn is_heard(log: &Logged, app: &TestApp) {
    let other = ("sec-fetch-site", "cross-site");
    assert_eq!(send(&app.browser(), "update_profile", &[other, FORM_TYPE], FORM).await.status, 403);
    let text = log.text();
    let line = text.lines().find(|line| line.contains("request refused")).unwrap_or_else(|| panic!("{text}"));
    assert!(line.contains("error=CrossSite") && line.contains("request="), "{line}");
}
