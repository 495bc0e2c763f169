//! A reminder that went out early would be missing at the right time.

use signet::{
    domain::time::Span,
    server::lifecycle::{confirm_clock, outbox::SendOutcome},
    testing::{PASSWORD, START, TestApp},
};

use super::{GRACE, leapt};

const UNTOUCHED: &str = "signet_letters WHERE kind = 'deletion_reminder' AND attempts = 0 AND claimed_until IS NULL";

async fn send(app: &TestApp) -> SendOutcome {
    app.lifecycle.send_letter(&app.transport).await.unwrap()
}

/// A clock that has leapt past the dates of both reminders.
async fn held() -> TestApp {
    let app = leapt().await;
    assert_eq!(app.count(UNTOUCHED).await, 2);
    app
}

#[tokio::test]
async fn while_the_clock_is_ahead_reminders_are_left_alone() {
    let app = held().await;
    for _ in 0..2 {
        assert_eq!(send(&app).await, SendOutcome::Nothing);
        app.lifecycle.sweep().await.unwrap();
        app.advance_clock(Span::minutes(1));
    }
    assert_eq!((app.count(UNTOUCHED).await, app.kept_letters().len()), (2, 0));
}

#[tokio::test]
async fn each_reminder_comes_at_its_time_once_the_clock_is_right() {
    let app = held().await;
    assert_eq!(send(&app).await, SendOutcome::Nothing);
    app.clock.set(START.plus(Span::minutes(5)));
    assert_eq!(send(&app).await, SendOutcome::Nothing);
    for days in [3, 1] {
        let due = START.plus(GRACE).minus(Span::days(days));
        app.clock.set(due.minus(Span::seconds(1)));
        assert_eq!(send(&app).await, SendOutcome::Nothing);
        app.clock.set(due);
        assert_eq!(send(&app).await, SendOutcome::Sent);
        assert_eq!(send(&app).await, SendOutcome::Nothing);
    }
}

#[tokio::test]
async fn a_confirmed_clock_sends_the_reminders_that_are_due_by_it() {
    let app = held().await;
    assert_eq!(send(&app).await, SendOutcome::Nothing);
    confirm_clock(&app.lifecycle.db, &app.clock).await.unwrap();
    for sending in [SendOutcome::Sent, SendOutcome::Sent, SendOutcome::Nothing] {
        assert_eq!(send(&app).await, sending);
    }
}

#[tokio::test]
async fn other_letters_go_while_the_clock_is_ahead() {
    let app = leapt().await;
    app.browser().post("sign_up", &[("email", "bob@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(app.deliver_what_is_left().await.words(), ["confirm_address to bob@example.com"]);
}
