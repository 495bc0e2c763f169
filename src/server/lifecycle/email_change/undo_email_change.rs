//! `undo_email_change`: gives the account back to its old address.

use crate::{
    domain::{
        email::Email, email_change::EmailChange, error::Refusal, event_detail::Detail, mail_token::Purpose,
        outbox::Kind, security_log::Actor, user::User,
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin,
            deletion::cancel_deletion::cancel_scheduled_deletion,
            email_change::confirm_email_change::set_email,
            error::retry_on_conflict,
            operation::{Attribution, Operation, Subject},
        },
        store::NewLetter,
    },
};

/// The result of an undo.
pub struct Undone {
    /// The account's address after the undo.
    pub email: Email,
    /// Whether the undo removed a password that was set since the change, so that the user needs a new one to sign
    /// in.
    pub password_removed: bool,
}

impl Lifecycle {
    /// Restores the address from before a change, however many changes came after it: the earliest undo wins and
    /// ends the later ones (behaviour §3). Ends every session, removes every sign-in method that was added since,
    /// and cancels a deletion that was scheduled since. So an attacker who took the account over can neither keep
    /// nor destroy it.
    ///
    /// # Errors
    /// [`Refusal::DeadLink`] if the link is not valid or the undo window is over.
    pub async fn undo_email_change(&self, source: &RequestOrigin, token: &str) -> Result<Undone, Error> {
        retry_on_conflict(|| self.undo_email_change_once(source, token)).await
    }

    async fn undo_email_change_once(&self, source: &RequestOrigin, token: &str) -> Result<Undone, Error> {
        let by = Attribution::of(Action::UndoEmailChange, source, Actor::Link, None);
        let mut operation = self.begin(by).await?;
        let outcome = self.undo_email_change_in(&mut operation, token).await;
        operation.finish(outcome).await
    }

    async fn undo_email_change_in(&self, operation: &mut Operation<'_>, token: &str) -> Result<Undone, Error> {
        let change = self.open_change(operation, Purpose::UndoEmailChange, token).await?;
        let user = operation.hold(&change.user_id).await?.ok_or(Refusal::DeadLink)?;
        if !operation.tx.undo_email_change(&change.id, &user.id, operation.now).await? {
            return Err(Refusal::DeadLink.into());
        }
        set_email(operation, &user, &change.old_email).await?;
        let password_removed = operation.tx.drop_password_since(&user.id, change.stamp).await?;
        // Includes those linked between the request and its confirmation: both may have been the attacker's.
        operation.tx.drop_identities_since(&user.id, change.stamp, change.requested_at).await?;
        // A closed account cannot confirm a change, so a deletion can only have been scheduled since.
        cancel_scheduled_deletion(&mut operation.tx, &user.id).await?;
        operation.revoke(&user.id, None).await?;
        tell_both(operation, &user, &change).await?;
        operation.is_about(Subject::of(Actor::Link, Some(&user.id)));
        operation.record(Detail::email_change(&user.email, &change.old_email)).await?;
        Ok(Undone { email: change.old_email, password_removed })
    }
}

/// Deletes the unsent letters of the change, and tells both addresses that it was undone.
async fn tell_both(operation: &mut Operation<'_>, user: &User, change: &EmailChange) -> Result<(), Error> {
    for kind in [Kind::ConfirmEmailChange, Kind::EmailChangeRequested, Kind::EmailChangedNew] {
        operation.tx.withdraw_letters(&user.id, kind).await?;
    }
    let other = Some(&change.old_email);
    for to in [&change.old_email, &user.email] {
        operation.mail(&NewLetter { other, ..NewLetter::plain(&user.id, Kind::EmailChangeUndone, to) }).await?;
    }
    Ok(())
}
