//! The ledger of erasures: its entries, and how it corrects a database that was restored from a backup.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use secrecy::SecretString;
use signet::{
    domain::{
        deletion::{Strategy, erasure::ledger::LedgerStatus},
        id::UserId,
        time::{Span, Timestamp},
    },
    server::{
        config::Settings,
        lifecycle::{
            deletion::{Concessions, Execution, Replay, Replayed},
            outbox::SendOutcome,
        },
        store::Db,
    },
    testing::{PASSWORD, START, TestApp, TestDb, invariants},
};
use sqlx::AssertSqlSafe;

pub const ADA: &str = "ada@example.com";
pub const BOB: &str = "bob@example.com";
const EVE: &str = "eve@example.com";
pub const GRACE: Span = Span::days(14);

/// The entries in an application's ledger, one line each.
pub async fn entries(app: &TestApp) -> Vec<String> {
    let url = format!("sqlite://{}", ledger_file(app).display());
    let Db::Sqlite(pool, ..) = Db::connect(&url).await.unwrap() else { unreachable!("opened as SQLite") };
    let sql = "SELECT number || '|' || strategy || '|' || erased_at || '|' || is_certain FROM signet_erasures ORDER BY number";
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&pool).await.unwrap()
}

pub fn ledger_file(app: &TestApp) -> PathBuf {
    app.exports_folder().parent().unwrap().join("erasures.db")
}

pub async fn execute(app: &TestApp, user: &UserId) {
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Executed);
    assert_eq!(app.count(&format!("signet_users WHERE id = '{user}' AND deleted_at IS NULL")).await, 0);
}

/// Two closed accounts that are due and one that stays; a backup from that time; the first account erased since.
pub async fn restored(strategy: Strategy) -> (TestApp, TestApp, UserId) {
    let app = TestApp::with(|settings| settings.deletion.strategy = strategy).await;
    app.lifecycle.join_ledger().await.unwrap();
    app.scheduled_browser(ADA).await;
    app.scheduled_browser(BOB).await;
    app.authenticated_browser(EVE).await;
    app.settle().await;
    let user = app.user(ADA).await;
    app.advance_clock(GRACE);
    let backup = app.db.backup().await;
    execute(&app, &user).await;
    let restored = app.restored(backup, |settings| settings.deletion.strategy = Strategy::SoftDelete);
    (app, restored, user)
}

pub async fn is_there(app: &TestApp, user: &UserId) -> bool {
    app.count(&format!("signet_users WHERE id = '{user}' AND deleted_at IS NULL")).await == 1
}

#[tokio::test]
async fn an_erasure_is_written_down_without_naming_anybody() {
    for strategy in Strategy::ALL.iter().copied() {
        let app = TestApp::with(|settings| settings.deletion.strategy = strategy).await;
        app.scheduled_browser(ADA).await;
        let user = app.user(ADA).await;
        app.advance_clock(GRACE);
        execute(&app, &user).await;
        assert_eq!(entries(&app).await, [format!("1|{}|{}|1", strategy.word(), app.now().0)]);
        // The ledger's own name is random, and may contain three letters by chance.
        let name = app.lifecycle.ledger.id().await.unwrap();
        let file = std::fs::read(ledger_file(&app)).unwrap();
        let wal = std::fs::read(format!("{}-wal", ledger_file(&app).display())).unwrap_or_default();
        for bytes in [file, wal] {
            let text = String::from_utf8_lossy(&bytes).replace(name.as_str(), "");
            for word in [user.as_str(), ADA, "ada"] {
                assert!(!text.contains(word), "{word}");
            }
        }
    }
}

