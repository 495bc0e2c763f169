//! Sessions: how long they live, which only the server decides.

use signet::{
    domain::time::{Span, Timestamp},
    server::http::cookie::Name,
    testing::{PASSWORD, START, TestApp},
};

const ADA: &str = "ada@example.com";

/// Waits until the use of a session is noted, which happens beside the request.
async fn touched(app: &TestApp, at: Timestamp) {
    for _ in 0..500 {
        if app.rows("SELECT last_seen_at FROM signet_sessions").await == [at.0.to_string()] {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    panic!("the session was not touched");
}

#[tokio::test]
async fn an_unused_session_ends_after_seven_days() {
    for (late, alive) in [(-1, true), (0, true), (1, false)] {
        let app = TestApp::new().await;
        let browser = app.authenticated_browser(ADA).await;
        app.clock.set(Timestamp(START.plus(Span::days(7)).0 + late));
        assert_eq!(browser.is_signed_in().await, alive, "{late}");
        assert_eq!(browser.call("update_profile", &[("name", "Ada")]).await.status == 200, alive, "{late}");
    }
}

#[tokio::test]
async fn a_busy_session_ends_after_thirty_days() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    for day in (5..30).step_by(5) {
        app.clock.set(START.plus(Span::days(day)));
        assert!(browser.is_signed_in().await, "day {day}");
        touched(&app, app.now()).await;
    }
    for (late, alive) in [(-1, true), (0, true), (1, false)] {
        app.clock.set(Timestamp(START.plus(Span::days(30)).0 + late));
        assert_eq!(browser.is_signed_in().await, alive, "{late}");
    }
}

/// A short idle time: the use has to be stored more often than every five minutes.
#[tokio::test]
async fn who_opens_a_page_every_ten_seconds_stays_signed_in_with_an_idle_time_of_a_minute() {
    let app = TestApp::with(|settings| settings.session.idle = Span::seconds(60)).await;
    let browser = app.authenticated_browser(ADA).await;
    for second in (10..=400).step_by(10) {
        app.clock.set(START.plus(Span::seconds(second)));
        assert!(browser.is_signed_in().await, "second {second}");
        touched(&app, app.now()).await;
    }
    app.clock.set(START.plus(Span::seconds(461)));
    assert!(!browser.is_signed_in().await, "idle for more than a minute");
}

#[tokio::test]
async fn use_is_noted_at_most_every_five_minutes() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    app.advance_clock(Span::seconds(299));
    app.changes_nothing(async {
        browser.is_signed_in().await;
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    })
    .await;
    app.advance_clock(Span::seconds(1));
    browser.is_signed_in().await;
    touched(&app, START.plus(Span::minutes(5))).await;
}

#[tokio::test]
async fn a_clock_that_went_back_moves_nothing_back() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    app.clock.set(START.minus(Span::days(1)));
    assert!(browser.is_signed_in().await);
    assert_eq!(app.rows("SELECT last_seen_at FROM signet_sessions").await, [START.0.to_string()]);
}

#[tokio::test]
async fn unknown_mangled_and_foreign_cookies_are_nobody() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let token = browser.session().unwrap();
    let mut flipped = token.clone().into_bytes();
    flipped[7] = if flipped[7] == b'A' { b'B' } else { b'A' };
    let flipped = String::from_utf8(flipped).unwrap();
    let hash = app.rows("SELECT token_hash FROM signet_sessions").await.remove(0);
    for planted in ["", "x", &flipped, &token[1..], &format!("{token}A"), hash.trim_start_matches("\\x")] {
        let other = app.browser();
        other.set_cookie(Name::Session, planted);
        assert_eq!(other.call("update_profile", &[("name", "Eve")]).await.status, 401, "{planted:?}");
    }
    assert_eq!(app.rows("SELECT name FROM signet_users").await, ["NULL"]);
}

#[tokio::test]
async fn the_database_knows_only_the_sha_256_of_the_token() {
    use sha2::{Digest, Sha256};
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let token = browser.session().unwrap();
    assert_eq!(token.len(), 43);
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, &token).unwrap();
    let hash = format!("\\x{}", signet::domain::id::hex(&Sha256::digest(bytes)));
    assert_eq!(app.rows("SELECT token_hash FROM signet_sessions").await, [hash]);
    app.holds_no_secret().await;
}

#[tokio::test]
async fn the_sweep_removes_sessions_that_are_over_and_no_others() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    app.advance_clock(Span::days(4));
    app.browser().sign_in(ADA, PASSWORD).await;
    app.advance_clock(Span::days(4));
    app.lifecycle.sweep().await.unwrap();
    assert_eq!(app.sessions(ADA).await, 1);
}
