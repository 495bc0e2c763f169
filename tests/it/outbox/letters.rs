//! Letters: each is sent at least once, by one worker at a time, and the database keeps no more of it than
//! necessary.

use signet::{
    domain::time::{Span, Timestamp},
    server::{
        lifecycle::{Error, outbox::SendOutcome},
        mail::Transport,
    },
    testing::{PASSWORD, START, TestApp},
};

use crate::{panics::Panics, unsent_links::UnsentLinks};

const ADA: &str = "ada@example.com";

async fn with_one_letter() -> TestApp {
    let app = TestApp::new().await;
    app.browser().post("sign_up", &[("email", ADA), ("password", PASSWORD)]).await;
    assert_eq!(app.count("signet_letters").await, 1);
    app
}

#[tokio::test]
async fn a_letter_that_is_sent_leaves_nothing_behind() {
    let app = with_one_letter().await;
    assert_eq!(app.deliver().await.words(), ["confirm_address to ada@example.com"]);
    assert_eq!(app.count("signet_letters").await, 0);
    assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Nothing);
}

#[tokio::test]
async fn a_server_in_trouble_is_tried_again_with_growing_waits() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    app.browser().post("sign_up", &[("email", ADA), ("password", PASSWORD)]).await;
    let mut expected = 15;
    for attempt in 1..16 {
        assert_eq!(app.lifecycle.send_letter(&Transport::Failing).await.unwrap(), SendOutcome::PutOff, "{attempt}");
        let due = app.now().plus(Span::seconds(expected));
        let row = app.rows("SELECT due_at, attempts, claimed_until, failed_at FROM signet_letters").await;
        assert_eq!(row, [format!("{}|{attempt}|NULL|NULL", due.0)]);
        // Not a second early, for any worker.
        app.clock.set(Timestamp(due.0 - 1));
        let early = app.lifecycle.send_letter(&app.transport).await.unwrap();
        assert_eq!(early, SendOutcome::Nothing);
        app.clock.set(due);
        expected = (expected * 2).min(8 * 3_600);
    }
    assert_eq!(app.lifecycle.send_letter(&Transport::Failing).await.unwrap(), SendOutcome::GivenUp);
    assert_eq!(app.count("signet_letters WHERE failed_at IS NOT NULL").await, 1);
    app.advance_clock(Span::days(365));
    assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Nothing);
}

#[tokio::test]
async fn after_the_trouble_the_letter_comes_with_the_link_it_always_had() {
    let app = with_one_letter().await;
    let expected = app.confirm_token().await;
    app.lifecycle.send_letter(&Transport::Failing).await.unwrap();
    app.clock.set(START.plus(Span::seconds(15)));
    app.lifecycle.send_letter(&app.transport).await.unwrap();
    let sent = app.kept_letters();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].links[0].ends_with(&expected));
}

#[tokio::test]
async fn a_crash_between_sending_and_deleting_sends_the_same_letter_again() {
    let app = with_one_letter().await;
    // The letter was sent, and then the process died: claim and row are still there.
    let columns = "id, user_id, kind, recipient, link_id, created_at, due_at";
    let row = app.rows(&format!("SELECT {columns} FROM signet_letters")).await.remove(0);
    app.lifecycle.send_letter(&app.transport).await.unwrap();
    let values = row.split('|').map(|value| {
        if value.parse::<i64>().is_ok_and(|n| n >= START.0) { value.to_owned() } else { format!("'{value}'") }
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let claimed = START.plus(Span::minutes(2)).0;
    let sql =
        format!("INSERT INTO signet_letters ({columns}, attempts, claimed_until) VALUES ({values}, 1, {claimed})");
    app.db.run(&sql).await.unwrap();
    assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Nothing, "still claimed");
    app.clock.set(Timestamp(claimed));
    assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Sent);
    let sent = app.kept_letters();
    assert_eq!(sent.len(), 2);
    assert!(sent[0] == sent[1], "word for word, link for link");
    assert_eq!(app.count("signet_letters").await, 0);
}