#[tokio::test]
async fn what_was_not_executed_is_not_written_down() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    app.lifecycle.join_ledger().await.unwrap();
    app.advance_clock(Span::seconds(GRACE.as_seconds() - 1));
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::NotDue);
    assert_eq!(entries(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_process_whose_database_was_restored_under_it_erases_nobody_by_it() {
    let (_, restored, _) = restored(Strategy::Anonymize).await;
    let bob = restored.user(BOB).await;
    // The number of the erasure that this database does not know is not reused.
    let refused = restored.lifecycle.execute_deletion().await.unwrap_err().to_string();
    assert!(refused.contains("older than its ledger of erasures"), "{refused}");
    assert!(is_there(&restored, &bob).await);
    assert!(restored.lifecycle.sweep().await.unwrap().is_behind_ledger);
    // The process has noticed by now: it also sends none of the letters that waited in the backup.
    assert_eq!(restored.lifecycle.execute_deletion().await.unwrap(), Execution::Paused);
    let due = format!("signet_letters WHERE failed_at IS NULL AND due_at <= {}", restored.now().0);
    assert_eq!(restored.count(&due).await, 4, "the reminders of two accounts");
    assert_eq!(restored.lifecycle.send_letter(&restored.transport).await.unwrap(), SendOutcome::Nothing);
    assert_eq!(restored.count("signet_letters WHERE attempts = 0").await, 4);
    assert!(restored.kept_letters().is_empty());
}

#[tokio::test]
async fn a_process_that_runs_notices_a_restore_and_that_the_ledger_was_replayed() {
    let (_, restored, _) = restored(Strategy::Anonymize).await;
    let watch = tokio::spawn(restored.lifecycle.clone().watch_ledger(Duration::from_millis(5)));
    until_doubtful(&restored, true).await;
    restored.lifecycle.replay_erasures(Concessions::default()).await.unwrap();
    until_doubtful(&restored, false).await;
    watch.abort();
}

async fn until_doubtful(app: &TestApp, expected: bool) {
    for _ in 0..1_000 {
        if app.lifecycle.ledger.is_doubtful() == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("nobody has looked");
}

#[tokio::test]
async fn an_erasure_waits_for_a_ledger_that_cannot_be_written() {
    let app = TestApp::with(|settings| {
        // A folder: no database can be opened there.
        settings.deletion.ledger = Some(format!("sqlite://{}", settings.server.data_dir.display()).into());
    })
    .await;
    app.scheduled_browser(ADA).await;
    app.settle().await;
    let user = app.user(ADA).await;
    app.advance_clock(GRACE);
    let refused = app.lifecycle.execute_deletion().await.unwrap_err().to_string();
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
    app.scheduled_browser(ADA).await;
    let eve = app.authenticated_browser(EVE).await;
    app.settle().await;
    let user = app.user(ADA).await;
    app.lifecycle.join_ledger().await.unwrap();
    app.advance_clock(GRACE);

    let url = format!("sqlite://{}", ledger_file(&app).display());
    let Db::Sqlite(pool, ..) = Db::connect(&url).await.unwrap() else { unreachable!("opened as SQLite") };
    let held = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let execution = async { app.lifecycle.execute_deletion().await.unwrap_err().to_string() };
    let (refused, ()) = tokio::join!(execution, eve.sign_in(EVE, PASSWORD));
    assert!(refused.contains("the ledger of erasures"), "{refused}");
    assert!(is_there(&app, &user).await);
    held.rollback().await.unwrap();

    assert_eq!(entries(&app).await, Vec::<String>::new());
    execute(&app, &user).await;
    assert_eq!(entries(&app).await.len(), 1);
    invariants::hold(&app.db, app.now()).await;
}

/// The process died after it wrote the entry, and before it committed.
#[tokio::test]
async fn an_entry_in_doubt_erases_nobody_and_its_number_is_given_again() {
    let (app, user) = {
        let app = TestApp::new().await;
        app.scheduled_browser(ADA).await;
        app.settle().await;
        let user = app.user(ADA).await;
        app.advance_clock(GRACE);
        (app, user)
    };
    app.lifecycle.join_ledger().await.unwrap();
    let backup = app.db.backup().await;
    execute(&app, &user).await;
    run_on_ledger(&app, "UPDATE signet_erasures SET is_certain = 0").await;
    let died = app.restored(backup, |_| {});
    assert_eq!(died.lifecycle.join_ledger().await.unwrap(), LedgerStatus::Current);
    let nothing = died.lifecycle.replay_erasures(Concessions::default()).await.unwrap();
    assert_eq!(nothing, Replay::Done(Replayed { entries: 0, erased: 0, passed_over: 0 }));
    assert!(is_there(&died, &user).await);
    died.advance_clock(Span::seconds(1));
    execute(&died, &user).await;
    assert_eq!(entries(&died).await, [format!("1|anonymize|{}|1", died.now().0)]);
}

/// The process died after it committed, and before it marked the entry as certain.
#[tokio::test]
async fn an_entry_that_was_committed_becomes_certain_with_the_next_start_or_sweep() {
    let (app, _, _) = restored(Strategy::Anonymize).await;
    let certain = |at: Timestamp| vec![format!("1|anonymize|{}|1", at.0)];
    let erased_at = START.plus(GRACE);
    for by_sweep in [false, true] {
        run_on_ledger(&app, "UPDATE signet_erasures SET is_certain = 0").await;
        if by_sweep {
            app.lifecycle.sweep().await.unwrap();
        } else {
            app.lifecycle.join_ledger().await.unwrap();
        }
        assert_eq!(entries(&app).await, certain(erased_at), "by sweep: {by_sweep}");
    }
}

#[tokio::test]
async fn an_empty_database_has_the_ledger_replayed_too_since_a_backup_may_come_into_it() {
    let (app, _, _) = restored(Strategy::Anonymize).await;
    let empty = if app.db.is_postgres() { TestDb::postgres().await.unwrap() } else { TestDb::sqlite().await };
    let new = app.restored(empty, |_| {});
    for _ in 0..2 {
        let behind = LedgerStatus::Behind { carried_out: 0, held: 1 };
        assert_eq!(new.lifecycle.join_ledger().await.unwrap(), behind, "asking changes nothing");
    }
    let replayed = new.lifecycle.replay_erasures(Concessions::default()).await.unwrap();
    assert_eq!(replayed, Replay::Done(Replayed { entries: 1, erased: 0, passed_over: 0 }));
    assert_eq!(new.lifecycle.join_ledger().await.unwrap(), LedgerStatus::Current);
    new.scheduled_browser(ADA).await;
    let user = new.user(ADA).await;
    new.advance_clock(GRACE);
    execute(&new, &user).await;
    assert_eq!(entries(&new).await.len(), 2);
}

#[tokio::test]
async fn another_ledger_is_a_stranger_until_it_is_adopted() {
    let (app, restored, _) = restored(Strategy::Anonymize).await;
    let erased = app.again(|settings| settings.deletion.ledger = Some(another_ledger(settings)));
    for _ in 0..2 {
        assert_eq!(erased.lifecycle.join_ledger().await.unwrap(), LedgerStatus::Stranger, "asking changes nothing");
    }
    let (refused, adopt) = (Concessions::default(), Concessions { adopt: true, incomplete: false });
    assert_eq!(erased.lifecycle.replay_erasures(refused).await.unwrap(), Replay::AnotherLedger);
    assert!(erased.lifecycle.sweep().await.unwrap().is_behind_ledger);
    let nothing = Replay::Done(Replayed { entries: 0, erased: 0, passed_over: 0 });
    assert_eq!(erased.lifecycle.replay_erasures(adopt).await.unwrap(), nothing);
    assert_eq!(erased.lifecycle.join_ledger().await.unwrap(), LedgerStatus::Current);
    assert_eq!(app.lifecycle.join_ledger().await.unwrap(), LedgerStatus::Current, "its own still is");

    // The backup is from before the first erasure: it has executed no entry of any ledger.
    let elsewhere = restored.again(|settings| settings.deletion.ledger = Some(another_ledger(settings)));
    assert_eq!(elsewhere.lifecycle.join_ledger().await.unwrap(), LedgerStatus::Current, "its own ledger is empty");
    assert!(matches!(restored.lifecycle.join_ledger().await.unwrap(), LedgerStatus::Behind { .. }));
    assert_eq!(app.count("signet_erasure_ledgers").await, 2);
    assert_eq!(restored.count("signet_erasure_ledgers").await, 2);
}

fn another_ledger(settings: &Settings) -> SecretString {
    let file = Path::new(&settings.server.data_dir).join("another.db");
    format!("sqlite://{}", file.display()).into()
}

pub async fn run_on_ledger(app: &TestApp, sql: &str) {
    let url = format!("sqlite://{}", ledger_file(app).display());
    let Db::Sqlite(pool, ..) = Db::connect(&url).await.unwrap() else { unreachable!("opened as SQLite") };
    assert_eq!(sqlx::query(AssertSqlSafe(sql)).execute(&pool).await.unwrap().rows_affected(), 1);
}
