//! Steps that the tests of exports share.

use std::time::Duration;

use axum::{
    body::Body,
    http::{
        Method,
        header::{CONTENT_TYPE, ORIGIN},
    },
};
use serde_json::Value;
use signet::{
    domain::id::ExportId,
    server::lifecycle::export::Building,
    testing::{BASE_URL, Browser, PASSWORD, Page, TestApp},
};

pub const ADA: &str = "ada@example.com";
pub const PAGE: &str = "/users/settings/export";
pub const DOWNLOAD: &str = "/users/settings/export/download";
pub const HTML: &str = "text/html";
pub const JSON: &str = "application/json";

/// What the tests of exports do with an application.
pub trait ExportSteps {
    /// The id of the only export.
    async fn export_id(&self) -> String;

    /// The names of the files in the folder of exports.
    fn export_files(&self) -> Vec<String>;

    /// Prepares the only waiting export, as the worker does, and sends no letter.
    async fn builds(&self) -> ExportId;

    /// A signed-in browser in sudo mode, with an export that is ready. Earlier letters and events are already
    /// discarded.
    async fn with_export(&self, email: &str) -> (Browser<'_>, String);
}

impl ExportSteps for TestApp {
    async fn export_id(&self) -> String {
        let ids = self.rows("SELECT id FROM signet_exports").await;
        let [id] = &ids[..] else { panic!("{ids:?}") };
        id.clone()
    }

    fn export_files(&self) -> Vec<String> {
        let Ok(folder) = std::fs::read_dir(self.exports_folder()) else { return Vec::new() };
        let mut names: Vec<_> = folder.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    async fn builds(&self) -> ExportId {
        let id = ExportId::parse(&self.export_id().await).unwrap();
        assert_eq!(self.lifecycle.build_export().await.unwrap(), Building::Ready);
        id
    }

    async fn with_export(&self, email: &str) -> (Browser<'_>, String) {
        let browser = self.authenticated_browser(email).await;
        browser.sudo(PASSWORD).await;
        let id = browser.exports().await;
        (browser, id)
    }
}

/// What a person does on the page of exports.
pub trait ExportForms {
    /// Requests an export, and waits until it is ready.
    async fn exports(&self) -> String;

    /// Confirms it's them again after some time. The session's use is noted beside the request: this waits for the
    /// note, so that no write happens later during the test.
    async fn returns(&self);

    /// Sets all sessions' confirmation to this many seconds ago.
    async fn confirmed_before(&self, seconds: i64);

    /// Presses **Download**.
    async fn downloads(&self, export: &str, accept: &str) -> Page;

    /// The content of a download.
    async fn document(&self, export: &str) -> Value;
}

impl ExportForms for Browser<'_> {
    async fn exports(&self) -> String {
        assert_eq!(self.post("request_export", &[]).await.sent_to(), PAGE);
        let user = self.viewer().await.user.id;
        let id = self.app.rows(&format!("SELECT id FROM signet_exports WHERE user_id = '{user}'")).await.remove(0);
        self.app.settle().await;
        id
    }

    async fn returns(&self) {
        self.sudo(PASSWORD).await;
        let (session, now) = (self.viewer().await.session.id, self.app.now().0);
        let is_stale = format!("signet_sessions WHERE id = '{session}' AND last_seen_at + 300 <= {now}");
        for _ in 0..2_500 {
            if self.app.count(&is_stale).await == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("the session is not touched");
    }

    async fn confirmed_before(&self, seconds: i64) {
        let at = self.app.now().0 - seconds;
        self.app.db.run(&format!("UPDATE signet_sessions SET sudo_at = {at}")).await.unwrap();
    }

    async fn downloads(&self, export: &str, accept: &str) -> Page {
        let request = self
            .request(Method::POST, DOWNLOAD, accept)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN, BASE_URL)
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(Body::from(format!("export={export}"))).unwrap()).await
    }

    async fn document(&self, export: &str) -> Value {
        let page = self.downloads(export, HTML).await;
        assert_eq!(page.status, 200, "{}", page.body);
        serde_json::from_str(&page.body).unwrap()
    }
}
