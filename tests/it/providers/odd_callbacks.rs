//! Answers of a provider that no provider sends: whatever stands in the address, the page answers, and no account
//! changes.

use axum::{body::Body, http::Method};
use signet::testing::{PROVIDER, TestApp};

/// Parameters that are doubled, empty, arrays, too long, or not text.
fn queries() -> Vec<String> {
    let long = "a".repeat(6_000);
    let odd = ["", "%00", "%ff%fe", "%e2%80%ae", "%", "%zz", "a%0d%0aSet-Cookie:x=1", "[]", "1&state=2&state=3", &long];
    let each = odd.iter().flat_map(|value| {
        ["state", "code", "error", "iss", "state[]", "code[0]"].map(|name| format!("?{name}={value}"))
    });
    each.chain([String::new(), "?".to_owned(), "?&&&=&".to_owned(), "?state=a&code=b&error=c&iss=d".to_owned()])
        .collect()
}

#[tokio::test]
async fn whatever_stands_in_a_callback_the_page_answers_and_nothing_changes() {
    let app = TestApp::with_provider(|_| {}).await;
    let browser = app.authenticated_browser("ada@example.com").await;
    let setting_out = [("provider", PROVIDER), ("ask", "sign_in"), ("return_to", "/dashboard")];
    for query in queries() {
        let page = browser.call("continue_with_provider", &setting_out).await;
        assert!(page.status == 200 || page.status == 429, "{}", page.status);
        let path = format!("/users/auth/{PROVIDER}/callback{query}");
        let users = app.rows("SELECT * FROM signet_users").await;
        let Ok(uri) = path.parse::<axum::http::Uri>() else { continue };
        let request = browser.request(Method::GET, &uri.to_string(), "text/html").body(Body::empty()).unwrap();
        let page = browser.send(request).await;
        assert!([200, 303, 400, 410, 414, 422, 429].contains(&page.status.as_u16()), "{}: {query:.80}", page.status);
        assert!(page.headers.get("x").is_none());
        assert_eq!(app.rows("SELECT * FROM signet_users").await, users);
        assert!(browser.is_signed_in().await);
    }
}
