//! Statements on `users`.

use super::{StoreError, Tx, execute, one_row, with_conn};
use crate::domain::{
    deletion::Scheduled,
    email::{Email, EmailKey},
    id::UserId,
    language::Language,
    profile::Name,
    time::Timestamp,
    user::User,
};

/// A new, unverified account.
pub struct NewUser<'a> {
    /// The account's id.
    pub id: &'a UserId,
    /// The address that was typed.
    pub email: &'a Email,
    /// The PHC string; `None` if the user signs in with a provider.
    pub password_hash: Option<&'a str>,
    /// The language of the letters to its owner.
    pub language: Language,
    /// Now.
    pub at: Timestamp,
}

/// The data of an account that signing in needs.
pub struct SignInRow {
    /// The account.
    pub user: User,
    /// Its PHC string, if it has a password.
    pub password_hash: Option<String>,
}

/// The columns that every statement reads of an account. They say whether the account has a password, and do not
/// contain the hash.
#[derive(sqlx::FromRow)]
pub(super) struct UserRow {
    pub id: String,
    email: Option<String>,
    email_verified_at: Option<i64>,
    name: Option<String>,
    has_password: bool,
    security_stamp: i64,
    created_at: i64,
    deletion_scheduled_at: Option<i64>,
    delete_at: Option<i64>,
    language: Option<String>,
}

impl UserRow {
    pub(super) fn into_user(self) -> Result<User, StoreError> {
        let deletion = self.deletion_scheduled_at.zip(self.delete_at);
        Ok(User {
            id: UserId::from_row(self.id),
            email: Email::from_row(self.email.ok_or(StoreError::Corrupt("email"))?),
            email_verified_at: self.email_verified_at.map(Timestamp),
            name: self.name.map(Name::from_row),
            has_password: self.has_password,
            security_stamp: self.security_stamp,
            created_at: Timestamp(self.created_at),
            deletion: deletion
                .map(|(asked, due)| Scheduled { deletion_scheduled_at: Timestamp(asked), delete_at: Timestamp(due) }),
            // A later version may speak more languages.
            language: self.language.as_deref().and_then(Language::from_word),
        })
    }
}

#[derive(sqlx::FromRow)]
struct SignInColumns {
    #[sqlx(flatten)]
    user: UserRow,
    password_hash: Option<String>,
}

impl Tx {
    /// Adds an unverified account.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another unverified account has the address.
    pub async fn insert_user(&mut self, new: &NewUser<'_>) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO signet_users (id, email, email_key, password_hash, language, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6)";
        let key = new.email.key();
        execute!(
            self,
            SQL,
            new.id.as_str(),
            new.email.as_str(),
            key.as_str(),
            new.password_hash,
            new.language.word(),
            new.at.0
        )
        .map(drop)
    }

