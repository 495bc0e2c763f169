//! Statements on `security_log`, the append-only `events` with their `event_context`.

use super::{StoreError, Tx, execute, with_conn};
use crate::domain::{
    event_detail::Detail,
    failure::Failure,
    id::{SessionId, UserId},
    security_log::{Actor, Event},
    time::Timestamp,
};

/// A new event.
pub struct NewEvent<'a> {
    /// When it happened.
    pub at: Timestamp,
    /// The account that it is about; `None` if it is about no account.
    pub user_id: Option<&'a UserId>,
    /// The kind of actor.
    pub actor: Actor,
    /// What happened or was attempted.
    pub event: Event,
    /// The reason, if the attempt was refused.
    pub failure: Option<&'a Failure>,
    /// The session in which it happened.
    pub session_id: Option<&'a SessionId>,
    /// The request's number in the log.
    pub request: u64,
    /// The network address of the client. The log keeps it only for events about an account, and erases it with the
    /// account.
    pub ip: Option<&'a str>,
    /// The client's user agent.
    pub user_agent: &'a str,
    /// Further facts for the owner, such as the two addresses of a change.
    pub detail: Option<&'a Detail>,
}

/// An event as its owner reads it.
pub struct EventRow {
    /// Its number among the events of its account, from 1 on. It is the same in every reading, because no event of an
    /// account goes before the account does. The number of the row would count the events of the whole site.
    pub id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// The kind of actor.
    pub actor: Actor,
    /// What happened or was attempted.
    pub event: Event,
    /// The reason, if the attempt was refused.
    pub failure: Option<Failure>,
    /// The session in which it happened.
    pub session_id: Option<SessionId>,
    /// The network address of the client.
    pub ip: Option<String>,
    /// The client's user agent.
    pub user_agent: Option<String>,
    /// Further facts for the owner.
    pub detail: Option<Detail>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    at: i64,
    actor: String,
    event: String,
    failure: Option<String>,
    session_id: Option<String>,
    ip: Option<String>,
    user_agent: Option<String>,
    detail: Option<String>,
}

impl Row {
    fn into_event(self) -> Result<EventRow, StoreError> {
        let event = Event::from_word(&self.event).ok_or(StoreError::Corrupt("events.event"))?;
        Ok(EventRow {
            id: self.id,
            at: Timestamp(self.at),
            actor: Actor::from_word(&self.actor).ok_or(StoreError::Corrupt("events.actor"))?,
            event,
            failure: self.failure.map(Failure::from_row),
            session_id: self.session_id.map(SessionId::from_row),
            ip: self.ip,
            user_agent: self.user_agent,
            detail: self.detail.map(|text| Detail::from_row(Some(event), text)),
        })
    }
}

/// How many events of an account are before the one with this number. PostgreSQL accepts no negative `OFFSET`.
fn events_before(number: i64) -> i64 {
    number.saturating_sub(1).max(0)
}

