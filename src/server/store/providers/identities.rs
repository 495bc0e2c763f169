//! Statements on `identities`: the logins at providers with which users sign in to their accounts.

use crate::{
    domain::{
        id::{LinkId, UserId},
        providers::{Identity, ProviderId, Subject},
        time::Timestamp,
    },
    server::store::{StoreError, Tx, execute, one_row, with_conn},
};

/// A login that is being linked to an account.
pub struct NewIdentity<'a> {
    /// The id of its row.
    pub id: &'a LinkId,
    /// The account that it will sign in to.
    pub user_id: &'a UserId,
    /// The facts that the provider proved.
    pub identity: &'a Identity,
    /// The account's security stamp.
    pub stamp: i64,
    /// Now.
    pub at: Timestamp,
}

/// A login that is linked to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedIdentity {
    /// The provider.
    pub provider: ProviderId,
    /// The issuer that gave the identifier; `None` if an earlier version of the program linked the login.
    pub issuer: Option<String>,
    /// The provider's identifier of the user.
    pub subject: Subject,
    /// The address that the provider had verified when the user linked the login. Signet only displays it.
    pub email: Option<String>,
    /// Whether the provider's last answer lacked the time when the user signed in there.
    pub no_auth_time: bool,
    /// When it was linked.
    pub linked_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct IdentityRow {
    provider: String,
    issuer: Option<String>,
    subject: String,
    email: Option<String>,
    no_auth_time: i64,
    linked_at: i64,
    last_used_at: Option<i64>,
}

impl From<IdentityRow> for LinkedIdentity {
    fn from(row: IdentityRow) -> Self {
        Self {
            provider: ProviderId::from_row(row.provider),
            issuer: row.issuer,
            subject: Subject::from_row(row.subject),
            email: row.email,
            no_auth_time: row.no_auth_time != 0,
            linked_at: Timestamp(row.linked_at),
            last_used_at: row.last_used_at.map(Timestamp),
        }
    }
}

impl LinkedIdentity {
    /// Whether this issuer gave the identifier. Another issuer may have given the same one to another person.
    #[must_use]
    pub fn is_from(&self, issuer: &str) -> bool {
        self.issuer.as_deref().is_none_or(|own| own == issuer)
    }
}

impl Tx {
    /// Links a login to an account.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the login is already linked to an account, or the account has another login at
    /// the provider.
    pub async fn insert_identity(&mut self, new: &NewIdentity<'_>) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO signet_identities \
             (id, user_id, provider, issuer, subject, email, stamp, linked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let Identity { provider, issuer, subject, email, .. } = new.identity;
        execute!(
            self,
            SQL,
            new.id.as_str(),
            new.user_id.as_str(),
            provider.as_str(),
            issuer,
            subject.as_str(),
            email.as_ref().map(crate::domain::email::Email::as_str),
            new.stamp,
            new.at.0
        )
        .map(drop)
    }

