//! The steps with which most tests begin.

use super::{app::TestApp, browser::Browser};
use crate::{
    domain::{outbox::Kind, paths},
    server::{crypto::session_token::SessionToken, lifecycle::Viewer},
};

/// A password that is accepted.
pub const PASSWORD: &str = "plum Tractor violet 91";
/// Another one.
pub const OTHER_PASSWORD: &str = "seven Otters borrow 4 kites";
/// A password that no account has.
pub const WRONG_PASSWORD: &str = "quiet Marble 73 fountain";

impl TestApp {
    /// A browser that is signed in to an account with a verified address. Earlier letters and events are already
    /// discarded.
    pub async fn authenticated_browser(&self, email: &str) -> Browser<'_> {
        let browser = self.unverified_link(email).await;
        let token = browser.1;
        let browser = browser.0;
        let page = browser.post("verify_email", &[("token", &token)]).await;
        assert_eq!(page.sent_to(), paths::DASHBOARD);
        self.settle().await;
        browser
    }

    /// A browser that has only signed up, and the token of its confirm link.
    pub async fn unverified_link(&self, email: &str) -> (Browser<'_>, String) {
        let browser = self.browser();
        let page = browser.post("sign_up", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(page.sent_to(), paths::REGISTER);
        let token = self.deliver().await.token(Kind::ConfirmAddress);
        self.news().await;
        (browser, token)
    }

    /// A browser that is signed in to an account with an unverified address, and the token of its confirm link.
    pub async fn unverified(&self, email: &str) -> (Browser<'_>, String) {
        let (browser, token) = self.unverified_link(email).await;
        browser.sign_in(email, PASSWORD).await;
        self.settle().await;
        (browser, token)
    }

    /// A new browser, signed in to an existing account. Earlier letters and events are already discarded.
    pub async fn signed_in(&self, email: &str, password: &str) -> Browser<'_> {
        let browser = self.browser();
        browser.sign_in(email, password).await;
        self.settle().await;
        browser
    }

    /// A browser that is signed in to an account whose deletion is scheduled.
    pub async fn scheduled_browser(&self, email: &str) -> Browser<'_> {
        let browser = self.authenticated_browser(email).await;
        browser.sudo(PASSWORD).await;
        let page = browser.post("schedule_deletion", &[("confirmation", email)]).await;
        assert_eq!(page.sent_to(), paths::LOG_IN);
        browser.sign_in(email, PASSWORD).await;
        self.settle().await;
        browser
    }
}

impl Browser<'_> {
    /// Signs in.
    pub async fn sign_in(&self, email: &str, password: &str) {
        let page = self.call("sign_in", &[("email", email), ("password", password)]).await;
        assert!(page.status.is_success(), "{}", page.body);
    }

    /// Enters sudo mode.
    pub async fn sudo(&self, password: &str) {
        let page = self.call("confirm_sudo", &[("password", password)]).await;
        assert!(page.status.is_success(), "{}", page.body);
        self.app.news().await;
    }

    /// The account and session of its cookie, read from the database now; `None` if it is not signed in.
    pub async fn seen_as(&self) -> Option<Viewer> {
        let token = SessionToken::parse(&self.session()?)?;
        self.app.lifecycle.viewer(&token).await.unwrap()
    }

    /// As [`Browser::seen_as`], for a signed-in browser.
    pub async fn viewer(&self) -> Viewer {
        self.seen_as().await.expect("signed in")
    }

    /// Whether it is signed in.
    pub async fn is_signed_in(&self) -> bool {
        self.seen_as().await.is_some()
    }

    /// Whether its session is in sudo mode now.
    pub async fn has_sudo(&self) -> bool {
        self.viewer().await.is_sudo(self.app.now(), self.app.lifecycle.policy.sudo_ttl)
    }

    /// Requests an e-mail change in sudo mode; returns the tokens to confirm it and to cancel it.
    pub async fn ask_for_change(&self, to: &str) -> (String, String) {
        self.sudo(PASSWORD).await;
        let page = self.post("request_email_change", &[("new_email", to)]).await;
        assert_eq!(page.sent_to(), paths::EMAIL);
        let post = self.app.deliver().await;
        self.app.news().await;
        (post.token(Kind::ConfirmEmailChange), post.token(Kind::EmailChangeRequested))
    }

    /// Changes the address, and signs in again with the new one; returns the token to undo it.
    pub async fn change_email(&self, to: &str) -> String {
        let (confirm, _) = self.ask_for_change(to).await;
        let page = self.post("confirm_email_change", &[("token", &confirm)]).await;
        assert_eq!(page.sent_to(), paths::LOG_IN);
        let undo = self.app.deliver().await.token(Kind::EmailChangedOld);
        self.sign_in(to, PASSWORD).await;
        self.app.settle().await;
        undo
    }

    /// Requests a reset link; returns its token.
    pub async fn ask_for_reset(&self, email: &str) -> String {
        self.post("request_password_reset", &[("email", email)]).await;
        let token = self.app.deliver().await.token(Kind::ResetPassword);
        self.app.news().await;
        token
    }
}
