//! A reminder that went out early would be missing when the time has come.

use signet::{
    domain::{id::LetterId, time::Span},
    server::lifecycle::{deletion::confirm_clock, outbox::Sending},
};

use super::{GRACE, leapt};
use crate::app::{PASSWORD, START, TestApp};

const WAITING: &str = "SELECT id FROM signet_letters WHERE kind = 'deletion_reminder' ORDER BY due_at";
const UNTOUCHED: &str = "letters WHERE kind = 'deletion_reminder' AND attempts = 0 AND claimed_until IS NULL";

async fn send(app: &TestApp, id: &str) -> Sending {
    let id = LetterId::parse(id).unwrap();
    app.lifecycle.send_letter(&id, &app.transport).await.unwrap()
}

/// A clock that has leapt past the dates of both reminders, whose jobs have come to nothing.
async fn held() -> (TestApp, Vec<String>) {
    let (app, _) = leapt().await;
    let waiting = app.rows(WAITING).await;
    for id in &waiting {
        assert_eq!(send(&app, id).await, Sending::Nothing);
    }
    let jobs = if app.db.is_postgres() { "apalis.jobs" } else { "Jobs" };
    app.db.run(&format!("DELETE FROM {jobs}")).await.unwrap();
    assert_eq!((app.kept_letters().len(), waiting.len()), (0, 2));
    (app, waiting)
}

#[tokio::test]
async fn while_the_clock_is_ahead_reminders_are_left_alone_and_wake_nobody() {
    let (app, _) = held().await;
    for _ in 0..2 {
        assert_eq!(app.lifecycle.sweep().await.unwrap().letters, 0);
        app.pass(Span::minutes(1));
    }
    assert_eq!(app.count(UNTOUCHED).await, 2);
}

#[tokio::test]
async fn each_reminder_comes_at_its_time_once_the_clock_is_right() {
    let (app, waiting) = held().await;
    app.clock.set(START.plus(Span::minutes(5)));
    assert_eq!(app.lifecycle.sweep().await.unwrap().letters, 0);
    for (id, days) in waiting.iter().zip([3, 1]) {
        let due = START.plus(GRACE).minus(Span::days(days));
        app.clock.set(due.minus(Span::seconds(1)));
        assert_eq!(send(&app, id).await, Sending::Nothing);
        app.clock.set(due.plus(Span::seconds(30)));
        assert_eq!(app.lifecycle.sweep().await.unwrap().letters, 1);
        assert_eq!(send(&app, id).await, Sending::Sent);
    }
}

#[tokio::test]
async fn a_confirmed_clock_sends_the_reminders_that_are_due_by_it() {
    let (app, waiting) = held().await;
    confirm_clock(&app.lifecycle.db, &app.clock).await.unwrap();
    assert_eq!(app.lifecycle.sweep().await.unwrap().letters, 2);
    assert_eq!(send(&app, &waiting[0]).await, Sending::Sent);
}

#[tokio::test]
async fn other_letters_go_while_the_clock_is_ahead() {
    let (app, _) = leapt().await;
    app.browser().post("sign_up", &[("email", "bob@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(app.deliver_what_is_left().await.words(), ["confirm_address to bob@example.com"]);
}
