//! `resend_confirmation`: mails another link to an unverified account.

use crate::{
    domain::{
        mail_token::Purpose,
        outbox::Kind,
        user::{AccountStatus, User},
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin, Viewer, error::retry_on_conflict, mail_tokens::hold_owner,
            operation::Operation,
        },
        store::NewLetter,
    },
};

impl Lifecycle {
    /// Mails a new confirm link, which replaces the old one. Does nothing for a verified account.
    ///
    /// # Errors
    /// [`DeletionScheduled`](crate::domain::error::Refusal::DeletionScheduled) if the account is closed.
    pub async fn resend_confirmation(&self, source: &RequestOrigin, viewer: &Viewer) -> Result<(), Error> {
        retry_on_conflict(|| self.resend_confirmation_once(source, viewer)).await
    }

    async fn resend_confirmation_once(&self, source: &RequestOrigin, viewer: &Viewer) -> Result<(), Error> {
        let mut operation = self.begin_as(Action::SignUp, source, viewer).await?;
        let user = &operation.viewer()?.user;
        user.must_not_be_closed()?;
        let outcome = match user.status() {
            AccountStatus::Unverified => self.send_fresh_confirm_link(&mut operation, user).await,
            _ => Ok(()),
        };
        // Mailing the link again records no event.
        operation.nothing_to_record();
        operation.finish(outcome).await
    }

    /// Replaces the confirm link of an unverified account. If another account has verified the address, mails its
    /// owner instead; the viewer sees no difference.
    pub(in crate::server::lifecycle) async fn send_fresh_confirm_link(
        &self,
        operation: &mut Operation<'_>,
        user: &User,
    ) -> Result<(), Error> {
        operation.includes(Action::SignUp);
        operation.revoke_links(&user.id, Purpose::VerifyEmail, Kind::ConfirmAddress).await?;
        match hold_owner(&mut operation.tx, &user.email.key()).await? {
            // Use the stored address: the typed one may differ in case, and be another mailbox.
            Some(owner) => operation.mail(&NewLetter::plain(&owner.id, Kind::AlreadyRegistered, &owner.email)).await,
            None => self.send_confirm_link(operation, &user.id, &user.email, user.security_stamp).await,
        }
    }
}
