//! `change_password`: replaces the current password; the current session continues.

use secrecy::{ExposeSecret, SecretString};

use crate::{
    domain::{
        error::Refusal,
        event_detail::Detail,
        outbox::Kind,
        password::{PasswordChange, normalize},
    },
    server::{
        crypto::session_token::SessionToken,
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin, Viewer,
            operation::{Attribution, Operation, Subject},
        },
        store::NewLetter,
    },
};

/// The result of changing or setting the password.
pub struct PasswordChanged {
    /// This session's new token.
    pub token: SessionToken,
    /// How many other sessions ended.
    pub others_ended: u64,
}

impl Lifecycle {
    /// Changes the password. Sudo mode does not replace the current password (ASVS V6.2.3), and ends with the
    /// change.
    ///
    /// # Errors
    /// [`Refusal::WrongPassword`]; [`Refusal::NoPassword`] if the account has none; [`Refusal::SamePassword`]; and
    /// the refusals of a new password.
    pub async fn change_password(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        change: PasswordChange<SecretString>,
    ) -> Result<PasswordChanged, Error> {
        let hash = match self.hash_in_place_of(source, viewer, &change).await {
            Ok(hash) => hash,
            Err(error) => {
                let by = Attribution::viewer(Action::ChangePassword, source, viewer);
                return Err(self.refuse(&by, error).await);
            }
        };
        let mut operation = self.begin_as(Action::ChangePassword, source, viewer).await?;
        let outcome = self.change_password_in(&mut operation, (&hash, viewer.user.security_stamp), &change).await;
        operation.finish(outcome).await
    }

    /// Hashes a new password, if it may replace the current one; with no transaction open.
    async fn hash_in_place_of(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        change: &PasswordChange<SecretString>,
    ) -> Result<String, Error> {
        self.admit(Action::ChangePassword, viewer, self.clock.now())?;
        self.prove_own_password(source, viewer, change.current.clone()).await?;
        let accepted = self.acceptable_password(source, &change.new, &viewer.user.email, Some(&viewer.user)).await?;
        if normalize(change.current.expose_secret()) == accepted.expose_secret() {
            return Err(Refusal::SamePassword.into());
        }
        Ok(self.hasher.hash(source.ip, accepted).await?)
    }

    async fn change_password_in(
        &self,
        operation: &mut Operation<'_>,
        (hash, seen_stamp): (&str, i64),
        change: &PasswordChange<SecretString>,
    ) -> Result<PasswordChanged, Error> {
        let viewer = operation.viewer()?;
        let user = &viewer.user.id;
        if !operation.tx.set_password(user, hash, seen_stamp).await? {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        if change.revokes_api_tokens {
            revoke_api_tokens(operation, &viewer).await?;
        }
        self.end_password_change(operation, Kind::PasswordChanged).await
    }

    /// The end of changing and of setting a password: revokes what the line names, continues this session with a
    /// new token, and tells the owner.
    pub(super) async fn end_password_change(
        &self,
        operation: &mut Operation<'_>,
        letter: Kind,
    ) -> Result<PasswordChanged, Error> {
        let viewer = operation.viewer()?;
        let user = &viewer.user;
        let (others_ended, token) = operation.revoke_and_renew().await?;
        operation
            .mail(&NewLetter { at: Some(operation.now), ..NewLetter::plain(&user.id, letter, &user.email) })
            .await?;
        operation.record(None).await?;
        Ok(PasswordChanged { token, others_ended })
    }
}

/// Revokes the viewer's API tokens, each with its event, as `revoke_all_api_tokens` does.
async fn revoke_api_tokens(operation: &mut Operation<'_>, viewer: &Viewer) -> Result<(), Error> {
    let user = &viewer.user.id;
    let tokens = operation.tx.api_tokens(user).await?;
    operation.tx.drop_api_tokens(user).await?;
    for token in &tokens {
        let subject = Subject::viewer(viewer);
        operation.record_included(Action::RevokeAllApiTokens, subject, Some(Detail::from(token))).await?;
    }
    Ok(())
}
