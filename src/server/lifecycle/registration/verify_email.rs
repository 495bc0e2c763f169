//! `verify_email`: the address of a new account is confirmed, and its owner signed in.

use secrecy::SecretString;

use crate::{
    domain::{
        error::Refusal, event_detail::Detail, id::UserId, mail_token::Purpose, security_log::Actor, time::Timestamp,
    },
    server::{
        lifecycle::{Action, Error, Lifecycle, Source, Viewer, sign_in::SignedIn, transaction::Subject},
        store::{MailLink, StoreError, Tx},
    },
};

impl Lifecycle {
    /// Confirms the address that a link was mailed to. The link alone is enough in the
    /// browser that signed up and in one signed in as that account; anywhere else the
    /// password is asked for too, so that nobody confirms an account that a stranger made
    /// with their address (checklist A01–A04).
    ///
    /// # Errors
    /// [`Refusal::DeadLink`]; [`Refusal::WrongPassword`] where the password is needed.
    pub async fn verify_email(
        &self,
        source: &Source,
        viewer: Option<&Viewer>,
        token: &str,
        password: Option<SecretString>,
    ) -> Result<SignedIn, Error> {
        let mut tx = self.db.begin().await?;
        let now = self.clock.now();
        let opened = self.open_link(&mut tx, Purpose::VerifyEmail, token, now).await;
        let (link, user) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                return self.finish(tx, Action::VerifyEmail, source, Subject::of(Actor::Link, None), Err(error)).await;
            }
        };
        let id = user.id;
        let subject = Subject::of(Actor::Link, Some(&id));
        if !is_own_browser(&link, source, viewer) {
            // The password is hashed with no transaction open.
            tx.rollback().await?;
            if let Err(error) = self.check_password(&id, password).await {
                return Err(self.refuse(Action::VerifyEmail, source, subject, error).await);
            }
            tx = self.db.begin().await?;
        }
        let outcome = self.verify_email_in(&mut tx, source, viewer, token, &id, now).await;
        self.finish(tx, Action::VerifyEmail, source, subject, outcome).await
    }

    async fn check_password(&self, id: &UserId, password: Option<SecretString>) -> Result<(), Error> {
        let stored = self.db.single_read().await?.password_hash(id).await?;
        self.prove_password(stored, password.unwrap_or_default()).await.map(drop)
    }

    async fn verify_email_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: Option<&Viewer>,
        token: &str,
        id: &UserId,
        now: Timestamp,
    ) -> Result<SignedIn, Error> {
        let (link, user) = self.open_link(tx, Purpose::VerifyEmail, token, now).await?;
        let used = tx.use_mail_link(&link.claims.row, Purpose::VerifyEmail, now).await?;
        let verified = match tx.mark_verified(id, now).await {
            // Somebody verified the address for another account first.
            Err(StoreError::Conflict) => false,
            verified => verified?,
        };
        if !used || !verified || &user.id != id {
            return Err(Refusal::DeadLink.into());
        }
        let own = match viewer.filter(|viewer| &viewer.user.id == id) {
            Some(viewer) => Some(&self.session_of(tx, viewer, now).await?.id),
            None => None,
        };
        self.end_previous(tx, viewer.filter(|_| own.is_none())).await?;
        self.revoke(tx, Action::VerifyEmail.rule(), id, own).await?;
        let token = self.sign_in_again(tx, source, id, own, now).await?;
        let subject = Subject::of(Actor::Link, Some(id));
        self.record(tx, Action::VerifyEmail, source, subject, None, Some(&Detail::Email(user.email))).await?;
        Ok(SignedIn { token, standing: crate::domain::user::Standing::Active })
    }
}

/// Whether the link is opened where it was asked for, or by the account itself.
pub(in crate::server::lifecycle) fn is_own_browser(link: &MailLink, source: &Source, viewer: Option<&Viewer>) -> bool {
    let same_device = source
        .device_hash()
        .zip(link.device_hash.as_ref())
        .is_some_and(|(here, there)| here.as_slice() == there.as_slice());
    same_device || viewer.is_some_and(|viewer| viewer.user.id == link.user_id)
}
