//! How the ledger of erasures corrects a database that was restored from a backup.

use signet::{
    domain::{
        deletion::{Strategy, erasure::ledger::LedgerStatus},
        time::Span,
    },
    server::lifecycle::deletion::{Concessions, Execution, Replay, Replayed},
};

use super::erasure_ledger::{ADA, BOB, GRACE, execute, is_there, restored, run_on_ledger};
use crate::{
    app::{KEY, PASSWORD, TestApp, keys},
    invariants,
};

#[tokio::test]
async fn a_database_from_before_an_erasure_is_told_and_replayed_by_each_strategy() {
    for strategy in Strategy::ALL.iter().copied() {
        let (app, restored, user) = restored(strategy).await;
        assert_eq!(app.lifecycle.ledger_status().await.unwrap(), LedgerStatus::Current);
        let behind = LedgerStatus::Behind { carried_out: 0, held: 1 };
        assert_eq!(restored.lifecycle.join_ledger().await.unwrap(), behind, "{strategy:?}");
        assert!(is_there(&restored, &user).await, "the backup brought the account back");

        let replayed = restored.lifecycle.replay_erasures(Concessions::default()).await.unwrap();
        assert_eq!(replayed, Replay::Done(Replayed { entries: 1, erased: 1, passed_over: 0 }), "{strategy:?}");
        assert_eq!(restored.lifecycle.join_ledger().await.unwrap(), LedgerStatus::Current);
        assert!(!is_there(&restored, &user).await, "{strategy:?}");
        let kept = i64::from(strategy != Strategy::HardDelete);
        assert_eq!(restored.count(&format!("signet_users WHERE id = '{user}'")).await, kept, "{strategy:?}");
        let named = i64::from(strategy == Strategy::SoftDelete);
        assert_eq!(restored.count(&format!("signet_users WHERE email = '{ADA}'")).await, named, "{strategy:?}");
        assert_eq!(restored.count("signet_users WHERE deleted_at IS NULL").await, 2, "the other accounts stay");
        assert_eq!(restored.count("signet_events WHERE event = 'account.deletion_executed'").await, 1);
        let letters = restored.deliver_what_is_left().await.words();
        assert!(!letters.iter().any(|letter| letter.contains(ADA)), "the goodbye was said long ago: {letters:?}");
        assert_eq!(restored.lifecycle.sweep().await.unwrap().deletions_left, 1, "the other one that is due");
        invariants::hold(&restored.db, restored.now()).await;
    }
}

#[tokio::test]
async fn an_account_that_was_not_even_closed_at_the_backup_is_erased_again() {
    let app = TestApp::new().await;
    app.lifecycle.join_ledger().await.unwrap();
    let browser = app.verified(ADA).await;
    let user = app.user(ADA).await;
    let backup = app.db.backup().await;
    browser.sudo(PASSWORD).await;
    browser.post("schedule_deletion", &[("confirmation", ADA)]).await;
    app.settle().await;
    app.pass(GRACE);
    execute(&app, &user).await;
    let restored = app.restored(backup, |_| {});
    assert!(matches!(restored.lifecycle.join_ledger().await.unwrap(), LedgerStatus::Behind { .. }));
    restored.lifecycle.replay_erasures(Concessions::default()).await.unwrap();
    assert_eq!(restored.count("signet_users WHERE email IS NOT NULL OR anonymized_at IS NULL").await, 0);
    for table in ["signet_sessions", "signet_event_context WHERE ip IS NOT NULL", "signet_known_devices"] {
        assert_eq!(restored.count(table).await, 0, "{table}");
    }
    invariants::hold(&restored.db, restored.now()).await;
}