impl Tx {
    /// Appends an event. If the action succeeded, the commit also makes the account's open pages refresh.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn record(&mut self, new: &NewEvent<'_>) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO signet_security_log \
             (at, user_id, actor, event, failure, session_id, request, ip, user_agent, detail) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        execute!(
            self,
            SQL,
            new.at.0,
            new.user_id.map(UserId::as_str),
            new.actor.word(),
            new.event.word(),
            new.failure.map(Failure::to_string),
            new.session_id.map(SessionId::as_str),
            new.request.cast_signed(),
            new.ip,
            new.user_agent,
            new.detail.map(Detail::to_row)
        )?;
        // On PostgreSQL the statement itself announces the account.
        if let (Self::Sqlite(_, announced), Some(user), None) = (self, new.user_id, new.failure) {
            announced.add(user);
        }
        Ok(())
    }

    /// An account's events, the newest first, only those older than `before`.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn events(
        &mut self,
        user: &UserId,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<EventRow>, StoreError> {
        // A page has every event from the cursor on, so the database counts only the number of the newest one.
        const SQL: &str = "SELECT \
             (SELECT COUNT(*) FROM signet_events n WHERE n.user_id = $1 AND n.id < COALESCE( \
             (SELECT b.id FROM signet_events b WHERE b.user_id = $1 ORDER BY b.id LIMIT 1 OFFSET $2), \
             9223372036854775807)) AS id, \
             l.at, l.actor, l.event, l.failure, l.session_id, l.ip, l.user_agent, l.detail \
             FROM signet_security_log l WHERE l.user_id = $1 AND l.id < COALESCE( \
             (SELECT b.id FROM signet_events b WHERE b.user_id = $1 ORDER BY b.id LIMIT 1 OFFSET $2), \
             9223372036854775807) ORDER BY l.id DESC LIMIT $3";
        let rows: Vec<Row> = with_conn!(self, |conn| sqlx::query_as(SQL)
            .bind(user.as_str())
            .bind(before.map_or(i64::MAX, events_before))
            .bind(limit)
            .fetch_all(conn)
            .await)?;
        let numbered = rows.into_iter().zip(0..).map(|(row, older)| {
            let event = row.into_event()?;
            Ok(EventRow { id: event.id - older, ..event })
        });
        numbered.collect()
    }

    /// An account's events of one kind, the newest first, only those older than `before`.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn events_of(
        &mut self,
        user: &UserId,
        event: Event,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<EventRow>, StoreError> {
        const SQL: &str = "SELECT \
             (SELECT COUNT(*) FROM signet_events n WHERE n.user_id = $1 AND n.id <= l.id) AS id, \
             l.at, l.actor, l.event, l.failure, l.session_id, l.ip, l.user_agent, l.detail \
             FROM signet_security_log l WHERE l.user_id = $1 AND l.event = $2 AND l.id < COALESCE( \
             (SELECT b.id FROM signet_events b WHERE b.user_id = $1 ORDER BY b.id LIMIT 1 OFFSET $3), \
             9223372036854775807) ORDER BY l.id DESC LIMIT $4";
        let rows: Vec<Row> = with_conn!(self, |conn| sqlx::query_as(SQL)
            .bind(user.as_str())
            .bind(event.word())
            .bind(before.map_or(i64::MAX, events_before))
            .bind(limit)
            .fetch_all(conn)
            .await)?;
        rows.into_iter().map(Row::into_event).collect()
    }

    /// The event of an account with this number.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn event(&mut self, user: &UserId, number: i64) -> Result<Option<EventRow>, StoreError> {
        const SQL: &str = "SELECT l.id, l.at, l.actor, l.event, l.failure, l.session_id, l.ip, l.user_agent, l.detail \
             FROM signet_security_log l WHERE l.user_id = $1 AND l.id = \
             (SELECT b.id FROM signet_events b WHERE b.user_id = $1 ORDER BY b.id LIMIT 1 OFFSET $2)";
        if number < 1 {
            return Ok(None);
        }
        let row: Option<Row> = with_conn!(self, |conn| sqlx::query_as(SQL)
            .bind(user.as_str())
            .bind(events_before(number))
            .fetch_optional(conn)
            .await)?;
        row.map(|row| Ok(EventRow { id: number, ..row.into_event()? })).transpose()
    }

    /// How many sessions of the account programs have ended after `since`, with any of its API tokens.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn count_sessions_revoked_by_tokens(
        &mut self,
        user: &UserId,
        since: Timestamp,
    ) -> Result<i64, StoreError> {
        const SQL: &str = "SELECT COUNT(*) FROM signet_events \
             WHERE user_id = $1 AND event = $2 AND actor = $3 AND failure IS NULL AND at > $4";
        Ok(with_conn!(self, |conn| sqlx::query_scalar(SQL)
            .bind(user.as_str())
            .bind(Event::SessionRevoked.word())
            .bind(Actor::ApiToken.word())
            .bind(since.0)
            .fetch_one(conn)
            .await)?)
    }

    /// Removes at most `limit` refusals of before `before` that belong to no account, and returns how many. The
    /// database refuses to delete any other event.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn sweep_refusals_of_nobody(&mut self, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_events WHERE id IN (SELECT id FROM signet_events \
             WHERE user_id IS NULL AND failure IS NOT NULL AND at < $1 LIMIT $2)";
        execute!(self, SQL, before.0, limit)
    }

    /// Removes the personal data of an account's events. The database allows this only once the account's row is
    /// anonymized.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn erase_event_context(&mut self, user: &UserId) -> Result<(), StoreError> {
        const SQL: &str = "DELETE FROM signet_event_context WHERE user_id = $1";
        execute!(self, SQL, user.as_str()).map(drop)
    }
}
