//! `set_password`: a first password for an account that was created through a provider.

use secrecy::SecretString;

use crate::{
    domain::{error::Refusal, outbox::Kind},
    server::lifecycle::{
        Action, Error, Lifecycle, RequestOrigin, Viewer,
        operation::{Attribution, Operation},
        password::PasswordChanged,
    },
};

impl Lifecycle {
    /// Sets a password if the account has none; the `UPDATE` itself has this condition. Ends the other sessions and
    /// all sudo mode; this session continues with a new token.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`]; [`Refusal::HasPassword`]; and the refusals of a new password.
    pub async fn set_password(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        new: SecretString,
    ) -> Result<PasswordChanged, Error> {
        let hash = match self.hash_of_first(source, viewer, new).await {
            Ok(hash) => hash,
            Err(error) => {
                let by = Attribution::viewer(Action::SetPassword, source, viewer);
                return Err(self.refuse(&by, error).await);
            }
        };
        // Sudo mode may have ended while the password was being hashed.
        let mut operation = self.begin_as(Action::SetPassword, source, viewer).await?;
        let outcome = self.set_password_in(&mut operation, &hash).await;
        operation.finish(outcome).await
    }

    /// Hashes a first password, if the viewer may set one; with no transaction open.
    async fn hash_of_first(&self, source: &RequestOrigin, viewer: &Viewer, new: SecretString) -> Result<String, Error> {
        self.admit(Action::SetPassword, viewer, self.clock.now())?;
        if viewer.user.has_password {
            return Err(Refusal::HasPassword.into());
        }
        let accepted = self.acceptable_password(source, &new, &viewer.user.email, Some(&viewer.user)).await?;
        Ok(self.hasher.hash(source.ip, accepted).await?)
    }

    async fn set_password_in(&self, operation: &mut Operation<'_>, hash: &str) -> Result<PasswordChanged, Error> {
        if !operation.tx.set_first_password(&operation.viewer()?.user.id, hash).await? {
            return Err(Refusal::HasPassword.into());
        }
        self.end_password_change(operation, Kind::PasswordSet).await
    }
}
