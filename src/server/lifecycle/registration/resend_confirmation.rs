//! Another link for an account that has not confirmed its address yet.

use crate::{
    domain::{mail_token::Purpose, outbox::Kind, user::Standing},
    server::{
        lifecycle::{Error, Lifecycle, Source, Viewer, mail_tokens::hold_owner, outbox::post::Post, transaction::anew},
        store::Tx,
    },
};

impl Lifecycle {
    /// Mails a new confirm link; the old one dies. Does nothing for a verified account.
    ///
    /// # Errors
    /// [`DeletionScheduled`](crate::domain::error::Refusal::DeletionScheduled).
    pub async fn resend_confirmation(&self, source: &Source, viewer: &Viewer) -> Result<(), Error> {
        anew(|| self.resend_confirmation_once(source, viewer)).await
    }

    async fn resend_confirmation_once(&self, source: &Source, viewer: &Viewer) -> Result<(), Error> {
        let (mut tx, viewer) = self.begin_as(viewer, self.clock.now()).await?;
        viewer.user.must_not_be_closed()?;
        if viewer.user.standing() == Standing::Unverified {
            self.send_fresh_confirm_link(&mut tx, source, &viewer).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Replaces the confirm link of an unverified account. Where the address belongs to
    /// somebody, they are told instead; from outside it looks the same.
    pub(in crate::server::lifecycle) async fn send_fresh_confirm_link(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
    ) -> Result<(), Error> {
        let user = &viewer.user;
        self.revoke_links(tx, &user.id, Purpose::VerifyEmail, Kind::ConfirmAddress).await?;
        match hold_owner(tx, &user.email.key()).await? {
            // As it is stored: what was typed may differ in capitals, and be another mailbox.
            Some(owner) => self.post(tx, &Post::plain(&owner.id, Kind::AlreadyRegistered, &owner.email)).await,
            None => {
                let (id, email) = (&user.id, &user.email);
                self.send_confirm_link(tx, source, id, email, user.security_stamp, self.clock.now()).await
            }
        }
    }
}
