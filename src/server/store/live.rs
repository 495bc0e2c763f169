//! Announces to the subscribers of an account that it has changed, on the commit of the change: within this process
//! on SQLite, and in every process by `NOTIFY` on PostgreSQL.
//!
//! The announcement contains only the account's id. It is a wake-up: a subscriber then reads the rows, and also
//! reads them now and then without an announcement.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sqlx::{PgPool, postgres::PgListener};
use tokio::sync::watch;

use crate::domain::id::UserId;

/// What PostgreSQL calls the messages.
const CHANNEL: &str = "signet_live";
/// The pause before PostgreSQL is listened to again after the connection was lost.
const RECOVER: Duration = Duration::from_secs(1);

/// Who watches which account in this process. Clones share one list.
#[derive(Clone, Default)]
pub struct Live(Arc<Hub>);

#[derive(Default)]
struct Hub {
    watched: Mutex<HashMap<UserId, watch::Sender<()>>>,
    listens: AtomicBool,
}

/// Hears of one account's changes, until dropped.
pub struct AccountSubscription {
    told: watch::Receiver<()>,
    others: usize,
}

impl Live {
    /// Tells everybody who watches `user` to look again.
    pub(super) fn tell(&self, user: &UserId) {
        if let Some(watched) = self.0.watched().get(user) {
            watched.send_replace(());
        }
    }

    pub(super) fn watch(&self, user: &UserId) -> AccountSubscription {
        let mut watched = self.0.watched();
        // Those whom nobody watches any more are forgotten here.
        watched.retain(|_, watched| watched.receiver_count() > 0);
        let sender = watched.entry(user.clone()).or_default();
        AccountSubscription { others: sender.receiver_count(), told: sender.subscribe() }
    }

    /// Has PostgreSQL listened to, once for this process.
    pub(super) fn listen_to(&self, pool: &PgPool) {
        if !self.0.listens.swap(true, Ordering::Relaxed) {
            tokio::spawn(listen(pool.clone(), Arc::downgrade(&self.0)));
        }
    }
}

impl Hub {
    fn watched(&self) -> MutexGuard<'_, HashMap<UserId, watch::Sender<()>>> {
        // A panic while it was held left nothing half-written that matters.
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell_everybody(&self) {
        for watched in self.watched().values() {
            watched.send_replace(());
        }
    }
}

impl AccountSubscription {
    /// Waits until the account may have changed since the last time; several changes may
    /// count as one.
    pub async fn changed(&mut self) {
        if self.told.changed().await.is_err() {
            // The list is gone, as at the end of the process: nobody will tell anything.
            std::future::pending::<()>().await;
        }
    }

    /// How many watched the same account in this process when this began.
    #[must_use]
    pub const fn others(&self) -> usize {
        self.others
    }
}

/// Passes on what PostgreSQL says, until the pool is closed.
async fn listen(pool: PgPool, hub: Weak<Hub>) {
    while !pool.is_closed() {
        match hear(&pool, &hub).await {
            Ok(()) | Err(sqlx::Error::PoolClosed) => {}
            Err(error) => tracing::warn!(%error, "changes of other processes are not heard"),
        }
        if hub.strong_count() == 0 {
            return;
        }
        tokio::time::sleep(RECOVER).await;
    }
}

/// Listens until the connection is lost.
async fn hear(pool: &PgPool, hub: &Weak<Hub>) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    // It would pass over that something may have been missed.
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    // Whatever was said before is lost.
    if let Some(hub) = hub.upgrade() {
        hub.tell_everybody();
    }
    while let Some(said) = listener.try_recv().await? {
        let Some(hub) = hub.upgrade() else { return Ok(()) };
        Live(hub).tell(&UserId::from_row(said.payload().to_owned()));
    }
    Ok(())
}
