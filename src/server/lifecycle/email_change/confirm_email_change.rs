//! `confirm_email_change`: the new address becomes the account's.

use crate::{
    domain::{
        email::Email, email_change::EmailChange, error::Refusal, event_detail::Detail, mail_token::Purpose,
        outbox::Kind, time::Timestamp,
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, Source, Viewer,
            outbox::post::Post,
            transaction::{Subject, anew},
        },
        store::{StoreError, Tx},
    },
};

impl Lifecycle {
    /// Changes the address to the one that the link was mailed to, and ends every session,
    /// the viewer's too. The result is the new address.
    ///
    /// # Errors
    /// [`Refusal::DeadLink`], also when the address was taken meanwhile (checklist A14);
    /// [`Refusal::OtherUser`] when the link is another account's (A17).
    pub async fn confirm_email_change(&self, source: &Source, viewer: &Viewer, token: &str) -> Result<Email, Error> {
        anew(|| self.confirm_email_change_once(source, viewer, token)).await
    }

    async fn confirm_email_change_once(&self, source: &Source, viewer: &Viewer, token: &str) -> Result<Email, Error> {
        let now = self.clock.now();
        let (mut tx, viewer) = self.begin_as(viewer, now).await?;
        let outcome = self.confirm_email_change_in(&mut tx, source, &viewer, token, now).await;
        self.finish(tx, Action::ConfirmEmailChange, source, Subject::viewer(&viewer), outcome).await
    }

    async fn confirm_email_change_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
        token: &str,
        now: Timestamp,
    ) -> Result<Email, Error> {
        let user = &viewer.user;
        let change = self.open_change(tx, Purpose::ConfirmEmailChange, token, now).await?;
        if change.user_id != user.id {
            return Err(Refusal::OtherUser.into());
        }
        user.must_not_be_closed()?;
        if change.stamp != user.security_stamp || change.old_email.key() != user.email.key() {
            return Err(Refusal::DeadLink.into());
        }
        self.evict_unverified(tx, &change.new_email.key(), Some(&user.id), now).await?;
        let stamp = match tx.set_email(&user.id, &user.email, &change.new_email, Some(now)).await {
            Err(StoreError::Conflict) => None,
            stamp => stamp?,
        };
        let stamp = stamp.ok_or(Refusal::DeadLink)?;
        let undo_until = now.plus(self.policy.undo_window);
        if !tx.confirm_email_change(&change.id, stamp, now, undo_until).await? {
            return Err(Refusal::DeadLink.into());
        }
        self.revoke(tx, Action::ConfirmEmailChange.rule(), &user.id, None).await?;
        self.tell_both_addresses(tx, &change).await?;
        let detail = Detail::email_change(&change.old_email, &change.new_email);
        let subject = Subject::viewer(viewer);
        self.record(tx, Action::ConfirmEmailChange, source, subject, None, Some(&detail)).await?;
        Ok(change.new_email)
    }

    async fn tell_both_addresses(&self, tx: &mut Tx, change: &EmailChange) -> Result<(), Error> {
        let id = &change.user_id;
        self.withdraw(tx, id, Kind::ConfirmEmailChange).await?;
        self.withdraw(tx, id, Kind::EmailChangeRequested).await?;
        let to_new = Post::plain(id, Kind::EmailChangedNew, &change.new_email);
        self.post(tx, &to_new).await?;
        let to_old = Post {
            link: Some(&change.id),
            other: Some(&change.new_email),
            ..Post::plain(id, Kind::EmailChangedOld, &change.old_email)
        };
        self.post(tx, &to_old).await
    }
}
