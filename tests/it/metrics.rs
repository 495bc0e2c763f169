//! `/metrics`: the counters of the process, at an address of its own.

use axum::{
    body::{Body, to_bytes},
    http::{Request, Response},
};
use signet::{
    domain::time::Span,
    server::{http::metrics, router::router},
    testing::TestApp,
};
use tower::ServiceExt;

const ADA: &str = "ada@example.com";

fn request() -> Request<Body> {
    Request::builder().uri("/metrics").header("host", "signet.example").body(Body::empty()).unwrap()
}

async fn told(app: &TestApp) -> Response<Body> {
    metrics::router(app.lifecycle.clone()).oneshot(request()).await.unwrap()
}

async fn lines(app: &TestApp) -> Vec<String> {
    let body = to_bytes(told(app).await.into_body(), 16_384).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.contains("limit") && !line.contains("refusals"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn what_is_due_and_what_was_executed_is_counted() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    app.settle().await;
    let counts = |executed, deletions, letters| {
        [
            format!("signet_deletions_executed_total {executed}"),
            format!("signet_deletions_due {deletions}"),
            format!("signet_letters_due {letters}"),
            "signet_api_tokens_refused_total 0".to_owned(),
        ]
    };
    assert_eq!(lines(&app).await, counts(0, 0, 0));
    app.advance_clock(Span::days(14));
    assert_eq!(lines(&app).await, counts(0, 1, 2), "with its two reminders, which nobody has sent");
    assert_eq!(app.lifecycle.sweep().await.unwrap().deletions_left, 1);
    app.lifecycle.execute_deletion().await.unwrap();
    assert_eq!(lines(&app).await, counts(1, 0, 1), "with the goodbye");
    assert_eq!(app.lifecycle.sweep().await.unwrap().deletions_left, 0);
}

#[tokio::test]
async fn nobody_is_named_and_prometheus_is_told_the_format() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    let response = told(&app).await;
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
    let body = to_bytes(response.into_body(), 16_384).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    assert!(text.ends_with("# EOF\n"), "{text}");
    assert!(!text.contains("ada") && !text.contains(app.user(ADA).await.as_str()), "{text}");
}

/// ASVS V13.4.5.
#[tokio::test]
async fn the_site_itself_has_no_such_page() {
    let app = TestApp::new().await;
    let response = router(app.http.clone()).oneshot(request()).await.unwrap();
    assert_eq!(response.status().as_u16(), 404);
}

#[tokio::test]
async fn without_the_database_it_says_nothing() {
    let app = TestApp::new().await;
    app.db.db.close().await;
    assert_eq!(told(&app).await.status().as_u16(), 503);
}
