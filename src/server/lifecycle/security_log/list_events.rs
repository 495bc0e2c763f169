//! `list_events`: the account's own security log.

use std::cmp::Reverse;

use crate::{
    domain::{
        event_detail::Detail,
        failure::Failure,
        id::{SessionId, UserId},
        security_log::{Actor, Event, Group},
        time::Timestamp,
    },
    server::{
        lifecycle::{Error, Lifecycle, Viewer, sudo::SudoWays},
        store::{EventRow, Tx},
        user_agent,
    },
};

/// Events on one page of the log.
const PAGE: i64 = 50;
/// Reads one event more than the page shows, to see whether there is another page.
const LOOKED_AT: i64 = PAGE + 1;

/// An event, for the account's owner.
pub struct SecurityLogEntry {
    /// Its id.
    pub id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, or was attempted.
    pub event: Event,
    /// Why it was refused, if it was.
    pub failure: Option<Failure>,
    /// Who acted.
    pub actor: Actor,
    /// The account's session in which it happened.
    pub session: Option<SessionId>,
    /// The client's address.
    pub ip: Option<String>,
    /// Browser and system in words.
    pub browser: Option<String>,
    /// The `User-Agent` header of the browser. `None` if a person without any proof acted: a stranger chose that
    /// text, and could write to the owner with it.
    pub user_agent: Option<String>,
    /// More about the event, such as the two addresses of a change.
    pub detail: Option<Detail>,
}

/// One page of the log, newest first.
pub struct SecurityLog {
    /// The events.
    pub entries: Vec<SecurityLogEntry>,
    /// The `before` of the next page, if there is one.
    pub next_before: Option<i64>,
    /// The methods by which the user can confirm their identity.
    pub sudo_ways: SudoWays,
}

impl Lifecycle {
    /// A page of the viewer's log, from before the event `before`; of all events or of one group. A caller may pass
    /// any number, because only the viewer's own events are read.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn list_events(
        &self,
        viewer: &Viewer,
        before: Option<i64>,
        group: Option<Group>,
    ) -> Result<SecurityLog, Error> {
        let (user, page) = (&viewer.user.id, usize::try_from(PAGE).unwrap_or(usize::MAX));
        // All events are one statement; those of a group are one for each kind.
        let mut snapshot = if group.is_none() { self.read_settings(viewer).await? } else { self.db.read().await? };
        let mut rows = match group {
            None => snapshot.events(user, before, LOOKED_AT).await?,
            Some(group) => events_in(&mut snapshot, user, group, before).await?,
        };
        let sudo_ways = self.sudo_ways_in(&mut snapshot, viewer).await?;
        snapshot.end().await?;
        let more = rows.len() > page;
        rows.truncate(page);
        let next_before = rows.last().filter(|_| more).map(|row| row.id);
        Ok(SecurityLog { entries: rows.into_iter().map(SecurityLogEntry::from).collect(), next_before, sudo_ways })
    }
}

/// The newest events of a group. Reads each kind by an index that has its events in order, and no more of it than
/// the page can show. So a rare kind costs no more than a frequent one.
async fn events_in(tx: &mut Tx, user: &UserId, group: Group, before: Option<i64>) -> Result<Vec<EventRow>, Error> {
    let mut rows = Vec::new();
    for event in group.events() {
        rows.extend(tx.events_of(user, event, before, LOOKED_AT).await?);
    }
    rows.sort_by_key(|row| Reverse(row.id));
    Ok(rows)
}

impl From<EventRow> for SecurityLogEntry {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.id,
            session: row.session_id,
            at: row.at,
            event: row.event,
            failure: row.failure,
            actor: row.actor,
            ip: row.ip,
            browser: row.user_agent.as_deref().map(user_agent::named),
            user_agent: row.user_agent.filter(|_| row.actor != Actor::Anyone),
            detail: row.detail,
        }
    }
}
