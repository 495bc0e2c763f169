//! Whether the clock can be believed enough to erase by it, and the operator's word that it
//! can.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Error, Lifecycle};
use crate::{
    domain::{
        clock_watch::{ClockWatch, Look, Reading},
        time::{Span, Timestamp},
    },
    server::{clock::Clock, store::Db},
};

/// The process's watch over its clock. Cheap to clone; clones are one watch.
#[derive(Clone)]
pub struct Watch(Arc<Mutex<ClockWatch>>);

impl Watch {
    /// Believes what `clock` shows now.
    #[must_use]
    pub fn begin(clock: &Clock) -> Self {
        Self(Arc::new(Mutex::new(ClockWatch::from(clock.read()))))
    }

    fn look(&self, now: Reading, confirmed: Option<Timestamp>) -> Look {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).look(now, confirmed)
    }
}

impl Lifecycle {
    /// How far the clock is ahead of what can be believed; `None` when it can be. Deletions
    /// wait meanwhile, in this process.
    ///
    /// # Errors
    /// Those of the database, which is asked for an operator's word when the clock is ahead.
    pub async fn clock_ahead(&self) -> Result<Option<Span>, Error> {
        self.ahead_at(self.clock.read()).await
    }

    /// As [`Lifecycle::clock_ahead`], about the moment of `now`.
    pub(super) async fn ahead_at(&self, now: Reading) -> Result<Option<Span>, Error> {
        let Look::Ahead(_) = self.watch.look(now, None) else { return Ok(None) };
        let mut tx = self.db.read().await?;
        let confirmed = tx.clock_confirmed_at().await?;
        tx.rollback().await?;
        Ok(match self.watch.look(now, confirmed) {
            Look::Plausible => None,
            Look::Confirmed => {
                tracing::warn!("the clock was confirmed; deletions go on");
                None
            }
            Look::Ahead(ahead) => Some(ahead),
        })
    }
}

/// Notes an operator's word that `clock` is right; what it shows. Every process whose clock
/// has leapt to that time believes it from then on.
///
/// # Errors
/// Those of the database.
pub async fn confirm_clock(db: &Db, clock: &Clock) -> Result<Timestamp, Error> {
    let now = clock.now();
    let mut tx = db.begin().await?;
    tx.confirm_clock(now).await?;
    tx.commit().await?;
    Ok(now)
}
