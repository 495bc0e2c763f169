//! Decides whether the clock can be trusted for erasing accounts, and stores an operator's confirmation that it
//! can.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::Error;
use crate::{
    domain::{
        deletion::clock_guard::{ClockComparison, ClockJump, ClockVerdict, Reading},
        time::{Span, Timestamp},
    },
    server::{
        clock::Clock,
        store::{ClockNotes, Db},
    },
};

/// Watches the clock of this process. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct ClockGuard(Arc<Mutex<State>>);

struct State {
    clock: ClockComparison,
    noted: Noted,
}

/// What the database has recorded about clock jumps, as far as this process knows. While the clock is trusted and
/// nothing is recorded, this process need not query the database.
#[derive(Clone, Copy)]
enum Noted {
    /// This process has not queried it yet.
    Unknown,
    /// No jump is recorded.
    Nothing,
    /// A jump that this process has seen or adopted.
    Ours,
    /// A jump to a time that this clock had not reached when the process started.
    Later(Timestamp),
}

impl ClockGuard {
    /// Trusts the time that `clock` shows now, until the database shows a recorded jump.
    #[must_use]
    pub fn begin(clock: &Clock) -> Self {
        Self(Arc::new(Mutex::new(State { clock: ClockComparison::from(clock.read()), noted: Noted::Unknown })))
    }
}

impl ClockGuard {
    /// How far the clock is ahead of trusted time at `now`; `None` if the clock can be trusted.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Undecided`] or [`Error::Internal`] if the database fails. The guard queries
    /// it at the first call and while the clock is ahead.
    pub(super) async fn ahead_at(&self, db: &Db, now: Reading) -> Result<Option<Span>, Error> {
        // Locked to the end, so that the database's record does not lag behind the guard's state.
        let mut state = self.0.lock().await;
        if state.needs_no_query(now) {
            return Ok(None);
        }
        let notes = db.single_read().await?.clock_notes().await?;
        state.adopt_recorded_jump(notes.doubt);
        match state.clock.compare(now, notes.confirmed_at) {
            ClockVerdict::Ahead(doubt) => {
                state.noted = Noted::Ours;
                note_doubt(db, notes, doubt).await?;
                return Ok(Some(doubt.ahead));
            }
            ClockVerdict::Confirmed => tracing::warn!("the clock was confirmed; deletions go on"),
            ClockVerdict::Plausible => {}
        }
        state.end_doubt(db, now).await?;
        Ok(None)
    }

    /// Removes the recorded jump if `clock` is trusted and has reached the time of the jump. No process
    /// distrusts its clock because of this record any more, but the next process to start would adopt it.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Undecided`] or [`Error::Internal`] if the database fails.
    pub(super) async fn drop_old_doubt(&self, db: &Db, clock: &Clock) -> Result<(), Error> {
        let mut state = self.0.lock().await;
        let now = clock.read();
        if state.clock.compare(now, None) != ClockVerdict::Plausible || matches!(state.noted, Noted::Unknown) {
            return Ok(());
        }
        let doubt = db.single_read().await?.clock_notes().await?.doubt;
        if let Some(doubt) = doubt {
            state.noted = Noted::Later(doubt.at);
            state.end_doubt(db, now).await?;
        }
        Ok(())
    }
}

impl State {
    /// Whether the clock is trusted at `now` and the database need not be queried or changed.
    fn needs_no_query(&mut self, now: Reading) -> bool {
        let has_nothing_to_do = match self.noted {
            Noted::Nothing => true,
            Noted::Later(at) => now.wall < at,
            Noted::Unknown | Noted::Ours => false,
        };
        self.clock.compare(now, None) == ClockVerdict::Plausible && has_nothing_to_do
    }

    /// Adopts the recorded jump when the process starts, if there is one.
    fn adopt_recorded_jump(&mut self, doubt: Option<ClockJump>) {
        if !matches!(self.noted, Noted::Unknown) {
            return;
        }
        self.noted = match doubt {
            Some(doubt) if self.clock.adopt_recorded_jump(doubt) => {
                tracing::warn!("the clock was found ahead before this process began, and not set right since");
                Noted::Ours
            }
            Some(doubt) => Noted::Later(doubt.at),
            None => Noted::Nothing,
        };
    }

    /// Removes the recorded jump if it is over. The caller has found this process's clock right. So the jump is over
    /// if this process has seen or adopted it, or if its clock has reached the recorded time. Any other jump may belong
    /// to another machine, whose clock may still be wrong.
    async fn end_doubt(&mut self, db: &Db, now: Reading) -> Result<(), Error> {
        let is_over = match self.noted {
            Noted::Ours => true,
            Noted::Later(at) => at <= now.wall,
            Noted::Unknown | Noted::Nothing => false,
        };
        if is_over {
            let mut tx = db.begin().await?;
            tx.trust_clock().await?;
            tx.commit().await?;
            self.noted = Noted::Nothing;
        }
        Ok(())
    }
}

/// Records `doubt` unless the record covers it already. Another process may have removed the record, because its own
/// clock is right; then this process records `doubt` again.
async fn note_doubt(db: &Db, notes: ClockNotes, doubt: ClockJump) -> Result<(), Error> {
    if notes.doubt.is_some_and(|noted| noted.at <= doubt.at && noted.ahead >= doubt.ahead) {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    tx.doubt_clock(doubt).await?;
    Ok(tx.commit().await?)
}

/// Records an operator's confirmation that `clock` is right, and returns the time that it shows. Every process whose
/// clock has jumped to that time then trusts its clock.
///
/// # Errors
/// [`Error::Unavailable`], [`Error::Undecided`] or [`Error::Internal`] if the database fails.
pub async fn confirm_clock(db: &Db, clock: &Clock) -> Result<Timestamp, Error> {
    let now = clock.now();
    let mut tx = db.begin().await?;
    tx.confirm_clock(now).await?;
    tx.commit().await?;
    Ok(now)
}
