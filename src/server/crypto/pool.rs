//! A bounded pool for computations that take milliseconds by design: some run, some wait a short time, and the rest
//! is refused at once (checklist A64).

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use thiserror::Error;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::timeout,
};

/// How long a computation waits before it is refused (checklist §3.3).
const PATIENCE: Duration = Duration::from_secs(2);
/// How many waiting places the clients of one address may take. Without this bound, one client could take them all,
/// and nobody else could sign in.
pub const PLACES_OF_ONE_ADDRESS: usize = 4;

/// Why nothing was computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PoolError {
    /// Too many computations wait, in all or for this address, or this one waited too long.
    #[error("too many passwords are being hashed or judged")]
    Busy,
    /// The computation failed; the log has the reason.
    #[error("the password could not be hashed or judged")]
    Failed,
}

/// How many computations run and wait, and how long they wait at most.
#[derive(Clone, Copy)]
pub struct Turns {
    /// How many computations run at a time; at least one does.
    pub threads: usize,
    /// How many wait.
    pub queue: usize,
    /// How long they wait.
    pub patience: Duration,
}

/// Runs computations on blocking threads, within bounds.
pub struct Pool {
    /// Permits to compute: one per thread.
    running: Arc<Semaphore>,
    /// Permits to wait.
    waiting: Semaphore,
    patience: Duration,
    /// The waiting places that the networks have taken.
    places: Places,
}

/// What counts as one client: an IPv4 address, or the /64 network that one line of a provider has. Callers without an
/// address count as one client too.
type Network = Option<IpAddr>;

/// Counts how many places each network takes, so that one client cannot take all of them. Cheap to clone; clones count
/// together.
#[derive(Clone)]
pub struct Places {
    taken: Arc<Mutex<HashMap<Network, usize>>>,
    /// How many places one network may take.
    each: usize,
}

/// A place of a network, until it is dropped.
pub struct Place {
    places: Places,
    network: Network,
}

impl Turns {
    /// `threads` computations at a time, and `queue` that wait for up to two seconds.
    #[must_use]
    pub const fn new(threads: usize, queue: usize) -> Self {
        Self { threads, queue, patience: PATIENCE }
    }
}

impl Pool {
    /// A pool with nothing to do.
    #[must_use]
    pub fn new(turns: Turns) -> Self {
        Self {
            running: Arc::new(Semaphore::new(turns.threads.max(1))),
            waiting: Semaphore::new(turns.queue),
            patience: turns.patience,
            places: Places::new(PLACES_OF_ONE_ADDRESS),
        }
    }

    /// Runs `work` for `client` on a blocking thread when one is free. The thread's permit moves with the work: if
    /// the caller is cancelled, the work still counts until it is done.
    ///
    /// # Errors
    /// [`PoolError`].
    pub async fn run<T: Send + 'static>(
        &self,
        client: Option<IpAddr>,
        work: impl FnOnce() -> Result<T, PoolError> + Send + 'static,
    ) -> Result<T, PoolError> {
        let turn = match Arc::clone(&self.running).try_acquire_owned() {
            Ok(turn) => turn,
            Err(_) => self.wait(client).await?,
        };
        spawn_blocking(move || {
            let _held_until_done = turn;
            work()
        })
        .await
        .map_err(|panicked| failed(&panicked))?
    }

    /// Waits for a free thread.
    async fn wait(&self, client: Option<IpAddr>) -> Result<OwnedSemaphorePermit, PoolError> {
        let _free = self.waiting.try_acquire().map_err(|_| PoolError::Busy)?;
        let _place = self.places.take(client).ok_or(PoolError::Busy)?;
        timeout(self.patience, Arc::clone(&self.running).acquire_owned())
            .await
            .map_err(|_| PoolError::Busy)?
            .map_err(|closed| failed(&closed))
    }
}

impl Places {
    /// Nothing is taken yet, and each client may take `each` places.
    #[must_use]
    pub fn new(each: usize) -> Self {
        Self { taken: Arc::default(), each }
    }

    /// Takes a place for `client`; `None` if it has taken all that it may.
    #[must_use]
    pub fn take(&self, client: Option<IpAddr>) -> Option<Place> {
        let network = client.map(network);
        let mut taken = self.lock();
        let own = taken.entry(network).or_default();
        if *own >= self.each {
            return None;
        }
        *own += 1;
        Some(Place { places: self.clone(), network })
    }

    /// The count stays right even if a thread panicked while it held the lock: each change is one addition.
    fn lock(&self) -> MutexGuard<'_, HashMap<Network, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        let Some(left) = taken.get_mut(&self.network) else { return };
        *left -= 1;
        if *left == 0 {
            taken.remove(&self.network);
        }
    }
}

/// A client can use every address of its /64 network, so the whole network is one client.
fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.into(),
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into(),
    }
}

/// Logs why a computation failed.
pub(super) fn failed(cause: &dyn core::fmt::Display) -> PoolError {
    tracing::error!(%cause, "a password could not be hashed or judged");
    PoolError::Failed
}

#[cfg(test)]
mod tests;
