//! Tells the subscribers of an account that the account has changed, when the change is committed. On SQLite these
//! are the subscribers in this process. On PostgreSQL `NOTIFY` reaches the subscribers in every process.
//!
//! An announcement contains only the account's id. A subscriber that gets an announcement reads the rows itself. It
//! also reads them now and then without an announcement.

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

use super::outage;
use crate::domain::id::UserId;

/// The name of PostgreSQL's channel.
const CHANNEL: &str = "signet_live";
/// The pause before a process listens to PostgreSQL again after a lost connection.
const RECOVER: Duration = Duration::from_secs(1);

/// The subscribers of each account in this process. Clones share one list.
#[derive(Clone, Default)]
pub struct Live(Arc<Hub>);

#[derive(Default)]
struct Hub {
    watched: Mutex<HashMap<UserId, watch::Sender<()>>>,
    listens: AtomicBool,
}

/// A subscription to the changes of one account. It ends when it is dropped.
pub struct AccountSubscription {
    told: watch::Receiver<()>,
    others: usize,
}

impl Live {
    /// Wakes every subscriber of `user` in this process.
    pub(super) fn tell(&self, user: &UserId) {
        if let Some(watched) = self.0.watched().get(user) {
            watched.send_replace(());
        }
    }

    pub(super) fn watch(&self, user: &UserId) -> AccountSubscription {
        let mut watched = self.0.watched();
        // Removes the accounts that have no subscriber any more.
        watched.retain(|_, watched| watched.receiver_count() > 0);
        let sender = watched.entry(user.clone()).or_default();
        AccountSubscription { others: sender.receiver_count(), told: sender.subscribe() }
    }

    /// Starts the task that listens to PostgreSQL, once for this process.
    pub(super) fn listen_to(&self, pool: &PgPool) {
        if !self.0.listens.swap(true, Ordering::Relaxed) {
            tokio::spawn(listen(pool.clone(), Arc::downgrade(&self.0)));
        }
    }
}

impl Hub {
    fn watched(&self) -> MutexGuard<'_, HashMap<UserId, watch::Sender<()>>> {
        // A panic that poisoned the lock cannot have left a half-written map.
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell_everybody(&self) {
        for watched in self.watched().values() {
            watched.send_replace(());
        }
    }
}

impl AccountSubscription {
    /// Waits until somebody announces a change of the account, or returns at once if that has happened since the
    /// last call. One wake-up may stand for several changes.
    pub async fn changed(&mut self) {
        if self.told.changed().await.is_err() {
            // The list of subscribers is gone, because the process ends. Nobody announces a change any more, so
            // wait for ever.
            std::future::pending::<()>().await;
        }
    }

    /// Returns how many subscriptions to the same account this process had when this subscription began.
    #[must_use]
    pub const fn others(&self) -> usize {
        self.others
    }
}

/// Passes PostgreSQL's notifications on to the subscribers until the pool is closed.
async fn listen(pool: PgPool, hub: Weak<Hub>) {
    while !pool.is_closed() {
        match hear(&pool, &hub).await {
            Ok(()) | Err(sqlx::Error::PoolClosed) => {}
            Err(error) => {
                let outage = outage::of_server(&pool.connect_options(), error).await;
                let error = outage.map_or_else(|error| error.to_string(), |outage| outage.to_string());
                tracing::warn!(%error, "cannot listen for changes by other processes; trying again");
            }
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
    // An automatic reconnect would hide that notifications may have been lost.
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    // Earlier notifications are lost, so every subscriber must read its rows again.
    if let Some(hub) = hub.upgrade() {
        hub.tell_everybody();
    }
    while let Some(said) = listener.try_recv().await? {
        let Some(hub) = hub.upgrade() else { return Ok(()) };
        Live(hub).tell(&UserId::from_row(said.payload().to_owned()));
    }
    Ok(())
}
