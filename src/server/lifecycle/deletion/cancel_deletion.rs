//! `cancel_deletion`: the person has come back, and the account stays.

use crate::{
    domain::{error::Refusal, id::UserId, outbox::Kind},
    server::{
        crypto::session_token::SessionToken,
        lifecycle::{Action, Error, Lifecycle, Source, Viewer, outbox::post::Post, transaction::Subject},
        store::Tx,
    },
};

impl Lifecycle {
    /// Keeps the viewer's account: clears the schedule, takes the reminders back, and
    /// goes on in this session under a new token.
    ///
    /// # Errors
    /// [`Refusal::ChangedMeanwhile`] when no deletion is scheduled.
    pub async fn cancel_deletion(&self, source: &Source, viewer: &Viewer) -> Result<SessionToken, Error> {
        let (mut tx, viewer) = self.begin_as(viewer, self.clock.now()).await?;
        let outcome = self.cancel_deletion_in(&mut tx, source, &viewer).await;
        self.finish(tx, Action::CancelDeletion, source, Subject::viewer(&viewer), outcome).await
    }

    async fn cancel_deletion_in(&self, tx: &mut Tx, source: &Source, viewer: &Viewer) -> Result<SessionToken, Error> {
        let user = &viewer.user;
        if !self.call_deletion_off(tx, &user.id).await? {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        let token = self.renew_token(tx, &viewer.session.id).await?;
        if user.email_verified_at.is_some() {
            self.post(tx, &Post::plain(&user.id, Kind::DeletionCancelled, &user.email)).await?;
        }
        self.record(tx, Action::CancelDeletion, source, Subject::viewer(viewer), None, None).await?;
        Ok(token)
    }

    /// Clears an account's schedule with everything that hangs on it; `false` if none was set.
    pub(in crate::server::lifecycle) async fn call_deletion_off(
        &self,
        tx: &mut Tx,
        user: &UserId,
    ) -> Result<bool, Error> {
        if !tx.cancel_deletion(user).await? {
            return Ok(false);
        }
        // After a mail outage the bad news must not come behind the good.
        self.withdraw(tx, user, Kind::DeletionScheduled).await?;
        self.withdraw(tx, user, Kind::DeletionReminder).await?;
        Ok(true)
    }
}
