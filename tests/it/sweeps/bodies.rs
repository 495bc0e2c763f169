//! What may stand in a body that the site receives, and what it says of the bodies that it sends (checklist A56, A65;
//! ASVS V3.4.2, V4.1.1, V13.4.2).

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::Method,
};
use futures_util::stream;
use signet::testing::{PASSWORD, TestApp};
use url::form_urlencoded;

use super::{FORM, FORM_TYPE, OUR_PAGE, address, bodies, forms, header, send, send_plain};
use crate::inventory::{self, Field, Line, addresses, field};

const ADA: &str = "ada@example.com";

/// The types that the site sends. A browser must not guess how text is encoded; JSON is always UTF-8.
const TYPES: [&str; 5] = [
    "text/html; charset=utf-8",
    "text/plain; charset=utf-8",
    "application/json",
    "application/problem+json",
    "text/event-stream",
];

#[tokio::test]
async fn every_body_says_what_it_is() {
    let app = TestApp::new().await.pacing(Duration::from_millis(10), Duration::from_millis(20));
    let ada = app.authenticated_browser(ADA).await;
    let mut kinds = Vec::new();
    for path in addresses().into_iter().chain(["/api/sign_in", "/api/v1/%3Cb%3E"].map(str::to_owned)) {
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
    let app = TestApp::new().await.pacing(Duration::from_millis(10), Duration::from_millis(20));
    let ada = app.authenticated_browser(ADA).await;
    for path in addresses().into_iter().chain(forms().into_iter().map(address)) {
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
    for form in &bodies() {
        let chunks = std::iter::repeat_with(|| Ok::<_, std::convert::Infallible>(Bytes::from_static(&[b'x'; 1024])));
        let browser = app.browser();
        let sent = send(&browser, form, &[OUR_PAGE, FORM_TYPE], Body::from_stream(stream::iter(chunks)));
        let (hashes, page) = app.hashes_in(sent).await;
        assert_eq!((page.status.as_u16(), hashes), (413, 0), "{form}");
    }
}

/// Ends a text in C, and on PostgreSQL cannot be stored; turns the line around; begins a command of a terminal.
const HOSTILE: &str = "plum\0\u{202e}\u{9b}Tractor@example.com";

/// The fields of a form, with [`HOSTILE`] in one of them.
fn hostile_in(line: &Line, name: &str) -> String {
    let usual = form_urlencoded::parse(FORM.as_bytes()).filter(|(field, _)| line.fields().contains(&&**field));
    let fields = usual.map(|(field, value)| if field == name { (field, HOSTILE.into()) } else { (field, value) });
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

#[tokio::test]
async fn characters_that_end_or_turn_a_text_are_refused_in_every_field() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    let all = inventory::forms().flat_map(|line| line.fields().iter().map(move |name| (line, *name)));
    for (line, name) in all.filter(|(_, name)| matches!(field(name), Field::Text | Field::Object)) {
        let (form, body) = (line.name(), hostile_in(line, name));
        assert!(body.contains("plum%00"), "{form} has no {name} in FORM");
        for browser in [&app.browser(), &ada] {
            let page = app.changes_nothing(send(browser, form, &[OUR_PAGE, FORM_TYPE], body.clone())).await;
            assert!((400..500).contains(&page.status.as_u16()), "{form} {name}: {} {}", page.status, page.body);
            let plain = app.changes_nothing(send_plain(browser, form, body.clone())).await;
            assert_eq!(plain.status, 303, "{form} {name}: {}", plain.body);
        }
    }
    assert!(app.deliver().await.words().is_empty());
}
