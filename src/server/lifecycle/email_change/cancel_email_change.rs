//! `cancel_email_change`: from settings, or by the link in the old address's mailbox.

use crate::{
    domain::{
        email_change::EmailChange, error::Refusal, event_detail::Detail, mail_token::Purpose, outbox::Kind,
        security_log::Actor,
    },
    server::{
        lifecycle::{Action, Error, Lifecycle, Source, Viewer, outbox::post::Post, transaction::Subject},
        store::Tx,
    },
};

impl Lifecycle {
    /// Cancels the viewer's open change. With none open it does nothing.
    ///
    /// # Errors
    /// [`Refusal::DeletionScheduled`].
    pub async fn cancel_email_change(&self, source: &Source, viewer: &Viewer) -> Result<(), Error> {
        let (mut tx, viewer) = self.begin_as(viewer, self.clock.now()).await?;
        let outcome = self.cancel_email_change_in(&mut tx, source, &viewer).await;
        self.finish(tx, Action::CancelEmailChange, source, Subject::viewer(&viewer), outcome).await
    }

    async fn cancel_email_change_in(&self, tx: &mut Tx, source: &Source, viewer: &Viewer) -> Result<(), Error> {
        viewer.user.must_not_be_closed()?;
        match tx.open_email_change(&viewer.user.id).await? {
            Some(change) => self.cancel(tx, source, &change, Subject::viewer(viewer)).await,
            None => Ok(()),
        }
    }

    /// Cancels the open change that a link from the old address names. Needs no sign-in:
    /// whoever reads the old mailbox may stop the change.
    ///
    /// # Errors
    /// [`Refusal::DeadLink`].
    pub async fn cancel_email_change_by_link(&self, source: &Source, token: &str) -> Result<(), Error> {
        let mut tx = self.db.begin().await?;
        let outcome = self.cancel_by_link_in(&mut tx, source, token).await;
        self.finish(tx, Action::CancelEmailChange, source, Subject::of(Actor::Link, None), outcome).await
    }

    async fn cancel_by_link_in(&self, tx: &mut Tx, source: &Source, token: &str) -> Result<(), Error> {
        let now = self.clock.now();
        let seen = self.open_change(tx, Purpose::CancelEmailChange, token, now).await?;
        // Looked at again once the account is held: a confirmation may have been under way.
        tx.lock_user(&seen.user_id).await?.ok_or(Refusal::DeadLink)?;
        let change = self.open_change(tx, Purpose::CancelEmailChange, token, now).await?;
        self.cancel(tx, source, &change, Subject::of(Actor::Link, Some(&change.user_id))).await
    }

    async fn cancel(
        &self,
        tx: &mut Tx,
        source: &Source,
        change: &EmailChange,
        subject: Subject<'_>,
    ) -> Result<(), Error> {
        let id = &change.user_id;
        self.revoke(tx, Action::CancelEmailChange.rule(), id, None).await?;
        // The owner of a taken address was never asked, so there is nothing to call off.
        if tx.verified_holder(&change.new_email.key()).await?.is_none() {
            self.post(tx, &Post::plain(id, Kind::EmailChangeCancelled, &change.new_email)).await?;
        }
        let detail = Detail::Email(change.new_email.clone());
        self.record(tx, Action::CancelEmailChange, source, subject, None, Some(&detail)).await
    }
}
