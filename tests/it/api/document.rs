//! The description of the API lists exactly what the server serves.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::Value;
use signet::testing::TestApp;

use super::ask;
use crate::inventory;

async fn document(app: &TestApp) -> Value {
    let page = ask(app, Method::GET, "/api/v1/openapi.json", None).await;
    assert_eq!((page.status.as_u16(), &page.headers["content-type"]), (200, &"application/json".parse().unwrap()));
    serde_json::from_str(&page.body).unwrap()
}

#[tokio::test]
async fn it_needs_no_token_and_lists_every_route() {
    let app = TestApp::new().await;
    let document = document(&app).await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut listed = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        listed.extend(operations.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase())));
    }
    let lines = inventory::api().map(|(line, _)| format!("{} {}", line.method, line.path));
    assert_eq!(listed, lines.collect(), "the inventory has other routes of the API");
}

/// The server serves only what is listed: another method gets 405, another address 404.
#[tokio::test]
async fn what_is_listed_is_served_and_what_is_not_is_not() {
    let app = TestApp::new().await;
    let document = document(&app).await;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let address = path.replace("{id}", &"0".repeat(32));
        for method in ["get", "post", "put", "patch", "delete"] {
            let page = ask(&app, method.to_uppercase().parse().unwrap(), &address, None).await;
            let is_listed = operations.get(method).is_some();
            assert_eq!(page.status == 405, !is_listed, "{method} {path}: {}", page.status);
            assert_ne!(page.status, 404, "{method} {path}");
        }
    }
}
