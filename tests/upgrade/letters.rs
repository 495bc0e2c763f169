//! Everything that was due or promised for later happens once, at its time.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde_json::{Value, json};
use signet::{
    domain::{
        outbox::Kind,
        time::{Span, Timestamp},
    },
    server::{jobs::Jobs, mail::Transport},
    testing::invariants,
};

use crate::site::{Site, on_each};

/// A moment whose letters have their kinds, recipients and mailed links, but no words: every letter was reworded since
/// the fixture was made.
fn without_words(mut moment: Value) -> Value {
    for letter in moment["letters"].as_array_mut().unwrap() {
        let text = letter["text"].as_str().unwrap();
        let links: Vec<_> = text.lines().filter(|line| line.contains("/v1.")).collect();
        *letter = json!({"kind": letter["kind"], "to": letter["to"], "links": links});
    }
    moment
}

/// Letters in the order of the fixture: by kind and recipient.
fn in_order(mut letters: Vec<Value>) -> Vec<Value> {
    letters.sort_by_key(|letter| (letter["kind"].to_string(), letter["to"].to_string()));
    letters
}

/// Does everything that is due; returns the letters that left.
async fn deliver(site: &Site) -> Value {
    let post = site.app().deliver_beside_others().await;
    let letter = |kind: Kind, letter: &signet::server::mail::Letter| json!({"kind": kind.word(), "to": letter.to, "text": letter.text});
    let letters = post.0.iter().map(|mail| letter(mail.kind, &mail.letter)).collect();
    json!({"at": site.app().now().0, "letters": in_order(letters)})
}

fn moments(site: &Site) -> &[Value] {
    site.expected("moments").as_array().unwrap()
}

#[tokio::test]
async fn every_letter_and_deletion_comes_once_and_when_it_was_promised() {
    on_each(async |site| {
        let app = site.app();
        let last = app.rows("SELECT MAX(id) FROM signet_events").await.remove(0);
        for moment in moments(site) {
            let at = Timestamp(moment["at"].as_i64().unwrap());
            if at > app.now() {
                app.clock.set(at.minus(Span::seconds(1)));
                assert_eq!(deliver(site).await["letters"], json!([]), "a second before {at:?}");
                app.clock.set(at);
            }
            assert_eq!(without_words(deliver(site).await), without_words(moment.clone()));
            assert_eq!(deliver(site).await["letters"], json!([]), "again at {at:?}");
        }
        app.advance_clock(Span::days(400));
        assert_eq!(deliver(site).await["letters"], json!([]), "a year later");
        let events =
            format!("SELECT at, event, actor, user_id, failure FROM signet_events WHERE id > {last} ORDER BY id");
        // Meanwhile the old program recorded two downloads; this test makes none.
        let expected = site.expected("events_since").as_array().unwrap().iter();
        let expected: Vec<_> = expected.filter(|event| !event.to_string().contains("export_downloaded")).collect();
        assert_eq!(json!(app.rows(&events).await), json!(expected));
        let users = "SELECT id, email, delete_at, deleted_at, anonymized_at FROM signet_users ORDER BY id";
        assert_eq!(&json!(app.rows(users).await), site.expected("users_in_the_end"));
        let ledgers = "SELECT id, entries FROM signet_erasure_ledgers";
        assert_eq!(&json!(app.rows(ledgers).await), site.expected("erasure_ledgers_in_the_end"));
        // A letter that was given up stays, so that the operator can see it.
        let left = "SELECT recipient FROM signet_letters WHERE failed_at IS NOT NULL";
        assert_eq!(app.rows(left).await, ["lost@example.com"]);
        assert_eq!(app.count("signet_letters").await, 1);
        invariants::hold(&app.db, app.now()).await;
    })
    .await;
}

/// The letters that were due at the start, by recipient.
fn due(site: &Site) -> BTreeMap<String, usize> {
    let letters = moments(site)[0]["letters"].as_array().unwrap().iter();
    count(letters.map(|letter| letter["to"].as_str().unwrap().to_owned()))
}

fn count(words: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    words.for_each(|word| *counts.entry(word).or_default() += 1);
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn the_workers_do_all_that_was_due_at_the_start() {
    on_each(async |site| {
        let (app, kept) = (site.app(), Arc::<std::sync::Mutex<Vec<_>>>::default());
        let jobs = Jobs::start(&app.lifecycle, &Transport::Kept(Arc::clone(&kept)).into());
        let left = format!(
            "SELECT (SELECT COUNT(*) FROM signet_letters WHERE due_at <= {now} AND failed_at IS NULL AND claimed_until IS NULL) \
             + (SELECT COUNT(*) FROM signet_users WHERE delete_at <= {now} AND deleted_at IS NULL) \
             + (SELECT COUNT(*) FROM signet_exports WHERE state = 'building')",
            now = app.now().0
        );
        for _ in 0..500 {
            if app.rows(&left).await == ["0"] && kept.lock().unwrap().len() >= due(site).values().sum() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // A letter that is sent twice would arrive now.
        tokio::time::sleep(Duration::from_millis(500)).await;
        jobs.stop().await;
        let sent = kept.lock().unwrap().clone();
        assert_eq!(count(sent.iter().map(|letter| letter.to.clone())), due(site));
        assert_eq!(app.count("signet_letters WHERE claimed_until IS NOT NULL").await, 1, "the one that another process had");
        invariants::hold(&app.db, app.now()).await;
    })
    .await;
}
