//! The operator's commands on the command line.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use signet::server::store::Db;
use sqlx::{AssertSqlSafe, SqlitePool};
use tempfile::TempDir;

use crate::settings::signet;

/// How long a server may take to end: a little longer than an open request may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A folder in which the program has been started once; its database has no accounts.
fn once_started() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut child = signet(&folder, &[], &[]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("Signet is ready"), "{line}");
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(child.wait().unwrap().success());
    folder
}

/// A command's output, whether it succeeded, and its error line.
fn command(folder: &TempDir, arguments: &[&str]) -> (String, bool, String) {
    let output = signet(folder, &[], arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let complaint = text(output.stderr).lines().filter(|line| line.starts_with("signet: ")).collect();
    (text(output.stdout), output.status.success(), complaint)
}

async fn open(folder: &TempDir, file: &str) -> SqlitePool {
    let url = format!("sqlite://{}", folder.path().join("data").join(file).display());
    let Db::Sqlite(pool, ..) = Db::connect(&url).await.unwrap() else { unreachable!("opened as SQLite") };
    pool
}

async fn run_on(folder: &TempDir, file: &str, sql: &str) {
    let pool = open(folder, file).await;
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    pool.close().await;
}

#[test]
fn arguments_that_cannot_be_used_are_named_before_anything_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let output = signet(&folder, &[], &["--port", "1"]).output().unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(words.contains("'--port'") && words.contains("Usage: signet"), "{words}");
    assert!(!folder.path().join("data").exists());
    let (help, success, _) = command(&folder, &["--help"]);
    assert!(success && help.contains("replay-erasures"), "{help}");
    let version = format!("signet {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(command(&folder, &["--version"]), (version, true, String::new()));
}

/// A terminal that closes ends the server in the same orderly way as SIGTERM: nothing is left in SQLite's log.
#[test]
fn a_hang_up_ends_the_server_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = signet(&folder, &[], &[]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("Signet is ready"), "{line}");
    Command::new("kill").args(["-HUP", &child.id().to_string()]).status().unwrap();
    let begun = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break Some(status),
            None if begun.elapsed() > PATIENCE => break None,
            None => thread::sleep(Duration::from_millis(20)),
        }
    };
    // Where the test itself ignores the signal, a program that does not listen for it goes on.
    let _ = child.kill();
    assert!(status.is_some_and(|status| status.success()), "{status:?}");
    assert!(folder.path().join("data/signet.db").exists());
    assert!(!folder.path().join("data/signet.db-wal").exists());
}

/// The command would otherwise report that all is well, although the processes use another database.
#[test]
fn no_command_makes_a_database() {
    for arguments in
        [&["check"][..], &["clock", "confirm"], &["replay-erasures"], &["migrate"], &["user", "show", "a@example.com"]]
    {
        let folder = tempfile::tempdir().unwrap();
        let (words, success, complaint) = command(&folder, arguments);
        assert!(words.is_empty() && !success, "{arguments:?}: {words}");
        let missing = "signet: server.data_dir: \"data\": the database data/signet.db is not available: No such file";
        assert!(complaint.starts_with(missing) && complaint.contains("database.url"), "{complaint}");
        assert!(!folder.path().join("data/signet.db").exists(), "{arguments:?}");
    }
}

#[tokio::test]
async fn the_clock_is_confirmed() {
    let folder = once_started();
    let (words, success, complaint) = command(&folder, &["clock", "confirm"]);
    assert!(success, "{complaint}");
    assert!(words.starts_with("Confirmed that it is ") && words.contains(" UTC. "), "{words}");
    assert_eq!(words.lines().count(), 1, "{words}");
    let pool = open(&folder, "signet.db").await;
    let noted: Vec<i64> = sqlx::query_scalar("SELECT confirmed_at FROM signet_clock").fetch_all(&pool).await.unwrap();
    assert!(matches!(noted[..], [at] if at > 1_700_000_000), "{noted:?}");
}

#[tokio::test]
async fn the_database_is_checked() {
    let folder = once_started();
    assert_eq!(command(&folder, &["check"]), ("Everything holds.\n".to_owned(), true, String::new()));
    let letter = "INSERT INTO signet_letters (id, kind, recipient, created_at, due_at, failed_at) \
         VALUES ('l1', 'password_changed', 'ada@example.com', 1, 1, 1)";
    run_on(&folder, "signet.db", letter).await;
    let (words, success, complaint) = command(&folder, &["check"]);
    assert_eq!(words, "a letter of nobody's that is no goodbye: l1\n");
    let found = "signet: found in the database, and must not be: 1 (of each kind 20 are named at most)";
    assert!(!success && complaint == found, "{complaint}");
    run_on(&folder, "signet.db", "DELETE FROM signet_migrations WHERE version = 2").await;
    let (_, success, complaint) = command(&folder, &["check"]);
    let older = "signet: server.data_dir: \"data\": not a database of this version of Signet";
    assert!(!success && complaint.starts_with(older), "{complaint}");
}

