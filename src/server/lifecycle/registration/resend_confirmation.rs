//! Another link for an account that has not confirmed its address yet.

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
    /// Mails a new confirm link; the old one dies. Does nothing for a verified account.
    ///
    /// # Errors
    /// [`DeletionScheduled`](crate::domain::error::Refusal::DeletionScheduled).
    pub async fn resend_confirmation(&self, source: &RequestOrigin, viewer: &Viewer) -> Result<(), Error> {
        retry_on_conflict(|| self.resend_confirmation_once(source, viewer)).await
    }

    async fn resend_confirmation_once(&self, source: &RequestOrigin, viewer: &Viewer) -> Result<(), Error> {
        let mut operation = self.begin_as(Action::SignUp, source, viewer).await?;
        let user = &operation.viewer()?.user;
        user.must_not_be_closed()?;
        let outcome = match user.standing() {
            AccountStatus::Unverified => self.send_fresh_confirm_link(&mut operation, user).await,
            _ => Ok(()),
        };
        // Sending the link again has no event of its own.
        operation.nothing_to_record();
        operation.finish(outcome).await
    }

    /// Replaces the confirm link of an unverified account. Where the address belongs to
    /// somebody, they are told instead; from outside it looks the same.
    pub(in crate::server::lifecycle) async fn send_fresh_confirm_link(
        &self,
        operation: &mut Operation<'_>,
        user: &User,
    ) -> Result<(), Error> {
        operation.includes(Action::SignUp);
        operation.revoke_links(&user.id, Purpose::VerifyEmail, Kind::ConfirmAddress).await?;
        match hold_owner(&mut operation.tx, &user.email.key()).await? {
            // As it is stored: what was typed may differ in capitals, and be another mailbox.
            Some(owner) => operation.mail(&NewLetter::plain(&owner.id, Kind::AlreadyRegistered, &owner.email)).await,
            None => self.send_confirm_link(operation, &user.id, &user.email, user.security_stamp).await,
        }
    }
}
