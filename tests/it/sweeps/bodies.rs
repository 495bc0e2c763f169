//! What may stand in a body that the site receives, and what it says of the bodies that it sends (checklist A56, A65;
//! ASVS V3.4.2, V4.1.1, V13.4.2).

use axum::{
    body::{Body, Bytes},
    http::Method,
};
use futures_util::stream;
use signet::testing::{Fields, OTHER_PASSWORD, PASSWORD, TestApp};

use super::{FORM, FORM_TYPE, OUR_PAGE, actions, header, pages, send};

const ADA: &str = "ada@example.com";

/// The types that the site sends. A browser must not guess how text is encoded; JSON is always UTF-8.
const TYPES: [&str; 4] =
    ["text/html; charset=utf-8", "text/plain; charset=utf-8", "application/json", "application/problem+json"];

#[tokio::test]
async fn every_body_says_what_it_is() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let others =
        ["/nowhere", "/api/sign_in", "/api/v1/me", "/api/v1/openapi.json", "/api/v1/<b>", "/healthz", "/readyz"];
    let mut kinds = Vec::new();
    for path in pages().into_iter().chain(others.map(|path| path.replace('<', "%3C").replace('>', "%3E"))) {
        for browser in [&app.browser(), &ada] {
            for accept in ["text/html", "application/json", "*/*"] {
                let page = browser.send(browser.request(Method::GET, &path, accept).body(Body::empty()).unwrap()).await;
                let kind = header(&page.headers, "content-type").to_owned();
                assert!(page.body.is_empty() || TYPES.contains(&kind.as_str()), "{path}, {accept}: {kind:?}");
                kinds.push(kind);
            }
        }
    }
    assert!(TYPES.iter().all(|kind| kinds.iter().any(|found| found == kind)), "each is sent");
    // The name of a server function that does not exist is not shown as a page.
    let odd = send(&ada, "%3Cscript%3E", &[OUR_PAGE, FORM_TYPE], FORM).await;
    assert_eq!((odd.status.as_u16(), header(&odd.headers, "content-type")), (404, "text/plain; charset=utf-8"));
    assert!(!odd.body.contains("<script"), "{}", odd.body);
}

#[tokio::test]
async fn no_other_site_may_read_an_answer() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let api = actions().into_iter().map(|action| format!("/api/{action}"));
    for path in pages().into_iter().chain(api).chain(["/api/v1/me".to_owned(), "/nowhere".to_owned()]) {
        for method in [Method::GET, Method::POST, Method::OPTIONS] {
            let request = ada
                .request(method.clone(), &path, "*/*")
                .header("origin", "https://evil.example")
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "content-type, authorization");
            let page = ada.send(request.body(Body::empty()).unwrap()).await;
            let allowed = page.headers.keys().find(|name| name.as_str().starts_with("access-control-"));
            assert_eq!(allowed, None, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn what_helps_while_developing_is_not_there_in_production() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    for path in ["/dev/mailbox", "/dev/mailbox.json", "/dev", "/metrics", "/debug", "/.git/HEAD", "/Leptos.toml"] {
        assert_eq!(ada.get(path).await.status, 404, "{path}");
    }
    assert!(!ada.get("/dashboard").await.body.contains("live_reload"));
}

/// A body without an end and without a length.
#[tokio::test]
async fn a_body_without_an_end_is_cut() {
    let app = TestApp::new().await;
    for action in actions() {
        let chunks = std::iter::repeat_with(|| Ok::<_, std::convert::Infallible>(Bytes::from_static(&[b'x'; 1024])));
        let browser = app.browser();
        let sent = send(&browser, &action, &[OUR_PAGE, FORM_TYPE], Body::from_stream(stream::iter(chunks)));
        let (hashes, page) = app.hashes_in(sent).await;
        assert_eq!((page.status.as_u16(), hashes), (413, 0), "{action}");
    }
}

/// Ends a text in C, and on PostgreSQL cannot be stored; turns the line around; begins a command of a terminal.
const HOSTILE: &str = "plum\0\u{202e}\u{9b}Tractor@example.com";

/// Every action with a field of text, and that field with [`HOSTILE`] in it.
const TEXTS: [(&str, Fields<'static>); 25] = [
    ("sign_up", &[("email", HOSTILE), ("password", PASSWORD)]),
    ("sign_up", &[("email", "new@example.com"), ("password", HOSTILE)]),
    ("sign_up_with_provider", &[("email", HOSTILE)]),
    ("sign_in", &[("email", HOSTILE), ("password", PASSWORD)]),
    ("sign_in", &[("email", ADA), ("password", HOSTILE)]),
    ("request_password_reset", &[("email", HOSTILE)]),
    ("reset_password", &[("token", HOSTILE), ("new_password", PASSWORD)]),
    ("verify_email", &[("token", HOSTILE), ("password", PASSWORD)]),
    ("cancel_email_change_by_link", &[("token", HOSTILE)]),
    ("undo_email_change", &[("token", HOSTILE)]),
    ("confirm_email_change", &[("token", HOSTILE)]),
    ("request_email_change", &[("new_email", HOSTILE)]),
    ("update_profile", &[("name", HOSTILE)]),
    ("change_password", &[("current_password", PASSWORD), ("new_password", HOSTILE)]),
    ("change_password", &[("current_password", HOSTILE), ("new_password", OTHER_PASSWORD)]),
    ("confirm_sudo", &[("password", HOSTILE)]),
    ("confirm_sudo_by_code", &[("code", HOSTILE)]),
    ("unlink_provider", &[("provider", HOSTILE)]),
    ("revoke_session", &[("session", HOSTILE)]),
    ("disown_event", &[("event", HOSTILE)]),
    ("create_api_token", &[("name", HOSTILE), ("scope", "read"), ("expires", "7")]),
    ("create_api_token", &[("name", "backup"), ("scope", HOSTILE), ("expires", "7")]),
    ("create_api_token", &[("name", "backup"), ("scope", "read"), ("expires", HOSTILE)]),
    ("revoke_api_token", &[("id", HOSTILE)]),
    ("schedule_deletion", &[("confirmation", HOSTILE)]),
];

#[tokio::test]
async fn characters_that_end_or_turn_a_text_are_refused_in_every_field() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    for (action, fields) in TEXTS {
        for browser in [&app.browser(), &ada] {
            let page = app.changes_nothing(browser.call(action, fields)).await;
            assert!((400..500).contains(&page.status.as_u16()), "{action} {fields:?}: {} {}", page.status, page.body);
            let plain = app.changes_nothing(browser.post(action, fields)).await;
            assert_eq!(plain.status, 303, "{action} {fields:?}: {}", plain.body);
        }
    }
    assert!(app.deliver().await.words().is_empty());
}
