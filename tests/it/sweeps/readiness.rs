//! `/healthz` and `/readyz`: whether the process lives, and whether it can do its work.

use std::{
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use signet::{
    domain::time::Span,
    server::{http::state::HttpState, jobs::Jobs, lifecycle::deletion::Concessions, router::router, state::AppState},
    testing::{PASSWORD, TestApp},
};
use tower::ServiceExt;

use crate::panics::Panics;

/// Long enough for a machine whose processors are busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// The answer of a process with these workers, as `status: body`.
async fn asked(app: &TestApp, jobs: &Weak<Jobs>, path: &str) -> String {
    let app_state = AppState { jobs: Weak::clone(jobs), ..app.state.clone() };
    let state = HttpState { app: app_state, last_look: Arc::default(), ..app.http.clone() };
    answered(state, path).await
}

async fn answered(state: HttpState, path: &str) -> String {
    let request = Request::builder().uri(path).header("host", "signet.example").body(Body::empty()).unwrap();
    let response = router(state).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 65_536).await.unwrap();
    format!("{status}: {}", String::from_utf8(body.to_vec()).unwrap())
}

fn workers(app: &TestApp) -> Arc<Jobs> {
    Arc::new(Jobs::start(&app.lifecycle, &Arc::new(app.transport.clone())))
}

