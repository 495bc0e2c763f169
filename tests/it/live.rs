//! `/users/live`, the stream that open pages listen to, and their live refreshes.

mod ends;
mod listening;
mod looks;

use std::time::Duration;

use signet::{
    domain::{id::UserId, time::Span},
    testing::{OTHER_PASSWORD, PASSWORD, TestApp},
};
use tokio::time::timeout;

use self::listening::{Listening, page_version};

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";
/// So long that a test notices only announced changes.
const SELDOM: Duration = Duration::from_hours(1);
const OFTEN: Duration = Duration::from_millis(20);

/// Streams that check only when a change is announced.
async fn told() -> TestApp {
    let app = TestApp::new().await.pacing(SELDOM, SELDOM);
    let mut watch = app.lifecycle.watch(&UserId::from_random([0; 16]));
    if app.db.is_postgres() {
        // When the process begins to listen, every open stream checks again.
        timeout(Duration::from_secs(5), watch.changed()).await.expect("it listens");
    }
    app
}

/// Streams that check all the time, as if each pause had just ended.
async fn looking() -> TestApp {
    TestApp::new().await.pacing(OFTEN, SELDOM)
}

#[tokio::test]
async fn it_begins_with_the_mark_of_what_the_page_shows() {
    let app = told().await;
    let ada = app.authenticated_browser(ADA).await;
    let mut stream = Listening::of(&ada).await;
    assert_eq!(stream.status, 200);
    let mark = stream.changed().await;
    assert_eq!(mark, page_version(&ada.get("/dashboard").await));
    assert_eq!(mark, page_version(&ada.get("/users/settings/email").await));
    stream.is_quiet().await;
    // The text of the stream is no secret and does not lead to one.
    let user = app.user(ADA).await;
    assert!(!mark.contains(user.as_str()) && mark.len() == 49, "{mark}");
}

#[tokio::test]
async fn every_change_is_told_in_the_moment_of_its_commit() {
    let app = told().await;
    let ada = app.authenticated_browser(ADA).await;
    let mut stream = Listening::begun(&ada).await;
    let mut marks = vec![page_version(&ada.get("/dashboard").await)];
    ada.post("update_profile", &[("name", "Ada")]).await;
    marks.push(stream.changed().await);
    ada.sudo(PASSWORD).await;
    marks.push(stream.changed().await);
    ada.post("request_email_change", &[("new_email", "new@example.com")]).await;
    marks.push(stream.changed().await);
    ada.post("cancel_email_change", &[]).await;
    marks.push(stream.changed().await);
    app.signed_in(ADA, PASSWORD).await;
    marks.push(stream.changed().await);
    assert_eq!(page_version(&ada.get("/dashboard").await), marks[5]);
    assert!(marks.iter().all(|mark| mark.split('.').next() == marks[0].split('.').next()), "one account: {marks:?}");
    let count = marks.len();
    marks.sort();
    marks.dedup();
    assert_eq!(marks.len(), count, "each differs from the others");
}

#[tokio::test]
async fn a_confirmed_address_is_told() {
    let app = told().await;
    let (browser, token) = app.unverified(ADA).await;
    let mut stream = Listening::begun(&browser).await;
    assert_eq!(browser.post("verify_email", &[("token", &token)]).await.sent_to(), "/dashboard");
    stream.changed().await;
}

#[tokio::test]
async fn what_is_refused_or_somebody_elses_is_told_to_nobody() {
    let app = told().await;
    let (ada, bob) = (app.authenticated_browser(ADA).await, app.authenticated_browser(BOB).await);
    let mut stream = Listening::begun(&ada).await;
    ada.call("confirm_sudo", &[("password", OTHER_PASSWORD)]).await;
    ada.call("update_profile", &[("name", &"x".repeat(65))]).await;
    bob.post("update_profile", &[("name", "Bob")]).await;
    bob.sudo(PASSWORD).await;
    stream.is_quiet().await;
    ada.post("update_profile", &[("name", "Ada")]).await;
    stream.changed().await;
}

#[tokio::test]
async fn a_new_token_of_the_same_session_keeps_it_open() {
    let app = told().await;
    let ada = app.authenticated_browser(ADA).await;
    let mut stream = Listening::begun(&ada).await;
    let old = ada.session();
    ada.sudo(PASSWORD).await;
    assert_ne!(ada.session(), old);
    stream.changed().await;
    ada.post("update_profile", &[("name", "Ada")]).await;
    stream.changed().await;
}

#[tokio::test]
async fn sudo_mode_that_runs_out_is_told_by_itself() {
    let app = looking().await;
    let ada = app.authenticated_browser(ADA).await;
    let mut stream = Listening::begun(&ada).await;
    ada.sudo(PASSWORD).await;
    let confirmed = stream.changed().await;
    app.advance_clock(Span::minutes(15));
    stream.is_quiet().await;
    assert!(ada.get("/users/settings").await.body.contains("Identity confirmed until 08:15 UTC."));
    app.advance_clock(Span::seconds(1));
    assert_ne!(stream.changed().await, confirmed);
    assert!(!ada.get("/users/settings").await.body.contains("Identity confirmed until"));
}

