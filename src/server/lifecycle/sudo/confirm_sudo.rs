//! `confirm_sudo`: this session is confirmed, for a quarter of an hour.

use secrecy::SecretString;

use crate::{
    domain::error::Refusal,
    server::{
        crypto::session_token::SessionToken,
        lifecycle::{Action, Error, Lifecycle, Source, Viewer, transaction::Subject},
        store::Tx,
    },
};

impl Lifecycle {
    /// Begins sudo mode in the viewer's session by password, under a new session token.
    ///
    /// # Errors
    /// [`Refusal::WrongPassword`]; [`Refusal::NoPassword`] where there is none to give;
    /// [`Refusal::DeletionScheduled`].
    pub async fn confirm_sudo(
        &self,
        source: &Source,
        viewer: &Viewer,
        password: SecretString,
    ) -> Result<SessionToken, Error> {
        let proof = match viewer.user.must_not_be_closed() {
            Ok(()) => self.prove_own_password(viewer, password).await,
            Err(closed) => Err(closed.into()),
        };
        if let Err(error) = proof {
            return Err(self.refuse(Action::ConfirmSudo, source, Subject::viewer(viewer), error).await);
        }
        let (mut tx, fresh) = self.begin_as(viewer, self.clock.now()).await?;
        let outcome = self.confirm_sudo_in(&mut tx, source, &fresh, viewer.user.security_stamp).await;
        self.finish(tx, Action::ConfirmSudo, source, Subject::viewer(&fresh), outcome).await
    }

    async fn confirm_sudo_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
        seen_stamp: i64,
    ) -> Result<SessionToken, Error> {
        viewer.user.must_not_be_closed()?;
        // The password that was proved may have been changed while it was being hashed.
        if viewer.user.security_stamp != seen_stamp {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        self.begin_sudo(tx, source, viewer).await
    }

    /// Begins sudo mode in the session of a viewer who has proved to be its owner.
    pub(in crate::server::lifecycle) async fn begin_sudo(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
    ) -> Result<SessionToken, Error> {
        let token = self.renew_token(tx, &viewer.session.id).await?;
        if !tx.begin_sudo(&viewer.session.id, self.clock.now()).await? {
            return Err(Refusal::SignInRequired.into());
        }
        self.record(tx, Action::ConfirmSudo, source, Subject::viewer(viewer), None, None).await?;
        Ok(token)
    }
}
