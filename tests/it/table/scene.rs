//! The account before an action: three sessions, two of them in sudo mode, links and an open change, as far as the
//! account's state allows.

use std::collections::HashMap;

use signet::{
    domain::{outbox::Kind, time::Span},
    testing::{Browser, Fields, PASSWORD, Page, START, TestApp},
};

use super::cases::Case;
use crate::unsent_links::UnsentLinks;

/// The address of the account.
pub const ADA: &str = "ada@example.com";
/// The new address of the open change.
const NEW: &str = "new@example.com";
/// The address after that.
pub const NEWER: &str = "newer@example.com";
/// One of the account's two API tokens.
pub const TOKEN_ID: &str = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";
/// Another account's address.
pub const TAKEN: &str = "taken@example.com";

/// The account.
#[derive(Clone, Copy, Debug)]
pub enum Given {
    /// There is none.
    Nothing,
    /// It waits for its address to be verified.
    Unverified,
    /// It may do everything.
    Active,
    /// It may do everything, and has no password.
    WithoutPassword,
    /// It may do everything, and a provider is linked.
    Linked,
    /// Its address has changed, and may be changed back.
    Changed,
    /// Its deletion is scheduled.
    Closed,
    /// Its deletion is due.
    Due,
}

/// The acting visitor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum By {
    /// The first of the account's two browsers.
    Owner,
    /// A browser that has never been here.
    Stranger,
    /// A worker, because a row is due.
    Worker,
}

/// The account and its surroundings before an action.
pub struct Scene<'a> {
    /// The application.
    pub app: &'a TestApp,
    /// The owner's browser, in which the owner acts.
    pub browser: Browser<'a>,
    /// The id of the session in which the owner acts.
    pub own: String,
    tokens: HashMap<&'static str, String>,
}

impl<'a> Scene<'a> {
    /// Prepares the scene.
    pub async fn set(app: &'a TestApp, given: Given) -> Self {
        let nobody = || Self { app, browser: app.browser(), own: String::new(), tokens: HashMap::new() };
        let mut scene = match given {
            Given::Nothing => return nobody(),
            Given::Unverified => {
                let (browser, token) = app.unverified(ADA).await;
                Self { browser, tokens: HashMap::from([("verify", token)]), ..nobody() }
            }
            Given::Active | Given::Changed | Given::WithoutPassword | Given::Linked => {
                app.authenticated_browser(TAKEN).await;
                Self { browser: app.authenticated_browser(ADA).await, ..nobody() }
            }
            Given::Closed | Given::Due => Self { browser: app.scheduled_browser(ADA).await, ..nobody() },
        };
        scene.fill(given).await;
        scene.own = scene.browser.viewer().await.session.id.to_string();
        if matches!(given, Given::Due) {
            app.clock.set(START.plus(Span::days(13)));
            app.settle().await;
            app.clock.set(START.plus(Span::days(14)));
        }
        scene
    }

    async fn fill(&mut self, given: Given) {
        let mut email = ADA;
        if matches!(given, Given::Changed) {
            self.tokens.insert("undo", self.browser.change_email("changed@example.com").await);
            email = "changed@example.com";
        }
        let other = self.app.signed_in(email, PASSWORD).await;
        // One more session, so that the test can name one of two others.
        let named = self.app.signed_in(email, PASSWORD).await;
        self.tokens.insert("session", named.viewer().await.session.id.to_string());
        let newest = format!("SELECT MAX(id) FROM signet_events WHERE user_id = '{}'", self.app.user(email).await);
        self.tokens.insert("event", self.app.rows(&newest).await.remove(0));
        if matches!(given, Given::Active | Given::Changed | Given::WithoutPassword | Given::Linked) {
            let (confirm, cancel) = self.browser.ask_for_change(NEW).await;
            self.tokens.extend([("confirm", confirm), ("cancel", cancel)]);
            self.tokens.insert("reset", self.browser.ask_for_reset(email).await);
        }
        if matches!(given, Given::Closed) {
            self.tokens.insert("keep", self.app.keep_token().await);
        }
        if !matches!(given, Given::Closed | Given::Due) {
            self.browser.sudo(PASSWORD).await;
            other.sudo(PASSWORD).await;
        }
        if !matches!(given, Given::Unverified) {
            self.issue_tokens().await;
        }
        let change = match given {
            Given::WithoutPassword => "UPDATE signet_users SET password_hash = NULL",
            Given::Linked => {
                "INSERT INTO signet_identities (id, user_id, provider, subject, stamp, linked_at) \
                 SELECT id, id, 'acme', id, 0, 0 FROM signet_users"
            }
            _ => "UPDATE signet_users SET name = NULL",
        };
        self.app.db.run(change).await.unwrap();
        self.app.settle().await;
    }

    /// Creates two tokens of the account. A due account gets them by hand: closing has removed all others.
    async fn issue_tokens(&self) {
        let own = self.browser.viewer().await.user.id;
        for (id, hash) in [(TOKEN_ID.to_owned(), 1), ("0b".repeat(16), 2)] {
            let hash = if self.app.db.is_postgres() { format!("'\\x0{hash}'") } else { format!("x'0{hash}'") };
            let sql = format!(
                "INSERT INTO signet_api_tokens (id, user_id, name, scope, token_hash, hint, created_at, expires_at) \
                 VALUES ('{id}', '{own}', 'backup', 'read', {hash}, 'ffff', {}, 9999999999)",
                START.0
            );
            self.app.db.run(&sql).await.unwrap();
        }
    }

    /// Does what the case says, which must succeed; returns the letters that arrived at once.
    pub async fn act(&self, case: &Case) -> Vec<Kind> {
        if case.by == By::Worker {
            return self.app.deliver().await.kinds();
        }
        let page = self.send(case, case.fields).await;
        assert_eq!(page.status, 200, "{case:?}: {}", page.body);
        Vec::new()
    }

    /// The fields with the tokens in them.
    pub fn filled(&self, fields: Fields<'static>) -> Vec<(&'static str, String)> {
        let name = |value: &str| value.strip_prefix('{').and_then(|value| value.strip_suffix('}')).map(str::to_owned);
        let token =
            |value: &str| name(value).map_or_else(|| value.to_owned(), |name| self.tokens[name.as_str()].clone());
        fields.iter().map(|(name, value)| (*name, token(value))).collect()
    }

    /// Sends these fields by the case's browser.
    pub async fn send(&self, case: &Case, fields: Fields<'static>) -> Page {
        let filled = self.filled(fields);
        let fields: Vec<_> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if case.by == By::Stranger {
            return self.app.browser().call(case.call, &fields).await;
        }
        self.browser.call(case.call, &fields).await
    }
}
