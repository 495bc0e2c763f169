//! Statements on `api_tokens`.

use super::{StoreError, Tx, execute, one_row, users::UserRow, with_conn};
use crate::domain::{
    api_tokens::{IssuedToken, Scope},
    id::{ApiTokenId, UserId},
    profile::Name,
    time::Timestamp,
    user::User,
};

/// A new token.
pub struct NewApiToken<'a> {
    /// The account that it belongs to.
    pub user_id: &'a UserId,
    /// The token's data; `last_used_at` is not stored.
    pub token: &'a IssuedToken,
    /// SHA-256 of its secret.
    pub token_hash: &'a [u8],
}

/// A token with the account it belongs to.
pub struct ApiTokenOwner {
    /// The account.
    pub user: User,
    /// The token.
    pub token: IssuedToken,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    token_id: String,
    token_name: String,
    scope: String,
    hint: String,
    issued_at: i64,
    expires_at: i64,
    last_used_at: Option<i64>,
}

impl TokenRow {
    fn into_token(self) -> Result<IssuedToken, StoreError> {
        Ok(IssuedToken {
            id: ApiTokenId::from_row(self.token_id),
            name: Name::from_row(self.token_name),
            scope: Scope::from_word(&self.scope).ok_or(StoreError::Corrupt("api_tokens.scope"))?,
            hint: self.hint,
            created_at: Timestamp(self.issued_at),
            expires_at: Timestamp(self.expires_at),
            last_used_at: self.last_used_at.map(Timestamp),
        })
    }
}

#[derive(sqlx::FromRow)]
struct OwnerRow {
    #[sqlx(flatten)]
    user: UserRow,
    #[sqlx(flatten)]
    token: TokenRow,
}

impl OwnerRow {
    fn into_owner(self) -> Result<ApiTokenOwner, StoreError> {
        Ok(ApiTokenOwner { user: self.user.into_user()?, token: self.token.into_token()? })
    }
}

impl Tx {
    /// Adds a token unless the account already has `most`; `false` if it has.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn insert_api_token(&mut self, new: &NewApiToken<'_>, most: i64) -> Result<bool, StoreError> {
        const SQL: &str = "INSERT INTO signet_api_tokens \
             (id, user_id, name, scope, token_hash, hint, created_at, expires_at) \
             SELECT $1, $2, $3, $4, $5, $6, $7, $8 \
             WHERE (SELECT COUNT(*) FROM signet_api_tokens WHERE user_id = $2) < $9";
        let token = new.token;
        execute!(
            self,
            SQL,
            token.id.as_str(),
            new.user_id.as_str(),
            token.name.as_str(),
            token.scope.word(),
            new.token_hash,
            token.hint.as_str(),
            token.created_at.0,
            token.expires_at.0,
            most
        )
        .and_then(one_row("api_tokens.id"))
    }

    /// The token with this secret and its account, in one read. Returns none for an account that is deleted or
    /// whose deletion is scheduled (behaviour rule 9).
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn api_token_by_hash(&mut self, token_hash: &[u8]) -> Result<Option<ApiTokenOwner>, StoreError> {
        const SQL: &str = "SELECT u.id, u.email, u.email_verified_at, u.name, \
             u.password_hash IS NOT NULL AS has_password, \
             u.security_stamp, u.created_at, u.deletion_scheduled_at, u.delete_at, u.language, t.id AS token_id, \
             t.name AS token_name, t.scope, t.hint, t.created_at AS issued_at, t.expires_at, t.last_used_at \
             FROM signet_api_tokens t JOIN signet_users u ON u.id = t.user_id \
             WHERE t.token_hash = $1 AND u.email IS NOT NULL AND u.deleted_at IS NULL AND u.anonymized_at IS NULL \
             AND u.deletion_scheduled_at IS NULL";
        let row: Option<OwnerRow> =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(token_hash).fetch_optional(conn).await)?;
        row.map(OwnerRow::into_owner).transpose()
    }

    /// A token of this account, if it has not been revoked.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn api_token(&mut self, id: &ApiTokenId, user: &UserId) -> Result<Option<IssuedToken>, StoreError> {
        const SQL: &str = "SELECT id AS token_id, name AS token_name, scope, hint, created_at AS issued_at, \
             expires_at, last_used_at FROM signet_api_tokens WHERE id = $1 AND user_id = $2";
        let row: Option<TokenRow> = with_conn!(self, |conn| sqlx::query_as(SQL)
            .bind(id.as_str())
            .bind(user.as_str())
            .fetch_optional(conn)
            .await)?;
        row.map(TokenRow::into_token).transpose()
    }

    /// Every token of an account, the newest first.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn api_tokens(&mut self, user: &UserId) -> Result<Vec<IssuedToken>, StoreError> {
        const SQL: &str = "SELECT id AS token_id, name AS token_name, scope, hint, created_at AS issued_at, \
             expires_at, last_used_at FROM signet_api_tokens WHERE user_id = $1 ORDER BY created_at DESC, id";
        let rows: Vec<TokenRow> =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(user.as_str()).fetch_all(conn).await)?;
        rows.into_iter().map(TokenRow::into_token).collect()
    }

    /// How many tokens of an account work at `now`.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn count_api_tokens(&mut self, user: &UserId, now: Timestamp) -> Result<i64, StoreError> {
        const SQL: &str = "SELECT COUNT(*) FROM signet_api_tokens WHERE user_id = $1 AND expires_at >= $2";
        Ok(with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(user.as_str()).bind(now.0).fetch_one(conn).await)?)
    }

    /// Moves `last_used_at` forward, never back.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn touch_api_token(&mut self, id: &ApiTokenId, at: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE signet_api_tokens SET last_used_at = $2 \
             WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
        execute!(self, SQL, id.as_str(), at.0).map(drop)
    }

    /// Notes the first use of a token after its end; `false` if it is noted already, or the token works or is gone.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn note_refused_api_token(&mut self, id: &ApiTokenId, at: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_api_tokens SET last_used_at = $2 \
             WHERE id = $1 AND expires_at < $2 AND (last_used_at IS NULL OR last_used_at <= expires_at)";
        execute!(self, SQL, id.as_str(), at.0).and_then(one_row("api_tokens.id"))
    }

    /// Revokes one token of an account and returns it; `None` if the account has no such token.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn drop_api_token(&mut self, id: &ApiTokenId, user: &UserId) -> Result<Option<IssuedToken>, StoreError> {
        const SQL: &str = "DELETE FROM signet_api_tokens WHERE id = $1 AND user_id = $2 \
             RETURNING id AS token_id, name AS token_name, scope, hint, created_at AS issued_at, expires_at, \
             last_used_at";
        let row: Option<TokenRow> = with_conn!(self, |conn| sqlx::query_as(SQL)
            .bind(id.as_str())
            .bind(user.as_str())
            .fetch_optional(conn)
            .await)?;
        row.map(TokenRow::into_token).transpose()
    }

    /// Revokes every token of an account and returns how many.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn drop_api_tokens(&mut self, user: &UserId) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_api_tokens WHERE user_id = $1";
        execute!(self, SQL, user.as_str())
    }

    /// Removes at most `limit` tokens that expired before `before` and returns how many.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn sweep_api_tokens(&mut self, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_api_tokens WHERE id IN \
             (SELECT id FROM signet_api_tokens WHERE expires_at < $1 LIMIT $2)";
        execute!(self, SQL, before.0, limit)
    }
}
