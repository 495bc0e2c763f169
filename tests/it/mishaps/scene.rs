//! A form that is filled in and about to be sent, and the browser in which it stands.

use serde_json::Value;
use signet::{
    domain::{outbox::Kind, paths},
    server::lifecycle::Action,
    testing::{Browser, OTHER_PASSWORD, PASSWORD, Page, TestApp},
};

use crate::{
    export::exporting::ExportForms,
    inventory::Line,
    table::{
        cases::{CASES, Case},
        scene::{ADA, By, Scene},
    },
};

/// Another account.
pub const BOB: &str = "bob@example.com";

/// A filled-in form and its browser.
pub struct Stage<'a> {
    pub app: &'a TestApp,
    pub browser: Browser<'a>,
    pub fields: Vec<(&'static str, String)>,
    /// The address of the account that was signed in when the page of the form was opened.
    pub own: Option<String>,
    /// Whether the form carries the mark of that account.
    pub is_marked: bool,
}

/// How a form comes to stand there, if the table of actions has no case for it, or one that no person meets.
#[derive(Clone, Copy)]
enum Special {
    ConfirmSudoByCode,
    ContinueWithProvider,
    DownloadExport,
    RequestSudoCode,
    ResendConfirmation,
    SetPassword,
    SignUpWithProvider,
}

fn special(form: &str) -> Special {
    match form {
        "confirm_sudo_by_code" => Special::ConfirmSudoByCode,
        "continue_with_provider" => Special::ContinueWithProvider,
        paths::EXPORT_DOWNLOAD => Special::DownloadExport,
        "request_sudo_code" => Special::RequestSudoCode,
        "resend_confirmation" => Special::ResendConfirmation,
        "set_password" => Special::SetPassword,
        "sign_up_with_provider" => Special::SignUpWithProvider,
        _ => panic!(
            "{form} has no row in docs/MISHAPS.md. Add a case to tests/it/table/cases.rs, or a scene to \
             tests/it/mishaps/scene.rs; then print the page"
        ),
    }
}

/// The action that a form leads to.
pub fn action(form: &str) -> Action {
    if let Some(case) = case(form) {
        return case.action;
    }
    match special(form) {
        Special::ConfirmSudoByCode | Special::RequestSudoCode => Action::ConfirmSudo,
        Special::ContinueWithProvider => Action::SignIn,
        Special::DownloadExport => Action::DownloadExport,
        Special::SetPassword => Action::SetPassword,
        Special::ResendConfirmation | Special::SignUpWithProvider => Action::SignUp,
    }
}

fn case(form: &str) -> Option<&'static Case> {
    CASES.iter().find(|case| case.call == form)
}

/// An application for one stage.
pub async fn world() -> TestApp {
    TestApp::with_provider(|settings| settings.limits.enabled = false).await
}

impl<'a> Stage<'a> {
    /// Prepares everything up to the press of the button.
    pub async fn set(app: &'a TestApp, line: &Line) -> Self {
        app.authenticated_browser(BOB).await;
        let hash = app.rows("SELECT password_hash FROM signet_users").await.remove(0);
        let (browser, mut fields) = match case(line.name()) {
            Some(case) if case.action != Action::SetPassword => {
                let scene = Scene::set(app, case.given).await;
                let fields = scene.filled(case.fields);
                (if case.by == By::Stranger { app.browser() } else { scene.browser }, fields)
            }
            _ => prepared(app, special(line.name())).await,
        };
        if line.fields().contains(&"once") {
            fields.push(("once", once(&browser).await));
        }
        let viewer = browser.seen_as().await;
        let is_of_link = fields.iter().any(|(name, _)| *name == "token");
        let marked = viewer.as_ref().filter(|_| !is_of_link);
        let is_marked = marked.is_some();
        if let Some(viewer) = marked {
            fields.push(("account", app.lifecycle.keys.account_mark(&viewer.user.id, &viewer.user.email.masked())));
        }
        app.db.run(&format!("UPDATE signet_users SET password_hash = '{hash}' WHERE email = '{BOB}'")).await.unwrap();
        // What earlier forms have left for the next page is not about this one.
        browser.get(paths::HOME).await;
        browser.get(paths::SETTINGS).await;
        app.settle().await;
        Self { app, browser, fields, own: viewer.map(|viewer| viewer.user.email.to_string()), is_marked }
    }

    /// Sends the form by `browser`, by script or as a plain form.
    pub async fn send(&self, browser: &Browser<'_>, (line, script): (&Line, bool)) -> Page {
        let fields: Vec<_> = self.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if line.path == paths::EXPORT_DOWNLOAD {
            let id = &self.fields.iter().find(|(name, _)| *name == "export").unwrap().1;
            let account = &self.fields.iter().find(|(name, _)| *name == "account").unwrap().1;
            return browser
                .downloads(&format!("{id}&account={account}"), if script { "application/json" } else { "text/html" })
                .await;
        }
        if script { browser.call(line.name(), &fields).await } else { browser.post(line.name(), &fields).await }
    }

