//! Transactions: how they begin and end, and the single read that needs none.
//!
//! The runtime may drop a caller's future wherever it waits, because the client hangs up or a time limit passes.
//! This must not damage a pooled connection. So a transaction begins, commits and rolls back in a task of its own,
//! and the caller only waits for that task. A statement needs no task. If its future is dropped, sqlx repairs the
//! connection before the pool lends the connection again: sqlx sends the `ROLLBACK` of the transaction and reads the
//! rest of the answer. PostgreSQL's connections are taken from the pool in such a task too
//! ([`Permits`](super::Permits)).

use std::ops::{Deref, DerefMut};

use sqlx::{Database, Postgres, SqlSafeStr, Sqlite, SqlitePool, Transaction, pool::PoolConnection};

use super::{Db, Live, Permit, StoreError, detached::to_its_end};
use crate::domain::id::UserId;

/// A transaction that begins with this statement sees what was committed before its first query, and nothing later.
const POSTGRES_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// One transaction. Dropping it rolls it back.
pub enum Tx {
    /// On SQLite, which has no notifications; the process announces the commit itself.
    Sqlite(Held<Sqlite>, Announced),
    /// On PostgreSQL. The connection goes back before its permit.
    Postgres(Held<Postgres>, Permit),
}

/// The accounts to announce once the transaction is committed.
#[derive(Default)]
pub struct Announced {
    live: Live,
    users: Vec<UserId>,
}

/// A connection that only reads. [`Db::read`] makes one for several statements, and begins a transaction in which
/// they see one snapshot. [`Db::single_read`] makes one for a single statement, which needs no transaction for this.
/// It cannot be committed.
pub struct Snapshot(Tx);

/// A connection from the pool. Dropping this value returns the connection to the pool.
pub enum Held<DB: Database> {
    /// Inside a transaction.
    InTransaction(Transaction<'static, DB>),
    /// Outside a transaction.
    ForOneStatement {
        /// The connection.
        conn: PoolConnection<DB>,
        /// Whether the statement has already run.
        used: bool,
    },
}

/// Runs the same expression on the transaction's connection, of either database.
macro_rules! with_conn {
    ($tx:expr, |$conn:ident| $body:expr) => {{
        fail::fail_point!("statement");
        match $tx {
            $crate::server::store::Tx::Sqlite(tx, _) => {
                let $conn = &mut **tx;
                $body
            }
            $crate::server::store::Tx::Postgres(tx, _) => {
                let $conn = &mut **tx;
                $body
            }
        }
    }};
}
pub(crate) use with_conn;

/// Runs a statement on the transaction with the given values, and returns how many rows it changed.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bound:expr)* $(,)?) => {
        $crate::server::store::with_conn!($tx, |conn| {
            let done = sqlx::query($sql)$(.bind($bound))*.execute(conn).await;
            done.map(|done| done.rows_affected()).map_err($crate::server::store::StoreError::from)
        })
    };
}
pub(crate) use execute;

/// Turns a count of changed rows into `true` for one and `false` for none. More than one is an error that names the
/// key.
pub(crate) fn one_row(key: &'static str) -> impl Fn(u64) -> Result<bool, StoreError> {
    move |changed| match changed {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(StoreError::Corrupt(key)),
    }
}

impl Db {
    /// Begins a transaction that writes. On SQLite it waits for the one connection that writes, so that the readers'
    /// connections stay free. There the transaction takes the write lock at once (`BEGIN
    /// IMMEDIATE`). A deferred transaction would take the lock at its first write. If it has read before and
    /// another transaction has written meanwhile, SQLite then answers `SQLITE_BUSY` at once, whatever the busy
    /// timeout is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the pool has no free connection, or another transaction keeps the lock too
    /// long.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite(_, live, writer) => {
                let _waiting = writer.queue();
                let begun = self.named(begin(writer.pool(), "BEGIN IMMEDIATE").await).await?;
                Tx::Sqlite(begun, Announced::on(live))
            }
            Self::Postgres(pool, _, permits) => {
                let (begun, permit) = self.named(permits.begin(pool, "BEGIN").await).await?;
                Tx::Postgres(Held::InTransaction(begun), permit)
            }
        })
    }

    /// Begins a transaction that only reads. The statements of a page then all see the same snapshot.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the pool has no free connection.
    pub async fn read(&self) -> Result<Snapshot, StoreError> {
        fail::fail_point!("read");
        Ok(Snapshot(match self {
            Self::Sqlite(pool, live, _) => {
                Tx::Sqlite(self.named(begin(pool, "BEGIN").await).await?, Announced::on(live))
            }
            Self::Postgres(pool, _, permits) => {
                let (begun, permit) = self.named(permits.begin(pool, POSTGRES_SNAPSHOT).await).await?;
                Tx::Postgres(Held::InTransaction(begun), permit)
            }
        }))
    }

    /// Takes a connection for one statement that reads. Two statements, or one that writes, need a transaction.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the pool has no free connection.
    pub async fn single_read(&self) -> Result<Snapshot, StoreError> {
        fail::fail_point!("read");
        Ok(Snapshot(match self {
            Self::Sqlite(pool, live, _) => {
                let conn = self.named(Box::pin(pool.acquire()).await).await?;
                Tx::Sqlite(Held::ForOneStatement { conn, used: false }, Announced::on(live))
            }
            Self::Postgres(pool, _, permits) => {
                let (conn, permit) = self.named(permits.connection(pool).await).await?;
                Tx::Postgres(Held::ForOneStatement { conn, used: false }, permit)
            }
        }))
    }
}

