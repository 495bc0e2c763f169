//! Statements on `letters`: the mail that actions have queued and workers have not sent yet.

use super::{StoreError, Tx, execute, one_row, with_conn};
use crate::domain::{
    api_tokens::Described,
    email::Email,
    id::{LetterId, LinkId, UserId},
    language::Language,
    operator::OperatorReason,
    outbox::Kind,
    providers::ProviderId,
    time::Timestamp,
};

/// A new letter.
#[derive(Clone)]
pub struct NewLetter<'a> {
    /// The account that it is about; `None` if that is erased.
    pub user_id: Option<&'a UserId>,
    /// The kind of the letter.
    pub kind: Kind,
    /// The address of the recipient.
    pub to: &'a Email,
    /// The id of the row behind its link.
    pub link: Option<&'a LinkId>,
    /// Another address that the letter mentions. The row has the address in full; the letter masks it if the reader
    /// may not see it.
    pub other: Option<&'a Email>,
    /// The instant that it mentions.
    pub at: Option<Timestamp>,
    /// The device that it mentions.
    pub device: Option<&'a str>,
    /// The provider that it mentions.
    pub provider: Option<&'a ProviderId>,
    /// The API token that it mentions.
    pub api_token: Option<&'a Described>,
    /// The reason of the operator whose command it tells of.
    pub reason: Option<&'a OperatorReason>,
    /// Its language; `None` means that of the account.
    pub language: Option<Language>,
    /// When to send it; `None` means at once.
    pub due_at: Option<Timestamp>,
}

impl<'a> NewLetter<'a> {
    /// Makes a letter without further facts, due at once.
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
            reason: None,
            language: None,
            due_at: None,
        }
    }
}

/// The unparsed row of a letter that a worker has claimed.
pub struct ClaimedLetter(LetterRow);

/// A letter that a worker has claimed.
pub struct DueLetter {
    /// The id of its row.
    pub id: LetterId,
    /// The account that it is about; `None` if that is erased.
    pub user_id: Option<UserId>,
    /// The kind of the letter.
    pub kind: Kind,
    /// The address of the recipient.
    pub recipient: String,
    /// The id of the row behind its link.
    pub link_id: Option<LinkId>,
    /// Another address that it mentions.
    pub other: Option<String>,
    /// The instant that it mentions.
    pub at: Option<Timestamp>,
    /// The device that it mentions.
    pub device: Option<String>,
    /// The provider that it mentions.
    pub provider: Option<ProviderId>,
    /// The API token that it mentions.
    pub api_token: Option<Described>,
    /// The reason of the operator whose command it tells of.
    pub reason: Option<OperatorReason>,
    /// Its language, if the account had one when the letter was queued.
    pub language: Option<Language>,
    /// The number of this try, counted from 1.
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
    reason: Option<String>,
    language: Option<String>,
    attempts: i64,
}

impl ClaimedLetter {
    /// Returns the letter's id, which every version of Signet can read.
    #[must_use]
    pub fn id(&self) -> LetterId {
        LetterId::from_row(self.0.id.clone())
    }

    /// Parses the row.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a row that this version cannot read. The caller must keep the claim: if it were
    /// rolled back, workers would claim the same row again and again.
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
            reason: row.reason.map(OperatorReason::from_row),
            language: row.language.as_deref().and_then(Language::from_word),
            attempts: row.attempts,
        })
    }
}

