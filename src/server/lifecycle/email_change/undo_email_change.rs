//! `undo_email_change`: the old address takes the account back.

use crate::{
    domain::{
        email::Email, email_change::EmailChange, error::Refusal, event_detail::Detail, mail_token::Purpose,
        outbox::Kind, security_log::Actor, time::Timestamp, user::User,
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, Source,
            outbox::post::Post,
            transaction::{Subject, anew},
        },
        store::{StoreError, Tx},
    },
};

/// What an undo did.
pub struct Undone {
    /// The address that the account has again.
    pub email: Email,
    /// Whether the password had been set since the change and was removed with it, so
    /// that a new one is needed to sign in.
    pub password_removed: bool,
}

impl Lifecycle {
    /// Restores the address from before a change, however many changes came after it: the
    /// earliest undo wins, and the later ones die (behaviour §3). Ends every session and
    /// every way in that was added since, and a deletion that was scheduled since, so that
    /// whoever took the account over cannot keep or destroy it.
    ///
    /// # Errors
    /// [`Refusal::DeadLink`].
    pub async fn undo_email_change(&self, source: &Source, token: &str) -> Result<Undone, Error> {
        anew(|| self.undo_email_change_once(source, token)).await
    }

    async fn undo_email_change_once(&self, source: &Source, token: &str) -> Result<Undone, Error> {
        let mut tx = self.db.begin().await?;
        let outcome = self.undo_email_change_in(&mut tx, source, token).await;
        self.finish(tx, Action::UndoEmailChange, source, Subject::of(Actor::Link, None), outcome).await
    }

    async fn undo_email_change_in(&self, tx: &mut Tx, source: &Source, token: &str) -> Result<Undone, Error> {
        let now = self.clock.now();
        let change = self.open_change(tx, Purpose::UndoEmailChange, token, now).await?;
        let user = tx.lock_user(&change.user_id).await?.ok_or(Refusal::DeadLink)?;
        if !tx.undo_email_change(&change.id, &user.id, now).await? {
            return Err(Refusal::DeadLink.into());
        }
        self.restore_email(tx, &user, &change.old_email, now).await?;
        let password_removed = tx.drop_password_since(&user.id, change.stamp).await?;
        // Between asking for the change and confirming it too: both may have been the intruder's.
        tx.drop_identities_since(&user.id, change.stamp, change.requested_at).await?;
        // A closed account confirms no change, so a deletion can only have been scheduled since.
        self.call_deletion_off(tx, &user.id).await?;
        self.revoke(tx, Action::UndoEmailChange.rule(), &user.id, None).await?;
        self.withdraw_change_letters(tx, &user).await?;
        self.tell_both(tx, &user, &change).await?;
        let detail = Detail::email_change(&user.email, &change.old_email);
        let subject = Subject::of(Actor::Link, Some(&user.id));
        self.record(tx, Action::UndoEmailChange, source, subject, None, Some(&detail)).await?;
        Ok(Undone { email: change.old_email, password_removed })
    }

    async fn restore_email(&self, tx: &mut Tx, user: &User, old: &Email, now: Timestamp) -> Result<(), Error> {
        self.evict_unverified(tx, &old.key(), Some(&user.id), now).await?;
        let restored = match tx.set_email(&user.id, &user.email, old, Some(now)).await {
            // Somebody has verified the old address for another account since.
            Err(StoreError::Conflict) => None,
            restored => restored?,
        };
        restored.map(drop).ok_or(Error::Refused(Refusal::DeadLink))
    }

    async fn withdraw_change_letters(&self, tx: &mut Tx, user: &User) -> Result<(), Error> {
        for kind in [Kind::ConfirmEmailChange, Kind::EmailChangeRequested, Kind::EmailChangedNew] {
            self.withdraw(tx, &user.id, kind).await?;
        }
        Ok(())
    }

    async fn tell_both(&self, tx: &mut Tx, user: &User, change: &EmailChange) -> Result<(), Error> {
        let other = Some(&change.old_email);
        for to in [&change.old_email, &user.email] {
            self.post(tx, &Post { other, ..Post::plain(&user.id, Kind::EmailChangeUndone, to) }).await?;
        }
        Ok(())
    }
}
