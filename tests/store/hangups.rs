//! A caller goes away while a transaction begins, works or ends. Wherever it was, all of its work is done or none,
//! and the pool's connections are as before.

use std::{
    future::poll_fn,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use signet::{
    domain::{id::UserId, language::Language},
    server::store::{Db, NewUser, StoreError, Tx},
    testing::TestDb,
};
use sqlx::PgPool;
use tokio::time::{sleep, timeout};

use crate::fixture::{NOW, email, on_each};

/// How long connections may take to come back to their pool.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many more waits than the longest known run the test tries.
const SURE: usize = 4;

/// When a waiting caller goes away.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Goes {
    /// As soon as the caller waits.
    Waiting,
    /// When the caller could go on, but before it does.
    Woken,
}

/// Drops `work` after it has waited `waits` times; returns its result if it ended before that.
async fn cut<T>(work: impl Future<Output = T>, waits: usize, goes: Goes) -> Option<T> {
    let mut work = pin!(work);
    let mut waited = 0;
    poll_fn(|context| {
        if waited == waits {
            return Poll::Ready(None);
        }
        waited += 1;
        match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if waited == waits && goes == Goes::Waiting => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// The cut run, and the place of the cut.
struct Cut {
    number: u32,
    /// Whether it ended before the cut.
    ended: bool,
    place: String,
}

/// Cuts `work` at every point where it waits, in each way, until it ends. Each run gets a number of its own, and
/// `then` checks what it left. Returns the largest number of waits.
async fn cut_everywhere(work: impl AsyncFn(u32) -> Result<(), StoreError>, mut then: impl AsyncFnMut(&Cut)) -> usize {
    let mut numbers = 1..;
    // A result that comes at once causes no wait, so the next run may wait more often.
    let mut longest = 0;
    for waits in 0.. {
        for goes in [Goes::Waiting, Goes::Woken] {
            let number = numbers.next().unwrap();
            let place = format!("gone at wait {waits}, {goes:?}");
            let done = cut(work(number), waits, goes).await;
            assert!(done.as_ref().is_none_or(Result::is_ok), "{place}: {done:?}");
            if done.is_none() {
                longest = waits;
            }
            then(&Cut { number, ended: done.is_some(), place }).await;
        }
        if waits == longest + SURE {
            return longest;
        }
    }
    unreachable!("it ends")
}

/// Observes a pool from outside.
struct Watcher(Option<PgPool>);

impl Watcher {
    async fn of(db: &TestDb) -> Self {
        Self(if db.is_postgres() { Some(PgPool::connect(db.url()).await.unwrap()) } else { None })
    }

    /// How many of the others' connections are in a transaction.
    async fn in_transaction(&self) -> i64 {
        const SQL: &str = "SELECT COUNT(*) FROM pg_stat_activity \
             WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
        let Some(pool) = &self.0 else { return 0 };
        sqlx::query_scalar(SQL).fetch_one(pool).await.unwrap()
    }

    /// The others' connections, by the processes that serve them.
    async fn processes(&self) -> Vec<i32> {
        const SQL: &str = "SELECT pid FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY pid";
        let Some(pool) = &self.0 else { return Vec::new() };
        sqlx::query_scalar(SQL).fetch_all(pool).await.unwrap()
    }

    /// Checks that every connection is back in the pool, in no transaction, and usable.
    async fn finds_clean(&self, db: &Db, place: &str) {
        let size = all_are_back(db).await;
        assert_eq!(self.in_transaction().await, 0, "{place}");
        let mut open = Vec::new();
        for _ in 0..size {
            let mut tx = db.read().await.unwrap_or_else(|error| panic!("{place}: {error}"));
            tx.user(&id(0)).await.unwrap_or_else(|error| panic!("{place}: {error}"));
            open.push(tx);
        }
        for tx in open {
            tx.end().await.unwrap();
        }
        let mut tx = db.begin().await.unwrap_or_else(|error| panic!("{place}: {error}"));
        insert(&mut tx, 0).await.unwrap_or_else(|error| panic!("{place}: {error}"));
        tx.rollback().await.unwrap();
    }
}

/// Waits until every connection is back in its pool; returns how many of them read.
async fn all_are_back(db: &Db) -> u32 {
    let size = || match db {
        Db::Sqlite(pool, _, writer) => (pool.size() + writer.pool().size(), pool.num_idle() + writer.pool().num_idle()),
        Db::Postgres(pool, ..) => (pool.size(), pool.num_idle()),
    };
    let back = async {
        while size().0 as usize != size().1 {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, back).await.unwrap_or_else(|_| panic!("of connections, and idle: {:?}", size()));
    match db {
        Db::Sqlite(pool, ..) => pool.size(),
        Db::Postgres(pool, ..) => pool.size(),
    }
}

/// Inserts two rows that must both exist or both not.
async fn insert(tx: &mut Tx, number: u32) -> Result<(), StoreError> {
    for (word, id) in [("one", id(number)), ("two", id(!number))] {
        let address = email(&format!("{word}-{number}@example.com"));
        tx.insert_user(&NewUser {
            id: &id,
            email: &address,
            password_hash: None,
            language: Language::English,
            at: NOW,
        })
        .await?;
    }
    Ok(())
}

fn id(number: u32) -> UserId {
    UserId::from_random(u128::from(number).to_be_bytes())
}

async fn rows_of(db: &TestDb, number: u32) -> usize {
    let sql =
        format!("SELECT id FROM signet_users WHERE email IN ('one-{number}@example.com', 'two-{number}@example.com')");
    db.rows(&sql).await.len()
}

#[tokio::test]
async fn a_write_that_is_cut_anywhere_is_done_or_not() {
    on_each(async |db| {
        let watcher = Watcher::of(db).await;
        let write = async |number| {
            let mut tx = db.db.begin().await?;
            insert(&mut tx, number).await?;
            tx.announce(&id(7)).await?;
            tx.commit().await
        };
        let waits = cut_everywhere(write, async |cut| {
            watcher.finds_clean(&db.db, &cut.place).await;
            let rows = rows_of(db, cut.number).await;
            assert!(rows == 2 || rows == 0 && !cut.ended, "{}: {rows}", cut.place);
        })
        .await;
        assert!(waits >= 2, "{waits}");
    })
    .await;
}

#[tokio::test]
async fn a_commit_that_has_begun_is_done_and_told_though_nobody_waits() {
    on_each(async |db| {
        let watcher = Watcher::of(db).await;
        // On PostgreSQL listening keeps a connection, and a notification is sent by the commit.
        let mut watch = (!db.is_postgres()).then(|| db.db.watch(&id(7)));
        for (number, (waits, goes)) in (1..).zip([(0, Goes::Waiting), (1, Goes::Waiting), (1, Goes::Woken)]) {
            let place = format!("gone at wait {waits}, {goes:?}");
            let mut tx = db.db.begin().await.unwrap();
            insert(&mut tx, number).await.unwrap();
            tx.announce(&id(7)).await.unwrap();
            let _ = cut(tx.commit(), waits, goes).await;
            watcher.finds_clean(&db.db, &place).await;
            let is_done = rows_of(db, number).await == 2;
            assert_eq!(is_done, waits > 0, "{place}");
            if let Some(watch) = &mut watch {
                let told = pin!(watch.changed()).poll(&mut Context::from_waker(Waker::noop())).is_ready();
                assert_eq!(told, is_done, "{place}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_taken_back_and_cut_anywhere_leaves_nothing() {
    on_each(async |db| {
        let watcher = Watcher::of(db).await;
        let take_back = async |number| {
            let mut tx = db.db.begin().await?;
            insert(&mut tx, number).await?;
            tx.rollback().await
        };
        let waits = cut_everywhere(take_back, async |cut| {
            watcher.finds_clean(&db.db, &cut.place).await;
            assert_eq!(rows_of(db, cut.number).await, 0, "{}", cut.place);
        })
        .await;
        assert!(waits >= 2, "{waits}");
    })
    .await;
}

#[tokio::test]
async fn a_read_that_is_cut_anywhere_leaves_nothing_behind() {
    on_each(async |db| {
        let watcher = Watcher::of(db).await;
        // Many rows: some are still being sent when the caller goes away.
        for number in 100..200 {
            let mut tx = db.db.begin().await.unwrap();
            insert(&mut tx, number).await.unwrap();
            tx.commit().await.unwrap();
        }
        let snapshot = async |_| {
            let mut tx = db.db.read().await?;
            assert_eq!(tx.living_after("", 1000).await?.len(), 200);
            assert!(tx.user(&id(100)).await?.is_some());
            tx.end().await
        };
        cut_everywhere(snapshot, async |cut| watcher.finds_clean(&db.db, &cut.place).await).await;
        let single = async |_| {
            assert_eq!(db.db.single_read().await?.living_after("", 1000).await?.len(), 200);
            Ok(())
        };
        cut_everywhere(single, async |cut| watcher.finds_clean(&db.db, &cut.place).await).await;
    })
    .await;
}

/// Otherwise clients that hang up would empty the pool, and everyone else would wait for new connections.
#[tokio::test]
async fn a_caller_that_goes_away_while_it_gets_a_connection_costs_no_connection() {
    on_each(async |db| {
        let watcher = Watcher::of(db).await;
        let open = [db.db.read().await.unwrap(), db.db.read().await.unwrap(), db.db.read().await.unwrap()];
        for snapshot in open {
            snapshot.end().await.unwrap();
        }
        all_are_back(&db.db).await;
        let before = watcher.processes().await;
        for waits in 0..8 {
            for goes in [Goes::Waiting, Goes::Woken] {
                drop(cut(db.db.begin(), waits, goes).await);
                drop(cut(db.db.read(), waits, goes).await);
                drop(cut(db.db.single_read(), waits, goes).await);
            }
            all_are_back(&db.db).await;
        }
        let after = watcher.processes().await;
        assert!(before.iter().all(|process| after.contains(process)), "{before:?}, then {after:?}");
    })
    .await;
}

#[tokio::test]
async fn a_single_read_is_in_no_transaction() {
    on_each(async |db| {
        let watcher = Watcher::of(db).await;
        let mut snapshot = db.db.read().await.unwrap();
        assert!(snapshot.user(&id(1)).await.unwrap().is_none());
        assert_eq!(watcher.in_transaction().await, i64::from(db.is_postgres()));
        snapshot.end().await.unwrap();

        let mut single = db.db.single_read().await.unwrap();
        assert!(single.user(&id(1)).await.unwrap().is_none());
        assert_eq!(watcher.in_transaction().await, 0);
        // It does not block a writer either.
        let mut tx = db.db.begin().await.unwrap();
        insert(&mut tx, 1).await.unwrap();
        tx.commit().await.unwrap();
        drop(single);
        assert!(db.db.single_read().await.unwrap().user(&id(1)).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
#[should_panic(expected = "several statements need the snapshot of a transaction")]
async fn a_single_read_makes_one_statement() {
    let db = TestDb::sqlite().await;
    let mut single = db.db.single_read().await.unwrap();
    let _ = single.user(&id(1)).await;
    let _ = single.user(&id(1)).await;
}
