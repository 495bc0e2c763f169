//! `cancel_email_change`: from settings, or by the link in the old address's mailbox.

use crate::{
    domain::{
        email_change::EmailChange, error::Refusal, event_detail::Detail, mail_token::Purpose, outbox::Kind,
        security_log::Actor,
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin, Viewer,
            mail_tokens::LinkOwner,
            operation::{Attribution, Operation, Subject},
        },
        store::NewLetter,
    },
};

impl Lifecycle {
    /// Cancels the viewer's open change. Does nothing if none is open.
    ///
    /// # Errors
    /// [`Refusal::DeletionScheduled`] if the account is closed.
    pub async fn cancel_email_change(&self, source: &RequestOrigin, viewer: &Viewer) -> Result<(), Error> {
        let mut operation = self.begin_as(Action::CancelEmailChange, source, viewer).await?;
        let outcome = cancel_open_change(&mut operation).await;
        operation.finish(outcome).await
    }

    /// Cancels the open change that a link from the old address names. Needs no sign-in: every reader of the old
    /// mailbox may stop the change. Returns whose account it is.
    ///
    /// # Errors
    /// [`Refusal::DeadLink`] if the link is not valid or the change is not open.
    pub async fn cancel_email_change_by_link(&self, source: &RequestOrigin, token: &str) -> Result<LinkOwner, Error> {
        let by = Attribution::of(Action::CancelEmailChange, source, Actor::Link, None);
        let mut operation = self.begin(by).await?;
        let outcome = self.cancel_by_link_in(&mut operation, token).await;
        operation.finish(outcome).await
    }

    async fn cancel_by_link_in(&self, operation: &mut Operation<'_>, token: &str) -> Result<LinkOwner, Error> {
        let seen = self.open_change(operation, Purpose::CancelEmailChange, token).await?;
        // Check again with the account's row locked: a confirmation may have run since the first check.
        let user = operation.hold(&seen.user_id).await?.ok_or(Refusal::DeadLink)?;
        let change = self.open_change(operation, Purpose::CancelEmailChange, token).await?;
        operation.is_about(Subject::of(Actor::Link, Some(&change.user_id)));
        cancel(operation, change).await?;
        Ok(LinkOwner { id: user.id, email: user.email })
    }
}

async fn cancel_open_change(operation: &mut Operation<'_>) -> Result<(), Error> {
    let user = &operation.viewer()?.user.id;
    match operation.tx.open_email_change(user).await? {
        Some(change) => cancel(operation, change).await,
        None => {
            operation.nothing_to_record();
            Ok(())
        }
    }
}

async fn cancel(operation: &mut Operation<'_>, change: EmailChange) -> Result<(), Error> {
    let id = &change.user_id;
    operation.revoke(id, None).await?;
    // The owner of a taken address got no link, so there is nothing to cancel for them.
    if operation.tx.verified_holder(&change.new_email.key()).await?.is_none() {
        operation.mail(&NewLetter::plain(id, Kind::EmailChangeCancelled, &change.new_email)).await?;
    }
    operation.record(Detail::Email(change.new_email)).await
}
