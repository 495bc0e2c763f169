//! A sweep that saw a lost job, and comes when another one has made up for it already.

use signet::{
    domain::{
        id::LetterId,
        time::{Span, Timestamp},
    },
    server::lifecycle::outbox::Sending,
};

use crate::app::{PASSWORD, TestApp};

const ADA: &str = "ada@example.com";

/// A letter whose job is lost, long enough for a sweep to notice.
async fn with_a_lost_job() -> (TestApp, LetterId) {
    let app = TestApp::new().await;
    app.browser().post("sign_up", &[("email", ADA), ("password", PASSWORD)]).await;
    let jobs = if app.db.is_postgres() { "apalis.jobs" } else { "Jobs" };
    app.db.run(&format!("DELETE FROM {jobs}")).await.unwrap();
    app.pass(Span::seconds(30));
    let id = LetterId::parse(&app.rows("SELECT id FROM signet_letters").await.remove(0)).unwrap();
    (app, id)
}

const ROW: &str = "SELECT job, due_at, claimed_until FROM signet_letters";

#[tokio::test(flavor = "multi_thread")]
async fn a_late_sweep_does_not_take_a_letter_from_its_sender() {
    let (app, id) = with_a_lost_job().await;
    let (now, until) = (app.now(), app.now().plus(Span::minutes(2)));
    let mut tx = app.lifecycle.db.begin().await.unwrap();
    assert!(tx.postpone_letter(&id, 0, now, "another").await.unwrap());
    assert!(tx.claim_letter(&id, now, until).await.unwrap().is_some());
    let life = app.lifecycle.clone();
    let late = tokio::spawn(async move { life.sweep().await });
    app.until_waiting(1).await;
    tx.commit().await.unwrap();

    assert_eq!(late.await.unwrap().unwrap().letters, 0);
    assert_eq!(app.rows(ROW).await, [format!("another|{}|{}", now.0, until.0)]);
    assert_eq!(app.lifecycle.send_letter(&id, &app.transport).await.unwrap(), Sending::Nothing);
    assert_eq!(app.kept_letters().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_sweep_does_not_hurry_a_letter_that_was_put_off() {
    let (app, id) = with_a_lost_job().await;
    let later = app.now().plus(Span::hours(1));
    let mut tx = app.lifecycle.db.begin().await.unwrap();
    assert!(tx.postpone_letter(&id, 0, later, "another").await.unwrap());
    let life = app.lifecycle.clone();
    let late = tokio::spawn(async move { life.sweep().await });
    app.until_waiting(1).await;
    tx.commit().await.unwrap();

    assert_eq!(late.await.unwrap().unwrap().letters, 0);
    assert_eq!(app.rows(ROW).await, [format!("another|{}|NULL", later.0)]);
    app.clock.set(Timestamp(later.0 - 1));
    assert_eq!(app.lifecycle.send_letter(&id, &app.transport).await.unwrap(), Sending::Nothing);
}
