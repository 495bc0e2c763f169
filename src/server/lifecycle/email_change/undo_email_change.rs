//! `undo_email_change`: gives the account back to its old address.

use crate::{
    domain::{
        email_change::EmailChange, error::Refusal, event_detail::Detail, mail_token::Purpose, outbox::Kind,
        security_log::Actor, user::User,
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin,
            deletion::cancel_deletion::cancel_scheduled_deletion,
            email_change::confirm_email_change::set_email,
            error::retry_on_conflict,
            mail_tokens::LinkOwner,
            operation::{Attribution, Operation, Subject},
            sign_in::begin_session::know_this_browser_only,
        },
        store::NewLetter,
    },
};

impl Lifecycle {
    /// Restores the address from before a change, however many changes came after it: the earliest undo wins and
    /// ends the later ones (behaviour §3). Ends every session, removes the password and every provider that was linked
    /// shortly before the request or since, forgets every known browser, and cancels a deletion. So an attacker who
    /// took the account over can neither keep nor destroy it, even if they prepared for the undo. Mails a reset link to
    /// the restored address. Returns whose account it is, with that address.
    ///
    /// This is the one exception to the rule that an account keeps a way in: the account may have neither a password
    /// nor a provider afterwards. Its owner gets in by the mailbox, and sets a password by the reset link.
    ///
    /// # Errors
    /// [`Refusal::DeadLink`] if the link is not valid or the undo window is over.
    pub async fn undo_email_change(&self, source: &RequestOrigin, token: &str) -> Result<LinkOwner, Error> {
        retry_on_conflict(|| self.undo_email_change_once(source, token)).await
    }

    async fn undo_email_change_once(&self, source: &RequestOrigin, token: &str) -> Result<LinkOwner, Error> {
        let by = Attribution::of(Action::UndoEmailChange, source, Actor::Link, None);
        let mut operation = self.begin(by).await?;
        let outcome = self.undo_email_change_in(&mut operation, token).await;
        operation.finish(outcome).await
    }

    async fn undo_email_change_in(&self, operation: &mut Operation<'_>, token: &str) -> Result<LinkOwner, Error> {
        let change = self.open_change(operation, Purpose::UndoEmailChange, token).await?;
        let user = operation.hold(&change.user_id).await?.ok_or(Refusal::DeadLink)?;
        if !operation.tx.undo_email_change(&change.id, &user.id, operation.now).await? {
            return Err(Refusal::DeadLink.into());
        }
        let stamp = set_email(operation, &user, &change.old_email).await?;
        self.drop_ways_in(operation, &change).await?;
        // A closed account cannot confirm a change, so a deletion can only have been scheduled since.
        cancel_scheduled_deletion(&mut operation.tx, &user.id).await?;
        operation.revoke(&user.id, None).await?;
        tell_both(operation, &user, &change).await?;
        let restored = User { email: change.old_email.clone(), security_stamp: stamp, ..user.clone() };
        self.send_reset_link(operation, &restored).await?;
        operation.is_about(Subject::of(Actor::Link, Some(&user.id)));
        operation.record(Detail::email_change(&user.email, &change.old_email)).await?;
        Ok(LinkOwner { id: user.id, email: change.old_email })
    }

    /// Removes what an attacker may have prepared before they changed the address, and what they may have added since:
    /// the password, providers, and known browsers.
    async fn drop_ways_in(&self, operation: &mut Operation<'_>, change: &EmailChange) -> Result<(), Error> {
        let user = &change.user_id;
        operation.tx.drop_password(user).await?;
        // Goes back as far before the request as the undo can come after it.
        let since = change.requested_at.minus(self.policy.undo_window).minus(self.policy.email_change_ttl);
        operation.tx.drop_identities_since(user, change.stamp, since).await?;
        know_this_browser_only(operation, user).await
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
