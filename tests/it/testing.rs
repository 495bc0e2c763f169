//! `signet::testing` as the tests of another program use it: the fixtures are what they say, and every assertion fails
//! where it should.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use signet::{
    domain::{deletion::Strategy, outbox::Kind, security_log::Event, time::Span, user::AccountStatus},
    testing::{Fixture, OTHER_PASSWORD, PASSWORD, START, TestApp, TestDb},
};

const CHANGE: [(&str, &str); 2] = [("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)];

/// The words with which an assertion fails.
async fn failure<T>(assertion: impl Future<Output = T>) -> String {
    let Err(panic) = AssertUnwindSafe(assertion).catch_unwind().await else { panic!("it did not fail") };
    *panic.downcast::<String>().expect("a panic with words")
}

#[tokio::test]
async fn fixtures_are_signed_in_to_accounts_of_their_own() {
    let app = TestApp::with_provider(|_| {}).await;
    let fixtures = [
        (app.authenticated_fixture().await, AccountStatus::Active, true, false),
        (app.sudo_fixture().await, AccountStatus::Active, true, true),
        (app.scheduled_fixture().await, AccountStatus::DeletionScheduled, true, false),
        (app.provider_only_fixture().await, AccountStatus::Active, false, false),
        (app.provider_only_fixture().await, AccountStatus::Active, false, false),
    ];
    let mut seen = Vec::new();
    for (Fixture { user, viewer, browser }, status, has_password, has_sudo) in &fixtures {
        let now = browser.viewer().await;
        assert_eq!((now.user.status(), now.user.has_password), (*status, *has_password), "{}", user.email);
        assert_eq!((browser.has_sudo().await, &now.session.id), (*has_sudo, &viewer.session.id), "{}", user.email);
        assert!(now.user == *user && !seen.contains(&user.id));
        seen.push(user.id.clone());
    }
    assert!(failure(TestApp::new().await.provider_only_fixture()).await.contains("with_provider"));
}

#[tokio::test]
async fn an_address_may_hold_an_apostrophe() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser("mary.O'Brien@example.com").await;
    assert_eq!(app.user("mary.O'Brien@example.com").await, browser.viewer().await.user.id);
    assert_eq!(app.sessions("mary.O'Brien@example.com").await, 1);
}

#[tokio::test]
async fn what_fixtures_did_does_not_count() {
    let app = TestApp::new().await;
    let Fixture { user, browser, .. } = app.sudo_fixture().await;
    let said = failure(app.assert_event(&user, Event::SudoConfirmed)).await;
    assert_eq!(said, "expected session.sudo_confirmed of user1@example.com, but the log has []");
    let said = failure(app.assert_mailed("user1@example.com", Kind::ConfirmAddress)).await;
    assert!(said.ends_with("but there arrived []; not sent yet: []"), "{said}");
    browser.sudo(PASSWORD).await;
    app.assert_event(&user, Event::SudoConfirmed).await;
}

#[tokio::test]
async fn an_event_is_one_that_was_not_refused() {
    let app = TestApp::new().await;
    let Fixture { user, browser, .. } = app.authenticated_fixture().await;
    browser.post("change_password", &[("current_password", OTHER_PASSWORD), ("new_password", OTHER_PASSWORD)]).await;
    let said = failure(app.assert_event(&user, Event::PasswordChanged)).await;
    assert!(said.contains("[\"account.password_changed refused: wrong_password\"]"), "{said}");
    browser.post("change_password", &CHANGE).await;
    app.assert_event(&user, Event::PasswordChanged).await;
}

#[tokio::test]
async fn a_letter_has_arrived_when_the_jobs_have_run() {
    let app = TestApp::new().await;
    let Fixture { user, browser, .. } = app.authenticated_fixture().await;
    browser.post("change_password", &CHANGE).await;
    let said = failure(app.assert_mailed(user.email.as_str(), Kind::PasswordChanged)).await;
    assert!(said.ends_with("not sent yet: [\"password_changed to user1@example.com\"]"), "{said}");
    assert_eq!(app.run_jobs().await.kinds(), [Kind::PasswordChanged]);
    assert!(!app.assert_mailed(user.email.as_str(), Kind::PasswordChanged).await.letter.text.is_empty());
    let said = failure(app.assert_mailed("other@example.com", Kind::PasswordChanged)).await;
    assert!(said.contains("there arrived [\"password_changed to user1@example.com\"]"), "{said}");
}

#[tokio::test]
async fn every_session_but_the_right_one_is_revoked() {
    let app = TestApp::new().await;
    let Fixture { user, browser, .. } = app.authenticated_fixture().await;
    let email = user.email.as_str();
    let others = [app.signed_in(email, PASSWORD).await, app.signed_in(email, PASSWORD).await];
    let said = failure(app.assert_sessions_revoked(&user, Some(&browser))).await;
    assert!(others.iter().all(|other| said.contains(&other.user_agent)), "{said}");
    assert!(!said.contains(&browser.user_agent), "{said}");
    browser.post("change_password", &CHANGE).await;
    app.assert_sessions_revoked(&user, Some(&browser)).await;
    // One session is left, and it is not this browser's.
    let said = failure(app.assert_sessions_revoked(&user, Some(&others[0]))).await;
    assert_eq!(said, "expected a browser to stay signed in as user1@example.com");
    let stranger = app.authenticated_fixture().await;
    failure(app.assert_sessions_revoked(&user, Some(&stranger.browser))).await;
    failure(app.assert_sessions_revoked(&user, None)).await;
    browser.post("sign_out", &[]).await;
    app.assert_sessions_revoked(&user, None).await;
}

#[tokio::test]
async fn a_deletion_is_scheduled_from_the_request_to_the_erasure() {
    let app = TestApp::new().await;
    let Fixture { user, browser, .. } = app.authenticated_fixture().await;
    let said = failure(app.assert_deletion_scheduled(&user)).await;
    assert_eq!(said, "expected the deletion of user1@example.com to be scheduled, but it is not");
    browser.sudo(PASSWORD).await;
    browser.post("schedule_deletion", &[("confirmation", user.email.as_str())]).await;
    assert_eq!(app.assert_deletion_scheduled(&user).await, app.now().plus(Span::days(14)));
    app.db.run("UPDATE signet_letters SET claimed_until = 4000000000").await.unwrap();
    let said = failure(app.assert_deletion_scheduled(&user)).await;
    assert!(said.contains("cleanly, but there is\na letter that is claimed for more than two minutes"), "{said}");
}

#[tokio::test]
async fn the_grace_period_ends_with_the_reminders_and_the_erasure() {
    for strategy in Strategy::ALL {
        let app = TestApp::with(|settings| settings.deletion.strategy = *strategy).await;
        let Fixture { user, browser, .. } = app.scheduled_fixture().await;
        let bystander = app.authenticated_fixture().await;
        let post = app.simulate_grace_period_expiry(&user).await;
        let delete_at = START.plus(Span::days(14));
        let arrived: Vec<_> = post.0.iter().map(|mail| (mail.kind, mail.at)).collect();
        let reminders = [3, 1].map(|days| (Kind::DeletionReminder, delete_at.minus(Span::days(days))));
        assert_eq!(arrived, [reminders[0], reminders[1], (Kind::DeletionExecuted, delete_at)], "{strategy:?}");
        assert!(!browser.is_signed_in().await);
        let left = if *strategy == Strategy::HardDelete { "is gone" } else { "is erased" };
        assert!(failure(app.assert_deletion_scheduled(&user)).await.contains(left), "{strategy:?}");
        failure(app.simulate_grace_period_expiry(&bystander.user)).await;
    }
}

#[tokio::test]
async fn an_erasure_that_waits_is_no_expiry() {
    let app = TestApp::new().await;
    let Fixture { user, .. } = app.scheduled_fixture().await;
    // A clock that leaps ahead is not trusted, so the worker erases nobody.
    app.clock.leap(app.now().plus(Span::days(400)), Span::NONE);
    let said = failure(app.simulate_grace_period_expiry(&user)).await;
    assert!(said.starts_with("expected user1@example.com to be erased"), "{said}");
}

#[tokio::test]
async fn jobs_prepare_exports_and_sweep() {
    let app = TestApp::new().await;
    let Fixture { browser, .. } = app.sudo_fixture().await;
    browser.post("request_export", &[]).await;
    assert_eq!(app.run_jobs().await.kinds(), [Kind::ExportReady]);
    assert_eq!((app.count("signet_exports").await, app.count("signet_sessions").await), (1, 1));
    app.advance_clock(Span::days(30));
    assert_eq!((app.count("signet_exports").await, app.count("signet_sessions").await), (1, 1));
    app.run_jobs().await;
    assert_eq!((app.count("signet_exports").await, app.count("signet_sessions").await), (0, 0));
}

#[tokio::test]
async fn a_host_brings_its_settings_and_its_server() {
    let change = |settings: &mut signet::server::config::Settings| {
        settings.server.base_url = "http://127.0.0.1:8080".to_owned();
        settings.deletion.grace_period = Span::days(30);
    };
    let mut apps = vec![TestApp::with(change).await];
    #[expect(clippy::disallowed_methods, reason = "where the tests' server is, is no setting of the program")]
    if let Ok(url) = std::env::var("SIGNET_TEST_POSTGRES_URL") {
        apps.push(TestApp::on(TestDb::postgres_at(&url).await, change));
        assert!(apps[1].db.is_postgres());
    }
    for app in apps {
        let Fixture { user, .. } = app.scheduled_fixture().await;
        assert_eq!(app.assert_deletion_scheduled(&user).await, app.now().plus(Span::days(30)));
        app.simulate_grace_period_expiry(&user).await;
    }
}

/// The examples of the page are those that run as documentation tests.
#[test]
fn the_page_shows_the_examples_that_run() {
    let shown = blocks(include_str!("../../docs/TESTING.md"), "```rust");
    let run = blocks(include_str!("../../src/testing/mod.rs"), "//! ```");
    assert_eq!((shown.len(), run.len()), (2, 2));
    for (shown, run) in shown.iter().zip(&run) {
        let is_statement = |line: &&str| !["#[", "async fn", "}"].iter().any(|start| line.starts_with(start));
        let shown: Vec<&str> = shown.iter().copied().filter(is_statement).map(str::trim_start).collect();
        let run = run.iter().map(|line| line.trim_start_matches("//!").trim_start());
        let run: Vec<&str> = run.filter(|line| !line.starts_with("# ")).collect();
        assert_eq!(shown, run);
    }
}

/// The lines of each block of code in a text that begins with the line `fence`.
fn blocks<'a>(text: &'a str, fence: &str) -> Vec<Vec<&'a str>> {
    let (mut lines, mut found) = (text.lines(), Vec::new());
    while lines.by_ref().any(|line| line == fence) {
        found.push(lines.by_ref().take_while(|line| !line.ends_with("```")).collect());
    }
    found
}