async fn ended(jobs: Arc<Jobs>) {
    let stopped = Arc::into_inner(jobs).unwrap().stop();
    tokio::time::timeout(PATIENCE, stopped).await.expect("the workers end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_is_ready_with_its_database_its_schema_and_its_workers() {
    let app = TestApp::new().await;
    let jobs = workers(&app);
    assert_eq!(asked(&app, &Arc::downgrade(&jobs), "/healthz").await, "200: ok");
    let all = r#"200: {"database":true,"migrations":true,"worker":true,"clock":true,"ledger":true}"#;
    assert_eq!(asked(&app, &Arc::downgrade(&jobs), "/readyz").await, all);
    let newest = "DELETE FROM signet_migrations WHERE version = (SELECT MAX(version) FROM signet_migrations)";
    app.db.run(newest).await.unwrap();
    let old_schema = r#"503: {"database":true,"migrations":false,"worker":true,"clock":true,"ledger":true}"#;
    assert_eq!(asked(&app, &Arc::downgrade(&jobs), "/readyz").await, old_schema);
    ended(jobs).await;
}

/// Anybody may ask, so an answer is given again for a second.
#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_the_process_answers_everybody_for_a_second() {
    let app = TestApp::new().await;
    let all = tokio::join!(
        answered(app.http.clone(), "/readyz"),
        answered(app.http.clone(), "/readyz"),
        answered(app.http.clone(), "/readyz")
    );
    assert!(all.0.contains(r#""migrations":true"#) && all.0 == all.1 && all.0 == all.2, "{all:?}");
    app.db.run("DELETE FROM signet_migrations").await.unwrap();
    assert_eq!(answered(app.http.clone(), "/readyz").await, all.0);
    let begun = Instant::now();
    while answered(app.http.clone(), "/readyz").await == all.0 {
        assert!(begun.elapsed() < PATIENCE, "the answer stays");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_without_its_workers_is_not_ready() {
    let app = TestApp::new().await;
    let jobs = workers(&app);
    let gone = Arc::downgrade(&jobs);
    ended(jobs).await;
    let no_workers = r#"503: {"database":true,"migrations":true,"worker":false,"clock":true,"ledger":true}"#;
    assert_eq!(asked(&app, &gone, "/readyz").await, no_workers);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_without_its_database_is_alive_and_not_ready() {
    let app = TestApp::new().await;
    let jobs = workers(&app);
    app.db.db.close().await;
    assert_eq!(asked(&app, &Arc::downgrade(&jobs), "/healthz").await, "200: ok");
    let said = asked(&app, &Arc::downgrade(&jobs), "/readyz").await;
    assert!(said.starts_with(r#"503: {"database":false,"migrations":false,"#), "{said}");
    let begun = Instant::now();
    while jobs.are_running() {
        assert!(begun.elapsed() < PATIENCE, "no worker notices");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let said = asked(&app, &Arc::downgrade(&jobs), "/readyz").await;
    assert!(said.contains(r#""worker":false"#), "{said}");
    ended(jobs).await;
}

/// Nine may be about one row each; after the tenth it is not the rows.
#[tokio::test]
async fn ten_failures_in_a_row_make_a_process_unready_and_one_success_makes_it_ready_again() {
    let app = TestApp::new().await;
    for number in 0..24 {
        app.browser().post("sign_up", &[("email", &format!("{number}@example.com")), ("password", PASSWORD)]).await;
    }
    let panics = Panics::at("letter", 1..usize::MAX);
    let jobs = workers(&app);
    let begun = Instant::now();
    while panics.reached() < 10 {
        assert!(jobs.are_running(), "after {}", panics.reached());
        assert!(begun.elapsed() < PATIENCE, "{} failures only", panics.reached());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let fails = r#"503: {"database":true,"migrations":true,"worker":false,"clock":true,"ledger":true}"#;
    assert_eq!(asked(&app, &Arc::downgrade(&jobs), "/readyz").await, fails);
    drop(panics);
    while !jobs.are_running() {
        assert!(begun.elapsed() < PATIENCE, "no worker goes on");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!app.kept_letters().is_empty());
    let all = r#"200: {"database":true,"migrations":true,"worker":true,"clock":true,"ledger":true}"#;
    assert_eq!(asked(&app, &Arc::downgrade(&jobs), "/readyz").await, all);
    ended(jobs).await;
}

#[tokio::test]
async fn a_process_that_only_serves_says_nothing_of_workers() {
    let app = TestApp::with(|settings| settings.worker = false).await;
    let ready = r#"200: {"database":true,"migrations":true,"clock":true,"ledger":true}"#;
    assert_eq!(asked(&app, &Weak::new(), "/readyz").await, ready);
}

#[tokio::test]
async fn a_clock_that_cannot_be_believed_is_said_and_takes_nothing_out_of_service() {
    let app = TestApp::with(|settings| settings.worker = false).await;
    app.clock.leap(app.now().plus(Span::days(20)), Span::seconds(60));
    let ahead = r#"200: {"database":true,"migrations":true,"clock":false,"ledger":true}"#;
    assert_eq!(asked(&app, &Weak::new(), "/readyz").await, ahead);
}

#[tokio::test]
async fn a_database_that_was_restored_under_the_process_is_not_served_until_the_ledger_was_replayed() {
    let app = TestApp::with(|settings| settings.worker = false).await;
    app.scheduled_browser("ada@example.com").await;
    app.advance_clock(Span::days(14));
    let restored = app.restored(app.db.backup().await, |settings| settings.worker = false);
    app.lifecycle.execute_deletion().await.unwrap();
    let behind = r#"503: {"database":true,"migrations":true,"clock":true,"ledger":false}"#;
    for path in ["/", "/users/log-in", "/users/settings", "/api/v1/me", "/nowhere"] {
        let served = asked(&restored, &Weak::new(), path).await;
        assert!(!served.starts_with("503"), "not looked at yet: {path}: {served}");
    }
    assert_eq!(asked(&restored, &Weak::new(), "/readyz").await, behind);
    for path in ["/", "/users/log-in", "/users/settings", "/api/v1/me", "/nowhere", "/users/live"] {
        let refused = asked(&restored, &Weak::new(), path).await;
        assert!(refused.starts_with("503: ") && refused.contains("be reached right now"), "{path}: {refused}");
    }
    assert_eq!(asked(&restored, &Weak::new(), "/healthz").await, "200: ok");
    assert!(asked(&restored, &Weak::new(), "/favicon.svg").await.starts_with("404"), "there are no files in the tests");

    restored.lifecycle.replay_erasures(Concessions::default()).await.unwrap();
    assert!(asked(&restored, &Weak::new(), "/readyz").await.starts_with("200"));
    assert!(asked(&restored, &Weak::new(), "/").await.starts_with("200"));
}

#[tokio::test]
async fn a_ledger_that_does_not_answer_is_said_and_takes_nothing_out_of_service() {
    let app = TestApp::with(|settings| {
        settings.worker = false;
        settings.deletion.ledger = Some(format!("sqlite://{}", settings.server.data_dir.display()).into());
    })
    .await;
    let mute = r#"200: {"database":true,"migrations":true,"clock":true,"ledger":false}"#;
    assert_eq!(asked(&app, &Weak::new(), "/readyz").await, mute);
}