    /// An account's login at a provider.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn identity(
        &mut self,
        user: &UserId,
        provider: &ProviderId,
    ) -> Result<Option<LinkedIdentity>, StoreError> {
        const SQL: &str = "SELECT provider, issuer, subject, email, no_auth_time, linked_at, last_used_at \
             FROM signet_identities WHERE user_id = $1 AND provider = $2";
        let row: Option<IdentityRow> = with_conn!(self, |conn| sqlx::query_as(SQL)
            .bind(user.as_str())
            .bind(provider.as_str())
            .fetch_optional(conn)
            .await)?;
        Ok(row.map(LinkedIdentity::from))
    }

    /// Every login of an account, the first linked one first.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn identities(&mut self, user: &UserId) -> Result<Vec<LinkedIdentity>, StoreError> {
        const SQL: &str = "SELECT provider, issuer, subject, email, no_auth_time, linked_at, last_used_at \
             FROM signet_identities WHERE user_id = $1 ORDER BY linked_at, provider";
        let rows: Vec<IdentityRow> =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(user.as_str()).fetch_all(conn).await)?;
        Ok(rows.into_iter().map(LinkedIdentity::from).collect())
    }

    /// The account to which a login is linked. The query never compares addresses: the same address may belong to
    /// different people at two providers (ASVS V6.8.1). Nor does it find the login of another issuer.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn identity_owner(&mut self, identity: &Identity) -> Result<Option<UserId>, StoreError> {
        const SQL: &str = "SELECT user_id FROM signet_identities \
             WHERE provider = $1 AND subject = $2 AND (issuer IS NULL OR issuer = $3)";
        let id: Option<String> = with_conn!(self, |conn| sqlx::query_scalar(SQL)
            .bind(identity.provider.as_str())
            .bind(identity.subject.as_str())
            .bind(identity.issuer.as_str())
            .fetch_optional(conn)
            .await)?;
        Ok(id.map(UserId::from_row))
    }

    /// Whether another issuer under the same id has given the subject of `identity` to a person.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn is_of_other_issuer(&mut self, identity: &Identity) -> Result<bool, StoreError> {
        const SQL: &str =
            "SELECT COUNT(*) FROM signet_identities WHERE provider = $1 AND subject = $2 AND issuer <> $3";
        let found: i64 = with_conn!(self, |conn| sqlx::query_scalar(SQL)
            .bind(identity.provider.as_str())
            .bind(identity.subject.as_str())
            .bind(identity.issuer.as_str())
            .fetch_one(conn)
            .await)?;
        Ok(found > 0)
    }

    /// Records that a login was used, and its issuer if it has none; `false` if it is not, or no longer, linked to this
    /// account.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn use_identity(
        &mut self,
        user: &UserId,
        identity: &Identity,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_identities SET last_used_at = $5, issuer = $4 \
             WHERE user_id = $1 AND provider = $2 AND subject = $3 AND (issuer IS NULL OR issuer = $4)";
        let Identity { provider, issuer, subject, .. } = identity;
        execute!(self, SQL, user.as_str(), provider.as_str(), subject.as_str(), issuer, at.0)
            .and_then(one_row("identities.subject"))
    }

    /// Notes the issuer of a provider with its logins that have none, because an earlier version of the program linked
    /// them; returns how many.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn note_issuer(&mut self, provider: &ProviderId, issuer: &str) -> Result<u64, StoreError> {
        const SQL: &str = "UPDATE signet_identities SET issuer = $2 WHERE provider = $1 AND issuer IS NULL";
        execute!(self, SQL, provider.as_str(), issuer)
    }

    /// Records whether the provider's answer lacked the time when the user signed in there.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn set_no_auth_time(
        &mut self,
        user: &UserId,
        provider: &ProviderId,
        missing: bool,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_identities SET no_auth_time = $3 WHERE user_id = $1 AND provider = $2";
        execute!(self, SQL, user.as_str(), provider.as_str(), i64::from(missing))
            .and_then(one_row("identities.provider"))
    }

    /// Unlinks an account's login at a provider; `false` if none was linked.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn drop_identity(&mut self, user: &UserId, provider: &ProviderId) -> Result<bool, StoreError> {
        const SQL: &str = "DELETE FROM signet_identities WHERE user_id = $1 AND provider = $2";
        execute!(self, SQL, user.as_str(), provider.as_str()).and_then(one_row("identities.provider"))
    }

    /// Removes the logins that were linked since an account had the security stamp `stamp`, or since `at`, and
    /// returns how many. Linking a login does not raise the stamp, so a login that was linked right after has
    /// `stamp` itself.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn drop_identities_since(&mut self, user: &UserId, stamp: i64, at: Timestamp) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_identities WHERE user_id = $1 AND (stamp >= $2 OR linked_at >= $3)";
        execute!(self, SQL, user.as_str(), stamp, at.0)
    }

    /// Removes every login of an account.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn drop_identities(&mut self, user: &UserId) -> Result<(), StoreError> {
        const SQL: &str = "DELETE FROM signet_identities WHERE user_id = $1";
        execute!(self, SQL, user.as_str()).map(drop)
    }
}
