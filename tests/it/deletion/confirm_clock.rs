//! A clock that has leapt ahead erases nothing and keeps the reminders back until it is right or an operator
//! confirms it; a restart does not make it right.

mod reminders;
mod restarts;

use signet::{
    domain::time::{Span, Timestamp},
    server::lifecycle::{confirm_clock, deletion::Execution},
    testing::{START, TestApp},
};

const ADA: &str = "ada@example.com";
const GRACE: Span = Span::days(14);

/// A closed account, and a clock that has leapt a day past the date of its erasure.
async fn leapt() -> TestApp {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    app.clock.leap(START.plus(GRACE).plus(Span::days(1)), Span::minutes(5));
    app
}

async fn is_erased(app: &TestApp) -> bool {
    app.count("signet_users WHERE anonymized_at IS NOT NULL").await == 1
}

#[tokio::test]
async fn nothing_is_erased_by_a_clock_that_has_leapt_ahead() {
    let app = leapt().await;
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Paused);
    assert!(!is_erased(&app).await);
    let swept = app.lifecycle.sweep().await.unwrap();
    assert_eq!(swept.deletions_left, 1);
    assert!(swept.clock_ahead.is_some());
}

#[tokio::test]
async fn an_hour_ahead_is_believed_and_a_second_more_is_not() {
    for (ahead, outcome) in [(3_600, Execution::Executed), (3_601, Execution::Paused)] {
        let app = TestApp::new().await;
        app.scheduled_browser(ADA).await;
        let due = START.plus(GRACE);
        app.clock.leap(due, Span::seconds(GRACE.as_seconds() - ahead));
        assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), outcome, "{ahead}");
    }
}

#[tokio::test]
async fn a_clock_that_is_set_right_goes_on_at_the_promised_second() {
    let app = leapt().await;
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Paused);
    app.clock.set(START);
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::NotDue);
    app.clock.set(START.plus(GRACE));
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Executed);
}

#[tokio::test]
async fn an_operators_word_lets_deletions_go_on_in_every_process() {
    let app = TestApp::new().await;
    let other = app.again(|_| {});
    app.scheduled_browser(ADA).await;
    app.clock.leap(START.plus(GRACE), Span::minutes(5));
    for process in [&app, &other] {
        assert_eq!(process.lifecycle.execute_deletion().await.unwrap(), Execution::Paused);
    }
    confirm_clock(&app.lifecycle.db, &app.clock).await.unwrap();
    assert_eq!(other.lifecycle.clock_ahead().await.unwrap(), None);
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Executed);
    assert!(is_erased(&app).await);
}

#[tokio::test]
async fn a_word_from_before_the_leap_is_not_about_it() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    confirm_clock(&app.lifecycle.db, &app.clock).await.unwrap();
    app.clock.leap(START.plus(GRACE), Span::minutes(5));
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Paused);
}

#[tokio::test]
async fn a_word_by_a_clock_that_was_further_ahead_is_not_about_a_later_leap() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    app.clock.leap(START.plus(Span::days(365)), Span::minutes(5));
    assert!(app.lifecycle.clock_ahead().await.unwrap().is_some());
    confirm_clock(&app.lifecycle.db, &app.clock).await.unwrap();
    // The clock was set right before it erased anything.
    app.clock.leap(START.plus(Span::minutes(10)), Span::minutes(5));
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::NotDue);
    app.clock.leap(START.plus(GRACE), Span::minutes(5));
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Paused);
}

#[tokio::test]
async fn a_clock_that_goes_back_does_nothing() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    app.clock.leap(Timestamp(START.0 - 86_400), Span::days(20));
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::NotDue);
    assert_eq!(app.lifecycle.clock_ahead().await.unwrap(), None);
}

#[tokio::test]
async fn a_process_that_was_down_for_days_just_catches_up() {
    let app = leapt().await;
    let begun_since = app.again(|_| {});
    assert_eq!(begun_since.lifecycle.execute_deletion().await.unwrap(), Execution::Executed);
    assert!(is_erased(&app).await);
}
