//! `resend_confirmation`: mails another link to an unverified account.

use crate::{
    domain::{
        failure::Reason,
        mail_token::Purpose,
        outbox::Kind,
        user::{AccountStatus, User},
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin, Viewer,
            error::retry_on_conflict,
            mail_tokens::{hold_owner, read_as_often},
            operation::{Attribution, Operation},
        },
        store::NewLetter,
    },
};

impl Lifecycle {
    /// Mails a new confirm link, which replaces the old one. Does nothing for a verified account.
    ///
    /// # Errors
    /// [`DeletionScheduled`](crate::domain::error::Refusal::DeletionScheduled) if the account is closed;
    /// [`Limited`](crate::domain::error::Refusal::Limited) if the user has asked too often. If the address has got too
    /// many letters, the answer is the usual one, and nothing happens.
    pub async fn resend_confirmation(&self, source: &RequestOrigin, viewer: &Viewer) -> Result<(), Error> {
        let user = &viewer.user;
        let may_mail = match user.status() {
            AccountStatus::Unverified => self.may_queue_as(viewer, source, &user.email.key()).await,
            _ => Ok(true),
        };
        let may_mail = match may_mail {
            Ok(may_mail) => may_mail,
            Err(error) => {
                return Err(self.refuse(&Attribution::viewer(Action::SignUp, source, viewer), error).await);
            }
        };
        retry_on_conflict(|| self.resend_confirmation_once(source, viewer, may_mail)).await
    }

    async fn resend_confirmation_once(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        may_mail: bool,
    ) -> Result<(), Error> {
        let mut operation = self.begin_as(Action::SignUp, source, viewer).await?;
        let outcome = self.resend_confirmation_in(&mut operation, may_mail).await;
        operation.finish(outcome).await
    }

    async fn resend_confirmation_in(&self, operation: &mut Operation<'_>, may_mail: bool) -> Result<(), Error> {
        // Mailing the link again records no event; its refusal does.
        operation.nothing_to_record();
        let viewer = operation.viewer()?;
        let user = &viewer.user;
        user.must_not_be_closed()?;
        if user.status() != AccountStatus::Unverified {
            return Ok(());
        }
        if !may_mail {
            return operation.record_refused(Reason::Limited).await;
        }
        self.send_fresh_confirm_link(operation, user).await
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
        let key = user.email.key();
        match hold_owner(&mut operation.tx, &key).await? {
            Some(owner) => {
                // The other answer writes a link.
                read_as_often(&mut operation.tx, &key, 1).await?;
                // Use the stored address: the typed one may differ in case, and be another mailbox.
                operation.mail(&NewLetter::plain(&owner.id, Kind::AlreadyRegistered, &owner.email)).await
            }
            None => self.send_confirm_link(operation, &user.id, &user.email, user.security_stamp).await,
        }
    }
}
