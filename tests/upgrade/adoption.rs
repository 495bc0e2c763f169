//! A start that dies or fails while it takes a database over: all is as it was, or all is taken over, and the next
//! start ends it.

use std::{
    any::Any,
    os::unix::process::ExitStatusExt,
    process::Stdio,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use rustix::process::{Signal, getpid, kill_process};
use signet::{
    domain::id::LedgerId,
    server::store::{Db, Ledger, StoreError},
    testing::TestDb,
};
use tokio::{process::Command, time::sleep};

use crate::{
    schema::schema,
    site::{database, ledger},
};

/// How the other tests tell a process what to start on, and where to die.
const ORDERS: &str = "UPGRADE_ORDERS";

/// What is taken over.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Old {
    Accounts,
    Ledger,
}

impl Old {
    const ALL: [Self; 2] = [Self::Accounts, Self::Ledger];

    /// As the old program left it; `None` where there is no such database.
    async fn on(self, name: &str) -> Option<TestDb> {
        match self {
            Self::Accounts => database(name).await,
            Self::Ledger => ledger(name).await,
        }
    }

    /// Takes it over, as a start does.
    async fn start(self, url: &str) -> Result<(), StoreError> {
        match self {
            Self::Accounts => Db::open(url).await?.close().await,
            Self::Ledger => {
                let opened = Ledger::at(url.into(), LedgerId::from_random([7; 16]));
                opened.held().await?;
                opened.close().await;
            }
        }
        Ok(())
    }

    /// Has a process of its own start on it, which is killed when it reaches the fail point for the time of this number.
    /// Whether it came to that.
    async fn dies(self, url: &str, at: usize) -> bool {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "adoption::a_start", "--ignored", "--nocapture"]);
        command.env(ORDERS, format!("{self:?} {at} {url}")).stdin(Stdio::null()).kill_on_drop(true);
        let ended = command.output().await.unwrap();
        let is_killed = ended.status.signal() == Some(9);
        assert!(is_killed || ended.status.success(), "{ended:?}");
        is_killed
    }

    /// What the statements that take it over on this database say.
    fn statements(self, name: &str) -> &'static str {
        match (self, name) {
            (Self::Accounts, "sqlite") => include_str!("../../migrations/adopt/sqlite.sql"),
            (Self::Accounts, _) => include_str!("../../migrations/adopt/postgres.sql"),
            (Self::Ledger, "sqlite") => include_str!("../../migrations/adopt/ledger_sqlite.sql"),
            (Self::Ledger, _) => include_str!("../../migrations/adopt/ledger_postgres.sql"),
        }
    }
}

#[tokio::test]
#[ignore = "is run by another test, as a process of its own"]
async fn a_start() {
    let orders = orders();
    let [old, at, url] = orders.split(' ').collect::<Vec<_>>()[..] else { panic!("{orders}") };
    let old = Old::ALL.into_iter().find(|known| format!("{known:?}") == old).unwrap();
    let (at, reached) = (at.parse::<usize>().unwrap(), AtomicUsize::new(0));
    let reach = move || {
        if reached.fetch_add(1, Ordering::SeqCst) + 1 == at {
            die();
        }
    };
    fail::cfg_callback("adopting", reach).expect("the feature failpoints");
    old.start(url).await.unwrap();
}

#[expect(clippy::disallowed_methods, reason = "how the other tests speak to this process")]
fn orders() -> String {
    std::env::var(ORDERS).unwrap()
}

/// Dies as by the power: nothing of this process runs any more.
fn die() {
    kill_process(getpid(), Signal::KILL).unwrap();
    loop {
        thread::park();
    }
}

