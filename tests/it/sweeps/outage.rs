//! The database is unreachable: every visitor learns so, and no one is signed out. A request that panics ends alone.

use axum::{body::Body, http::Method};
use signet::{
    domain::error::AppError,
    server::http::cookie::Name,
    testing::{Page, TestApp},
};

use super::{FORM, FORM_TYPE, OUR_PAGE, forms, pages, send, send_plain};
use crate::{
    inventory::{self, Door, Line},
    logged::Logged,
    panics::Panics,
};

/// Checks the words of the page, and that it changes no cookie.
fn says_so(page: &Page, what: &str) {
    assert_eq!(page.status, 503, "{what}: {}", page.body);
    for words in ["Not available right now</h1>", "nothing was changed", "Reference "] {
        assert!(page.body.contains(words), "{what}: {words}: {}", page.body);
    }
}

#[tokio::test]
async fn without_the_database_everybody_signed_in_is_told_so_and_stays_signed_in() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser("ada@example.com").await;
    let session = ada.session();
    assert!(session.is_some());
    app.db.db.close().await;
    for path in pages().into_iter().chain(["/nowhere".to_owned()]) {
        let page = ada.get(&path).await;
        says_so(&page, &path);
        assert_eq!(page.set_cookies(), [""; 0], "{path}");
    }
    for action in forms() {
        let page = send_plain(&ada, action, FORM).await;
        says_so(&page, action);
        assert_eq!(page.set_cookies(), [""; 0], "{action}");
        let page = send(&ada, action, &[OUR_PAGE, FORM_TYPE], FORM).await;
        let error = serde_json::from_str(&page.body);
        assert_eq!((page.status.as_u16(), error.ok()), (503, Some(AppError::Unavailable)), "{action}: {}", page.body);
        assert_eq!(page.set_cookies(), [""; 0], "{action}");
    }
    assert_eq!(ada.session(), session);
}

/// Open actions that need no database without a session, or with this form: its provider does not exist, and no login
/// waits for an address.
const WITHOUT: [&str; 3] = ["continue_with_provider", "sign_out", "sign_up_with_provider"];

#[tokio::test]
async fn without_the_database_nobody_is_let_in_or_refused() {
    let app = TestApp::new().await;
    app.db.db.close().await;
    let open = inventory::forms().filter(|line| matches!(line.door(), Some(Door::Open | Door::Link)));
    for action in open.map(Line::name).filter(|name| !WITHOUT.contains(name)) {
        let browser = app.browser();
        says_so(&send_plain(&browser, action, FORM).await, action);
        let page = send(&browser, action, &[OUR_PAGE, FORM_TYPE], FORM).await;
        let error = serde_json::from_str(&page.body);
        assert_eq!((page.status.as_u16(), error.ok()), (503, Some(AppError::Unavailable)), "{action}: {}", page.body);
        assert_eq!((browser.session(), browser.cookie(Name::Notice)), (None, None), "{action}");
    }
    // Pages that need no database work.
    assert_eq!(app.browser().get("/users/log-in").await.status, 200);
}

/// ASVS V16.5.4.
#[tokio::test]
async fn a_panic_ends_one_request_and_says_nothing_of_itself() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser("ada@example.com").await;
    let log = Logged::listen();
    for path in ["/dashboard", "/users/settings/sessions", "/api/v1/me"] {
        let panics = Panics::at("read", 1..2);
        let mut request = ada.request(Method::GET, path, "text/html");
        if path.starts_with("/api") {
            let token = signet::server::crypto::api_token::ApiToken::from_random([3; 32]);
            request = request.header("authorization", format!("Bearer {}", token.expose()));
        }
        let page = ada.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!((page.status.as_u16(), panics.reached()), (500, 1), "{path}: {}", page.body);
        assert!(page.body.contains("eference ") && !page.body.contains("meant"), "{path}: {}", page.body);
        assert_eq!(page.set_cookies(), [""; 0], "{path}");
    }
    assert!(log.text().contains("a panic at read, which is meant"), "the log says why: {}", log.text());
    assert_eq!(ada.get("/dashboard").await.status, 200, "the process goes on");
}