#[tokio::test]
async fn a_letter_that_one_worker_is_sending_is_nobody_elses_until_the_claim_ends() {
    let app = with_one_letter().await;
    let lifecycle = app.lifecycle.clone();
    let first = tokio::spawn(async move { lifecycle.send_letter(&Transport::Hanging).await });
    while app.count("signet_letters WHERE claimed_until IS NOT NULL").await == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Nothing);
    // The first worker dies while the mail server is silent.
    first.abort();
    app.clock.set(Timestamp(START.plus(Span::minutes(2)).0 - 1));
    assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Nothing);
    app.clock.set(START.plus(Span::minutes(2)));
    assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Sent);
}

#[tokio::test]
async fn a_letter_whose_link_is_dead_is_not_sent() {
    let app = TestApp::new().await;
    app.browser().post("sign_up", &[("email", ADA), ("password", PASSWORD)]).await;
    app.advance_clock(Span::hours(24));
    app.advance_clock(Span::seconds(1));
    assert!(app.deliver().await.words().is_empty());
    assert_eq!(app.count("signet_letters").await, 0);
}

#[tokio::test]
async fn no_letter_names_a_person_and_none_but_the_link_it_is_for_holds_a_token() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
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
        assert!(letter.links.iter().all(|link| link.starts_with(signet::testing::BASE_URL)));
    }
}

/// An error with one letter delays no other.
#[tokio::test]
async fn a_letter_that_this_version_cannot_read_lets_the_others_pass() {
    let app = TestApp::new().await;
    for email in [ADA, "bob@example.com"] {
        app.browser().post("sign_up", &[("email", email), ("password", PASSWORD)]).await;
        app.advance_clock(Span::seconds(1));
    }
    app.db
        .run(&format!("UPDATE signet_letters SET kind = 'of the next version' WHERE recipient = '{ADA}'"))
        .await
        .unwrap();
    let unread = app.lifecycle.send_letter(&app.transport).await;
    assert!(matches!(unread, Err(Error::Internal(_))), "{unread:?}");
    assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Sent);
    assert_eq!(app.kept_letters()[0].to, "bob@example.com");
    assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Nothing);
    // A version that can read the letter gets it once the claim has expired.
    app.db.run("UPDATE signet_letters SET kind = 'confirm_address'").await.unwrap();
    app.advance_clock(Span::minutes(2));
    assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Sent);
}

/// The claim of a letter stands though the panic came before its commit.
#[tokio::test]
async fn a_letter_that_panics_while_it_is_prepared_lets_the_others_pass() {
    let app = TestApp::new().await;
    for email in [ADA, "bob@example.com"] {
        app.browser().post("sign_up", &[("email", email), ("password", PASSWORD)]).await;
        app.advance_clock(Span::seconds(1));
    }
    let panics = Panics::at("letter", 1..2);
    let unprepared = app.lifecycle.send_letter(&app.transport).await;
    assert!(matches!(unprepared, Err(Error::Internal(_))), "{unprepared:?}");
    assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Sent);
    assert_eq!(app.kept_letters()[0].to, "bob@example.com");
    assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Nothing);
    assert_eq!(panics.reached(), 2);
    app.advance_clock(Span::minutes(2));
    assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Sent);
}

/// Thousands of accounts that were closed in one second are reminded in one second.
#[tokio::test]
async fn who_waits_for_a_letter_does_not_stand_behind_those_that_come_in_masses() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    app.authenticated_browser("eve@example.com").await;
    app.settle().await;
    app.advance_clock(Span::days(13));
    app.browser().post("request_password_reset", &[("email", "eve@example.com")]).await;
    let mut sent = Vec::new();
    while app.lifecycle.send_letter(&app.transport).await.unwrap() == SendOutcome::Sent {
        sent.push(app.kept_letters().pop().unwrap().to);
    }
    assert_eq!(sent, ["eve@example.com", ADA, ADA], "though both reminders were due before");
}
