//! Requests from other sites, of other kinds and with other methods (checklist A52, A53).

use axum::{body::Body, http::Method};
use signet::testing::{PASSWORD, TestApp};

use super::{FORM, FORM_TYPE, OUR_ORIGIN, OUR_PAGE, actions, pages, send};

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
    for action in actions() {
        for from in evil {
            for kind in [
                "application/x-www-form-urlencoded",
                "text/plain",
                "multipart/form-data; boundary=x",
                "application/json",
            ] {
                let headers: Vec<_> = from.iter().copied().chain([("content-type", kind)]).collect();
                let (hashes, page) = app.hashes_in(send(&ada, &action, &headers, FORM)).await;
                assert_eq!((page.status.as_u16(), hashes), (403, 0), "{action} {headers:?}");
                assert_eq!(page.set_cookies(), [""; 0], "{action} {headers:?}");
            }
        }
    }
    assert_eq!(before, app.dump().await);
}

#[tokio::test]
async fn our_own_pages_can() {
    let app = TestApp::new().await;
    for action in actions() {
        for from in [OUR_PAGE, OUR_ORIGIN, ("sec-fetch-site", "none")] {
            let page = send(&app.browser(), &action, &[from, FORM_TYPE], FORM).await;
            // The provider that the form names does not exist.
            assert!([200, 401, 404, 410, 422].contains(&page.status.as_u16()), "{action} {from:?}: {}", page.status);
        }
    }
}

#[tokio::test]
async fn only_the_encoding_of_our_forms_is_read() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser("ada@example.com").await;
    ada.sudo(PASSWORD).await;
    let before = app.dump().await;
    for action in actions() {
        for kind in ["text/plain", "multipart/form-data; boundary=x", "application/json", ""] {
            let page = send(&ada, &action, &[OUR_PAGE, ("content-type", kind)], FORM).await;
            assert_eq!(page.status, 415, "{action} {kind}");
        }
        let page = send(&ada, &action, &[OUR_PAGE], FORM).await;
        assert_eq!(page.status, 415, "{action} of no kind");
    }
    assert_eq!(before, app.dump().await);
}

#[tokio::test]
async fn other_methods_are_refused_and_get_changes_nothing() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser("ada@example.com").await;
    ada.sudo(PASSWORD).await;
    let before = app.dump().await;
    let api = actions().into_iter().map(|action| format!("/api/{action}?{FORM}"));
    let api: Vec<String> = api.collect();
    for method in ["GET", "HEAD", "OPTIONS"] {
        for path in &api {
            let method: Method = method.parse().unwrap();
            let page = ada.send(ada.request(method.clone(), path, "*/*").body(Body::empty()).unwrap()).await;
            assert_eq!(page.status, 405, "{method} {path}");
        }
    }
    for method in ["TRACE", "PUT", "PATCH", "DELETE", "PROPFIND", "MADEUP"] {
        for path in api.iter().cloned().chain(pages()).chain(["/healthz".to_owned(), "/nowhere".to_owned()]) {
            let request = ada.request(method.parse().unwrap(), &path, "text/html").header(OUR_PAGE.0, OUR_PAGE.1);
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
