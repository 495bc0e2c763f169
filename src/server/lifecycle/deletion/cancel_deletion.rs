//! `cancel_deletion`: the user has come back and keeps the account.

use crate::{
    domain::{error::Refusal, id::UserId, outbox::Kind, sudo::SudoMode},
    server::{
        crypto::session_token::SessionToken,
        lifecycle::{Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation},
        store::{NewLetter, Tx},
    },
};

impl Lifecycle {
    /// Keeps the viewer's account: clears the schedule, deletes the queued letters about the deletion, and gives
    /// this session a new token.
    ///
    /// # Errors
    /// [`Refusal::ChangedMeanwhile`] if no deletion is scheduled.
    pub async fn cancel_deletion(&self, source: &RequestOrigin, viewer: &Viewer) -> Result<SessionToken, Error> {
        let mut operation = self.begin_as(Action::CancelDeletion, source, viewer).await?;
        let outcome = self.cancel_deletion_in(&mut operation).await;
        operation.finish(outcome).await
    }

    async fn cancel_deletion_in(&self, operation: &mut Operation<'_>) -> Result<SessionToken, Error> {
        let viewer = operation.viewer()?;
        let user = &viewer.user;
        if !cancel_scheduled_deletion(&mut operation.tx, &user.id).await? {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        let token = operation.renew_token(&viewer.session.id, SudoMode::Kept).await?;
        if user.email_verified_at.is_some() {
            operation.mail(&NewLetter::plain(&user.id, Kind::DeletionCancelled, &user.email)).await?;
        }
        operation.record(None).await?;
        Ok(token)
    }
}

/// Clears an account's schedule and deletes the queued letters about it; `false` if no deletion was scheduled.
pub(in crate::server::lifecycle) async fn cancel_scheduled_deletion(tx: &mut Tx, user: &UserId) -> Result<bool, Error> {
    if !tx.cancel_deletion(user).await? {
        return Ok(false);
    }
    // After a mail outage, the letter about the deletion must not arrive after the one that cancels it.
    tx.withdraw_letters(user, Kind::DeletionScheduled).await?;
    tx.withdraw_letters(user, Kind::DeletionReminder).await?;
    Ok(true)
}