/// A stream knows when a value will expire, and waits no longer than until then.
#[tokio::test]
async fn an_end_that_is_known_is_waited_for() {
    let app = TestApp::with(|settings| settings.sudo.ttl = Span::seconds(1)).await.pacing(SELDOM, SELDOM);
    let ada = app.authenticated_browser(ADA).await;
    let mut stream = Listening::begun(&ada).await;
    ada.sudo(PASSWORD).await;
    stream.changed().await;
    app.advance_clock(Span::seconds(2));
    stream.changed().await;
}

#[tokio::test]
async fn an_email_change_that_runs_out_is_told_by_itself() {
    let app = looking().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.ask_for_change("new@example.com").await;
    app.advance_clock(Span::hours(1));
    let mut stream = Listening::begun(&ada).await;
    app.advance_clock(Span::hours(23));
    stream.is_quiet().await;
    app.advance_clock(Span::seconds(1));
    stream.changed().await;
}

#[tokio::test]
async fn without_a_session_it_says_so_and_ends() {
    let app = told().await;
    let ada = app.authenticated_browser(ADA).await;
    let copy = ada.stolen_session();
    ada.post("sign_out", &[]).await;
    for browser in [&app.browser(), &ada, &copy] {
        let mut stream = Listening::of(browser).await;
        assert_eq!(stream.status, 200);
        assert!(stream.headers.get("set-cookie").is_none());
        stream.is_over().await;
    }
}

#[tokio::test]
async fn its_headers_keep_it_out_of_caches_and_buffers() {
    let app = told().await;
    let stream = Listening::of(&app.authenticated_browser(ADA).await).await;
    for (name, value) in [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-store"),
        ("x-accel-buffering", "no"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(stream.headers[name], value, "{name}");
    }
    for name in ["set-cookie", "content-encoding", "access-control-allow-origin"] {
        assert!(stream.headers.get(name).is_none(), "{name}");
    }
}

#[tokio::test]
async fn it_ends_after_a_while_and_when_the_process_ends() {
    let app = TestApp::new().await.pacing(SELDOM, Duration::from_millis(50));
    let ada = app.authenticated_browser(ADA).await;
    let mut short = Listening::begun(&ada).await;
    assert_eq!(short.event().await, None, "and nobody is said to be signed out");

    let app = app.pacing(SELDOM, SELDOM);
    let ada = app.signed_in(ADA, PASSWORD).await;
    let mut open = Listening::begun(&ada).await;
    app.http.streams.end();
    assert_eq!(open.event().await, None);
    let mut late = Listening::begun(&ada).await;
    assert_eq!(late.event().await, None);
}

#[tokio::test]
async fn a_database_that_is_away_signs_nobody_out() {
    let app = looking().await;
    let ada = app.authenticated_browser(ADA).await;
    let mut stream = Listening::begun(&ada).await;
    app.db.run("ALTER TABLE signet_sessions RENAME TO lost").await.unwrap();
    stream.is_quiet().await;
    assert_eq!(Listening::of(&ada).await.status, 500);
    app.db.run("ALTER TABLE lost RENAME TO signet_sessions").await.unwrap();
    ada.post("update_profile", &[("name", "Ada")]).await;
    stream.changed().await;
    app.db.db.close().await;
    stream.is_quiet().await;
    let refused = Listening::of(&ada).await;
    assert_eq!(refused.status, 503);
    assert!(refused.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn one_account_cannot_take_all_the_places() {
    let app = told().await;
    let (ada, bob) = (app.authenticated_browser(ADA).await, app.authenticated_browser(BOB).await);
    let mut open = Vec::new();
    for _ in 0..12 {
        open.push(Listening::begun(&ada).await);
    }
    assert_eq!(Listening::of(&ada).await.status, 503);
    Listening::begun(&bob).await;
    drop(open);
    Listening::begun(&ada).await;
}

/// Anybody can make accounts whose address is not verified.
#[tokio::test]
async fn an_unverified_account_has_two_places() {
    let app = told().await;
    let (eve, _) = app.unverified(ADA).await;
    let open = [Listening::begun(&eve).await, Listening::begun(&eve).await];
    assert_eq!(Listening::of(&eve).await.status, 503);
    drop(open);
    Listening::begun(&eve).await;
}

#[tokio::test]
async fn one_address_has_forty_places_for_all_its_accounts() {
    let app = told().await;
    let mut open = Vec::new();
    for (number, places) in (0..4).zip([12, 12, 12, 4]) {
        let mut browser = app.authenticated_browser(&format!("ada{number}@example.com")).await;
        browser.ip = [198, 51, 100, 9].into();
        for _ in 0..places {
            open.push(Listening::begun(&browser).await);
        }
        if number == 3 {
            assert_eq!(Listening::of(&browser).await.status, 503);
            browser.ip = [198, 51, 100, 10].into();
            Listening::begun(&browser).await;
            browser.ip = [198, 51, 100, 9].into();
            drop(open.pop());
            Listening::begun(&browser).await;
        }
    }
}

#[tokio::test]
async fn listening_is_not_using_the_session() {
    let app = told().await;
    let ada = app.authenticated_browser(ADA).await;
    app.advance_clock(Span::hours(1));
    Listening::begun(&ada).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let seen = format!("signet_sessions WHERE last_seen_at = {}", app.now().0);
    assert_eq!(app.count(&seen).await, 0);
}
