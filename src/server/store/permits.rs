//! The queue for PostgreSQL's connections.

use std::{sync::Arc, time::Duration};

use sqlx::{PgPool, Postgres, SqlSafeStr, Transaction, pool::PoolConnection};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::detached::to_its_end;

/// The right to one connection of PostgreSQL's pool. Dropping it gives the permit to the next caller that waits.
pub type Permit = OwnedSemaphorePermit;

/// A transaction that has begun.
type Begun = Transaction<'static, Postgres>;

/// As many permits as PostgreSQL's pool has connections. A caller that is dropped leaves the queue for a permit at once.
/// With a permit it takes the connection in a task of its own: sqlx asks the database whether an idle connection still
/// works, and closes the connection if its caller is dropped meanwhile. Clients that hang up would empty the pool, and
/// each next request would wait for a new connection.
#[derive(Clone)]
pub struct Permits {
    free: Arc<Semaphore>,
    /// How long a caller waits for a permit.
    patience: Duration,
}

impl Permits {
    pub(super) fn new(connections: u32, patience: Duration) -> Self {
        Self { free: Arc::new(Semaphore::new(connections as usize)), patience }
    }

    pub(super) async fn connection(&self, pool: &PgPool) -> Result<(PoolConnection<Postgres>, Permit), sqlx::Error> {
        let (permit, pool) = (self.permit().await?, pool.clone());
        to_its_end(async move { Ok((pool.acquire().await?, permit)) }).await
    }

    pub(super) async fn begin(&self, pool: &PgPool, statement: &'static str) -> Result<(Begun, Permit), sqlx::Error> {
        let (permit, pool) = (self.permit().await?, pool.clone());
        // `Pool::begin_with` would do the same without a task. But if its caller is dropped during the `BEGIN`, sqlx
        // 0.9.0 does not roll the transaction back on PostgreSQL: https://github.com/transact-rs/sqlx/issues/4393.
        let begun = async move { Transaction::begin(pool.acquire().await?, Some(statement.into_sql_str())).await };
        to_its_end(async move { Ok((begun.await?, permit)) }).await
    }

    async fn permit(&self) -> Result<Permit, sqlx::Error> {
        let free = timeout(self.patience, Arc::clone(&self.free).acquire_owned()).await;
        free.ok().and_then(Result::ok).ok_or(sqlx::Error::PoolTimedOut)
    }
}
