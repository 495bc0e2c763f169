//! Letters: at least once, never two workers at a time, and never more in the database
//! than is needed.

use signet::{
    domain::{
        id::LetterId,
        outbox::Kind,
        time::{Span, Timestamp},
    },
    server::{lifecycle::outbox::Sending, mail::Transport},
};

use crate::app::{PASSWORD, START, TestApp};

const ADA: &str = "ada@example.com";

/// The one letter that waits.
async fn waiting(app: &TestApp) -> LetterId {
    let ids = app.rows("SELECT id FROM signet_letters").await;
    assert_eq!(ids.len(), 1, "{ids:?}");
    LetterId::parse(&ids[0]).unwrap()
}

async fn with_one_letter() -> (TestApp, LetterId) {
    let app = TestApp::new().await;
    app.browser().post("sign_up", &[("email", ADA), ("password", PASSWORD)]).await;
    let id = waiting(&app).await;
    (app, id)
}

#[tokio::test]
async fn a_letter_that_is_sent_leaves_nothing_behind() {
    let (app, id) = with_one_letter().await;
    assert_eq!(app.deliver().await.words(), ["confirm_address to ada@example.com"]);
    assert_eq!(app.count("signet_letters").await, 0);
    assert_eq!(app.lifecycle.send_letter(&id, &app.transport).await.unwrap(), Sending::Nothing);
}

#[tokio::test]
async fn a_server_in_trouble_is_tried_again_with_growing_waits() {
    let app = TestApp::new().await;
    app.verified(ADA).await;
    app.browser().post("sign_up", &[("email", ADA), ("password", PASSWORD)]).await;
    let id = waiting(&app).await;
    let mut expected = 15;
    for attempt in 1..16 {
        assert_eq!(app.lifecycle.send_letter(&id, &Transport::Failing).await.unwrap(), Sending::PutOff, "{attempt}");
        let due = app.now().plus(Span::seconds(expected));
        let row = app.rows("SELECT due_at, attempts, claimed_until, failed_at FROM signet_letters").await;
        assert_eq!(row, [format!("{}|{attempt}|NULL|NULL", due.0)]);
        // Not a second early, whoever asks.
        app.clock.set(Timestamp(due.0 - 1));
        let early = app.lifecycle.send_letter(&id, &app.transport).await.unwrap();
        assert_eq!(early, Sending::Nothing);
        app.clock.set(due);
        expected = (expected * 2).min(8 * 3_600);
    }
    assert_eq!(app.lifecycle.send_letter(&id, &Transport::Failing).await.unwrap(), Sending::GivenUp);
    assert_eq!(app.count("letters WHERE failed_at IS NOT NULL").await, 1);
    app.pass(Span::days(365));
    assert_eq!(app.lifecycle.due(app.now()).await.unwrap().letters.len(), 0);
}

#[tokio::test]
async fn after_the_trouble_the_letter_comes_with_the_link_it_always_had() {
    let (app, id) = with_one_letter().await;
    let expected = app.confirm_token().await;
    app.lifecycle.send_letter(&id, &Transport::Failing).await.unwrap();
    app.clock.set(START.plus(Span::seconds(15)));
    app.lifecycle.send_letter(&id, &app.transport).await.unwrap();
    let sent = app.kept_letters();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].links[0].ends_with(&expected));
}

