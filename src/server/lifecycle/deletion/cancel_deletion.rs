//! `cancel_deletion`: the user has come back and keeps the account.

use crate::{
    domain::{error::Refusal, id::UserId, mail_token::Purpose, outbox::Kind, sudo::SudoMode, user::User},
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
        if !reopen(operation, user).await? {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        let token = operation.renew_token(&viewer.session.id, SudoMode::Kept).await?;
        operation.record(None).await?;
        Ok(token)
    }
}

/// Cancels the scheduled deletion of an account and tells its owner; `false` if no deletion was scheduled.
pub(in crate::server::lifecycle) async fn reopen(operation: &mut Operation<'_>, user: &User) -> Result<bool, Error> {
    if !cancel_scheduled_deletion(&mut operation.tx, &user.id).await? {
        return Ok(false);
    }
    if user.email_verified_at.is_some() {
        operation.mail(&NewLetter::plain(&user.id, Kind::DeletionCancelled, &user.email)).await?;
    }
    Ok(true)
}

/// Clears an account's schedule, and deletes the keep link and the queued letters about the deletion; `false` if no
/// deletion was scheduled.
pub(in crate::server::lifecycle) async fn cancel_scheduled_deletion(tx: &mut Tx, user: &UserId) -> Result<bool, Error> {
    if !tx.cancel_deletion(user).await? {
        return Ok(false);
    }
    // After a mail outage, the letter about the deletion must not arrive after the one that cancels it.
    tx.withdraw_letters(user, Kind::DeletionScheduled).await?;
    tx.withdraw_letters(user, Kind::DeletionReminder).await?;
    tx.revoke_mail_links(user, Purpose::KeepAccount).await?;
    Ok(true)
}
