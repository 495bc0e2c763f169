//! The ledger of erasures: what is written down, and what a database that was restored from a
//! backup comes to by it.

use std::path::{Path, PathBuf};

use signet::{
    domain::{
        deletion::Strategy,
        erasure::ledger::Standing,
        id::UserId,
        time::{Span, Timestamp},
    },
    server::{
        lifecycle::{Execution, Replay, Replayed},
        store::Db,
    },
};
use sqlx::AssertSqlSafe;

use crate::{
    app::{KEY, PASSWORD, START, TestApp, keys},
    db::TestDb,
    invariants,
};

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";
const EVE: &str = "eve@example.com";
const GRACE: Span = Span::days(14);

/// What the ledger of an application holds, a line an entry.
async fn entries(app: &TestApp) -> Vec<String> {
    let url = format!("sqlite://{}", ledger_file(app).display());
    let Db::Sqlite(pool, _) = Db::connect(&url).await.unwrap() else { unreachable!("opened as SQLite") };
    let sql = "SELECT number || '|' || strategy || '|' || erased_at || '|' || is_certain FROM erasures ORDER BY number";
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&pool).await.unwrap()
}

fn ledger_file(app: &TestApp) -> PathBuf {
    app.exports_folder().parent().unwrap().join("erasures.db")
}

async fn execute(app: &TestApp, user: &UserId) {
    assert_eq!(app.lifecycle.execute_deletion(user).await.unwrap(), Execution::Executed);
}

/// Two closed accounts that are due and one that stays, a backup from then, and the first erased since.
async fn restored(strategy: Strategy) -> (TestApp, TestApp, UserId) {
    let app = TestApp::with(|settings| settings.deletion.strategy = strategy).await;
    app.lifecycle.join_ledger().await.unwrap();
    app.closed(ADA).await;
    app.closed(BOB).await;
    app.verified(EVE).await;
    app.settle().await;
    let user = app.user(ADA).await;
    app.pass(GRACE);
    let backup = app.db.backup().await;
    execute(&app, &user).await;
    let restored = app.restored(backup, |settings| settings.deletion.strategy = Strategy::SoftDelete);
    (app, restored, user)
}

async fn is_there(app: &TestApp, user: &UserId) -> bool {
    app.count(&format!("users WHERE id = '{user}' AND deleted_at IS NULL")).await == 1
}

#[tokio::test]
async fn an_erasure_is_written_down_without_naming_anybody() {
    for strategy in Strategy::ALL {
        let app = TestApp::with(|settings| settings.deletion.strategy = strategy).await;
        app.closed(ADA).await;
        let user = app.user(ADA).await;
        app.pass(GRACE);
        execute(&app, &user).await;
        assert_eq!(entries(&app).await, [format!("1|{}|{}|1", strategy.word(), app.now().0)]);
        let bytes = std::fs::read(ledger_file(&app)).unwrap();
        let wal = std::fs::read(format!("{}-wal", ledger_file(&app).display())).unwrap_or_default();
        for word in [user.as_str(), ADA, "ada"] {
            let holds = |bytes: &[u8]| bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!holds(&bytes) && !holds(&wal), "{word}");
        }
    }
}

