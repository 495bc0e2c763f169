//! The unit of work: one action, from its beginning to its commit or refusal.
//!
//! An operation makes the action follow its line of the [table](super::action_table). `begin_as` checks that the
//! line admits the account, and that the session is in sudo mode if the line needs it. `revoke` ends what the line
//! names, and `record` writes the line's event. `mail` posts no letter that the line does not name, and `finish`
//! does not commit without the line's revocations and event.

mod revocation;

use std::sync::Arc;

pub(super) use super::attribution::{Attribution, Subject};
use super::{
    Action, Error, Lifecycle, RequestOrigin, Viewer,
    attribution::{Outcome, append},
};
use crate::{
    domain::{
        error::Refusal,
        event_detail::Detail,
        failure::Reason,
        id::{LetterId, UserId},
        limits::Limit,
        outbox::Kind,
        security_log::Actor,
        time::Timestamp,
        user::User,
    },
    server::store::{NewLetter, Tx},
};

/// One action in progress. Dropping it rolls it back.
pub(super) struct Operation<'a> {
    /// Its transaction.
    pub tx: Tx,
    /// When the action happens: one instant for all of it.
    pub now: Timestamp,
    pub(super) lifecycle: &'a Lifecycle,
    by: Attribution<'a>,
    about: Option<Subject>,
    /// Another action whose work this one includes.
    also: Option<Action>,
    viewer: Option<Arc<Viewer>>,
    has_revoked: bool,
    /// Whether the event is written, or there is none to write because nothing changed.
    is_accounted_for: bool,
}

/// The action does not do what its line says, which is a bug.
#[derive(Debug, thiserror::Error)]
enum LineBreach {
    #[error("{0:?} asks for a viewer and was begun without one")]
    Viewer(Action),
    #[error("{0:?} posts {1:?}, which its line does not name")]
    Letter(Action, Kind),
    #[error("{0:?} is committed without what its line revokes")]
    Revocations(Action),
    #[error("{0:?} is committed without its event")]
    Event(Action),
}

impl Lifecycle {
    /// Begins an action that needs no live session: signing in and out, mailed links, an operator's commands.
    ///
    /// # Errors
    /// [`Refusal::Limited`] for a mailed link, if the caller's network has opened too many that do not work.
    pub(super) async fn begin<'a>(&'a self, by: Attribution<'a>) -> Result<Operation<'a>, Error> {
        if by.subject.actor == Actor::Link
            && let Err(error) = self.must_have_place(by.source, Limit::DeadLinksPerIp).await
        {
            return Err(self.refuse(&by, error).await);
        }
        let tx = self.db.begin().await?;
        Ok(self.operation(tx, self.clock.now(), by))
    }

    /// Begins an action in `tx`, which has already locked the rows that the action needs.
    pub(super) const fn operation<'a>(&'a self, tx: Tx, now: Timestamp, by: Attribution<'a>) -> Operation<'a> {
        Operation {
            tx,
            now,
            lifecycle: self,
            by,
            about: None,
            also: None,
            viewer: None,
            has_revoked: false,
            is_accounted_for: false,
        }
    }