impl Tx {
    /// Returns whether any letter is due, apart from letters of the kind `held`. A worker asks this before it
    /// begins a transaction.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn has_due_letter(&mut self, now: Timestamp, held: Option<Kind>) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT id FROM signet_letters WHERE awaited IN (0, 1) AND unsolicited IN (0, 1) AND due_at <= $1 AND failed_at IS NULL \
             AND (claimed_until IS NULL OR claimed_until <= $1) AND kind <> $2 LIMIT 1";
        let held = held.map_or("", Kind::word);
        let id: Option<String> =
            with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(now.0).bind(held).fetch_optional(conn).await)?;
        Ok(id.is_some())
    }

    /// Adds a letter, in the language that its account has now. `now` is the time of its creation.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn insert_letter(
        &mut self,
        id: &LetterId,
        new: &NewLetter<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO signet_letters \
             (id, user_id, kind, recipient, link_id, other, at, device, provider, api_token, reason, created_at, \
             due_at, awaited, unsolicited, language) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
             COALESCE($16, (SELECT language FROM signet_users WHERE id = $2)))";
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
            new.reason.map(OperatorReason::as_str),
            now.0,
            new.due_at.unwrap_or(now).0,
            i64::from(!new.kind.comes_in_masses()),
            i64::from(new.kind.is_unsolicited()),
            new.language.map(Language::word)
        )
        .map(drop)
    }

    /// Claims the next due letter, so that no other worker sends it before `until`. Leaves out letters of the kind
    /// `held`. Letters for which a user waits come first, and of these the letters that not anyone can cause; among
    /// equals, the letter that has been due for longest. Returns `None` if no such letter is due.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn claim_letter(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        held: Option<Kind>,
    ) -> Result<Option<ClaimedLetter>, StoreError> {
        const SQLITE: &str = "UPDATE signet_letters SET claimed_until = $2, attempts = attempts + 1 WHERE id = COALESCE( \
             (SELECT id FROM signet_letters WHERE awaited = 1 AND unsolicited = 0 AND due_at <= $1 AND failed_at IS NULL \
             AND (claimed_until IS NULL OR claimed_until <= $1) AND kind <> $3 ORDER BY due_at LIMIT 1), \
             (SELECT id FROM signet_letters WHERE awaited = 1 AND unsolicited = 1 AND due_at <= $1 AND failed_at IS NULL \
             AND (claimed_until IS NULL OR claimed_until <= $1) AND kind <> $3 ORDER BY due_at LIMIT 1), \
             (SELECT id FROM signet_letters WHERE awaited = 0 AND unsolicited = 0 AND due_at <= $1 AND failed_at IS NULL \
             AND (claimed_until IS NULL OR claimed_until <= $1) AND kind <> $3 ORDER BY due_at LIMIT 1)) \
             RETURNING id, user_id, kind, recipient, link_id, other, at, device, provider, api_token, reason, language, attempts";
        // On PostgreSQL several workers claim at once, and each skips a row that another one holds.
        const POSTGRES: &str = "UPDATE signet_letters SET claimed_until = $2, attempts = attempts + 1 WHERE id = COALESCE( \
             (SELECT id FROM signet_letters WHERE awaited = 1 AND unsolicited = 0 AND due_at <= $1 AND failed_at IS NULL \
             AND (claimed_until IS NULL OR claimed_until <= $1) AND kind <> $3 ORDER BY due_at LIMIT 1 \
             FOR UPDATE SKIP LOCKED), \
             (SELECT id FROM signet_letters WHERE awaited = 1 AND unsolicited = 1 AND due_at <= $1 AND failed_at IS NULL \
             AND (claimed_until IS NULL OR claimed_until <= $1) AND kind <> $3 ORDER BY due_at LIMIT 1 \
             FOR UPDATE SKIP LOCKED), \
             (SELECT id FROM signet_letters WHERE awaited = 0 AND unsolicited = 0 AND due_at <= $1 AND failed_at IS NULL \
             AND (claimed_until IS NULL OR claimed_until <= $1) AND kind <> $3 ORDER BY due_at LIMIT 1 \
             FOR UPDATE SKIP LOCKED)) \
             RETURNING id, user_id, kind, recipient, link_id, other, at, device, provider, api_token, reason, language, attempts";
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

    /// Removes a letter that was sent or has become pointless.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn delete_letter(&mut self, id: &LetterId) -> Result<bool, StoreError> {
        const SQL: &str = "DELETE FROM signet_letters WHERE id = $1";
        execute!(self, SQL, id.as_str()).and_then(one_row("letters.id"))
    }

    /// Puts a letter off after its try number `attempt` has failed. Returns `false` if this try took so long that
    /// another worker has claimed the letter since.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn postpone_letter(
        &mut self,
        id: &LetterId,
        attempt: i64,
        due_at: Timestamp,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_letters SET due_at = $3, claimed_until = NULL WHERE id = $1 AND attempts = $2";
        execute!(self, SQL, id.as_str(), attempt, due_at.0).and_then(one_row("letters.id"))
    }

    /// Gives a letter up after its try number `attempt`. The row stays, so that the operator sees it. Returns
    /// `false` if another worker has claimed the letter since.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn give_letter_up(&mut self, id: &LetterId, attempt: i64, at: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str =
            "UPDATE signet_letters SET failed_at = $3, claimed_until = NULL WHERE id = $1 AND attempts = $2";
        execute!(self, SQL, id.as_str(), attempt, at.0).and_then(one_row("letters.id"))
    }

    /// Removes at most `limit` letters that were given up before `before` and returns how many.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn sweep_given_up_letters(&mut self, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_letters WHERE id IN \
             (SELECT id FROM signet_letters WHERE failed_at < $1 LIMIT $2)";
        execute!(self, SQL, before.0, limit)
    }

    /// Counts the letters that are due.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn count_due_letters(&mut self, now: Timestamp) -> Result<i64, StoreError> {
        const SQL: &str = "SELECT COUNT(*) FROM signet_letters WHERE awaited IN (0, 1) AND unsolicited IN (0, 1) \
             AND due_at <= $1 AND failed_at IS NULL";
        Ok(with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(now.0).fetch_one(conn).await)?)
    }

    /// Deletes an account's unsent letters of one kind and returns how many.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn withdraw_letters(&mut self, user: &UserId, kind: Kind) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_letters WHERE user_id = $1 AND kind = $2";
        execute!(self, SQL, user.as_str(), kind.word())
    }

    /// Deletes all unsent letters of an account and returns how many.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn withdraw_all_letters(&mut self, user: &UserId) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_letters WHERE user_id = $1";
        execute!(self, SQL, user.as_str())
    }
}