    /// Loads a live account and holds its row until the transaction ends, so that all actions on one account happen
    /// one after the other. The statement writes a column to itself, because both databases lock a row that a
    /// statement updates.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn lock_user(&mut self, id: &UserId) -> Result<Option<User>, StoreError> {
        const SQL: &str = "UPDATE signet_users SET created_at = created_at \
             WHERE id = $1 AND email IS NOT NULL AND deleted_at IS NULL AND anonymized_at IS NULL \
             RETURNING id, email, email_verified_at, name, password_hash IS NOT NULL AS has_password, \
             security_stamp, created_at, deletion_scheduled_at, delete_at, language";
        let row: Option<UserRow> =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(id.as_str()).fetch_optional(conn).await)?;
        row.map(UserRow::into_user).transpose()
    }

    /// Loads a live account without holding its row.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn user(&mut self, id: &UserId) -> Result<Option<User>, StoreError> {
        const SQL: &str = "SELECT id, email, email_verified_at, name, password_hash IS NOT NULL AS has_password, \
             security_stamp, created_at, deletion_scheduled_at, delete_at, language FROM signet_users \
             WHERE id = $1 AND email IS NOT NULL AND deleted_at IS NULL AND anonymized_at IS NULL";
        let row: Option<UserRow> =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(id.as_str()).fetch_optional(conn).await)?;
        row.map(UserRow::into_user).transpose()
    }

    /// The account to which a user with this address signs in: the one that has verified it, else the unverified
    /// one.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn user_by_email(&mut self, key: &EmailKey) -> Result<Option<SignInRow>, StoreError> {
        // The two halves repeat a condition so that each can use its own index; both indexes are partial.
        const SQL: &str = "SELECT id, email, email_verified_at, name, password_hash IS NOT NULL AS has_password, \
             security_stamp, created_at, deletion_scheduled_at, delete_at, language, password_hash FROM signet_users \
             WHERE (email_key = $1 AND email_verified_at IS NOT NULL AND deleted_at IS NULL) \
             OR (email_key = $1 AND email_verified_at IS NULL AND deleted_at IS NULL) ORDER BY (email_verified_at IS NULL) LIMIT 1";
        let row: Option<SignInColumns> =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(key.as_str()).fetch_optional(conn).await)?;
        row.map(|row| Ok(SignInRow { user: row.user.into_user()?, password_hash: row.password_hash })).transpose()
    }

    /// The PHC string of an account's password.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn password_hash(&mut self, id: &UserId) -> Result<Option<String>, StoreError> {
        const SQL: &str = "SELECT password_hash FROM signet_users WHERE id = $1 AND anonymized_at IS NULL";
        let hash: Option<Option<String>> =
            with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(id.as_str()).fetch_optional(conn).await)?;
        Ok(hash.flatten())
    }

    /// The unverified account with this address, if there is one.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn unverified_holder(&mut self, key: &EmailKey) -> Result<Option<UserId>, StoreError> {
        const SQL: &str =
            "SELECT id FROM signet_users WHERE email_key = $1 AND email_verified_at IS NULL AND deleted_at IS NULL";
        let id: Option<String> =
            with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(key.as_str()).fetch_optional(conn).await)?;
        Ok(id.map(UserId::from_row))
    }

    /// Makes other transactions that want to give an account this address wait until this one ends. SQLite needs no
    /// lock, because only one transaction writes at a time.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn reserve_address(&mut self, key: &EmailKey) -> Result<(), StoreError> {
        const POSTGRES: &str = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
        fail::fail_point!("statement");
        if let Self::Postgres(tx, _) = self {
            sqlx::query(POSTGRES).bind(key.as_str()).execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// The account that has verified an address, if there is one.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn verified_holder(&mut self, key: &EmailKey) -> Result<Option<UserId>, StoreError> {
        const SQL: &str =
            "SELECT id FROM signet_users WHERE email_key = $1 AND email_verified_at IS NOT NULL AND deleted_at IS NULL";
        let id: Option<String> =
            with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(key.as_str()).fetch_optional(conn).await)?;
        Ok(id.map(UserId::from_row))
    }

    /// Marks an unverified account's address as verified; `false` if it was no longer unverified.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another account has verified the address first.
    pub async fn mark_verified(&mut self, id: &UserId, at: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_users SET email_verified_at = $2 WHERE id = $1 \
             AND email_verified_at IS NULL AND deletion_scheduled_at IS NULL AND anonymized_at IS NULL";
        execute!(self, SQL, id.as_str(), at.0).and_then(one_row("users.id"))
    }

    /// Gives an account another address, raises its security stamp and returns the new stamp; `None` if its address
    /// is no longer `from`.
    ///
    /// `verified_at` is when the new address was verified; `None` leaves it unverified.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the new address is taken.
    pub async fn set_email(
        &mut self,
        id: &UserId,
        from: &Email,
        to: &Email,
        verified_at: Option<Timestamp>,
    ) -> Result<Option<i64>, StoreError> {
        const SQL: &str = "UPDATE signet_users SET email = $3, email_key = $4, email_verified_at = $5, \
             security_stamp = security_stamp + 1 \
             WHERE id = $1 AND email = $2 AND anonymized_at IS NULL RETURNING security_stamp";
        let key = to.key();
        Ok(with_conn!(self, |conn| sqlx::query_scalar(SQL)
            .bind(id.as_str())
            .bind(from.as_str())
            .bind(to.as_str())
            .bind(key.as_str())
            .bind(verified_at.map(|at| at.0))
            .fetch_optional(conn)
            .await)?)
    }

    /// Stores a new password and raises the security stamp, if the stamp is still `seen_stamp`; `false` if a
    /// credential changed meanwhile.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn set_password(&mut self, id: &UserId, hash: &str, seen_stamp: i64) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_users SET password_hash = $2, password_stamp = security_stamp + 1, \
             security_stamp = security_stamp + 1 \
             WHERE id = $1 AND security_stamp = $3 AND deletion_scheduled_at IS NULL AND anonymized_at IS NULL";
        execute!(self, SQL, id.as_str(), hash, seen_stamp).and_then(one_row("users.id"))
    }

    /// Stores the first password of an account and raises the security stamp; `false` if the account already has a
    /// password or is closed.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn set_first_password(&mut self, id: &UserId, hash: &str) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_users SET password_hash = $2, password_stamp = security_stamp + 1, \
             security_stamp = security_stamp + 1 \
             WHERE id = $1 AND password_hash IS NULL AND deletion_scheduled_at IS NULL AND anonymized_at IS NULL";
        execute!(self, SQL, id.as_str(), hash).and_then(one_row("users.id"))
    }

    /// Stores a stronger hash of the same password, if the stored hash is still `old`.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn rewrite_hash(&mut self, id: &UserId, old: &str, new: &str) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_users SET password_hash = $3 WHERE id = $1 AND password_hash = $2";
        execute!(self, SQL, id.as_str(), old, new).and_then(one_row("users.id"))
    }

    /// Removes the password of an account; `true` if it had one.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn drop_password(&mut self, id: &UserId) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_users SET password_hash = NULL WHERE id = $1 AND password_hash IS NOT NULL";
        execute!(self, SQL, id.as_str()).and_then(one_row("users.id"))
    }

    /// Stores the display name.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn set_name(&mut self, id: &UserId, name: Option<&Name>) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE signet_users SET name = $2 WHERE id = $1 AND anonymized_at IS NULL";
        execute!(self, SQL, id.as_str(), name.map(Name::as_str)).map(drop)
    }
}
