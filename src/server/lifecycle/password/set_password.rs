//! `set_password`: a first password, for an account that came through a provider.

use secrecy::SecretString;

use super::PasswordChanged;
use crate::{
    domain::{error::Refusal, outbox::Kind},
    server::{
        lifecycle::{Action, Error, Lifecycle, Source, Viewer, outbox::post::Post, transaction::Subject},
        store::Tx,
    },
};

impl Lifecycle {
    /// Sets a password where there is none; that there is none is a condition of the
    /// statement. Ends the other sessions and all sudo mode; this session goes on under a
    /// new token.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`], [`Refusal::HasPassword`], and the refusals of a new password.
    pub async fn set_password(
        &self,
        source: &Source,
        viewer: &Viewer,
        new: SecretString,
    ) -> Result<PasswordChanged, Error> {
        let hash = match self.hash_of_first(viewer, new).await {
            Ok(hash) => hash,
            Err(error) => return Err(self.refuse(Action::SetPassword, source, Subject::viewer(viewer), error).await),
        };
        let (mut tx, fresh) = self.begin_as(viewer, self.clock.now()).await?;
        let outcome = self.set_password_in(&mut tx, source, &fresh, &hash).await;
        self.finish(tx, Action::SetPassword, source, Subject::viewer(&fresh), outcome).await
    }

    /// The hash of a first password, if one may be set at all; with no transaction open.
    async fn hash_of_first(&self, viewer: &Viewer, new: SecretString) -> Result<String, Error> {
        viewer.user.must_be_active()?;
        viewer.sudo(self.clock.now(), self.policy.sudo_ttl)?;
        if viewer.user.has_password {
            return Err(Refusal::HasPassword.into());
        }
        let accepted = self.acceptable_password(&new, &viewer.user.email, Some(&viewer.user)).await?;
        Ok(self.hasher.hash(accepted).await?)
    }

    async fn set_password_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
        hash: &str,
    ) -> Result<PasswordChanged, Error> {
        let (user, own, now) = (&viewer.user, &viewer.session.id, self.clock.now());
        user.must_be_active()?;
        // Once more: it may have run out while the password was being hashed.
        viewer.sudo(now, self.policy.sudo_ttl)?;
        if !tx.set_first_password(&user.id, hash).await? {
            return Err(Refusal::HasPassword.into());
        }
        let others_ended = self.revoke(tx, Action::SetPassword.rule(), &user.id, Some(own)).await?;
        let token = self.renew_token(tx, own).await?;
        self.post(tx, &Post { at: Some(now), ..Post::plain(&user.id, Kind::PasswordSet, &user.email) }).await?;
        self.record(tx, Action::SetPassword, source, Subject::viewer(viewer), None, None).await?;
        Ok(PasswordChanged { token, others_ended })
    }
}
