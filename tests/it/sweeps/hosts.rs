//! What a client may say about itself and about this site, and how much (checklist A18, A56; ASVS V4.1.3).

use axum::{
    body::Body,
    http::{Method, Request},
};
use signet::{
    domain::outbox::Kind,
    server::router::router,
    testing::{BASE_URL, TestApp},
};
use tower::ServiceExt;

use super::{FORM, FORM_TYPE, OUR_PAGE, address, bodies, forms, send};
use crate::{
    inventory::{self, LINES, addresses},
    logged::Logged,
};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn requests_for_another_host_are_turned_away() {
    let app = TestApp::new().await;
    let open: Vec<_> = LINES.iter().filter(|line| line.kind == inventory::Kind::Health).map(|line| line.path).collect();
    let all = addresses().into_iter().chain(forms().into_iter().map(address));
    for path in all.filter(|path| !open.contains(&path.as_str())) {
        for hosts in [&["evil.example"][..], &["signet.example.evil.example"], &["signet.example", "evil.example"], &[]]
        {
            for method in [Method::GET, Method::POST] {
                let mut request = Request::builder().method(method).uri(&path).header(OUR_PAGE.0, OUR_PAGE.1);
                for host in hosts {
                    request = request.header("host", *host);
                }
                let response = router(app.http.clone()).oneshot(request.body(Body::from(FORM)).unwrap()).await.unwrap();
                assert_eq!(response.status(), 421, "{path} at {hosts:?}");
            }
        }
    }
}

#[tokio::test]
async fn links_begin_with_the_setting_whatever_the_headers_say() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    let headers = [
        OUR_PAGE,
        FORM_TYPE,
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-original-url", "/evil"),
    ];
    let page = send(&app.browser(), "request_password_reset", &headers, FORM).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let post = app.deliver().await;
    let letter = &post.the(Kind::ResetPassword).letter;
    assert!(letter.links.iter().all(|link| link.starts_with(BASE_URL)), "{:?}", letter.links);
    assert!(!letter.text.contains("evil") && !letter.html.contains("evil"));
}

#[tokio::test]
async fn only_a_trusted_proxy_is_believed_about_the_address() {
    let forwarded = [
        OUR_PAGE,
        FORM_TYPE,
        ("x-forwarded-for", "203.0.113.9, 198.51.100.7"),
        ("x-real-ip", "203.0.113.9"),
        ("forwarded", "for=203.0.113.9"),
        ("true-client-ip", "203.0.113.9"),
    ];
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    let ips = || app.rows("SELECT ip FROM signet_event_context ORDER BY event_id DESC LIMIT 1");
    let browser = app.browser();
    send(&browser, "sign_in", &forwarded, FORM).await;
    assert_eq!(ips().await, [browser.ip.to_string()]);

    let behind = app.again(|settings| settings.server.trusted_proxies = vec!["192.0.2.0/24".parse().unwrap()]);
    send(&behind.browser(), "sign_in", &forwarded, FORM).await;
    assert_eq!(ips().await, ["198.51.100.7"]);
}

#[tokio::test]
async fn the_log_says_once_that_a_proxy_names_no_client() {
    const WARNING: &str = "names no address of a client";
    let app = TestApp::new().await;
    let behind = || app.again(|settings| settings.server.trusted_proxies = vec!["192.0.2.0/24".parse().unwrap()]);
    for (header, warns) in [
        (Some(("x-forwarded-for", "unknown")), 1),
        (Some(("x-forwarded-for", "198.51.100.7, _hidden")), 1),
        // The other header, which the settings do not name.
        (Some(("forwarded", "for=198.51.100.7")), 1),
        (Some(("x-forwarded-for", "nonsense, 198.51.100.7:51234")), 0),
        (None, 0),
    ] {
        let behind = behind();
        let headers: Vec<_> = [OUR_PAGE, FORM_TYPE].into_iter().chain(header).collect();
        let logged = Logged::listen();
        for _ in 0..2 {
            send(&behind.browser(), "sign_in", &headers, FORM).await;
        }
        assert_eq!(logged.text().matches(WARNING).count(), warns, "{header:?}");
    }
    // Anybody may write these headers to a site without a proxy.
    let logged = Logged::listen();
    send(&app.browser(), "sign_in", &[OUR_PAGE, FORM_TYPE, ("x-forwarded-for", "nonsense")], FORM).await;
    send(&app.browser(), "sign_in", &[OUR_PAGE, FORM_TYPE, ("forwarded", "for=198.51.100.7")], FORM).await;
    assert!(!logged.text().contains(WARNING));
}

#[tokio::test]
async fn a_body_that_no_form_has_is_refused_before_anything_is_hashed() {
    let app = TestApp::new().await;
    let before = app.dump().await;
    let huge = format!("{FORM}&x={}", "x".repeat(64 * 1024));
    let many = format!("{FORM}{}", "&a=1".repeat(20_000));
    for form in &bodies() {
        for body in [&huge, &many] {
            let browser = app.browser();
            let sent = send(&browser, form, &[OUR_PAGE, FORM_TYPE], body.clone());
            let (hashes, page) = app.hashes_in(sent).await;
            assert_eq!((page.status.as_u16(), hashes), (413, 0), "{form}");
        }
    }
    assert_eq!(before, app.dump().await);
}
