//! Statements on `letters`: mail that has been promised and not been sent yet.

use super::{StoreError, Tx, one_row, with_conn};
use crate::domain::{
    api_tokens::Described,
    id::{LetterId, LinkId, UserId},
    outbox::Kind,
    providers::ProviderId,
    time::Timestamp,
};

/// A letter to be sent.
pub struct NewLetter<'a> {
    /// Its row.
    pub id: &'a LetterId,
    /// Whose account it is about; `None` when that is gone.
    pub user_id: Option<&'a UserId>,
    /// Which letter.
    pub kind: Kind,
    /// The mailbox, in ASCII form.
    pub recipient: &'a str,
    /// The row that its link names.
    pub link_id: Option<&'a LinkId>,
    /// The other address it speaks of, in full; the letter masks it where it must be.
    pub other: Option<&'a str>,
    /// The instant it speaks of.
    pub at: Option<Timestamp>,
    /// The device it speaks of.
    pub device: Option<&'a str>,
    /// The provider it speaks of.
    pub provider: Option<&'a ProviderId>,
    /// The API token it speaks of.
    pub api_token: Option<&'a Described>,
    /// Now.
    pub created_at: Timestamp,
    /// When to send it.
    pub due_at: Timestamp,
    /// The job that will.
    pub job: &'a str,
}

/// A letter that has been claimed for sending.
pub struct DueLetter {
    /// Its row.
    pub id: LetterId,
    /// Whose account it is about; `None` when that is gone.
    pub user_id: Option<UserId>,
    /// Which letter.
    pub kind: Kind,
    /// The mailbox.
    pub recipient: String,
    /// The row that its link names.
    pub link_id: Option<LinkId>,
    /// The other address it speaks of.
    pub other: Option<String>,
    /// The instant it speaks of.
    pub at: Option<Timestamp>,
    /// The device it speaks of.
    pub device: Option<String>,
    /// The provider it speaks of.
    pub provider: Option<ProviderId>,
    /// The API token it speaks of.
    pub api_token: Option<Described>,
    /// How often sending it has failed.
    pub attempts: i64,
}

#[derive(sqlx::FromRow)]
struct LetterRow {
    id: String,
    user_id: Option<String>,
    kind: String,
    recipient: String,
    link_id: Option<String>,
    other: Option<String>,
    at: Option<i64>,
    device: Option<String>,
    provider: Option<String>,
    api_token: Option<String>,
    attempts: i64,
}

impl LetterRow {
    fn into_letter(self) -> Result<DueLetter, StoreError> {
        let api_token = self.api_token.as_deref().map(serde_json::from_str).transpose();
        Ok(DueLetter {
            id: LetterId::from_row(self.id),
            user_id: self.user_id.map(UserId::from_row),
            kind: Kind::from_word(&self.kind).ok_or(StoreError::Corrupt("letters.kind"))?,
            recipient: self.recipient,
            link_id: self.link_id.map(LinkId::from_row),
            other: self.other,
            at: self.at.map(Timestamp),
            device: self.device,
            provider: self.provider.map(ProviderId::from_row),
            api_token: api_token.map_err(|_| StoreError::Corrupt("letters.api_token"))?,
            attempts: self.attempts,
        })
    }
}

impl Tx {
    /// Adds a letter.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn insert_letter(&mut self, new: &NewLetter<'_>) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO signet_letters \
             (id, user_id, kind, recipient, link_id, other, at, device, provider, api_token, created_at, due_at, job) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
        let api_token = new.api_token.map(serde_json::to_string).transpose();
        let api_token = api_token.map_err(|_| StoreError::Corrupt("letters.api_token"))?;
        with_conn!(self, |conn| sqlx::query(SQL)
            .bind(new.id.as_str())
            .bind(new.user_id.map(UserId::as_str))
            .bind(new.kind.word())
            .bind(new.recipient)
            .bind(new.link_id.map(LinkId::as_str))
            .bind(new.other)
            .bind(new.at.map(|at| at.0))
            .bind(new.device)
            .bind(new.provider.map(ProviderId::as_str))
            .bind(api_token)
            .bind(new.created_at.0)
            .bind(new.due_at.0)
            .bind(new.job)
            .execute(conn)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Claims a due letter until `until`, so that no other worker sends it meanwhile;
    /// `None` if it is gone, not due, given up, or claimed.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn claim_letter(
        &mut self,
        id: &LetterId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<DueLetter>, StoreError> {
        const SQL: &str = "UPDATE signet_letters SET claimed_until = $3, attempts = attempts + 1 \
             WHERE id = $1 AND due_at <= $2 AND failed_at IS NULL \
             AND (claimed_until IS NULL OR claimed_until <= $2) \
             RETURNING id, user_id, kind, recipient, link_id, other, at, device, provider, api_token, attempts";
        let row: Option<LetterRow> = with_conn!(self, |conn| sqlx::query_as(SQL)
            .bind(id.as_str())
            .bind(now.0)
            .bind(until.0)
            .fetch_optional(conn)
            .await)?;
        row.map(LetterRow::into_letter).transpose()
    }

    /// Removes a letter that was sent, or has nothing to say any more.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn delete_letter(&mut self, id: &LetterId) -> Result<bool, StoreError> {
        const SQL: &str = "DELETE FROM signet_letters WHERE id = $1";
        let affected = with_conn!(self, |conn| sqlx::query(SQL)
            .bind(id.as_str())
            .execute(conn)
            .await
            .map(|done| done.rows_affected()))?;
        one_row(affected, "letters.id")
    }

