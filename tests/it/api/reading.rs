//! What a token can read, and that its use is noted.

use std::time::Duration;

use axum::http::Method;
use signet::{
    domain::{api_tokens::Scope, time::Span},
    testing::{PASSWORD, TestApp},
};

use super::{ADA, ask, is_problem, read, token};

#[tokio::test]
async fn the_account_is_said_without_its_secrets() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.post("update_profile", &[("name", "Ada \"<b>")]).await;
    let token = token(&ada, Scope::Read).await;
    let me = read(&app, "/api/v1/me", &token).await;
    snapshot!(format!("{me:#}"), { app.user(ADA).await.as_str() => "[ada]" }, @r#"
    {
      "created_at": "2027-01-15T08:00:00Z",
      "email": "ada@example.com",
      "id": "[ada]",
      "name": "Ada \"<b>",
      "verified": true
    }
    "#);
}

#[tokio::test]
async fn the_sessions_are_the_accounts_own_and_alive() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let token = token(&ada, Scope::Read).await;
    app.authenticated_browser("bob@example.com").await;
    app.advance_clock(Span::days(4));
    let other = app.signed_in(ADA, PASSWORD).await;
    let ids = |listed: &serde_json::Value| -> Vec<String> {
        listed["sessions"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let [first, second] = [other.viewer().await.session.id, ada.viewer().await.session.id].map(|id| id.to_string());
    let listed = read(&app, "/api/v1/sessions", &token).await;
    let found = ids(&listed);
    assert_eq!(found.len(), 2);
    assert!(found.contains(&first) && found.contains(&second));
    let one = listed["sessions"].as_array().unwrap().iter().find(|one| one["id"] == first.as_str()).unwrap();
    assert_eq!((&one["ip"], &one["browser"]), (&other.ip.to_string().into(), &other.user_agent.clone().into()));
    assert_eq!(one["created_at"], "2027-01-19T08:00:00Z");
}

#[tokio::test]
async fn a_session_that_has_run_out_is_not_listed() {
    let app = TestApp::with(|settings| settings.session.idle = Span::days(1)).await;
    let ada = app.authenticated_browser(ADA).await;
    let token = token(&ada, Scope::Read).await;
    for (late, listed) in [(0, 1), (1, 0)] {
        app.clock.set(signet::domain::time::Timestamp(signet::testing::START.plus(Span::days(1)).0 + late));
        let found = read(&app, "/api/v1/sessions", &token).await;
        assert_eq!(found["sessions"].as_array().unwrap().len(), listed, "{late}");
    }
}

#[tokio::test]
async fn the_log_is_read_page_by_page_and_nobody_elses() {
    let app = TestApp::new().await;
    app.authenticated_browser("bob@example.com").await;
    let ada = app.authenticated_browser(ADA).await;
    let token = token(&ada, Scope::Read).await;
    let user = app.user(ADA).await;
    // The rows of both accounts are counted together; the numbers that a program reads are not.
    let rows = app.rows(&format!("SELECT id FROM signet_events WHERE user_id = '{user}' ORDER BY id DESC")).await;
    let all: Vec<_> = (1..=rows.len()).rev().map(|number| number.to_string()).collect();
    assert!(all.len() > 2 && all != rows);
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let page = read(&app, &format!("/api/v1/events?limit=2{next}"), &token).await;
        let events = page["events"].as_array().unwrap();
        assert!(events.len() <= 2);
        seen.extend(events.iter().map(|event| event["id"].to_string()));
        let Some(before) = page["next_before"].as_i64() else { break };
        next = format!("&before={before}");
    }
    assert_eq!(seen, all);
    let newest = &read(&app, "/api/v1/events", &token).await["events"][0];
    snapshot!(format!("{newest:#}"), { format!("…{}", token.hint()) => "…[hint]" }, @r#"
    {
      "actor": "person",
      "at": "2027-01-15T08:00:00Z",
      "browser": "a test",
      "detail": "backup …[hint]",
      "event": "api_token.created",
      "id": 4,
      "ip": "198.51.100.1",
      "refused": null
    }
    "#);
}

#[tokio::test]
async fn parameters_have_bounds() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let token = token(&ada, Scope::Read).await;
    let ask =
        async |query: &str| ask(&app, Method::GET, &format!("/api/v1/events?{query}"), Some(token.expose())).await;
    for good in ["", "limit=1", "limit=100", "before=1", "before=9223372036854775807", "limit=7&before=7", "other=1"] {
        assert_eq!(ask(good).await.status, 200, "{good}");
    }
    for wrong in [
        "limit=0",
        "limit=101",
        "limit=256",
        "limit=-1",
        "limit=",
        "limit=x",
        "limit=1.5",
        "before=0",
        "before=-1",
        "before=9223372036854775808",
        "before=x",
        "limit=1&limit=2",
    ] {
        is_problem(&ask(wrong).await, 400);
    }
}

/// Waits until the use of a token is noted, which happens beside the request.
async fn noted(app: &TestApp, at: &str) {
    for _ in 0..500 {
        if app.rows("SELECT last_used_at FROM signet_api_tokens").await == [at] {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    panic!("the use was not noted");
}

#[tokio::test]
async fn use_is_noted_at_most_every_five_minutes() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let token = token(&ada, Scope::Read).await;
    read(&app, "/api/v1/me", &token).await;
    let first = app.now().0.to_string();
    noted(&app, &first).await;
    app.advance_clock(Span::seconds(299));
    app.changes_nothing(async {
        for _ in 0..3 {
            read(&app, "/api/v1/me", &token).await;
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    })
    .await;
    app.advance_clock(Span::seconds(1));
    read(&app, "/api/v1/me", &token).await;
    noted(&app, &app.now().0.to_string()).await;
}
