//! Statements on `email_changes`.

use super::{StoreError, Tx, execute, one_row, with_conn};
use crate::domain::{
    email::Email,
    email_change::{EmailChange, State},
    id::{LinkId, UserId},
    time::Timestamp,
};

/// A new e-mail change.
pub struct NewEmailChange<'a> {
    /// The id of the row; its links contain it.
    pub id: &'a LinkId,
    /// The account whose address changes.
    pub user_id: &'a UserId,
    /// The present address.
    pub old_email: &'a Email,
    /// The new address.
    pub new_email: &'a Email,
    /// The account's security stamp.
    pub stamp: i64,
    /// Now.
    pub at: Timestamp,
    /// The last second in which the new address can confirm.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct ChangeRow {
    id: String,
    user_id: String,
    old_email: String,
    new_email: String,
    state: String,
    stamp: i64,
    requested_at: i64,
    expires_at: i64,
    confirmed_at: Option<i64>,
    undo_until: Option<i64>,
}

impl ChangeRow {
    fn into_change(self) -> Result<EmailChange, StoreError> {
        Ok(EmailChange {
            id: LinkId::from_row(self.id),
            user_id: UserId::from_row(self.user_id),
            old_email: Email::from_row(self.old_email),
            new_email: Email::from_row(self.new_email),
            state: State::from_word(&self.state).ok_or(StoreError::Corrupt("email_changes.state"))?,
            requested_at: Timestamp(self.requested_at),
            expires_at: Timestamp(self.expires_at),
            confirmed_at: self.confirmed_at.map(Timestamp),
            undo_until: self.undo_until.map(Timestamp),
            stamp: self.stamp,
        })
    }
}

impl Tx {
    /// Opens a change. The transaction must hold the account's row, and no other change may be open.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another change is open.
    pub async fn insert_email_change(&mut self, new: &NewEmailChange<'_>) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO signet_email_changes \
             (id, user_id, old_email, new_email, state, stamp, requested_at, expires_at, position) \
             VALUES ($1, $2, $3, $4, 'open', $5, $6, $7, \
             (SELECT COALESCE(MAX(position), 0) + 1 FROM signet_email_changes WHERE user_id = $2))";
        execute!(
            self,
            SQL,
            new.id.as_str(),
            new.user_id.as_str(),
            new.old_email.as_str(),
            new.new_email.as_str(),
            new.stamp,
            new.at.0,
            new.expires_at.0
        )
        .map(drop)
    }

    /// A change by its id.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn email_change(&mut self, id: &LinkId) -> Result<Option<EmailChange>, StoreError> {
        const SQL: &str = "SELECT id, user_id, old_email, new_email, state, stamp, requested_at, expires_at, \
             confirmed_at, undo_until FROM signet_email_changes WHERE id = $1";
        let row: Option<ChangeRow> =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(id.as_str()).fetch_optional(conn).await)?;
        row.map(ChangeRow::into_change).transpose()
    }

    /// The open change of an account, expired or not.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn open_email_change(&mut self, user: &UserId) -> Result<Option<EmailChange>, StoreError> {
        const SQL: &str = "SELECT id, user_id, old_email, new_email, state, stamp, requested_at, expires_at, \
             confirmed_at, undo_until FROM signet_email_changes WHERE user_id = $1 AND state = 'open'";
        let row: Option<ChangeRow> =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(user.as_str()).fetch_optional(conn).await)?;
        row.map(ChangeRow::into_change).transpose()
    }

    /// Closes the open change of an account and sets its `state`; `false` if none was open.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn close_email_change(&mut self, user: &UserId, state: State) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_email_changes SET state = $2 WHERE user_id = $1 AND state = 'open'";
        execute!(self, SQL, user.as_str(), state.word()).and_then(one_row("email_changes_open"))
    }

    /// Confirms an open change that has not expired; `false` if the change is no longer open. The undo link
    /// contains `stamp`, so that later credential changes leave it valid.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn confirm_email_change(
        &mut self,
        id: &LinkId,
        stamp: i64,
        now: Timestamp,
        undo_until: Timestamp,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_email_changes SET state = 'confirmed', stamp = $2, confirmed_at = $3, undo_until = $4 \
             WHERE id = $1 AND state = 'open' AND expires_at >= $3";
        execute!(self, SQL, id.as_str(), stamp, now.0, undo_until.0).and_then(one_row("email_changes.id"))
    }

    /// Undoes a confirmed change within its window, and marks every later change of the account as superseded;
    /// `false` if the window is over or another request was first.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn undo_email_change(&mut self, id: &LinkId, user: &UserId, now: Timestamp) -> Result<bool, StoreError> {
        const UNDO: &str = "UPDATE signet_email_changes SET state = 'undone' \
             WHERE id = $1 AND user_id = $2 AND state = 'confirmed' AND undo_until >= $3";
        const LATER: &str = "UPDATE signet_email_changes SET state = 'superseded' \
             WHERE user_id = $2 AND state IN ('open', 'confirmed') \
             AND position > (SELECT position FROM signet_email_changes WHERE id = $1)";
        if !execute!(self, UNDO, id.as_str(), user.as_str(), now.0).and_then(one_row("email_changes.id"))? {
            return Ok(false);
        }
        execute!(self, LATER, id.as_str(), user.as_str())?;
        Ok(true)
    }

    /// Removes every change of an account.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn delete_email_changes(&mut self, user: &UserId) -> Result<(), StoreError> {
        const SQL: &str = "DELETE FROM signet_email_changes WHERE user_id = $1";
        execute!(self, SQL, user.as_str()).map(drop)
    }

    /// Removes at most `limit` changes whose links could not work any more in any state, and returns how many. Until then
    /// the owner of a used link can read what it has done.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn sweep_email_changes(&mut self, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_email_changes WHERE id IN \
             (SELECT id FROM signet_email_changes \
             WHERE (undo_until IS NULL AND expires_at < $1) OR undo_until < $1 LIMIT $2)";
        execute!(self, SQL, now.0, limit)
    }
}
