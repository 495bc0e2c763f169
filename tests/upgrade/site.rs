//! The site as the old program left it, opened by this one.

use std::{fs, path::PathBuf};

use axum::{
    body::Body,
    http::{
        Method,
        header::{AUTHORIZATION, CONTENT_TYPE, ORIGIN},
    },
};
use serde_json::Value;
use signet::{
    domain::deletion::erasure::ledger::LedgerStatus,
    server::{
        clock::Clock,
        config::{Settings, Sources},
        http::cookie::Name,
    },
    testing::{
        BASE_URL, Browser, Fields, Page, START, TestApp, TestDb,
        provider::{TestGithub, TestProvider},
    },
};
use tempfile::TempDir;

use crate::abroad::{ACME, Abroad, BRAVO, GITHUB};

/// Where a person's export is downloaded.
const DOWNLOAD: &str = "/users/settings/export/download";

/// The site, and the known facts about it.
pub struct Site {
    pub abroad: Abroad,
    known: Value,
    _ledger: Option<TestDb>,
}

/// Runs a test on the site of each database.
pub async fn on_each(test: impl AsyncFn(&Site)) {
    for database in ["sqlite", "postgres"] {
        if let Some(site) = Site::found(database).await {
            test(&site).await;
        }
    }
}

/// A file of the fixture.
pub fn fixture(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/upgrade/fixture").join(path)
}

/// The database as the old program left it, unchanged by this one.
pub async fn database(of: &str) -> Option<TestDb> {
    made_by(of, "database.sql").await
}

/// The ledger of erasures, likewise.
pub async fn ledger(of: &str) -> Option<TestDb> {
    made_by(of, "ledger.sql").await
}

async fn made_by(database: &str, file: &str) -> Option<TestDb> {
    let statements = fs::read_to_string(fixture(&format!("{database}/{file}"))).unwrap();
    match database {
        "sqlite" => Some(TestDb::sqlite_from(&statements).await),
        _ => TestDb::postgres_from(&statements).await,
    }
}

impl Site {
    /// Starts on it, as the program starts.
    async fn found(database: &str) -> Option<Self> {
        let db = self::database(database).await?;
        db.db.migrate().await.unwrap();
        let ledger = self::ledger(database).await?;
        let folder = data_folder(database, &ledger);
        let clock = Clock::manual(START);
        let (acme, bravo) = (TestProvider::start(&clock).await, TestProvider::start(&clock).await);
        let github = TestGithub::start().await;
        let providers = vec![acme.settings(ACME), bravo.settings(BRAVO), github.settings(GITHUB)];
        let ledger_url = ledger.is_postgres().then(|| ledger.url().into());
        let app = TestApp::found(db, folder, clock, |settings| {
            settings.keys = keys_of(settings);
            settings.deletion.ledger = ledger_url;
            settings.providers = providers;
        });
        assert_eq!(app.lifecycle.join_ledger().await.unwrap(), LedgerStatus::Current);
        assert_eq!(app.lifecycle.clock_ahead().await.unwrap(), None);
        let known = fs::read_to_string(fixture(&format!("{database}/known.json"))).unwrap();
        let known = serde_json::from_str(&known).unwrap();
        Some(Self { abroad: Abroad { app, acme, bravo, github }, known, _ledger: Some(ledger) })
    }

    pub fn app(&self) -> &TestApp {
        &self.abroad.app
    }

    /// A known fact: the value of a name in a section.
    pub fn known(&self, section: &str, name: &str) -> String {
        let known = &self.known[section][name];
        known.as_str().unwrap_or_else(|| panic!("{section}.{name}: {known}")).to_owned()
    }

    /// The old program's result.
    pub fn expected(&self, name: &str) -> &Value {
        &self.known["expected"][name]
    }

    /// The names of the browsers of the site.
    pub fn browsers(&self) -> impl Iterator<Item = &str> {
        self.known["browsers"].as_object().unwrap().keys().map(String::as_str)
    }