    /// Puts a letter off that could not be sent at its try number `attempt`, under a new job;
    /// `false` if somebody else has tried since, because this one took too long.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn postpone_letter(
        &mut self,
        id: &LetterId,
        attempt: i64,
        due_at: Timestamp,
        job: &str,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_letters SET due_at = $3, claimed_until = NULL, job = $4 \
             WHERE id = $1 AND attempts = $2";
        let affected = with_conn!(self, |conn| sqlx::query(SQL)
            .bind(id.as_str())
            .bind(attempt)
            .bind(due_at.0)
            .bind(job)
            .execute(conn)
            .await
            .map(|done| done.rows_affected()))?;
        one_row(affected, "letters.id")
    }

    /// Gives a letter that has lost its job `old` the job `new`, due at `now`; `false` if it
    /// has another job by now, is being sent, or was given up.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn wake_letter(
        &mut self,
        id: &LetterId,
        old: &str,
        new: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_letters SET job = $3 WHERE id = $1 AND job = $2 AND due_at <= $4 \
             AND failed_at IS NULL AND (claimed_until IS NULL OR claimed_until <= $4)";
        let affected = with_conn!(self, |conn| sqlx::query(SQL)
            .bind(id.as_str())
            .bind(old)
            .bind(new)
            .bind(now.0)
            .execute(conn)
            .await
            .map(|done| done.rows_affected()))?;
        one_row(affected, "letters.id")
    }

    /// Gives a letter up after its try number `attempt`; it stays for the operator to see.
    /// `false` if somebody else has tried since.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn give_letter_up(&mut self, id: &LetterId, attempt: i64, at: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str =
            "UPDATE signet_letters SET failed_at = $3, claimed_until = NULL WHERE id = $1 AND attempts = $2";
        let affected = with_conn!(self, |conn| sqlx::query(SQL)
            .bind(id.as_str())
            .bind(attempt)
            .bind(at.0)
            .execute(conn)
            .await
            .map(|done| done.rows_affected()))?;
        one_row(affected, "letters.id")
    }

    /// Letters that are due and not claimed, but for those of the kind `held`, with their jobs,
    /// the oldest first.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn due_letters(
        &mut self,
        now: Timestamp,
        held: Option<Kind>,
        limit: i64,
    ) -> Result<Vec<(LetterId, String)>, StoreError> {
        const SQL: &str = "SELECT id, job FROM signet_letters WHERE due_at <= $1 AND failed_at IS NULL \
             AND (claimed_until IS NULL OR claimed_until <= $1) AND kind <> $2 ORDER BY due_at, id LIMIT $3";
        let held = held.map_or("", Kind::word);
        let rows: Vec<(String, String)> =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(now.0).bind(held).bind(limit).fetch_all(conn).await)?;
        Ok(rows.into_iter().map(|(id, job)| (LetterId::from_row(id), job)).collect())
    }

    /// How many letters are due.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn count_due_letters(&mut self, now: Timestamp) -> Result<i64, StoreError> {
        const SQL: &str = "SELECT COUNT(*) FROM signet_letters WHERE due_at <= $1 AND failed_at IS NULL";
        Ok(with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(now.0).fetch_one(conn).await)?)
    }

    /// Takes an account's unsent letters of one kind back; the jobs that stood for them.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn withdraw_letters(&mut self, user: &UserId, kind: Kind) -> Result<Vec<String>, StoreError> {
        const SQL: &str = "DELETE FROM signet_letters WHERE user_id = $1 AND kind = $2 RETURNING job";
        Ok(with_conn!(self, |conn| sqlx::query_scalar(SQL)
            .bind(user.as_str())
            .bind(kind.word())
            .fetch_all(conn)
            .await)?)
    }

    /// Takes all of an account's unsent letters back; the jobs that stood for them.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn withdraw_all_letters(&mut self, user: &UserId) -> Result<Vec<String>, StoreError> {
        const SQL: &str = "DELETE FROM signet_letters WHERE user_id = $1 RETURNING job";
        Ok(with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(user.as_str()).fetch_all(conn).await)?)
    }
}
