//! How often a page reads the database: once for the request's session, and once for what the page shows.

use signet::{
    domain::paths,
    testing::{Browser, TestApp},
};

use crate::panics::Panics;

const ADA: &str = "ada@example.com";

/// The pages that read more than the session, with the number of their own statements: of an account with a password,
/// and of one without, whose methods to confirm its identity are rows.
const PAGES: [(&str, usize, usize); 14] = [
    (paths::SETTINGS, 4, 4),
    (paths::EMAIL, 1, 3),
    (paths::PASSWORD, 0, 2),
    (paths::PROVIDERS, 1, 2),
    (paths::SESSIONS, 1, 3),
    (paths::SIGN_OUT_OTHERS, 0, 2),
    (paths::API_TOKENS, 1, 3),
    (paths::REVOKE_ALL_TOKENS, 0, 2),
    (paths::SECURITY_LOG, 1, 3),
    // One statement for each kind of event.
    ("/users/settings/security-log?kind=export", 2, 4),
    ("/users/settings/security-log/disown?event=1", 1, 3),
    (paths::EXPORT, 1, 3),
    (paths::DELETE, 1, 3),
    (paths::SUDO, 0, 2),
];

#[tokio::test]
async fn a_settings_page_is_read_in_one_snapshot() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    for (path, statements, _) in PAGES {
        reads(&ada, path, statements).await;
    }
    app.db.run("UPDATE signet_users SET password_hash = NULL").await.unwrap();
    for (path, _, statements) in PAGES {
        reads(&ada, path, statements).await;
    }
}

async fn reads(browser: &Browser<'_>, path: &str, expected: usize) {
    let (reads, statements) = (Panics::at("read", 0..0), Panics::at("statement", 0..0));
    let page = browser.get(path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.body);
    let snapshots = 1 + usize::from(expected > 0);
    assert_eq!((reads.reached(), statements.reached()), (snapshots, 1 + expected), "{path}");
}
