//! Statements on `letters`: mail that an action has promised and no worker has sent yet.

use super::{StoreError, Tx, execute, one_row, with_conn};
use crate::domain::{
    api_tokens::Described,
    email::Email,
    id::{LetterId, LinkId, UserId},
    outbox::Kind,
    providers::ProviderId,
    time::Timestamp,
};

/// A letter to be sent.
pub struct NewLetter<'a> {
    /// Whose account it is about; `None` when that is gone.
    pub user_id: Option<&'a UserId>,
    /// Which letter.
    pub kind: Kind,
    /// The mailbox.
    pub to: &'a Email,
    /// The row that its link names.
    pub link: Option<&'a LinkId>,
    /// The other address it speaks of, in full; the letter masks it where it must be.
    pub other: Option<&'a Email>,
    /// The instant it speaks of.
    pub at: Option<Timestamp>,
    /// The device it speaks of.
    pub device: Option<&'a str>,
    /// The provider it speaks of.
    pub provider: Option<&'a ProviderId>,
    /// The API token it speaks of.
    pub api_token: Option<&'a Described>,
    /// When to send it; `None` is at once.
    pub due_at: Option<Timestamp>,
}

impl<'a> NewLetter<'a> {
    /// A letter that says only what its kind says, to be sent at once.
    #[must_use]
    pub const fn plain(user_id: &'a UserId, kind: Kind, to: &'a Email) -> Self {
        Self {
            user_id: Some(user_id),
            kind,
            to,
            link: None,
            other: None,
            at: None,
            device: None,
            provider: None,
            api_token: None,
            due_at: None,
        }
    }
}

/// The row of a letter that has been claimed for sending, as it was found.
pub struct ClaimedLetter(LetterRow);

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

impl ClaimedLetter {
    /// The letter's id, which every version can read.
    #[must_use]
    pub fn id(&self) -> LetterId {
        LetterId::from_row(self.0.id.clone())
    }

    /// The letter that the row holds.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a row that this version cannot read. Its claim is to stand
    /// nevertheless: taken back, the same row would be the next one for ever.
    pub fn read(self) -> Result<DueLetter, StoreError> {
        let Self(row) = self;
        let api_token = row.api_token.as_deref().map(serde_json::from_str).transpose();
        Ok(DueLetter {
            id: LetterId::from_row(row.id),
            user_id: row.user_id.map(UserId::from_row),
            kind: Kind::from_word(&row.kind).ok_or(StoreError::Corrupt("letters.kind"))?,
            recipient: row.recipient,
            link_id: row.link_id.map(LinkId::from_row),
            other: row.other,
            at: row.at.map(Timestamp),
            device: row.device,
            provider: row.provider.map(ProviderId::from_row),
            api_token: api_token.map_err(|_| StoreError::Corrupt("letters.api_token"))?,
            attempts: row.attempts,
        })
    }
}