/// A live account, and a ledger entry that the database has not executed.
const ACCOUNT: &str = "INSERT INTO signet_users (id, email, email_key, created_at) VALUES ('u', 'a@example.com', 'a@example.com', 1); \
     INSERT INTO signet_events (at, user_id, actor, event) VALUES (1, 'u', 'person', 'account.sign_up')";
const ENTRY: &str = "INSERT INTO signet_erasures (number, subject, key_mark, strategy, erased_at, is_certain) \
     VALUES (1, zeroblob(32), zeroblob(8), 'anonymize', 1, 1)";

#[tokio::test]
async fn a_database_older_than_its_ledger_is_not_served_until_the_ledger_is_replayed() {
    let folder = once_started();
    let (words, success, _) = command(&folder, &["replay-erasures"]);
    assert!(success && words.starts_with("Nothing to do"), "{words}");
    run_on(&folder, "signet.db", ACCOUNT).await;
    run_on(&folder, "erasures.db", ENTRY).await;
    let (words, success, complaint) = command(&folder, &[]);
    let refused = "signet: the database is older than its ledger of erasures (it carried out 0 of 1 entries): \
         people who were erased may be in it; run `signet replay-erasures` first";
    assert_eq!((words.as_str(), success, complaint.as_str()), ("", false, refused));
    let (words, success, complaint) = command(&folder, &["check"]);
    assert!(!success && complaint == refused, "{words}{complaint}");

    let (_, success, complaint) = command(&folder, &["replay-erasures"]);
    assert!(!success && complaint.starts_with("signet: SIGNET_SECRET_KEY: 1 entries"), "{complaint}");
    let (words, success, complaint) = command(&folder, &["replay-erasures", "--incomplete"]);
    assert!(success && words.contains("Read 1 entries") && words.contains("Passed over 1"), "{words}{complaint}");
    assert_eq!(command(&folder, &["check"]), ("Everything holds.\n".to_owned(), true, String::new()));
}

#[tokio::test]
async fn another_ledger_than_the_databases_own_has_to_be_adopted() {
    let folder = once_started();
    run_on(&folder, "signet.db", ACCOUNT).await;
    run_on(&folder, "signet.db", "UPDATE signet_erasure_ledgers SET entries = 3").await;
    fs::remove_file(folder.path().join("data/erasures.db")).unwrap();
    for arguments in [&[][..], &["check"], &["replay-erasures"]] {
        let (words, success, complaint) = command(&folder, arguments);
        assert!(words.is_empty() && !success, "{arguments:?}: {words}");
        assert!(complaint.starts_with("signet: deletion.ledger: the database has carried out"), "{complaint}");
    }
    let (words, success, complaint) = command(&folder, &["replay-erasures", "--adopt"]);
    assert!(success, "{words}{complaint}");
    assert_eq!(command(&folder, &["check"]), ("Everything holds.\n".to_owned(), true, String::new()));
}

#[tokio::test]
async fn a_ledger_that_cannot_be_opened_is_named_by_its_folder_and_its_key() {
    let folder = once_started();
    for file in ["erasures.db", "erasures.db-wal", "erasures.db-shm"] {
        let _ = fs::remove_file(folder.path().join("data").join(file));
    }
    fs::create_dir(folder.path().join("data/erasures.db")).unwrap();
    let (words, success, complaint) = command(&folder, &[]);
    assert!(words.is_empty() && !success, "{words}");
    let shut =
        "signet: server.data_dir: \"data\": the ledger of erasures: the database data/erasures.db is not available";
    assert!(complaint.starts_with(shut) && complaint.ends_with("deletion.ledger"), "{complaint}");
}

#[tokio::test]
async fn deletions_are_postponed_after_a_restore_and_told_of_when_they_are_not() {
    let folder = once_started();
    let closed = format!("{ACCOUNT}; UPDATE signet_users SET deletion_scheduled_at = 1, delete_at = 2");
    run_on(&folder, "signet.db", &closed).await;
    let (words, success, _) = command(&folder, &["replay-erasures"]);
    assert!(success && words.contains("1 closed accounts are due"), "{words}");
    // Postponing is irreversible, so a clock that may be wrong must not decide it.
    run_on(&folder, "signet.db", "INSERT INTO signet_clock (id, doubted_at, ahead) VALUES (1, 1, 7200)").await;
    let (words, success, complaint) = command(&folder, &["replay-erasures", "--postpone", "14d"]);
    assert!(words.is_empty() && !success, "{words}");
    assert!(complaint.starts_with("signet: --postpone: this machine's clock was found ahead"), "{complaint}");
    command(&folder, &["clock", "confirm"]);
    let (words, success, complaint) = command(&folder, &["replay-erasures", "--postpone", "14d"]);
    assert!(success && words.contains("Moved 1 deletions: no closed account is erased before "), "{words}{complaint}");
    let pool = open(&folder, "signet.db").await;
    let at: i64 = sqlx::query_scalar("SELECT delete_at FROM signet_users").fetch_one(&pool).await.unwrap();
    assert!(at > 1_700_000_000, "{at}");
    let (words, success, _) = command(&folder, &["replay-erasures"]);
    assert!(success && !words.contains("are due"), "{words}");
}