#[tokio::test]
async fn a_crash_between_sending_and_deleting_sends_the_same_letter_again() {
    let (app, id) = with_one_letter().await;
    // Sent, and then the process died: the claim is there, the row too.
    let row = app
        .rows("SELECT id, user_id, kind, recipient, link_id, created_at, due_at, job FROM signet_letters")
        .await
        .remove(0);
    app.lifecycle.send_letter(&id, &app.transport).await.unwrap();
    let values = row.split('|').map(|value| {
        if value.parse::<i64>().is_ok_and(|n| n >= START.0) { value.to_owned() } else { format!("'{value}'") }
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let claimed = START.plus(Span::minutes(2)).0;
    let sql = format!(
        "INSERT INTO signet_letters (id, user_id, kind, recipient, link_id, created_at, due_at, job, attempts, claimed_until) \
         VALUES ({values}, 1, {claimed})"
    );
    app.db.run(&sql).await.unwrap();
    assert_eq!(app.lifecycle.send_letter(&id, &app.transport).await.unwrap(), Sending::Nothing, "still claimed");
    app.clock.set(Timestamp(claimed));
    assert_eq!(app.lifecycle.send_letter(&id, &app.transport).await.unwrap(), Sending::Sent);
    let sent = app.kept_letters();
    assert_eq!(sent.len(), 2);
    assert!(sent[0] == sent[1], "word for word, link for link");
    assert_eq!(app.count("signet_letters").await, 0);
}

#[tokio::test]
async fn a_letter_that_one_worker_is_sending_is_nobody_elses_until_the_claim_ends() {
    let (app, id) = with_one_letter().await;
    let (lifecycle, letter) = (app.lifecycle.clone(), id.clone());
    let first = tokio::spawn(async move { lifecycle.send_letter(&letter, &Transport::Hanging).await });
    while app.count("letters WHERE claimed_until IS NOT NULL").await == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    assert_eq!(app.lifecycle.send_letter(&id, &app.transport).await.unwrap(), Sending::Nothing);
    // The first one dies while the mail server is silent.
    first.abort();
    app.clock.set(Timestamp(START.plus(Span::minutes(2)).0 - 1));
    assert_eq!(app.lifecycle.send_letter(&id, &app.transport).await.unwrap(), Sending::Nothing);
    app.clock.set(START.plus(Span::minutes(2)));
    assert_eq!(app.lifecycle.send_letter(&id, &app.transport).await.unwrap(), Sending::Sent);
}

#[tokio::test]
async fn a_letter_whose_link_is_dead_is_not_sent() {
    let app = TestApp::new().await;
    app.browser().post("sign_up", &[("email", ADA), ("password", PASSWORD)]).await;
    app.pass(Span::hours(24));
    app.pass(Span::seconds(1));
    assert!(app.deliver().await.words().is_empty());
    assert_eq!(app.count("signet_letters").await, 0);
}

#[tokio::test]
async fn no_letter_names_a_person_and_none_but_the_link_it_is_for_holds_a_token() {
    let app = TestApp::new().await;
    let browser = app.verified(ADA).await;
    browser.post("update_profile", &[("name", "Countess")]).await;
    browser.sudo(PASSWORD).await;
    browser.post("request_email_change", &[("new_email", "new@example.com")]).await;
    browser.post("request_password_reset", &[("email", ADA)]).await;
    for mail in app.deliver().await.0 {
        let letter = &mail.letter;
        assert!(!letter.text.contains("Countess") && !letter.html.contains("Countess"));
        assert!(!letter.subject.contains("v1."));
        let with_token = letter.links.iter().filter(|link| link.contains("v1.")).count();
        assert_eq!(with_token, usize::from(mail.kind.link().is_some()), "{:?}", mail.kind);
        assert!(letter.links.iter().all(|link| link.starts_with(crate::app::BASE_URL)));
    }
}

#[tokio::test]
async fn a_lost_job_of_a_letter_is_made_up_for_by_the_sweep() {
    let (app, _) = with_one_letter().await;
    let jobs = if app.db.is_postgres() { "apalis.jobs" } else { "Jobs" };
    app.db.run(&format!("DELETE FROM {jobs}")).await.unwrap();
    assert_eq!(app.lifecycle.sweep().await.unwrap().letters, 0, "not overdue yet");
    app.pass(Span::seconds(30));
    assert_eq!(app.lifecycle.sweep().await.unwrap().letters, 1);
    assert_eq!(app.lifecycle.sweep().await.unwrap().letters, 0);
    assert_eq!(app.deliver().await.token(Kind::ConfirmAddress).len(), "v1.verify.".len() + 32 + 1 + 43);
}

/// Thousands of accounts that were closed in one second are reminded in one second.
#[tokio::test]
async fn who_waits_for_a_letter_does_not_stand_behind_those_that_come_in_masses() {
    let app = TestApp::new().await;
    app.closed(ADA).await;
    app.verified("eve@example.com").await;
    app.settle().await;
    app.browser().post("request_password_reset", &[("email", "eve@example.com")]).await;
    let jobs = if app.db.is_postgres() { "apalis.jobs" } else { "Jobs" };
    let sql = format!("SELECT l.kind, j.priority FROM signet_letters l JOIN {jobs} j ON j.id = l.job ORDER BY l.kind");
    assert_eq!(app.rows(&sql).await, ["deletion_reminder|0", "deletion_reminder|0", "reset_password|1"]);
}
