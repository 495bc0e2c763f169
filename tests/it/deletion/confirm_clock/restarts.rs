//! What a new process knows of the doubt of another process.

use signet::{
    domain::time::Span,
    server::{
        clock::Clock,
        lifecycle::{ClockGuard, confirm_clock, deletion::Execution},
    },
    testing::{START, TestApp},
};

use super::{ADA, GRACE, is_erased, leapt};

async fn doubts(app: &TestApp) -> i64 {
    app.count("signet_clock WHERE doubted_at IS NOT NULL").await
}

/// A process whose clock has leapt ahead, and which has noted that it doubts it.
async fn in_doubt() -> TestApp {
    let app = leapt().await;
    assert!(app.lifecycle.clock_ahead().await.unwrap().is_some());
    app
}

/// A process on another machine, whose clock is right.
fn elsewhere(app: &TestApp) -> TestApp {
    let mut other = app.again(|_| {});
    other.clock = Clock::manual(START.plus(Span::minutes(5)));
    other.lifecycle.clock = other.clock.clone();
    other.lifecycle.watch = ClockGuard::begin(&other.clock);
    other
}

#[tokio::test]
async fn a_pause_survives_restarts() {
    let app = leapt().await;
    let ahead = app.lifecycle.clock_ahead().await.unwrap();
    assert!(ahead.is_some());
    for restart in 0..2 {
        app.advance_clock(Span::hours(1));
        let begun = app.again(|_| {});
        assert_eq!(begun.lifecycle.execute_deletion().await.unwrap(), Execution::Paused, "{restart}");
        assert_eq!(begun.lifecycle.sweep().await.unwrap().clock_ahead, ahead, "{restart}");
    }
    assert!(!is_erased(&app).await);
}

#[tokio::test]
async fn a_process_that_begins_after_an_operators_word_believes_the_clock() {
    let app = in_doubt().await;
    confirm_clock(&app.lifecycle.db, &app.clock).await.unwrap();
    assert_eq!(doubts(&app).await, 0);
    let begun = app.again(|_| {});
    assert_eq!(begun.lifecycle.execute_deletion().await.unwrap(), Execution::Executed);
}

#[tokio::test]
async fn an_operators_word_also_reaches_a_process_that_began_in_doubt() {
    let app = in_doubt().await;
    let begun = app.again(|_| {});
    assert!(begun.lifecycle.clock_ahead().await.unwrap().is_some());
    confirm_clock(&app.lifecycle.db, &app.clock).await.unwrap();
    assert_eq!(begun.lifecycle.execute_deletion().await.unwrap(), Execution::Executed);
}

#[tokio::test]
async fn a_process_that_began_in_doubt_sees_the_clock_set_right() {
    let app = in_doubt().await;
    let begun = app.again(|_| {});
    assert!(begun.lifecycle.clock_ahead().await.unwrap().is_some());
    app.clock.set(START.plus(Span::minutes(5)));
    assert_eq!(begun.lifecycle.execute_deletion().await.unwrap(), Execution::NotDue);
    assert_eq!(doubts(&app).await, 0);
    app.clock.set(START.plus(GRACE));
    assert_eq!(begun.lifecycle.execute_deletion().await.unwrap(), Execution::Executed);
}

#[tokio::test]
async fn a_clock_that_was_set_right_while_nothing_ran_is_believed_and_the_doubt_goes_in_time() {
    let app = in_doubt().await;
    app.clock.set(START.plus(Span::minutes(5)));
    let begun = app.again(|_| {});
    assert_eq!(begun.lifecycle.execute_deletion().await.unwrap(), Execution::NotDue);
    app.clock.set(START.plus(GRACE));
    assert_eq!(begun.lifecycle.execute_deletion().await.unwrap(), Execution::Executed);
    assert_eq!(doubts(&app).await, 1, "the other machine's, for all that is known");
    app.advance_clock(Span::days(1));
    assert_eq!(begun.lifecycle.sweep().await.unwrap().clock_ahead, None);
    assert_eq!(doubts(&app).await, 0, "the time that was doubted has come");
}

#[tokio::test]
async fn a_machine_with_the_right_time_is_not_paused_and_unpauses_no_other() {
    let app = in_doubt().await;
    assert_eq!(elsewhere(&app).lifecycle.execute_deletion().await.unwrap(), Execution::NotDue);
    let begun = app.again(|_| {});
    assert_eq!(begun.lifecycle.execute_deletion().await.unwrap(), Execution::Paused);
}

#[tokio::test]
async fn a_doubt_that_somebody_removed_is_noted_anew_while_it_lasts() {
    let app = in_doubt().await;
    let mut tx = app.lifecycle.db.begin().await.unwrap();
    tx.trust_clock().await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Paused);
    assert_eq!(doubts(&app).await, 1);
}

#[tokio::test]
async fn without_the_database_the_pause_holds_and_is_noted_when_it_is_back() {
    let app = leapt().await;
    app.db.run("ALTER TABLE signet_clock RENAME TO away").await.unwrap();
    assert!(app.lifecycle.execute_deletion().await.is_err());
    assert!(!is_erased(&app).await);
    app.db.run("ALTER TABLE away RENAME TO signet_clock").await.unwrap();
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Paused);
    assert_eq!(doubts(&app).await, 1);
}

#[tokio::test]
async fn a_process_that_cannot_ask_for_a_doubt_erases_nothing() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    app.advance_clock(GRACE);
    let begun = app.again(|_| {});
    app.db.run("ALTER TABLE signet_clock RENAME TO away").await.unwrap();
    assert!(begun.lifecycle.execute_deletion().await.is_err());
    assert!(!is_erased(&app).await);
    // A process that has already asked, and trusts its clock, need not ask again.
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Executed);
}

/// The doubt of another machine, which was taken away before its clock was set right.
#[tokio::test]
async fn a_doubt_that_nobody_shares_goes_when_a_believed_clock_has_come_to_its_time() {
    let app = TestApp::new().await;
    assert_eq!(app.lifecycle.clock_ahead().await.unwrap(), None);
    let at = app.now().0 + 3_600;
    app.db.run(&format!("INSERT INTO signet_clock (id, doubted_at, ahead) VALUES (1, {at}, 7200)")).await.unwrap();
    for (passed, left) in [(3_599, 1), (1, 0)] {
        app.advance_clock(Span::seconds(passed));
        app.lifecycle.sweep().await.unwrap();
        assert_eq!(doubts(&app).await, left, "{passed}");
    }
    assert_eq!(app.lifecycle.clock_ahead().await.unwrap(), None);
}