    /// Begins an action of a signed-in user. Locks the account's row, reads account and session again (both may
    /// have changed since the request arrived), and checks both against the action's line.
    ///
    /// # Errors
    /// [`Refusal::SignInRequired`] if the session has ended; Signet does not record this refusal.
    /// [`Refusal::Unverified`], [`Refusal::DeletionScheduled`] or [`Refusal::SudoRequired`] if the line does not
    /// admit the account or the session, and [`Refusal::Limited`] if the user has acted too often; Signet records
    /// these refusals.
    pub(super) async fn begin_as<'a>(
        &'a self,
        action: Action,
        source: &'a RequestOrigin,
        viewer: &Viewer,
    ) -> Result<Operation<'a>, Error> {
        let mut tx = self.db.begin().await?;
        let (viewer, now) = self.hold_viewer(&mut tx, source, viewer).await?;
        let viewer = Arc::new(viewer);
        let by = Attribution::viewer(action, source, &viewer);
        let admitted = self.admit(action, &viewer, now);
        let mut operation = Operation { viewer: Some(viewer), ..self.operation(tx, now, by) };
        let limited = operation.limit_viewer(Limit::ActionsPerUser).await;
        match limited.and_then(|()| Ok(admitted?)) {
            Ok(()) => Ok(operation),
            Err(error) => operation.finish(Err(error)).await,
        }
    }

    /// Refuses what is wrong in a form although sudo mode is missing. The user must not confirm who they are for a form that
    /// is refused afterwards.
    pub(super) async fn refuse_before_sudo(
        &self,
        action: Action,
        source: &RequestOrigin,
        viewer: &Viewer,
        typed: Result<(), Refusal>,
    ) -> Result<(), Error> {
        let admitted = self.admit(action, viewer, self.clock.now());
        let (Err(refusal), Err(Refusal::SudoRequired)) = (typed, admitted) else { return Ok(()) };
        self.still_signed_in(source, viewer).await?;
        Err(self.refuse(&Attribution::viewer(action, source, viewer), refusal.into()).await)
    }

    /// Checks account and session against the action's line.
    ///
    /// # Errors
    /// [`Refusal::Unverified`], [`Refusal::DeletionScheduled`] or [`Refusal::SudoRequired`], as the line demands.
    pub(super) fn admit(&self, action: Action, viewer: &Viewer, now: Timestamp) -> Result<(), Refusal> {
        let rule = action.rule();
        rule.admits.check(&viewer.user)?;
        let needs_sudo = rule.asks_sudo_of(&viewer.user) || !viewer.has_current_token && action != Action::ConfirmSudo;
        if needs_sudo && !viewer.is_sudo(now, self.policy.sudo_ttl) {
            return Err(Refusal::SudoRequired);
        }
        Ok(())
    }
}

impl<'a> Operation<'a> {
    /// Returns the viewer, with account and session as this transaction has read them.
    ///
    /// # Errors
    /// [`Error::Internal`] if the action did not begin with [`Lifecycle::begin_as`].
    pub fn viewer(&self) -> Result<Arc<Viewer>, Error> {
        self.viewer.clone().ok_or_else(|| Error::Internal(Box::new(LineBreach::Viewer(self.by.action))))
    }

