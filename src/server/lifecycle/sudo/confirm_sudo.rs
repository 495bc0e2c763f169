//! `confirm_sudo`: begins sudo mode by password.

use secrecy::SecretString;

use crate::{
    domain::{error::Refusal, sudo::SudoMode},
    server::{
        crypto::session_token::SessionToken,
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin, Viewer,
            operation::{Attribution, Operation},
        },
    },
};

impl Lifecycle {
    /// Begins sudo mode in the viewer's session by password, and gives the session a new token.
    ///
    /// # Errors
    /// [`Refusal::WrongPassword`]; [`Refusal::NoPassword`] if the account has none; [`Refusal::DeletionScheduled`].
    pub async fn confirm_sudo(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        password: SecretString,
    ) -> Result<SessionToken, Error> {
        let proof = match viewer.user.must_not_be_closed() {
            Ok(()) => self.prove_own_password(source, viewer, password).await,
            Err(closed) => Err(closed.into()),
        };
        if let Err(error) = proof {
            let by = Attribution::viewer(Action::ConfirmSudo, source, viewer);
            return Err(self.refuse(&by, error).await);
        }
        let mut operation = self.begin_as(Action::ConfirmSudo, source, viewer).await?;
        let outcome = self.confirm_sudo_in(&mut operation, viewer.user.security_stamp).await;
        operation.finish(outcome).await
    }

    async fn confirm_sudo_in(&self, operation: &mut Operation<'_>, seen_stamp: i64) -> Result<SessionToken, Error> {
        // The password may have been changed while the typed one was being verified.
        if operation.viewer()?.user.security_stamp != seen_stamp {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        self.begin_sudo(operation).await
    }

    /// Begins sudo mode in the session of a viewer who has proved their identity.
    pub(super) async fn begin_sudo(&self, operation: &mut Operation<'_>) -> Result<SessionToken, Error> {
        let session = &operation.viewer()?.session.id;
        let token = operation.renew_token(session, SudoMode::Begun(operation.now)).await?;
        operation.record(None).await?;
        Ok(token)
    }
}
