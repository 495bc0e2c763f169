//! Whether the clock can be believed enough to erase by it, and the operator's word that it
//! can.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::Error;
use crate::{
    domain::{
        deletion::clock_guard::{ClockJump, ClockVerdict, ClockWatch, Reading},
        time::{Span, Timestamp},
    },
    server::{
        clock::Clock,
        store::{ClockNotes, Db},
    },
};

/// The process's watch over its clock. Cheap to clone; clones are one watch.
#[derive(Clone)]
pub struct ClockGuard(Arc<Mutex<Watched>>);

struct Watched {
    clock: ClockWatch,
    noted: Noted,
}

/// What the database holds against the clock, as far as this process knows: while it is believed
/// and there is nothing, nobody has to ask.
#[derive(Clone, Copy)]
enum Noted {
    /// It has not been asked since the process began.
    Unknown,
    /// Nothing.
    Nothing,
    /// A doubt that this process has, or has taken over.
    Ours,
    /// A doubt about a time that this clock had not come to when the process began.
    Later(Timestamp),
}

impl ClockGuard {
    /// Believes what `clock` shows now, unless the database knows better.
    #[must_use]
    pub fn begin(clock: &Clock) -> Self {
        Self(Arc::new(Mutex::new(Watched { clock: ClockWatch::from(clock.read()), noted: Noted::Unknown })))
    }
}

impl ClockGuard {
    /// How far the clock is ahead of what can be believed at `now`; `None` when it can be.
    ///
    /// # Errors
    /// Those of the database, which is asked at the beginning, and while the clock is ahead.
    pub(super) async fn ahead_at(&self, db: &Db, now: Reading) -> Result<Option<Span>, Error> {
        // Held to the end: what is noted in the database is not to lag behind what is seen.
        let mut watched = self.0.lock().await;
        if watched.is_at_ease(now) {
            return Ok(None);
        }
        let notes = db.single_read().await?.clock_notes().await?;
        watched.adopt_recorded_jump(notes.doubt);
        match watched.clock.look(now, notes.confirmed_at) {
            ClockVerdict::Ahead(doubt) => {
                watched.noted = Noted::Ours;
                note_doubt(db, notes, doubt).await?;
                return Ok(Some(doubt.ahead));
            }
            ClockVerdict::Confirmed => tracing::warn!("the clock was confirmed; deletions go on"),
            ClockVerdict::Plausible => {}
        }
        watched.end_doubt(db, now).await?;
        Ok(None)
    }

    /// Removes a doubt that nobody shares any more: a believed `clock` has come to its time. Left
    /// there, it would be taken over by whichever process begins next.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) async fn drop_old_doubt(&self, db: &Db, clock: &Clock) -> Result<(), Error> {
        let mut watched = self.0.lock().await;
        let now = clock.read();
        if watched.clock.look(now, None) != ClockVerdict::Plausible || matches!(watched.noted, Noted::Unknown) {
            return Ok(());
        }
        let doubt = db.single_read().await?.clock_notes().await?.doubt;
        if let Some(doubt) = doubt {
            watched.noted = Noted::Later(doubt.at);
            watched.end_doubt(db, now).await?;
        }
        Ok(())
    }
}

impl Watched {
    /// Whether the clock is believed at `now` and nothing remains to be asked or noted.
    fn is_at_ease(&mut self, now: Reading) -> bool {
        let has_nothing_to_do = match self.noted {
            Noted::Nothing => true,
            Noted::Later(at) => now.wall < at,
            Noted::Unknown | Noted::Ours => false,
        };
        self.clock.look(now, None) == ClockVerdict::Plausible && has_nothing_to_do
    }

    /// Takes over the doubt that the process begins with, if there is one.
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

    /// Removes a doubt that is over: this process's own, or one about a time that a believed
    /// clock has come to. Any other may be about another machine, which may not have been set right.
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

/// Notes `doubt`, also anew when another process that did not share it has removed it.
async fn note_doubt(db: &Db, notes: ClockNotes, doubt: ClockJump) -> Result<(), Error> {
    if notes.doubt.is_some_and(|noted| noted.at <= doubt.at && noted.ahead >= doubt.ahead) {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    tx.doubt_clock(doubt).await?;
    Ok(tx.commit().await?)
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