impl Snapshot {
    /// Ends the transaction, if there is one. Without this call it ends when the connection returns to the pool, while
    /// nobody waits for the database's answer.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn end(self) -> Result<(), StoreError> {
        self.0.rollback().await
    }
}

impl Tx {
    /// Commits the transaction. If the caller is dropped, the commit and the announcement to subscribers still
    /// happen.
    ///
    /// # Errors
    /// [`StoreError::Undecided`] if the connection broke, so that the transaction may or may not be committed.
    /// After any other error nothing was committed.
    pub async fn commit(self) -> Result<(), StoreError> {
        fail::fail_point!("commit");
        match self {
            Self::Sqlite(held, announced) => {
                let told = async move { held.commit().await.map(|()| announced.tell()) };
                to_its_end(told).await.map_err(|error| match error {
                    // The thread of the connection has ended, before or after the commit.
                    sqlx::Error::WorkerCrashed => StoreError::Undecided(error.into()),
                    refused => refused.into(),
                })?;
            }
            Self::Postgres(held, _) => to_its_end(held.commit()).await.map_err(|error| match error.into() {
                StoreError::Unavailable(error) => StoreError::Undecided(error),
                refused => refused,
            })?,
        }
        fail::fail_point!("committed");
        Ok(())
    }

    /// Wakes every subscriber of `user` once this transaction is committed.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn announce(&mut self, user: &UserId) -> Result<(), StoreError> {
        // `live` listens to this channel; the statement that records an event notifies it too.
        const POSTGRES: &str = "SELECT pg_notify('signet_live', $1)";
        fail::fail_point!("statement");
        match self {
            Self::Sqlite(_, announced) => announced.add(user),
            Self::Postgres(tx, _) => sqlx::query(POSTGRES).bind(user.as_str()).execute(&mut **tx).await.map(drop)?,
        }
        Ok(())
    }

    /// Rolls the transaction back now. Without this call it is rolled back when the connection returns to the pool,
    /// while nobody waits for the database's answer.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails. The database then rolls the transaction back by itself.
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(held, _) => to_its_end(held.rollback()).await?,
            Self::Postgres(held, _) => to_its_end(held.rollback()).await?,
        }
        Ok(())
    }
}

impl Announced {
    pub(super) fn on(live: &Live) -> Self {
        Self { live: live.clone(), users: Vec::new() }
    }

    /// Adds `user` to the accounts to announce.
    pub(super) fn add(&mut self, user: &UserId) {
        self.users.push(user.clone());
    }

    /// Wakes the subscribers, after the commit.
    pub(super) fn tell(self) {
        for user in &self.users {
            self.live.tell(user);
        }
    }
}

async fn begin(pool: &SqlitePool, statement: &'static str) -> Result<Held<Sqlite>, sqlx::Error> {
    // Wait in the caller and not in a task: a caller that is dropped must leave the queue for a connection. Here this
    // is safe, because asking SQLite's thread costs nothing. The future of this wait is boxed. Otherwise it would
    // enlarge the future of every action, because every action begins a transaction.
    let conn = Box::pin(pool.acquire()).await?;
    to_its_end(Transaction::begin(conn, Some(statement.into_sql_str()))).await.map(Held::InTransaction)
}

impl<DB: Database> Held<DB> {
    async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::InTransaction(tx) => tx.commit().await,
            Self::ForOneStatement { .. } => Ok(()),
        }
    }

    async fn rollback(self) -> Result<(), sqlx::Error> {
        match self {
            Self::InTransaction(tx) => tx.rollback().await,
            Self::ForOneStatement { .. } => Ok(()),
        }
    }
}

impl<DB: Database> Deref for Held<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        match self {
            Self::InTransaction(tx) => tx,
            Self::ForOneStatement { conn, .. } => conn,
        }
    }
}

impl<DB: Database> DerefMut for Held<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        match self {
            Self::InTransaction(tx) => tx,
            Self::ForOneStatement { conn, used } => {
                debug_assert!(!*used, "several statements need the snapshot of a transaction");
                *used = true;
                conn
            }
        }
    }
}

impl Deref for Snapshot {
    type Target = Tx;

    fn deref(&self) -> &Tx {
        &self.0
    }
}

impl DerefMut for Snapshot {
    fn deref_mut(&mut self) -> &mut Tx {
        &mut self.0
    }
}
