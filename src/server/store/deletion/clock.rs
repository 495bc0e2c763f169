//! Statements on `clock`.

use crate::{
    domain::{
        deletion::clock_guard::ClockJump,
        time::{Span, Timestamp},
    },
    server::store::{StoreError, Tx, execute, with_conn},
};

/// What the database has recorded about the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockNotes {
    /// When an operator last confirmed the clock, by that clock.
    pub confirmed_at: Option<Timestamp>,
    /// A recorded jump, if the clock was since neither set right nor confirmed.
    pub doubt: Option<ClockJump>,
}

impl Tx {
    /// What the database has recorded about the clock.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails; [`StoreError::Corrupt`] for a negative or too large span.
    pub async fn clock_notes(&mut self) -> Result<ClockNotes, StoreError> {
        const SQL: &str = "SELECT confirmed_at, doubted_at, ahead FROM signet_clock WHERE id = $1";
        let row: Option<(Option<i64>, Option<i64>, Option<i64>)> =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(1_i64).fetch_optional(conn).await)?;
        let Some((confirmed_at, doubted_at, ahead)) = row else { return Ok(ClockNotes::default()) };
        let ahead = ahead.map(u32::try_from).transpose().map_err(|_| StoreError::Corrupt("clock.ahead"))?;
        let doubt =
            doubted_at.zip(ahead).map(|(at, ahead)| ClockJump { at: Timestamp(at), ahead: Span::seconds(ahead) });
        Ok(ClockNotes { confirmed_at: confirmed_at.map(Timestamp), doubt })
    }

    /// Records that a clock was found ahead. Of several jumps the row keeps the earliest time and the largest span.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn doubt_clock(&mut self, doubt: ClockJump) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO signet_clock (id, doubted_at, ahead) VALUES (1, $1, $2) ON CONFLICT (id) DO UPDATE SET \
             doubted_at = CASE WHEN signet_clock.doubted_at < excluded.doubted_at THEN signet_clock.doubted_at \
             ELSE excluded.doubted_at END, \
             ahead = CASE WHEN signet_clock.ahead > excluded.ahead THEN signet_clock.ahead ELSE excluded.ahead END";
        let ahead = i64::from(doubt.ahead.as_seconds());
        execute!(self, SQL, doubt.at.0, ahead).map(drop)
    }

    /// Removes the record of a jump.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn trust_clock(&mut self) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE signet_clock SET doubted_at = NULL, ahead = NULL WHERE id = $1";
        execute!(self, SQL, 1_i64).map(drop)
    }

    /// Records that an operator confirmed the clock when it showed `at`. A recorded jump to a later time stays.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn confirm_clock(&mut self, at: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO signet_clock (id, confirmed_at) VALUES (1, $1) \
             ON CONFLICT (id) DO UPDATE SET confirmed_at = excluded.confirmed_at, \
             doubted_at = CASE WHEN signet_clock.doubted_at > excluded.confirmed_at THEN signet_clock.doubted_at END, \
             ahead = CASE WHEN signet_clock.doubted_at > excluded.confirmed_at THEN signet_clock.ahead END";
        execute!(self, SQL, at.0).map(drop)
    }
}
