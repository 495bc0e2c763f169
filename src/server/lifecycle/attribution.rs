//! What the security log says about an action: which one, where the request came from, which account it concerns,
//! and how it ended.

use super::{Action, Error, RequestOrigin, Viewer};
use crate::{
    domain::{
        event_detail::Detail,
        failure::Failure,
        id::{SessionId, UserId},
        security_log::Actor,
        time::Timestamp,
    },
    server::store::{NewEvent, Tx},
};

/// Who acted in an event, and on which account.
#[derive(Clone)]
pub(super) struct Subject {
    /// The account, if there is one.
    pub user_id: Option<UserId>,
    /// The session of the viewer, if any.
    pub session_id: Option<SessionId>,
    /// Who acts.
    pub actor: Actor,
}

/// What the security log says about an action apart from its outcome.
#[derive(Clone)]
pub(super) struct Attribution<'a> {
    pub action: Action,
    pub source: &'a RequestOrigin,
    pub subject: Subject,
}

impl Subject {
    /// A signed-in user.
    pub fn viewer(viewer: &Viewer) -> Self {
        Self {
            user_id: Some(viewer.user.id.clone()),
            session_id: Some(viewer.session.id.clone()),
            actor: Actor::Person,
        }
    }

    /// An actor without a session, acting on an account or on none.
    pub fn of(actor: Actor, user_id: Option<&UserId>) -> Self {
        Self { user_id: user_id.cloned(), session_id: None, actor }
    }
}

impl<'a> Attribution<'a> {
    /// An action of a signed-in user.
    pub fn viewer(action: Action, source: &'a RequestOrigin, viewer: &Viewer) -> Self {
        Self { action, source, subject: Subject::viewer(viewer) }
    }

    /// An action without a session, on an account or on none.
    pub fn of(action: Action, source: &'a RequestOrigin, actor: Actor, user_id: Option<&UserId>) -> Self {
        Self { action, source, subject: Subject::of(actor, user_id) }
    }
}

/// How an action ended, for the log.
pub(super) enum Outcome<'a> {
    Done(Option<&'a Detail>),
    Refused(&'a Failure),
}

/// Appends the event of an action. If the action succeeded, the account's open pages refresh.
pub(super) async fn append(
    tx: &mut Tx,
    by: &Attribution<'_>,
    at: Timestamp,
    outcome: Outcome<'_>,
) -> Result<(), Error> {
    let (failure, detail) = match outcome {
        Outcome::Done(detail) => (None, detail),
        Outcome::Refused(failure) => (Some(failure), None),
    };
    let ip = by.source.ip_text();
    let event = NewEvent {
        at,
        user_id: by.subject.user_id.as_ref(),
        actor: by.subject.actor,
        event: by.action.rule().event,
        failure,
        session_id: by.subject.session_id.as_ref(),
        request: by.source.request,
        ip: ip.as_deref(),
        user_agent: &by.source.user_agent,
        detail,
    };
    Ok(tx.record(&event).await?)
}
