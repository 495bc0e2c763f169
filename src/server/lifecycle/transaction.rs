//! How every action begins and ends: one transaction, the account's row held, and an
//! event whether it succeeded or was refused.

use super::{Action, ApiViewer, Error, Lifecycle, Source, Viewer};
use crate::{
    domain::{
        error::Refusal,
        event_detail::Detail,
        failure::Failure,
        id::{SessionId, UserId},
        security_log::Actor,
        sessions::Session,
        time::Timestamp,
    },
    server::store::{NewEvent, StoreError, Tx},
};

/// How often an action is begun whose transactions come across those of others.
const TRIES: usize = 5;

/// Whom an action is about, for the audit log.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    /// The account, if there is one.
    pub user_id: Option<&'a UserId>,
    /// The session that acts.
    pub session_id: Option<&'a SessionId>,
    /// Who acts.
    pub actor: Actor,
}

impl<'a> Subject<'a> {
    /// A signed-in person.
    pub const fn viewer(viewer: &'a Viewer) -> Self {
        Self { user_id: Some(&viewer.user.id), session_id: Some(&viewer.session.id), actor: Actor::Person }
    }

    /// Somebody without a session, acting on an account or on none.
    pub const fn of(actor: Actor, user_id: Option<&'a UserId>) -> Self {
        Self { user_id, session_id: None, actor }
    }
}

/// Does an action again that came across another one, as long as it is of use.
pub(super) async fn anew<T, W>(action: impl Fn() -> W) -> Result<T, Error>
where
    W: Future<Output = Result<T, Error>>,
{
    let mut left = TRIES;
    loop {
        left -= 1;
        match action().await {
            Err(error) if left > 0 && error.was_crossed() => {}
            outcome => return outcome,
        }
    }
}

/// What came of writing a row of the viewer's session. Ending a session does not wait for the
/// account's row, so it may have ended since it was looked at.
pub(super) fn while_signed_in<T>(written: Result<T, StoreError>) -> Result<T, Error> {
    match written {
        Err(StoreError::Orphan) => Err(Refusal::SignInRequired.into()),
        written => Ok(written?),
    }
}

impl Lifecycle {
    /// Begins a transaction for a signed-in person: holds the account's row, and looks at
    /// account and session again, since both may have changed since the request arrived.
    pub(super) async fn begin_as(&self, viewer: &Viewer, now: Timestamp) -> Result<(Tx, Viewer), Error> {
        let mut tx = self.db.begin().await?;
        let user = tx.lock_user(&viewer.user.id).await?.ok_or(Refusal::SignInRequired)?;
        let session = self.session_of(&mut tx, viewer, now).await?;
        Ok((tx, Viewer { user, session, token_hash: viewer.token_hash }))
    }

    /// The viewer's session as it is now. One whose token was renewed meanwhile is not this
    /// request's any more.
    pub(super) async fn session_of(&self, tx: &mut Tx, viewer: &Viewer, now: Timestamp) -> Result<Session, Error> {
        let session = tx.session(&viewer.session.id, &viewer.user.id, &viewer.token_hash).await?;
        let alive = session.filter(|session| self.policy.session.alive(session, now));
        alive.ok_or(Error::Refused(Refusal::SignInRequired))
    }

    /// Begins a transaction for a program: holds the account's row, and looks at account and
    /// token again.
    pub(super) async fn begin_with_token(&self, viewer: &ApiViewer, now: Timestamp) -> Result<(Tx, ApiViewer), Error> {
        let mut tx = self.db.begin().await?;
        let user = tx.lock_user(&viewer.user.id).await?;
        let token = tx.api_token(&viewer.token.id, &viewer.user.id).await?;
        let fresh = user.zip(token).map(|(user, token)| ApiViewer { user, token });
        match fresh.filter(|fresh| fresh.is_admitted(now)) {
            Some(fresh) => Ok((tx, fresh)),
            None => Err(Refusal::SignInRequired.into()),
        }
    }

    /// Ends an action: commits it with what it did, or takes it back and records the refusal.
    pub(super) async fn finish<T>(
        &self,
        tx: Tx,
        action: Action,
        source: &Source,
        subject: Subject<'_>,
        outcome: Result<T, Error>,
    ) -> Result<T, Error> {
        match outcome {
            Ok(done) => {
                tx.commit().await?;
                Ok(done)
            }
            Err(error) => {
                tx.rollback().await?;
                Err(self.refuse(action, source, subject, error).await)
            }
        }
    }

    /// Records a refusal in a transaction of its own and hands the error back. If the
    /// recording fails, that is the error: a refusal that leaves no trace is not given.
    pub(super) async fn refuse(&self, action: Action, source: &Source, subject: Subject<'_>, error: Error) -> Error {
        let Error::Refused(refusal) = error else {
            return error;
        };
        self.refuse_as(action, source, subject, refusal, &refusal.into()).await
    }

    /// As [`Lifecycle::refuse`], with what the caller has to say about it in the log.
    pub(super) async fn refuse_as(
        &self,
        action: Action,
        source: &Source,
        subject: Subject<'_>,
        refusal: Refusal,
        failure: &Failure,
    ) -> Error {
        let recorded = async {
            let mut tx = self.db.begin().await?;
            // An account that was erased meanwhile gets nothing personal written down any more.
            let nobody = Source::worker();
            let (source, subject) = match subject.user_id {
                // Nor is it named: its row may be gone.
                Some(id) if tx.lock_user(id).await?.is_none() => {
                    (&nobody, Subject { user_id: None, session_id: None, ..subject })
                }
                _ => (source, subject),
            };
            self.record(&mut tx, action, source, subject, Some(failure), None).await?;
            tx.commit().await?;
            Ok::<(), Error>(())
        };
        recorded.await.err().unwrap_or(Error::Refused(refusal))
    }

    /// Appends the action's event in `tx`, and has the account's open pages look again if it
    /// succeeded.
    pub(super) async fn record(
        &self,
        tx: &mut Tx,
        action: Action,
        source: &Source,
        subject: Subject<'_>,
        failure: Option<&Failure>,
        detail: Option<&Detail>,
    ) -> Result<(), Error> {
        if let (Some(user), None) = (subject.user_id, failure) {
            tx.announce(user).await?;
        }
        let ip = source.ip_text();
        let event = NewEvent {
            at: self.clock.now(),
            user_id: subject.user_id,
            actor: subject.actor,
            event: action.rule().event,
            failure,
            session_id: subject.session_id,
            request: source.request,
            ip: ip.as_deref(),
            user_agent: &source.user_agent,
            detail,
        };
        Ok(tx.record(&event).await?)
    }
}