#[tokio::test]
async fn what_was_not_executed_is_not_written_down() {
    let app = TestApp::new().await;
    app.closed(ADA).await;
    let user = app.user(ADA).await;
    app.lifecycle.join_ledger().await.unwrap();
    app.pass(Span::seconds(GRACE.as_seconds() - 1));
    assert_eq!(app.lifecycle.execute_deletion(&user).await.unwrap(), Execution::NotDue);
    assert_eq!(entries(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_database_from_before_an_erasure_is_told_and_replayed_by_each_strategy() {
    for strategy in Strategy::ALL {
        let (app, restored, user) = restored(strategy).await;
        assert_eq!(app.lifecycle.ledger_standing().await.unwrap(), Standing::Current);
        let behind = Standing::Behind { carried_out: 0, held: 1 };
        assert_eq!(restored.lifecycle.join_ledger().await.unwrap(), behind, "{strategy:?}");
        assert!(is_there(&restored, &user).await, "the backup brought the account back");

        let replayed = restored.lifecycle.replay_erasures().await.unwrap();
        assert_eq!(replayed, Replay::Done(Replayed { entries: 1, erased: 1 }), "{strategy:?}");
        assert_eq!(restored.lifecycle.join_ledger().await.unwrap(), Standing::Current);
        assert!(!is_there(&restored, &user).await, "{strategy:?}");
        let kept = i64::from(strategy != Strategy::HardDelete);
        assert_eq!(restored.count(&format!("users WHERE id = '{user}'")).await, kept, "{strategy:?}");
        let named = i64::from(strategy == Strategy::SoftDelete);
        assert_eq!(restored.count(&format!("users WHERE email = '{ADA}'")).await, named, "{strategy:?}");
        assert_eq!(restored.count("users WHERE deleted_at IS NULL").await, 2, "the other accounts stay");
        assert_eq!(restored.count("events WHERE event = 'account.deletion_executed'").await, 1);
        let letters = restored.deliver_what_is_left().await.words();
        assert!(!letters.iter().any(|letter| letter.contains(ADA)), "the goodbye was said long ago: {letters:?}");
        assert_eq!(restored.lifecycle.sweep().await.unwrap().deletions, 0);
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
    assert!(matches!(restored.lifecycle.join_ledger().await.unwrap(), Standing::Behind { .. }));
    restored.lifecycle.replay_erasures().await.unwrap();
    assert_eq!(restored.count("users WHERE email IS NOT NULL OR anonymized_at IS NULL").await, 0);
    for table in ["sessions", "event_context WHERE ip IS NOT NULL", "known_devices"] {
        assert_eq!(restored.count(table).await, 0, "{table}");
    }
    invariants::hold(&restored.db, restored.now()).await;
}

#[tokio::test]
async fn a_replay_done_twice_or_after_it_broke_off_comes_to_the_same() {
    let (app, restored, _) = restored(Strategy::Anonymize).await;
    let bob = app.user(BOB).await;
    execute(&app, &bob).await;
    restored.lifecycle.replay_erasures().await.unwrap();
    // As if it had died before it noted how far it came.
    restored.db.run("UPDATE erasure_ledgers SET entries = 1").await.unwrap();
    let again = restored.lifecycle.replay_erasures().await.unwrap();
    assert_eq!(again, Replay::Done(Replayed { entries: 1, erased: 0 }));
    let nothing = restored.changes_nothing(Box::pin(restored.lifecycle.replay_erasures())).await.unwrap();
    assert_eq!(nothing, Replay::Done(Replayed { entries: 0, erased: 0 }));
}

#[tokio::test]
async fn a_replay_knows_accounts_by_every_key_and_does_nothing_where_one_is_missing() {
    let (_, restored, user) = restored(Strategy::Anonymize).await;
    let other = "another key of the tests: 32 bytes and more";
    let mut lifecycle = restored.lifecycle.clone();
    lifecycle.keys = keys(&[other]);
    assert_eq!(lifecycle.replay_erasures().await.unwrap(), Replay::KeyMissing(1));
    assert!(is_there(&restored, &user).await);
    lifecycle.keys = keys(&[other, KEY]);
    assert_eq!(lifecycle.replay_erasures().await.unwrap(), Replay::Done(Replayed { entries: 1, erased: 1 }));
    assert!(!is_there(&restored, &user).await);
}

#[tokio::test]
async fn a_process_whose_database_was_restored_under_it_erases_nobody_by_it() {
    let (_, restored, _) = restored(Strategy::Anonymize).await;
    let bob = restored.user(BOB).await;
    // The number of the erasure that this database does not know of is not given again.
    let refused = restored.lifecycle.execute_deletion(&bob).await.unwrap_err().to_string();
    assert!(refused.contains("older than its ledger of erasures"), "{refused}");
    assert!(is_there(&restored, &bob).await);
    assert!(restored.lifecycle.sweep().await.unwrap().is_behind_ledger);
}

#[tokio::test]
async fn an_erasure_waits_for_a_ledger_that_cannot_be_written() {
    let app = TestApp::with(|settings| {
        // A folder: no database can be opened there.
        settings.deletion.ledger = Some(format!("sqlite://{}", settings.server.data_dir.display()).into());
    })
    .await;
    app.closed(ADA).await;
    app.settle().await;
    let user = app.user(ADA).await;
    app.pass(GRACE);
    let refused = app.lifecycle.execute_deletion(&user).await.unwrap_err().to_string();
    assert!(refused.contains("the ledger of erasures"), "{refused}");
    assert!(is_there(&app, &user).await);
    let swept = app.lifecycle.sweep().await.unwrap();
    assert!(!swept.is_behind_ledger, "the rest is swept all the same");
    let mended = app.again(|_| {});
    execute(&mended, &user).await;
    assert_eq!(entries(&mended).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_gives_way_to_others_when_the_ledger_hangs_and_is_done_later() {
    let app = TestApp::new().await;
    app.closed(ADA).await;
    let eve = app.verified(EVE).await;
    app.settle().await;
    let user = app.user(ADA).await;
    app.lifecycle.join_ledger().await.unwrap();
    app.pass(GRACE);

    let url = format!("sqlite://{}", ledger_file(&app).display());
    let Db::Sqlite(pool, _) = Db::connect(&url).await.unwrap() else { unreachable!("opened as SQLite") };
    let held = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let execution = async { app.lifecycle.execute_deletion(&user).await.unwrap_err().to_string() };
    let (refused, ()) = tokio::join!(execution, eve.sign_in(EVE, PASSWORD));
    assert!(refused.contains("the ledger of erasures"), "{refused}");
    assert!(is_there(&app, &user).await);
    held.rollback().await.unwrap();

    assert_eq!(entries(&app).await, Vec::<String>::new());
    execute(&app, &user).await;
    assert_eq!(entries(&app).await.len(), 1);
    invariants::hold(&app.db, app.now()).await;
}

/// The process died after it wrote the entry down, and before it committed.
#[tokio::test]
async fn an_entry_in_doubt_erases_nobody_and_its_number_is_given_again() {
    let (app, user) = {
        let app = TestApp::new().await;
        app.closed(ADA).await;
        app.settle().await;
        let user = app.user(ADA).await;
        app.pass(GRACE);
        (app, user)
    };
    app.lifecycle.join_ledger().await.unwrap();
    let backup = app.db.backup().await;
    execute(&app, &user).await;
    run_on_ledger(&app, "UPDATE erasures SET is_certain = 0").await;
    let died = app.restored(backup, |_| {});
    assert_eq!(died.lifecycle.join_ledger().await.unwrap(), Standing::Current);
    let nothing = died.lifecycle.replay_erasures().await.unwrap();
    assert_eq!(nothing, Replay::Done(Replayed { entries: 0, erased: 0 }));
    assert!(is_there(&died, &user).await);
    died.pass(Span::seconds(1));
    execute(&died, &user).await;
    assert_eq!(entries(&died).await, [format!("1|anonymize|{}|1", died.now().0)]);
}

/// The process died after it committed, and before it noted so.
#[tokio::test]
async fn an_entry_that_was_committed_becomes_certain_with_the_next_start_or_sweep() {
    let (app, _, _) = restored(Strategy::Anonymize).await;
    let certain = |at: Timestamp| vec![format!("1|anonymize|{}|1", at.0)];
    let erased_at = START.plus(GRACE);
    for by_sweep in [false, true] {
        run_on_ledger(&app, "UPDATE erasures SET is_certain = 0").await;
        if by_sweep {
            app.lifecycle.sweep().await.unwrap();
        } else {
            app.lifecycle.join_ledger().await.unwrap();
        }
        assert_eq!(entries(&app).await, certain(erased_at), "by sweep: {by_sweep}");
    }
}

#[tokio::test]
async fn a_new_database_begins_at_the_end_of_an_old_ledger() {
    let (app, _, _) = restored(Strategy::Anonymize).await;
    let empty = if app.db.is_postgres() { TestDb::postgres().await.unwrap() } else { TestDb::sqlite().await };
    let new = app.restored(empty, |_| {});
    assert_eq!(new.lifecycle.join_ledger().await.unwrap(), Standing::Current);
    new.closed(ADA).await;
    let user = new.user(ADA).await;
    new.pass(GRACE);
    execute(&new, &user).await;
    assert_eq!(entries(&new).await.len(), 2);
}

#[tokio::test]
async fn two_databases_are_told_apart_by_the_names_of_their_ledgers() {
    let (app, restored, _) = restored(Strategy::Anonymize).await;
    let elsewhere = restored.again(|settings| {
        let file = Path::new(&settings.server.data_dir).join("another.db");
        settings.deletion.ledger = Some(format!("sqlite://{}", file.display()).into());
    });
    assert_eq!(elsewhere.lifecycle.join_ledger().await.unwrap(), Standing::Current, "its own ledger is empty");
    assert!(matches!(restored.lifecycle.join_ledger().await.unwrap(), Standing::Behind { .. }));
    assert_eq!(app.count("erasure_ledgers").await, 1);
    assert_eq!(restored.count("erasure_ledgers").await, 2);
}

async fn run_on_ledger(app: &TestApp, sql: &str) {
    let url = format!("sqlite://{}", ledger_file(app).display());
    let Db::Sqlite(pool, _) = Db::connect(&url).await.unwrap() else { unreachable!("opened as SQLite") };
    assert_eq!(sqlx::query(AssertSqlSafe(sql)).execute(&pool).await.unwrap().rows_affected(), 1);
}
