//! Reads everything that is stored about one account, for its export. The manifest (`domain::deletion::erasure`)
//! says which columns; `server::export` masks the data of other people.

use crate::{
    domain::{
        api_tokens::IssuedToken,
        event_detail::Detail,
        export::{Export, MOST_EVENTS},
        id::UserId,
        security_log::Event,
        time::Timestamp,
        user::User,
    },
    server::store::{LinkedIdentity, StoreError, Tx, with_conn},
};

/// Everything that Signet keeps about one account.
pub struct Exported {
    /// The account's own row.
    pub user: User,
    /// The row of its export, while the worker was preparing it.
    pub export: Option<Export>,
    /// Its logins at providers.
    pub identities: Vec<LinkedIdentity>,
    /// Its API tokens.
    pub api_tokens: Vec<IssuedToken>,
    /// Its sessions, the oldest first.
    pub sessions: Vec<ExportedSession>,
    /// When the account was first used from each of its known browsers.
    pub devices: Vec<Timestamp>,
    /// The rows of its mailed links that have not been used or removed.
    pub links: Vec<ExportedLink>,
    /// Its e-mail changes, the oldest first.
    pub changes: Vec<ExportedChange>,
    /// Its log, the oldest first.
    pub events: Vec<ExportedEvent>,
    /// Its letters that have not been sent, the oldest first.
    pub letters: Vec<ExportedLetter>,
}

/// A session. Here and below, instants are seconds since 1970.
#[derive(sqlx::FromRow)]
#[expect(missing_docs, reason = "each is the column with its name")]
pub struct ExportedSession {
    pub id: String,
    pub ip: Option<String>,
    pub user_agent: String,
    pub created_at: i64,
    pub last_seen_at: i64,
    pub looked_at: Option<i64>,
    pub sudo_at: Option<i64>,
}

/// A link in a letter.
#[derive(sqlx::FromRow)]
#[expect(missing_docs, reason = "each is the column with its name")]
pub struct ExportedLink {
    pub purpose: String,
    pub email: String,
    pub created_at: i64,
    pub expires_at: i64,
}

/// An e-mail change.
#[derive(sqlx::FromRow)]
#[expect(missing_docs, reason = "each is the column with its name")]
pub struct ExportedChange {
    pub old_email: String,
    pub new_email: String,
    pub state: String,
    pub requested_at: i64,
    pub expires_at: i64,
    pub confirmed_at: Option<i64>,
    pub undo_until: Option<i64>,
}

/// An event with its context.
#[expect(missing_docs, reason = "each is the column with its name")]
pub struct ExportedEvent {
    pub at: i64,
    pub actor: String,
    pub event: String,
    pub failure: Option<String>,
    pub session_id: Option<String>,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub detail: Option<Detail>,
}

#[derive(sqlx::FromRow)]
struct EventRow {
    at: i64,
    actor: String,
    event: String,
    failure: Option<String>,
    session_id: Option<String>,
    ip: Option<String>,
    user_agent: Option<String>,
    detail: Option<String>,
}

impl EventRow {
    fn into_event(self) -> ExportedEvent {
        let event = Event::from_word(&self.event);
        ExportedEvent {
            at: self.at,
            actor: self.actor,
            event: self.event,
            failure: self.failure,
            session_id: self.session_id,
            ip: self.ip,
            user_agent: self.user_agent,
            detail: self.detail.map(|text| Detail::from_row(event, text)),
        }
    }
}

/// A letter.
#[derive(sqlx::FromRow)]
#[expect(missing_docs, reason = "each is the column with its name")]
pub struct ExportedLetter {
    pub kind: String,
    pub recipient: String,
    pub other: Option<String>,
    pub at: Option<i64>,
    pub device: Option<String>,
    pub provider: Option<String>,
    pub language: Option<String>,
    pub created_at: i64,
    pub due_at: i64,
    pub failed_at: Option<i64>,
}

impl Tx {
    /// Everything that Signet keeps about an account; `None` if the account is erased.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn exported(&mut self, user: &UserId) -> Result<Option<Exported>, StoreError> {
        let Some(row) = self.user(user).await? else { return Ok(None) };
        Ok(Some(Exported {
            user: row,
            export: self.export_of(user).await?,
            identities: self.identities(user).await?,
            api_tokens: self.api_tokens(user).await?,
            sessions: self.exported_sessions(user).await?,
            devices: self.exported_devices(user).await?,
            links: self.exported_links(user).await?,
            changes: self.exported_changes(user).await?,
            events: self.exported_events(user).await?,
            letters: self.exported_letters(user).await?,
        }))
    }

    /// The sessions of an account.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn exported_sessions(&mut self, user: &UserId) -> Result<Vec<ExportedSession>, StoreError> {
        const SQL: &str = "SELECT id, ip, user_agent, created_at, last_seen_at, looked_at, sudo_at FROM signet_sessions \
             WHERE user_id = $1 ORDER BY created_at, id";
        Ok(with_conn!(self, |conn| sqlx::query_as(SQL).bind(user.as_str()).fetch_all(conn).await)?)
    }

    /// When an account was first used from each of its known browsers.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn exported_devices(&mut self, user: &UserId) -> Result<Vec<Timestamp>, StoreError> {
        const SQL: &str = "SELECT first_seen_at FROM signet_known_devices WHERE user_id = $1 ORDER BY first_seen_at";
        let seen: Vec<i64> =
            with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(user.as_str()).fetch_all(conn).await)?;
        Ok(seen.into_iter().map(Timestamp).collect())
    }

    /// The links in letters to an account.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn exported_links(&mut self, user: &UserId) -> Result<Vec<ExportedLink>, StoreError> {
        const SQL: &str = "SELECT purpose, email, created_at, expires_at FROM signet_mail_links \
             WHERE user_id = $1 ORDER BY created_at, purpose";
        Ok(with_conn!(self, |conn| sqlx::query_as(SQL).bind(user.as_str()).fetch_all(conn).await)?)
    }

    /// The e-mail changes of an account.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn exported_changes(&mut self, user: &UserId) -> Result<Vec<ExportedChange>, StoreError> {
        const SQL: &str = "SELECT old_email, new_email, state, requested_at, expires_at, confirmed_at, undo_until \
             FROM signet_email_changes WHERE user_id = $1 ORDER BY position";
        Ok(with_conn!(self, |conn| sqlx::query_as(SQL).bind(user.as_str()).fetch_all(conn).await)?)
    }

    /// The newest [`MOST_EVENTS`] events of an account, the oldest of them first.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn exported_events(&mut self, user: &UserId) -> Result<Vec<ExportedEvent>, StoreError> {
        const SQL: &str = "SELECT at, actor, event, failure, session_id, ip, user_agent, detail \
             FROM signet_security_log WHERE user_id = $1 ORDER BY id DESC LIMIT $2";
        let newest: Vec<EventRow> =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(user.as_str()).bind(MOST_EVENTS).fetch_all(conn).await)?;
        Ok(newest.into_iter().rev().map(EventRow::into_event).collect())
    }

    /// The letters about an account that have not been sent.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn exported_letters(&mut self, user: &UserId) -> Result<Vec<ExportedLetter>, StoreError> {
        const SQL: &str = "SELECT kind, recipient, other, at, device, provider, language, created_at, due_at, failed_at \
             FROM signet_letters WHERE user_id = $1 ORDER BY due_at, id";
        Ok(with_conn!(self, |conn| sqlx::query_as(SQL).bind(user.as_str()).fetch_all(conn).await)?)
    }
}