/// Schema and rows, without the times at which migrations ran.
async fn state(db: &TestDb) -> Vec<String> {
    let tables = if db.is_postgres() {
        "SELECT table_schema || '.' || table_name FROM information_schema.tables \
         WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE' ORDER BY 1"
    } else {
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1"
    };
    let mut lines: Vec<String> = schema(db).await.into_iter().collect();
    for table in db.rows(tables).await {
        let is_history = table.ends_with("_migrations");
        let columns = if is_history { "version, description, success, checksum" } else { "*" };
        let mut rows = db.rows(&format!("SELECT {columns} FROM {table}")).await;
        rows.sort();
        lines.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    lines
}

/// Panics with the lines that only one of two states has.
fn same(left: &[String], right: &[String], what: &str) {
    let only = |a: &[String], b: &[String]| a.iter().filter(|line| !b.contains(line)).cloned().collect::<Vec<_>>();
    assert!(left == right, "{what}: only here {:#?}, only there {:#?}", only(left, right), only(right, left));
}

/// The tables that still have a name without the prefix, but for the old program's history.
async fn old_tables(db: &TestDb) -> Vec<String> {
    let sql = if db.is_postgres() {
        "SELECT table_name FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
    } else {
        "SELECT name FROM sqlite_master WHERE type = 'table'"
    };
    let mut tables = db.rows(sql).await;
    tables
        .retain(|table| !table.starts_with("signet_") && !["_sqlx_migrations", "sqlite_sequence"].contains(&&**table));
    tables
}

/// As after a start that nothing disturbed.
async fn new(old: Old, name: &str) -> Option<Vec<String>> {
    let db = old.on(name).await?;
    old.start(db.url()).await.unwrap();
    assert_eq!(old_tables(&db).await, [""; 0]);
    Some(state(&db).await)
}

/// Kills starts at each place in turn; how many left all as it was, and how many left all taken over.
async fn killed_everywhere(old: Old, name: &str) -> Option<(usize, usize)> {
    let (new, mut db) = (new(old, name).await?, old.on(name).await?);
    let before = state(&db).await;
    let (mut as_it_was, mut taken_over) = (0, 0);
    for at in 1.. {
        if !old.dies(db.url(), at).await {
            break;
        }
        if !old_tables(&db).await.is_empty() {
            same(&state(&db).await, &before, &format!("{old:?} on {name}, killed at {at}"));
            as_it_was += 1;
            continue;
        }
        old.start(db.url()).await.unwrap();
        same(&state(&db).await, &new, &format!("{old:?} on {name}, killed at {at}, and again"));
        taken_over += 1;
        db = old.on(name).await?;
    }
    same(&state(&db).await, &new, &format!("{old:?} on {name}, after all these deaths"));
    Some((as_it_was, taken_over))
}

#[tokio::test]
async fn a_start_that_is_killed_leaves_all_as_it_was_or_all_taken_over() {
    // Before and behind the renaming, before each migration that is noted, and before the commit; and behind it.
    for (old, deaths) in [(Old::Accounts, (2 + 13 + 1, 1)), (Old::Ledger, (2 + 1 + 1, 1))] {
        for name in ["sqlite", "postgres"] {
            if let Some(died) = killed_everywhere(old, name).await {
                assert_eq!(died, deaths, "{old:?} on {name}");
            }
        }
    }
}

/// The names that tables, indexes and sequences are given.
fn given_names(statements: &'static str) -> Vec<&'static str> {
    let given = |line: &'static str| match line.trim_end_matches(';').split(' ').collect::<Vec<_>>()[..] {
        ["ALTER", "TABLE" | "INDEX" | "SEQUENCE", _, "RENAME", "TO", name]
        | ["CREATE", "INDEX", name, ..]
        | ["CREATE", "UNIQUE", "INDEX", name, ..] => Some(name),
        _ => None,
    };
    statements.lines().filter_map(given).collect()
}

/// What a host has in the way is not overwritten, and what was renamed before it gets its name back.
#[tokio::test]
async fn a_start_that_cannot_give_one_of_the_names_leaves_all_as_it_was() {
    for old in Old::ALL {
        for name in ["sqlite", "postgres"] {
            let (Some(new), Some(db)) = (new(old, name).await, old.on(name).await) else { continue };
            let names = given_names(old.statements(name));
            assert!(names.len() > if old == Old::Accounts { 36 } else { 2 }, "{names:?}");
            for taken in names {
                db.run(&format!("CREATE TABLE {taken} (x BIGINT)")).await.unwrap();
                let before = state(&db).await;
                assert!(old.start(db.url()).await.is_err(), "{old:?} on {name}: {taken}");
                same(&state(&db).await, &before, &format!("{old:?} on {name}: {taken}"));
                db.run(&format!("DROP TABLE {taken}")).await.unwrap();
            }
            old.start(db.url()).await.unwrap();
            same(&state(&db).await, &new, &format!("{old:?} on {name}, when nothing is in the way any more"));
        }
    }
}

/// Keeps other transactions from changing the tables of a ledger until the returned value is dropped.
async fn hold(ledger: &TestDb) -> Box<dyn Any + Send> {
    match &ledger.db {
        Db::Sqlite(pool, ..) => Box::new(pool.begin_with("BEGIN IMMEDIATE").await.unwrap()),
        Db::Postgres(pool, ..) => {
            let mut tx = pool.begin().await.unwrap();
            sqlx::query("SELECT id FROM ledger").execute(&mut *tx).await.unwrap();
            Box::new(tx)
        }
    }
}

/// Returns once two other transactions wait for locks. SQLite does not show this, so there it only gives them time.
async fn until_two_wait(ledger: &TestDb) {
    let waiting = "SELECT COUNT(*) FROM pg_stat_activity \
         WHERE datname = current_database() AND wait_event_type = 'Lock'";
    for _ in 0..500 {
        sleep(Duration::from_millis(10)).await;
        if ledger.is_postgres() && ledger.rows(waiting).await == ["2"] {
            return;
        }
        if !ledger.is_postgres() {
            return sleep(Duration::from_millis(100)).await;
        }
    }
    panic!("nobody waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_that_start_together_take_a_ledger_over_once() {
    for name in ["sqlite", "postgres"] {
        let (Some(new), Some(old)) = (new(Old::Ledger, name).await, ledger(name).await) else { continue };
        let id = old.rows("SELECT id FROM ledger").await;
        let opened = [8, 9].map(|seed| Ledger::at(old.url().into(), LedgerId::from_random([seed; 16])));
        let held = hold(&old).await;
        let released = async {
            until_two_wait(&old).await;
            drop(held);
        };
        let (first, second, ()) = tokio::join!(opened[0].id(), opened[1].id(), released);
        for found in [first, second] {
            assert_eq!([found.unwrap().to_string()], id[..], "{name}");
        }
        same(&state(&old).await, &new, name);
        for ledger in opened {
            ledger.close().await;
        }
    }
}
