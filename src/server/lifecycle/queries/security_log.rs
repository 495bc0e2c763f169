//! `list_events`: the account's own security log.

use crate::{
    domain::{
        audit::{Actor, Event},
        time::Timestamp,
    },
    server::{
        lifecycle::{Error, Lifecycle, Viewer},
        store::EventRow,
    },
};

/// Events on one page of the log.
const PAGE: i64 = 50;

/// One event as its owner reads it.
pub struct SecurityLogEntry {
    /// When.
    pub at: Timestamp,
    /// What happened, or was attempted.
    pub event: Event,
    /// The code of the refusal, if it was one.
    pub failure: Option<String>,
    /// Who acted.
    pub actor: Actor,
    /// Where from.
    pub ip: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
    /// What else there is to read, such as the two addresses of a change.
    pub detail: Option<String>,
}

/// One page of the log, newest first.
pub struct SecurityLog {
    /// The events.
    pub entries: Vec<SecurityLogEntry>,
    /// Where the next page begins, if there is one.
    pub next_before: Option<i64>,
}

impl Lifecycle {
    /// A page of the viewer's log, from before the event numbered `before`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list_events(&self, viewer: &Viewer, before: Option<i64>) -> Result<SecurityLog, Error> {
        let mut tx = self.db.read().await?;
        // One more than is shown tells whether there is another page.
        let mut rows = tx.events(&viewer.user.id, before, PAGE + 1).await?;
        tx.rollback().await?;
        let more = rows.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
        if more {
            rows.pop();
        }
        let next_before = rows.last().filter(|_| more).map(|row| row.id);
        Ok(SecurityLog { entries: rows.into_iter().map(SecurityLogEntry::from).collect(), next_before })
    }
}

impl From<EventRow> for SecurityLogEntry {
    fn from(row: EventRow) -> Self {
        Self {
            at: row.at,
            event: row.event,
            failure: row.failure,
            actor: row.actor,
            ip: row.ip,
            user_agent: row.user_agent,
            detail: row.detail,
        }
    }
}
