//! The running workers of a process: what they find by themselves, how fast, and how they end.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use signet::{
    domain::time::Span,
    server::{jobs::Jobs, mail::Transport},
    testing::{PASSWORD, TestApp},
};

use crate::{outbox::mail_server::MailServer, panics::Panics};

/// Long enough for a machine whose processors are busy.
const PATIENCE: Duration = Duration::from_secs(20);

fn workers(app: &TestApp, transport: &Transport) -> Jobs {
    Jobs::start(&app.lifecycle, &Arc::new(transport.clone()))
}

/// Waits until no row meets the condition.
async fn none(app: &TestApp, table_and_condition: &str) {
    let begun = Instant::now();
    while app.count(table_and_condition).await > 0 {
        assert!(begun.elapsed() < PATIENCE, "{table_and_condition}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn ended(jobs: Jobs) {
    tokio::time::timeout(PATIENCE, jobs.stop()).await.expect("the workers end");
}

#[tokio::test(flavor = "multi_thread")]
async fn they_find_letters_exports_and_deletions_by_themselves_and_go_on_finding_them() {
    let app = TestApp::new().await;
    app.scheduled_browser("ada@example.com").await;
    app.settle().await;
    let jobs = workers(&app, &app.transport);
    for round in 0..2 {
        let email = format!("bob{round}@example.com");
        app.browser().post("sign_up", &[("email", &email), ("password", PASSWORD)]).await;
        none(&app, "signet_letters WHERE kind = 'confirm_address'").await;
    }
    app.advance_clock(Span::days(13));
    none(&app, "signet_letters").await;
    app.advance_clock(Span::days(1));
    none(&app, "signet_users WHERE delete_at IS NOT NULL AND deleted_at IS NULL").await;
    none(&app, "signet_letters").await;
    ended(jobs).await;
    let sent = app.kept_letters().into_iter().map(|letter| letter.to);
    let mut sent: Vec<_> = sent.collect();
    sent.sort();
    let ada = ["ada@example.com"; 3];
    assert_eq!(sent, [&ada[..], &["bob0@example.com", "bob1@example.com"]].concat(), "each once");
    app.nothing_is_in_hand().await;
}

/// Each of the four that send letters panics over one, each of the others over one of its two rows, and the sweep.
#[tokio::test]
async fn a_panic_over_one_row_ends_no_worker_and_keeps_no_other_row_waiting() {
    let app = TestApp::new().await;
    for email in ["ada@example.com", "bob@example.com"] {
        app.scheduled_browser(email).await;
        app.advance_clock(Span::seconds(1));
    }
    let browsers =
        [app.authenticated_browser("cal@example.com").await, app.authenticated_browser("dan@example.com").await];
    app.settle().await;
    for browser in &browsers {
        browser.sudo(PASSWORD).await;
        browser.post("request_export", &[]).await;
        app.advance_clock(Span::seconds(1));
    }
    app.advance_clock(Span::days(14));
    for number in 0..5 {
        app.browser().post("sign_up", &[("email", &format!("{number}@example.com")), ("password", PASSWORD)]).await;
        app.advance_clock(Span::seconds(1));
    }
    let dan = app.user("dan@example.com").await;
    let panics = [("letter", 1..5), ("erasure", 1..2), ("file", 1..2), ("sweep", 1..2)];
    let panics = panics.map(|(point, times)| Panics::at(point, times));
    let jobs = workers(&app, &app.transport);
    none(&app, "signet_letters WHERE recipient = '4@example.com'").await;
    none(&app, "signet_users WHERE email = 'bob@example.com'").await;
    none(&app, &format!("signet_exports WHERE state = 'building' AND user_id = '{dan}'")).await;
    assert!(jobs.are_running());
    assert!(panics.iter().zip([5, 2, 2, 1]).all(|(panics, least)| panics.reached() >= least));
    // What a panic was about waits for its time, and comes then.
    assert_eq!(app.count("signet_letters WHERE recipient LIKE '_@example.com' AND claimed_until IS NOT NULL").await, 4);
    assert_eq!(app.count("signet_users WHERE email = 'ada@example.com' AND deletion_retry_at IS NOT NULL").await, 1);
    assert_eq!(app.count("signet_exports WHERE state = 'building' AND claimed_until IS NOT NULL").await, 1);
    app.advance_clock(Span::minutes(2));
    none(&app, "signet_users WHERE delete_at IS NOT NULL AND deleted_at IS NULL").await;
    none(&app, "signet_exports WHERE state = 'building'").await;
    none(&app, "signet_letters").await;
    ended(jobs).await;
    app.nothing_is_in_hand().await;
    let sent = app.kept_letters().into_iter().map(|letter| letter.to).filter(|to| to.len() == "0@example.com".len());
    assert_eq!(sent.collect::<BTreeSet<_>>().len(), 5);
}

/// ADR 0033.
#[tokio::test(flavor = "multi_thread")]
async fn they_erase_forty_accounts_a_second_at_most() {
    const ACCOUNTS: usize = 12;
    let app = TestApp::new().await;
    app.scheduled_browser("ada@example.com").await;
    app.settle().await;
    let row = "INSERT INTO signet_users (id, created_at, email, email_key, deletion_scheduled_at, delete_at)";
    for number in 1..ACCOUNTS {
        let email = format!("due{number}@example.com");
        app.db.run(&format!("{row} VALUES ('{number:032x}', 1, '{email}', '{email}', 2, 3)")).await.unwrap();
    }
    app.advance_clock(Span::days(14));
    let jobs = workers(&app, &app.transport);
    let (begun, due) = (Instant::now(), "signet_users WHERE delete_at IS NOT NULL AND deleted_at IS NULL");
    none(&app, due).await;
    let took = begun.elapsed();
    ended(jobs).await;
    let least = Duration::from_millis(25) * u32::try_from(ACCOUNTS - 1).unwrap();
    assert!(took >= least, "{took:?}");
    assert_eq!(app.count("signet_events WHERE event = 'account.deletion_executed'").await, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn four_letters_are_under_way_at_once_and_an_end_waits_for_them() {
    let app = TestApp::new().await;
    for number in 0..5 {
        let email = format!("{number}@example.com");
        app.browser().post("sign_up", &[("email", &email), ("password", PASSWORD)]).await;
    }
    let server = MailServer::that_answers("250 taken").await;
    let jobs = workers(&app, &server.transport);
    for _ in 0..4 {
        let arrived = tokio::time::timeout(PATIENCE, server.arrived.acquire()).await;
        arrived.expect("four at once").unwrap().forget();
    }
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(server.arrived.available_permits(), 0, "the fifth waits");
    assert_eq!(app.count("signet_letters WHERE claimed_until IS NOT NULL").await, 4);
    let end = tokio::spawn(jobs.stop());
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!end.is_finished());
    server.may_answer.add_permits(4);
    tokio::time::timeout(PATIENCE, end).await.expect("the workers end").unwrap();
    assert_eq!(app.count("signet_letters").await, 1, "nobody begins the fifth after the end was asked for");
    app.nothing_is_in_hand().await;
}
