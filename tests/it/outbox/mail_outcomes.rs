//! What happens to a letter when the mail server refuses it, delays it or does not answer.

use std::time::{Duration, Instant};

use signet::{
    domain::time::{Span, Timestamp},
    server::{lifecycle::outbox::SendOutcome, mail::Transport},
    testing::{Browser, PASSWORD, Page, START, TestApp},
};
use tokio::task::JoinSet;

use super::mail_server::MailServer;

const ADA: &str = "ada@example.com";

async fn with_one_letter() -> TestApp {
    let app = TestApp::new().await;
    app.browser().post("sign_up", &[("email", ADA), ("password", PASSWORD)]).await;
    app
}

/// The columns that say when a letter is due, how often it was tried, and when it was given up.
const FATE: &str = "SELECT due_at, attempts, failed_at, claimed_until FROM signet_letters";

#[tokio::test]
async fn a_mail_server_that_knows_no_such_recipient_is_not_asked_again() {
    for answer in ["550 no such mailbox", "554 5.1.1 no such user"] {
        let app = with_one_letter().await;
        let server = MailServer::that_answers(answer).await;
        server.may_answer.add_permits(1);
        let sending = app.lifecycle.send_letter(&server.transport).await.unwrap();
        assert_eq!(sending, SendOutcome::GivenUp, "{answer}");
        snapshot!(app.db.table(FATE).await, @"
        due_at      attempts  failed_at   claimed_until
        1800000000  1         1800000000  NULL
        ");
        app.advance_clock(Span::days(1));
        assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Nothing, "{answer}");
    }
}

#[tokio::test]
async fn a_mail_server_that_says_not_now_is_asked_again() {
    for answer in ["451 later", "421 too busy", "554 no", "550 5.4.5 Daily sending quota exceeded"] {
        let app = with_one_letter().await;
        let server = MailServer::that_answers(answer).await;
        server.may_answer.add_permits(1);
        let sending = app.lifecycle.send_letter(&server.transport).await.unwrap();
        assert_eq!(sending, SendOutcome::PutOff, "{answer}");
        let due = START.plus(Span::seconds(15));
        snapshot!(app.db.table(FATE).await, @"
        due_at      attempts  failed_at  claimed_until
        1800000015  1         NULL       NULL
        ");
        app.clock.set(due);
        assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Sent);
    }
}

#[tokio::test]
async fn a_mail_server_that_takes_the_letter_ends_it() {
    let app = with_one_letter().await;
    let server = MailServer::that_answers("250 taken").await;
    server.may_answer.add_permits(1);
    assert_eq!(app.lifecycle.send_letter(&server.transport).await.unwrap(), SendOutcome::Sent);
    assert_eq!(app.count("signet_letters").await, 0);
    assert_eq!(app.lifecycle.send_letter(&server.transport).await.unwrap(), SendOutcome::Nothing);
    assert_eq!(server.arrived.available_permits(), 1);
}

/// A row without the facts that the letter states, as in a damaged database.
#[tokio::test]
async fn a_letter_that_cannot_be_written_is_given_up_at_once() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser
        .call("change_password", &[("current_password", PASSWORD), ("new_password", signet::testing::OTHER_PASSWORD)])
        .await;
    app.db.run("UPDATE signet_letters SET at = NULL").await.unwrap();
    let sending = app.lifecycle.send_letter(&app.transport).await.unwrap();
    assert_eq!(sending, SendOutcome::GivenUp);
    assert_eq!(app.count("signet_letters WHERE failed_at IS NOT NULL AND claimed_until IS NULL").await, 1);
    assert_eq!(app.kept_letters().len(), 0);
    app.advance_clock(Span::days(1));
    assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Nothing);
}

/// A sender that was so slow that its claim expired, while another one sends the letter.
#[tokio::test]
async fn a_sender_that_is_too_late_takes_nothing_from_the_next_one() {
    let app = with_one_letter().await;
    let slow = MailServer::that_answers("451 later").await;
    let (life, transport) = (app.lifecycle.clone(), slow.transport.clone());
    let first = tokio::spawn(async move { life.send_letter(&transport).await });
    slow.arrived.acquire().await.unwrap().forget();

    app.clock.set(START.plus(Span::minutes(2)));
    let next = MailServer::that_answers("250 taken").await;
    let (life, transport) = (app.lifecycle.clone(), next.transport.clone());
    let second = tokio::spawn(async move { life.send_letter(&transport).await });
    next.arrived.acquire().await.unwrap().forget();
    let claimed = app.rows(FATE).await;

    slow.may_answer.add_permits(1);
    first.await.unwrap().unwrap();
    assert_eq!(app.rows(FATE).await, claimed, "the letter is still the second one's");
    assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Nothing);
    next.may_answer.add_permits(1);
    assert_eq!(second.await.unwrap().unwrap(), SendOutcome::Sent);
    assert_eq!(app.count("signet_letters").await, 0);
}

/// Returns an answer, which must come at once.
async fn prompt(what: &str, answer: impl Future<Output = Page>) -> Page {
    let begun = Instant::now();
    let page = answer.await;
    assert!(page.status.as_u16() < 400, "{what}: {} {}", page.status, page.body);
    assert!(begun.elapsed() < Duration::from_secs(2), "{what} took {:?}", begun.elapsed());
    page
}

async fn looks_around(browser: &Browser<'_>) {
    for path in ["/", "/dashboard", "/users/settings", "/users/settings/email"] {
        prompt(path, browser.get(path)).await;
    }
    prompt("update_profile", browser.call("update_profile", &[("name", "Ada")])).await;
    prompt("request_password_reset", browser.call("request_password_reset", &[("email", ADA)])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_mail_server_delays_no_page() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    for number in 0..8 {
        let email = format!("{number}@example.com");
        app.browser().post("sign_up", &[("email", &email), ("password", PASSWORD)]).await;
    }
    let mut senders = JoinSet::new();
    for _ in 0..8 {
        let life = app.lifecycle.clone();
        senders.spawn(async move { life.send_letter(&Transport::Hanging).await });
    }
    let until = Timestamp(START.0 + 120);
    while app.count(&format!("signet_letters WHERE claimed_until = {}", until.0)).await < 8 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    looks_around(&browser).await;
    // During all that time the letters were being sent.
    assert_eq!(senders.len(), 8);
    assert!(senders.try_join_next().is_none());
    senders.abort_all();
}
