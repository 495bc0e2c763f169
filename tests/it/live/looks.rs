//! A live refresh: an open page requests itself again.

use std::time::Duration;

use axum::{body::Body, http::Method};
use signet::{domain::time::Span, server::context::Notice};

use super::{ADA, page_version};
use crate::app::{Browser, PASSWORD, Page, TestApp};

/// Requests a page as a live refresh.
async fn look(browser: &Browser<'_>, path: &str) -> Page {
    unseen(browser, path, (Method::GET, "signet-live", "1")).await
}

/// The requests whose response no user sees: method and header.
const UNSEEN: [(Method, &str, &str); 8] = [
    (Method::GET, "signet-live", "1"),
    (Method::HEAD, "x-any", "1"),
    (Method::GET, "sec-purpose", "prefetch"),
    (Method::GET, "sec-purpose", "prefetch;prerender"),
    (Method::GET, "purpose", "prefetch"),
    (Method::GET, "x-moz", "prefetch"),
    (Method::GET, "purpose", "Prefetch"),
    (Method::GET, "x-purpose", "preview"),
];

async fn unseen(browser: &Browser<'_>, path: &str, (method, name, value): (Method, &str, &str)) -> Page {
    let request = browser.request(method, path, "text/html").header(name, value);
    browser.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn what_is_said_once_waits_for_a_page_that_is_read() {
    let app = TestApp::new().await;
    let ada = app.verified(ADA).await;
    ada.post("update_profile", &[("name", "Ada")]).await;
    for request in UNSEEN {
        let page = unseen(&ada, "/users/settings/profile", request.clone()).await;
        assert_eq!((page.status.as_u16(), page.set_cookies()), (200, vec![]), "{request:?}");
        assert!(!page.body.contains("Name saved."), "{request:?}");
    }
    assert_eq!(ada.notice(), Some(Notice::NameSaved));
    assert!(ada.get("/users/settings/profile").await.body.contains("Name saved."));
    assert_eq!(ada.notice(), None);
}

#[tokio::test]
async fn a_form_that_waits_goes_on_waiting() {
    let app = TestApp::new().await;
    let ada = app.verified(ADA).await;
    let page = ada.post("request_email_change", &[("new_email", "new@example.com")]).await;
    assert!(page.sent_to().starts_with("/users/sudo"));
    for request in UNSEEN {
        let page = unseen(&ada, "/users/settings/email", request.clone()).await;
        assert_eq!(page.set_cookies(), [""; 0], "{request:?}");
        assert!(!page.body.contains("new@example.com"), "{request:?}");
    }
    assert_eq!(ada.kept().len(), 1);
    assert!(ada.get("/users/settings/email").await.body.contains("new@example.com"));
}

#[tokio::test]
async fn a_new_api_token_waits_for_a_page_that_is_read() {
    let app = TestApp::new().await;
    let ada = app.verified(ADA).await;
    ada.sudo(PASSWORD).await;
    ada.post("create_api_token", &[("name", "backup"), ("scope", "read"), ("expires", "7")]).await;
    let path = "/users/settings/api-tokens";
    for request in UNSEEN {
        let page = unseen(&ada, path, request.clone()).await;
        assert_eq!((page.status.as_u16(), page.set_cookies()), (200, vec![]), "{request:?}");
        assert!(!page.body.contains("sgn_"), "{request:?}");
    }
    assert!(ada.get(path).await.body.contains("sgn_"));
    assert!(!ada.get(path).await.body.contains("sgn_"));
}

#[tokio::test]
async fn a_look_that_finds_nobody_signed_in_leaves_no_word_behind() {
    let app = TestApp::new().await;
    let ada = app.verified(ADA).await;
    let copy = ada.stolen_session();
    ada.post("sign_out", &[]).await;
    for request in UNSEEN {
        let page = unseen(&copy, "/dashboard", request.clone()).await;
        assert!(page.sent_to().starts_with("/users/log-in"), "{request:?}");
        assert_eq!(page.set_cookies(), [""; 0], "{request:?}");
    }
    assert_eq!(copy.notice(), None);
    assert_eq!(page_version(&look(&copy, "/users/log-in").await), "");
    assert_eq!(copy.get("/dashboard").await.set_cookies().len(), 1);
}

#[tokio::test]
async fn looking_is_not_using_the_session() {
    let app = TestApp::new().await;
    let ada = app.verified(ADA).await;
    app.pass(Span::hours(1));
    let seen = format!("signet_sessions WHERE last_seen_at = {}", app.now().0);
    look(&ada, "/dashboard").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(app.count(&seen).await, 0);
    ada.get("/dashboard").await;
    for _ in 0..100 {
        if app.count(&seen).await == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("a page that is opened uses the session");
}

/// The header has an effect on pages only; the answer to a form stays the same.
#[tokio::test]
async fn a_form_is_no_look() {
    let app = TestApp::new().await;
    let ada = app.verified(ADA).await;
    let request = ada
        .request(Method::POST, "/api/confirm_sudo", "application/json")
        .header("signet-live", "1")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    let body = format!("password={}", PASSWORD.replace(' ', "+"));
    let page = ada.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(page.set_cookies().len(), 1, "the new token");
    assert!(ada.has_sudo().await);
}

#[tokio::test]
async fn only_signed_in_pages_bring_the_script_and_its_way_out() {
    let app = TestApp::new().await;
    let ada = app.verified(ADA).await;
    for path in [
        "/",
        "/dashboard",
        "/users/settings/email",
        "/users/settings/sessions",
        "/users/settings/export",
        "/users/settings/api-tokens",
        "/nowhere",
    ] {
        let page = ada.get(path).await;
        assert!(!page_version(&page).is_empty(), "{path}");
        assert!(page.body.contains("<template id=\"signed-out\""), "{path}");
        assert!(page.body.contains(&format!("/users/log-in?return_to={path}\"")), "{path}");
    }
    for path in ["/", "/users/log-in", "/users/register", "/nowhere"] {
        let page = app.browser().get(path).await;
        assert_eq!(page_version(&page), "", "{path}");
        assert!(!page.body.contains("signed-out") && !page.body.contains("LiveState"), "{path}");
    }
}

#[tokio::test]
async fn the_parts_of_a_page_have_names_of_their_own() {
    let app = TestApp::new().await;
    let ada = app.verified(ADA).await;
    let pages = [
        "",
        "/profile",
        "/email",
        "/password",
        "/providers",
        "/sessions",
        "/export",
        "/api-tokens",
        "/security-log",
        "/delete",
    ];
    for path in pages {
        let page = ada.get(&format!("/users/settings{path}")).await;
        let mut keys: Vec<&str> =
            page.body.split("data-live=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert!(keys.len() >= 4, "{path}: {keys:?}");
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count, "{path}: {keys:?}");
    }
}