    /// The address of the browser's account.
    pub fn email_of(&self, browser: &str) -> &str {
        self.known["browsers"][browser]["email"].as_str().unwrap()
    }

    /// Whether its session was in sudo mode.
    pub fn was_in_sudo_mode(&self, browser: &str) -> bool {
        self.known["browsers"][browser]["in_sudo_mode"].as_bool().unwrap()
    }

    /// A browser with the cookies that it had.
    pub fn browser(&self, name: &str) -> Browser<'_> {
        let about = &self.known["browsers"][name];
        let mut browser = self.app().browser();
        browser.ip = about["ip"].as_str().unwrap().parse().unwrap();
        about["user_agent"].as_str().unwrap().clone_into(&mut browser.user_agent);
        for (word, name) in [
            ("session", Name::Session),
            ("device", Name::Device),
            ("attempt", Name::Attempt),
            ("notice", Name::Notice),
            ("kept", Name::FormDraft),
            ("fresh", Name::Fresh),
        ] {
            if let Some(value) = about["cookies"][word].as_str() {
                browser.set_cookie(name, value);
            }
        }
        browser
    }

    /// The answer to a program's request.
    pub async fn program(&self, method: Method, path: &str, token: &str) -> Page {
        let browser = self.app().browser();
        let request = browser.request(method, path, "application/json");
        let token = format!("Bearer {}", self.known("api_tokens", token));
        browser.send(request.header(AUTHORIZATION, token).body(Body::empty()).unwrap()).await
    }

    /// The body that a program reads.
    pub async fn reads(&self, path: &str, token: &str) -> Value {
        let page = self.program(Method::GET, path, token).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        serde_json::from_str(&page.body).unwrap()
    }
}

/// What a person does with a browser.
pub trait Deeds {
    /// Sends a form that must be accepted.
    async fn does(&self, action: &str, fields: Fields<'_>);

    /// Sends a form that must be refused.
    async fn is_refused(&self, action: &str, fields: Fields<'_>, code: &str);

    /// The content of a download.
    async fn downloads(&self, export: &str) -> String;
}

impl Deeds for Browser<'_> {
    async fn does(&self, action: &str, fields: Fields<'_>) {
        let page = self.call(action, fields).await;
        assert!(page.status.is_success() && page.refusal().is_none(), "{action}: {}", page.body);
    }

    async fn is_refused(&self, action: &str, fields: Fields<'_>, code: &str) {
        let page = self.call(action, fields).await;
        let refusal = page.refusal().unwrap_or_else(|| panic!("{action}: {}", page.body));
        assert_eq!(refusal.code(), code, "{action}");
    }

    async fn downloads(&self, export: &str) -> String {
        let request = self
            .request(Method::POST, DOWNLOAD, "text/html")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN, BASE_URL)
            .header("sec-fetch-site", "same-origin");
        let page = self.send(request.body(Body::from(format!("export={export}"))).unwrap()).await;
        assert_eq!(page.status, 200, "{}", page.body);
        page.body
    }
}

/// The data folder; on SQLite the ledger is a file of it.
fn data_folder(database: &str, ledger: &TestDb) -> TempDir {
    let folder = signet::testing::temporary_folder();
    let data = fixture(database).join("data");
    fs::copy(data.join("secret.key"), folder.path().join("secret.key")).unwrap();
    fs::create_dir(folder.path().join("exports")).unwrap();
    for file in fs::read_dir(data.join("exports")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), folder.path().join("exports").join(file.file_name())).unwrap();
    }
    if let Some(file) = ledger.url().strip_prefix("sqlite://") {
        fs::copy(file, folder.path().join("erasures.db")).unwrap();
    }
    folder
}

/// The key in the data folder.
fn keys_of(settings: &Settings) -> signet::server::crypto::token::KeyRing {
    let folder = settings.server.data_dir.display().to_string();
    let env = [("SIGNET_ENVIRONMENT", "development"), ("SIGNET_SERVER__DATA_DIR", folder.as_str())];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Settings::from_sources(&Sources { files: Vec::new(), env: env.to_vec() }).unwrap().keys
}
