//! Requests from other sites, of other kinds and with other methods (checklist A52, A53).

use axum::{body::Body, http::Method};
use signet::testing::{PASSWORD, TestApp};

use super::{FORM, FORM_TYPE, OUR_ORIGIN, OUR_PAGE, address, bodies, forms, pages, send};
use crate::inventory::{Kind, LINES, Line, addresses};

#[tokio::test]
async fn no_other_site_can_do_anything() {
    let evil: [&[(&str, &str)]; 9] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), OUR_ORIGIN],
        &[("sec-fetch-site", "nonsense"), OUR_ORIGIN],
        &[("origin", "null")],
        &[("origin", "https://evil.example")],
        &[("origin", "https://signet.example.evil.example")],
        &[("origin", "http://signet.example")],
        &[],
    ];
    let app = TestApp::new().await;
    let ada = app.authenticated_browser("ada@example.com").await;
    ada.sudo(PASSWORD).await;
    let before = app.dump().await;
    for form in forms() {
        for from in evil {
            for kind in [
                "application/x-www-form-urlencoded",
                "text/plain",
                "multipart/form-data; boundary=x",
                "application/json",
            ] {
                let headers: Vec<_> = from.iter().copied().chain([("content-type", kind)]).collect();
                let (hashes, page) = app.hashes_in(send(&ada, form, &headers, FORM)).await;
                assert_eq!((page.status.as_u16(), hashes), (403, 0), "{form} {headers:?}");
                assert_eq!(page.set_cookies(), [""; 0], "{form} {headers:?}");
            }
        }
    }
    assert_eq!(before, app.dump().await);
}

#[tokio::test]
async fn our_own_pages_can() {
    let app = TestApp::new().await;
    for form in forms() {
        for from in [OUR_PAGE, OUR_ORIGIN, ("sec-fetch-site", "none")] {
            let page = send(&app.browser(), form, &[from, FORM_TYPE], FORM).await;
            // The provider that the form names does not exist.
            assert!([200, 401, 404, 410, 422].contains(&page.status.as_u16()), "{form} {from:?}: {}", page.status);
        }
    }
}

#[tokio::test]
async fn only_the_encoding_of_our_forms_is_read() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser("ada@example.com").await;
    ada.sudo(PASSWORD).await;
    let before = app.dump().await;
    for form in &bodies() {
        for kind in ["text/plain", "multipart/form-data; boundary=x", "application/json", ""] {
            let page = send(&ada, form, &[OUR_PAGE, ("content-type", kind)], FORM).await;
            assert_eq!(page.status, 415, "{form} {kind}");
        }
        let page = send(&ada, form, &[OUR_PAGE], FORM).await;
        assert_eq!(page.status, 415, "{form} of no kind");
    }
    assert_eq!(before, app.dump().await);
}

#[tokio::test]
async fn other_methods_are_refused_and_get_changes_nothing() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser("ada@example.com").await;
    ada.sudo(PASSWORD).await;
    let before = app.dump().await;
    for method in ["GET", "HEAD", "OPTIONS"] {
        for form in forms() {
            let path = format!("{}?{FORM}", address(form));
            let method: Method = method.parse().unwrap();
            let page = ada.send(ada.request(method.clone(), &path, "*/*").body(Body::empty()).unwrap()).await;
            assert_eq!(page.status, 405, "{method} {path}");
        }
    }
    let programs: Vec<_> = LINES.iter().filter(|line| is_for_programs(line)).map(Line::address).collect();
    let others = addresses().into_iter().filter(|path| !programs.contains(path));
    let others: Vec<_> = others.chain(forms().into_iter().map(address)).collect();
    for method in ["TRACE", "PUT", "PATCH", "DELETE", "PROPFIND", "MADEUP"] {
        for path in &others {
            let request = ada.request(method.parse().unwrap(), path, "text/html").header(OUR_PAGE.0, OUR_PAGE.1);
            let page = ada.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(page.status, 405, "{method} {path}");
        }
    }
    for path in pages() {
        let request = ada.request(Method::POST, &path, "text/html").header(OUR_PAGE.0, OUR_PAGE.1);
        let page = ada.send(request.header(FORM_TYPE.0, FORM_TYPE.1).body(FORM.into()).unwrap()).await;
        // The access table may redirect first.
        assert!([303, 405].contains(&page.status.as_u16()), "POST {path}: {}", page.status);
    }
    let nowhere = send(&ada, "no_such_action", &[OUR_PAGE, FORM_TYPE], FORM).await;
    assert_eq!(nowhere.status, 404);
    assert_eq!(before, app.dump().await);
}

/// Whether the API answers, whose methods `api::document` tests.
fn is_for_programs(line: &Line) -> bool {
    matches!(line.kind, Kind::Api(_) | Kind::Nothing)
}