#[tokio::test]
async fn a_replay_done_twice_or_after_it_broke_off_comes_to_the_same() {
    let (app, restored, _) = restored(Strategy::Anonymize).await;
    let bob = app.user(BOB).await;
    execute(&app, &bob).await;
    restored.lifecycle.replay_erasures(Concessions::default()).await.unwrap();
    // As if the process had died before it noted how far it came.
    restored.db.run("UPDATE signet_erasure_ledgers SET entries = 1").await.unwrap();
    let again = restored.lifecycle.replay_erasures(Concessions::default()).await.unwrap();
    assert_eq!(again, Replay::Done(Replayed { entries: 1, erased: 0, passed_over: 0 }));
    let nothing =
        restored.changes_nothing(Box::pin(restored.lifecycle.replay_erasures(Concessions::default()))).await.unwrap();
    assert_eq!(nothing, Replay::Done(Replayed { entries: 0, erased: 0, passed_over: 0 }));
}

#[tokio::test]
async fn a_replay_knows_accounts_by_every_key_and_does_nothing_where_one_is_missing() {
    let (_, restored, user) = restored(Strategy::Anonymize).await;
    let other = "another key of the tests: 32 bytes and more";
    let mut lifecycle = restored.lifecycle.clone();
    lifecycle.keys = keys(&[other]);
    assert_eq!(lifecycle.replay_erasures(Concessions::default()).await.unwrap(), Replay::KeyMissing(1));
    assert!(is_there(&restored, &user).await);
    lifecycle.keys = keys(&[other, KEY]);
    assert_eq!(
        lifecycle.replay_erasures(Concessions::default()).await.unwrap(),
        Replay::Done(Replayed { entries: 1, erased: 1, passed_over: 0 })
    );
    assert!(!is_there(&restored, &user).await);
}

/// An operator put an old copy of the ledger back, and the next erasure was written into it.
#[tokio::test]
async fn a_replay_does_not_pass_over_entries_that_are_missing_unless_it_is_told_to() {
    let (app, restored, _) = restored(Strategy::Anonymize).await;
    let bob = app.user(BOB).await;
    execute(&app, &bob).await;
    run_on_ledger(&app, "DELETE FROM signet_erasures WHERE number = 1").await;
    let missing = restored.changes_nothing(Box::pin(restored.lifecycle.replay_erasures(Concessions::default())));
    assert_eq!(missing.await.unwrap(), Replay::EntriesMissing(1));
    assert!(is_there(&restored, &bob).await);
    let concessions = Concessions { incomplete: true, adopt: false };
    let replayed = restored.lifecycle.replay_erasures(concessions).await.unwrap();
    assert_eq!(replayed, Replay::Done(Replayed { entries: 1, erased: 1, passed_over: 1 }));
    assert!(!is_there(&restored, &bob).await);
    assert_eq!(restored.lifecycle.join_ledger().await.unwrap(), LedgerStatus::Current);
}

/// A backup from when the account was closed; its owner came back afterwards.
#[tokio::test]
async fn postponed_deletions_wait_and_are_reminded_of_anew() {
    let app = TestApp::new().await;
    app.closed(ADA).await;
    app.settle().await;
    let user = app.user(ADA).await;
    app.pass(GRACE);
    assert_eq!(app.lifecycle.count_what_is_due(app.now()).await.unwrap().deletions, 1);
    assert_eq!(app.lifecycle.postpone_deletions(GRACE, app.now()).await.unwrap(), 1);
    assert_eq!(app.lifecycle.postpone_deletions(Span::days(13), app.now()).await.unwrap(), 0, "it comes no nearer");
    let due = app.now().plus(GRACE).0;
    assert_eq!(app.count(&format!("signet_users WHERE delete_at = {due}")).await, 1);
    let reminders: Vec<i64> = [3, 1].map(|days| due - days * 86_400).into();
    for at in &reminders {
        assert_eq!(app.count(&format!("signet_letters WHERE kind = 'deletion_reminder' AND due_at = {at}")).await, 1);
    }
    assert_eq!(app.count("signet_letters WHERE kind = 'deletion_reminder'").await, 2, "not the old ones");
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::NotDue);
    app.pass(Span::seconds(GRACE.as_seconds() - 1));
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::NotDue);
    app.pass(Span::seconds(1));
    execute(&app, &user).await;
    invariants::hold(&app.db, app.now()).await;
}
