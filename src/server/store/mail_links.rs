//! Statements on `mail_links`: the rows that make confirm and reset links work once.

use super::{StoreError, Tx, execute, one_row, with_conn};
use crate::domain::{
    email::Email,
    id::{LinkId, UserId},
    mail_token::{Claims, Purpose},
    time::Timestamp,
};

/// A link that is about to be mailed.
pub struct NewMailLink<'a> {
    /// The id of its row; the token contains it.
    pub id: &'a LinkId,
    /// The account that it acts on.
    pub user_id: &'a UserId,
    /// Its purpose.
    pub purpose: Purpose,
    /// The address to which it is mailed.
    pub email: &'a Email,
    /// The account's security stamp.
    pub stamp: i64,
    /// SHA-256 of the device cookie of the browser that requested the link, for links that depend on it.
    pub device_hash: Option<&'a [u8]>,
    /// Now.
    pub at: Timestamp,
    /// The last second in which it works.
    pub expires_at: Timestamp,
}

/// A live link.
pub struct MailLink {
    /// The account that it acts on.
    pub user_id: UserId,
    /// The address to which it was mailed.
    pub email: Email,
    /// SHA-256 of the device cookie of the browser that requested the link.
    pub device_hash: Option<Vec<u8>>,
    /// The claims that its token proves.
    pub claims: Claims,
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    id: String,
    user_id: String,
    email: String,
    stamp: i64,
    device_hash: Option<Vec<u8>>,
    expires_at: i64,
}

impl LinkRow {
    fn into_link(self, purpose: Purpose) -> MailLink {
        let email = Email::from_row(self.email);
        let user_id = UserId::from_row(self.user_id);
        MailLink {
            claims: Claims {
                purpose,
                row: LinkId::from_row(self.id),
                user: user_id.clone(),
                address: email.key(),
                stamp: self.stamp,
                expires_at: Timestamp(self.expires_at),
            },
            user_id,
            email,
            device_hash: self.device_hash,
        }
    }
}

impl Tx {
    /// Adds a link.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn insert_mail_link(&mut self, new: &NewMailLink<'_>) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO signet_mail_links (id, user_id, purpose, email, stamp, device_hash, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        execute!(
            self,
            SQL,
            new.id.as_str(),
            new.user_id.as_str(),
            new.purpose.word(),
            new.email.as_str(),
            new.stamp,
            new.device_hash,
            new.at.0,
            new.expires_at.0
        )
        .map(drop)
    }

    /// A link that still works at `now`.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn mail_link(
        &mut self,
        id: &LinkId,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<MailLink>, StoreError> {
        const SQL: &str = "SELECT id, user_id, email, stamp, device_hash, expires_at FROM signet_mail_links \
             WHERE id = $1 AND purpose = $2 AND expires_at >= $3";
        let row: Option<LinkRow> = with_conn!(self, |conn| sqlx::query_as(SQL)
            .bind(id.as_str())
            .bind(purpose.word())
            .bind(now.0)
            .fetch_optional(conn)
            .await)?;
        Ok(row.map(|row| row.into_link(purpose)))
    }

    /// Counts an account's links for a purpose that still work at `now`. A link with another security stamp than
    /// `stamp` no longer works.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn count_mail_links(
        &mut self,
        user: &UserId,
        purpose: Purpose,
        stamp: i64,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        const SQL: &str = "SELECT COUNT(*) FROM signet_mail_links \
             WHERE user_id = $1 AND purpose = $2 AND stamp = $3 AND expires_at >= $4";
        Ok(with_conn!(self, |conn| sqlx::query_scalar(SQL)
            .bind(user.as_str())
            .bind(purpose.word())
            .bind(stamp)
            .bind(now.0)
            .fetch_one(conn)
            .await)?)
    }

    /// Deletes the row of a link; `false` if another request has deleted it, or it has expired. The deletion makes
    /// a mail token single-use (checklist A11, A12).
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn use_mail_link(&mut self, id: &LinkId, purpose: Purpose, now: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str = "DELETE FROM signet_mail_links WHERE id = $1 AND purpose = $2 AND expires_at >= $3";
        execute!(self, SQL, id.as_str(), purpose.word(), now.0).and_then(one_row("mail_links.id"))
    }

    /// Revokes every link of an account with this purpose.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn revoke_mail_links(&mut self, user: &UserId, purpose: Purpose) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_mail_links WHERE user_id = $1 AND purpose = $2";
        execute!(self, SQL, user.as_str(), purpose.word())
    }

    /// Whether an account has a link of this purpose that has not expired.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn has_mail_link(&mut self, user: &UserId, purpose: Purpose, now: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str =
            "SELECT id FROM signet_mail_links WHERE user_id = $1 AND purpose = $2 AND expires_at >= $3 LIMIT 1";
        let id: Option<String> = with_conn!(self, |conn| sqlx::query_scalar(SQL)
            .bind(user.as_str())
            .bind(purpose.word())
            .bind(now.0)
            .fetch_optional(conn)
            .await)?;
        Ok(id.is_some())
    }

    /// Removes at most `limit` expired links and returns how many.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn sweep_mail_links(&mut self, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_mail_links WHERE id IN \
             (SELECT id FROM signet_mail_links WHERE expires_at < $1 LIMIT $2)";
        execute!(self, SQL, now.0, limit)
    }
}