    /// Returns the origin of the request.
    pub const fn source(&self) -> &'a RequestOrigin {
        self.by.source
    }

    /// Names the account that the action turned out to concern. The event of a successful action names this
    /// account. The event of a refusal does not, because a refused caller has proved nothing about the account.
    pub fn is_about(&mut self, subject: Subject) {
        self.about = Some(subject);
    }

    /// Locks an account's row, and sets the action's time to that moment. `None` if the account is gone.
    pub async fn hold(&mut self, user: &UserId) -> Result<Option<User>, Error> {
        let user = self.tx.lock_user(user).await?;
        self.now = self.lifecycle.clock.now();
        Ok(user)
    }

    /// Declares that this action does the work of another action too, and so may post that action's letters.
    pub const fn includes(&mut self, action: Action) {
        self.also = Some(action);
    }

    /// [`Operation::limit`] for the viewer.
    pub async fn limit_viewer(&mut self, limit: Limit) -> Result<(), Error> {
        self.limit(limit, self.viewer()?.user.id.as_str()).await
    }

    /// Takes a place of `limit` for `of`, which counts only if the action commits. Refuses if no place is left.
    pub async fn limit(&mut self, limit: Limit, of: &str) -> Result<(), Error> {
        let bucket = self.lifecycle.bucket(limit, of);
        Ok(self.lifecycle.take_place(&mut self.tx, bucket, self.now).await??)
    }

    /// Puts a letter that the action's line names into the outbox.
    pub async fn mail(&mut self, letter: &NewLetter<'_>) -> Result<(), Error> {
        let action = self.by.action;
        if !self.actions().any(|action| action.rule().mails.contains(&letter.kind)) {
            return Err(Error::Internal(Box::new(LineBreach::Letter(action, letter.kind))));
        }
        let id = LetterId::from_random(self.lifecycle.random.bytes());
        let due_at = match letter.due_at {
            None if letter.kind.is_unsolicited() => Some(self.lifecycle.turn_of_letter(&mut self.tx, self.now).await?),
            due_at => due_at,
        };
        Ok(self.tx.insert_letter(&id, &NewLetter { due_at, ..letter.clone() }, self.now).await?)
    }

    /// Appends the action's event, which makes the account's open pages refresh.
    pub async fn record(&mut self, detail: impl Into<Option<Detail>>) -> Result<(), Error> {
        self.is_accounted_for = true;
        self.append(Outcome::Done(detail.into().as_ref())).await
    }

    /// Appends the event of another action, whose work this one includes.
    pub async fn record_included(
        &mut self,
        action: Action,
        subject: Subject,
        detail: Option<Detail>,
    ) -> Result<(), Error> {
        self.includes(action);
        let by = Attribution { action, source: self.by.source, subject };
        append(&mut self.tx, &by, self.now, Outcome::Done(detail.as_ref())).await
    }

    /// Appends the action's event as a refusal, although the answer is that of a success: it must not reveal whether
    /// an address has an account. Then the action need not revoke what its line names.
    pub async fn record_refused(&mut self, reason: Reason) -> Result<(), Error> {
        self.is_accounted_for = true;
        self.has_revoked = true;
        let by = self.attributed();
        self.lifecycle.append_refusal(&mut self.tx, &by, self.now, &reason.into()).await
    }

    /// Declares that the action changes nothing, so that it has no event to write and nothing to revoke.
    pub const fn nothing_to_record(&mut self) {
        self.is_accounted_for = true;
        self.has_revoked = true;
    }

    /// Ends the action: commits it, or rolls it back and records the refusal.
    pub async fn finish<T>(self, outcome: Result<T, Error>) -> Result<T, Error> {
        match outcome.and_then(|done| self.is_whole().map(|()| done)) {
            Ok(done) => {
                self.tx.commit().await?;
                Ok(done)
            }
            Err(error) => {
                self.tx.rollback().await?;
                Err(self.lifecycle.refuse(&self.by, error).await)
            }
        }
    }

    /// Ends the action with a refusal but commits its changes, such as a counted attempt, in one transaction with
    /// its event.
    pub async fn finish_keeping(mut self, refusal: Refusal) -> Error {
        let kept = async {
            append(&mut self.tx, &self.by, self.now, Outcome::Refused(&refusal.into())).await?;
            Ok::<(), Error>(self.tx.commit().await?)
        };
        kept.await.err().unwrap_or(Error::Refused(refusal))
    }

    fn is_whole(&self) -> Result<(), Error> {
        let action = self.by.action;
        let breach = match (self.has_revoked || action.rule().revokes.is_empty(), self.is_accounted_for) {
            (true, true) => return Ok(()),
            (false, _) => LineBreach::Revocations(action),
            (true, false) => LineBreach::Event(action),
        };
        Err(Error::Internal(Box::new(breach)))
    }

    fn actions(&self) -> impl Iterator<Item = Action> {
        [Some(self.by.action), self.also].into_iter().flatten()
    }

    async fn append(&mut self, outcome: Outcome<'_>) -> Result<(), Error> {
        let by = self.attributed();
        append(&mut self.tx, &by, self.now, outcome).await
    }

    fn attributed(&self) -> Attribution<'a> {
        Attribution { subject: self.about.as_ref().unwrap_or(&self.by.subject).clone(), ..self.by }
    }
}

#[cfg(test)]
mod tests;