impl Tx {
    /// Whether a letter can be claimed that is not of the kind `held`: what a worker asks before it
    /// begins a transaction.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn has_due_letter(&mut self, now: Timestamp, held: Option<Kind>) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT id FROM signet_letters WHERE awaited IN (0, 1) AND due_at <= $1 AND failed_at IS NULL \
             AND (claimed_until IS NULL OR claimed_until <= $1) AND kind <> $2 LIMIT 1";
        let held = held.map_or("", Kind::word);
        let id: Option<String> =
            with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(now.0).bind(held).fetch_optional(conn).await)?;
        Ok(id.is_some())
    }

    /// Adds a letter that is written at `now`.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn insert_letter(
        &mut self,
        id: &LetterId,
        new: &NewLetter<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO signet_letters \
             (id, user_id, kind, recipient, link_id, other, at, device, provider, api_token, created_at, due_at, awaited) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
        let api_token = new.api_token.map(serde_json::to_string).transpose();
        let api_token = api_token.map_err(|_| StoreError::Corrupt("letters.api_token"))?;
        execute!(
            self,
            SQL,
            id.as_str(),
            new.user_id.map(UserId::as_str),
            new.kind.word(),
            new.to.ascii_form(),
            new.link.map(LinkId::as_str),
            new.other.map(Email::as_str),
            new.at.map(|at| at.0),
            new.device,
            new.provider.map(ProviderId::as_str),
            api_token,
            now.0,
            new.due_at.unwrap_or(now).0,
            i64::from(!new.kind.comes_in_masses())
        )
        .map(drop)
    }

    /// Claims the next letter that is due until `until`, so that no other worker sends it meanwhile:
    /// the oldest that somebody waits for, else the oldest. `None` if there is none but those of the
    /// kind `held`.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn claim_letter(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        held: Option<Kind>,
    ) -> Result<Option<ClaimedLetter>, StoreError> {
        const SQLITE: &str = "UPDATE signet_letters SET claimed_until = $2, attempts = attempts + 1 WHERE id = COALESCE( \
             (SELECT id FROM signet_letters WHERE awaited = 1 AND due_at <= $1 AND failed_at IS NULL \
             AND (claimed_until IS NULL OR claimed_until <= $1) AND kind <> $3 ORDER BY due_at LIMIT 1), \
             (SELECT id FROM signet_letters WHERE awaited = 0 AND due_at <= $1 AND failed_at IS NULL \
             AND (claimed_until IS NULL OR claimed_until <= $1) AND kind <> $3 ORDER BY due_at LIMIT 1)) \
             RETURNING id, user_id, kind, recipient, link_id, other, at, device, provider, api_token, attempts";
        // Here several claim at once, and each passes over what another one holds.
        const POSTGRES: &str = "UPDATE signet_letters SET claimed_until = $2, attempts = attempts + 1 WHERE id = COALESCE( \
             (SELECT id FROM signet_letters WHERE awaited = 1 AND due_at <= $1 AND failed_at IS NULL \
             AND (claimed_until IS NULL OR claimed_until <= $1) AND kind <> $3 ORDER BY due_at LIMIT 1 \
             FOR UPDATE SKIP LOCKED), \
             (SELECT id FROM signet_letters WHERE awaited = 0 AND due_at <= $1 AND failed_at IS NULL \
             AND (claimed_until IS NULL OR claimed_until <= $1) AND kind <> $3 ORDER BY due_at LIMIT 1 \
             FOR UPDATE SKIP LOCKED)) \
             RETURNING id, user_id, kind, recipient, link_id, other, at, device, provider, api_token, attempts";
        let sql = match self {
            Self::Sqlite(..) => SQLITE,
            Self::Postgres(..) => POSTGRES,
        };
        let held = held.map_or("", Kind::word);
        let row: Option<LetterRow> = with_conn!(self, |conn| sqlx::query_as(sql)
            .bind(now.0)
            .bind(until.0)
            .bind(held)
            .fetch_optional(conn)
            .await)?;
        Ok(row.map(ClaimedLetter))
    }

    /// Removes a letter that was sent, or has nothing to say any more.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn delete_letter(&mut self, id: &LetterId) -> Result<bool, StoreError> {
        const SQL: &str = "DELETE FROM signet_letters WHERE id = $1";
        execute!(self, SQL, id.as_str()).and_then(one_row("letters.id"))
    }

    /// Puts a letter off that could not be sent at its try number `attempt`; `false` if somebody
    /// else has tried since, because this one took too long.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn postpone_letter(
        &mut self,
        id: &LetterId,
        attempt: i64,
        due_at: Timestamp,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_letters SET due_at = $3, claimed_until = NULL WHERE id = $1 AND attempts = $2";
        execute!(self, SQL, id.as_str(), attempt, due_at.0).and_then(one_row("letters.id"))
    }

    /// Gives a letter up after its try number `attempt`; it stays for the operator to see.
    /// `false` if somebody else has tried since.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn give_letter_up(&mut self, id: &LetterId, attempt: i64, at: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str =
            "UPDATE signet_letters SET failed_at = $3, claimed_until = NULL WHERE id = $1 AND attempts = $2";
        execute!(self, SQL, id.as_str(), attempt, at.0).and_then(one_row("letters.id"))
    }

    /// How many letters are due.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn count_due_letters(&mut self, now: Timestamp) -> Result<i64, StoreError> {
        const SQL: &str =
            "SELECT COUNT(*) FROM signet_letters WHERE awaited IN (0, 1) AND due_at <= $1 AND failed_at IS NULL";
        Ok(with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(now.0).fetch_one(conn).await)?)
    }

    /// Takes an account's unsent letters of one kind back; how many.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn withdraw_letters(&mut self, user: &UserId, kind: Kind) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_letters WHERE user_id = $1 AND kind = $2";
        execute!(self, SQL, user.as_str(), kind.word())
    }

    /// Takes all of an account's unsent letters back; how many.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn withdraw_all_letters(&mut self, user: &UserId) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_letters WHERE user_id = $1";
        execute!(self, SQL, user.as_str())
    }
}