    /// Whose pages the browser opens. For a short time a session has two tokens (ADR 0049).
    pub async fn signed_in(&self) -> Option<String> {
        if let Some(viewer) = self.browser.seen_as().await {
            return Some(viewer.user.email.to_string());
        }
        let page = self.browser.get(paths::SETTINGS).await;
        let is_out = page.location().is_some_and(|to| to.starts_with(paths::LOG_IN));
        if is_out { None } else { self.own.clone() }
    }

    /// Signs out and in again in another tab.
    pub async fn signs_in_again(&self) {
        let email = match self.browser.seen_as().await {
            Some(viewer) => viewer.user.email.to_string(),
            None => ADA.to_owned(),
        };
        if self.own.is_some() {
            self.browser.post("sign_out", &[]).await;
        }
        // An account without a password gets one for a moment.
        let set = |hash: &str| format!("UPDATE signet_users SET password_hash = {hash} WHERE email = '{email}'");
        let has_one = format!("signet_users WHERE email = '{email}' AND password_hash IS NOT NULL");
        let lacks_one = self.app.count(&has_one).await == 0;
        if lacks_one {
            let others = format!("(SELECT password_hash FROM signet_users WHERE email = '{BOB}')");
            self.app.db.run(&set(&others)).await.unwrap();
        }
        self.browser.call("sign_in", &[("email", &email), ("password", PASSWORD)]).await;
        if lacks_one {
            self.app.db.run(&set("NULL")).await.unwrap();
        }
    }

    /// Signs out, and in as another person, in another tab.
    pub async fn becomes_another(&self) {
        if self.own.is_some() {
            self.browser.post("sign_out", &[]).await;
        }
        self.browser.sign_in(BOB, PASSWORD).await;
    }
}

/// What tells the form of API tokens from another one, read from its page.
async fn once(browser: &Browser<'_>) -> String {
    let page = browser.get(paths::API_TOKENS).await;
    let (_, rest) = page.body.split_once("name=\"once\" value=\"").unwrap_or_else(|| panic!("{}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

async fn prepared(app: &TestApp, special: Special) -> (Browser<'_>, Vec<(&'static str, String)>) {
    match special {
        Special::ContinueWithProvider => {
            let fields = [("provider", "acme"), ("ask", "sign_in"), ("return_to", "")];
            (app.browser(), fields.map(|(name, value)| (name, value.to_owned())).to_vec())
        }
        Special::DownloadExport => {
            let browser = app.authenticated_browser(ADA).await;
            browser.sudo(PASSWORD).await;
            let id = browser.exports().await;
            (browser, vec![("export", id)])
        }
        Special::RequestSudoCode => (without_password(app).await, vec![("return_to", String::new())]),
        Special::ConfirmSudoByCode => {
            let browser = without_password(app).await;
            browser.post("request_sudo_code", &[]).await;
            let post = app.deliver().await;
            let text = &post.the(Kind::SudoCode).letter.text;
            let code = text.lines().find_map(|line| line.strip_prefix("Code: ")).unwrap().to_owned();
            (browser, vec![("code", code), ("return_to", String::new())])
        }
        Special::SetPassword => {
            let browser = app.provider_only_fixture().await.browser;
            app.db.run(&format!("UPDATE signet_sessions SET sudo_at = {}", app.now().0)).await.unwrap();
            (browser, vec![("new_password", OTHER_PASSWORD.to_owned())])
        }
        Special::ResendConfirmation => (app.unverified(ADA).await.0, Vec::new()),
        Special::SignUpWithProvider => (nameless(app).await, vec![("email", ADA.to_owned())]),
    }
}

/// An account whose provider never says when the person signed in there.
async fn without_password(app: &TestApp) -> Browser<'_> {
    let browser = app.provider_only_fixture().await.browser;
    app.db.run("UPDATE signet_identities SET no_auth_time = 1").await.unwrap();
    browser
}

/// A browser that comes back from a provider that names no address.
async fn nameless(app: &TestApp) -> Browser<'_> {
    let provider = app.provider.as_ref().unwrap();
    provider.claim("email", Value::Null);
    provider.claim("email_verified", Value::Null);
    let browser = app.browser();
    let page = browser.post("continue_with_provider", &[("provider", "acme"), ("ask", "sign_in")]).await;
    let page = browser.follow(page).await;
    let callback = provider.approve(&page.goes_on_to());
    assert_eq!(browser.get(&callback.path("acme")).await.sent_to(), paths::REGISTER_EMAIL);
    browser
}
