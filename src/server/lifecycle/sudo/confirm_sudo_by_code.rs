//! `confirm_sudo_by_code`: begins sudo mode by a mailed code.

use crate::{
    domain::{error::Refusal, sudo::CODE_TRIES},
    server::{
        crypto::{session_token::SessionToken, sudo_code::CodeClaims},
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin, Viewer, claims::code_claims, error::retry_on_conflict,
            operation::Operation,
        },
    },
};

impl Lifecycle {
    /// Begins sudo mode in the viewer's session by the code that this session requested, and gives the session a
    /// new token. Every try counts; five are allowed. A token that was replaced by a code may repeat that code once.
    ///
    /// # Errors
    /// [`Refusal::WrongCode`], also for a correct code that has expired or has no tries left;
    /// [`Refusal::HasPassword`].
    pub async fn confirm_sudo_by_code(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        code: &str,
    ) -> Result<SessionToken, Error> {
        retry_on_conflict(|| self.confirm_sudo_by_code_once(source, viewer, code)).await
    }

    async fn confirm_sudo_by_code_once(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        code: &str,
    ) -> Result<SessionToken, Error> {
        let mut operation = self.begin_as(Action::ConfirmSudo, source, viewer).await?;
        match self.confirm_sudo_by_code_in(&mut operation, code).await {
            // Commits the refusal, so that the try counts.
            Err(Error::Refused(Refusal::WrongCode)) => Err(operation.finish_keeping(Refusal::WrongCode).await),
            outcome => operation.finish(outcome).await,
        }
    }

    async fn confirm_sudo_by_code_in(&self, operation: &mut Operation<'_>, code: &str) -> Result<SessionToken, Error> {
        let viewer = operation.viewer()?;
        let (user, session) = (&viewer.user, &viewer.session);
        self.may_use_code(&mut operation.tx, user).await?;
        if self.repeats_code(operation, &viewer, code).await? {
            return self.begin_sudo(operation).await;
        }
        let tried = operation.tx.try_sudo_code(&user.id, &session.id, CODE_TRIES, operation.now).await?;
        let right = tried.filter(|row| self.keys.has_sudo_code(&code_claims(row), code));
        let used = right.ok_or(Refusal::WrongCode)?;
        operation.tx.drop_sudo_code(&user.id).await?;
        let token = self.begin_sudo(operation).await?;
        operation.tx.keep_code_of_replaced_token(&viewer.token_hash, &used.id, used.expires_at).await?;
        Ok(token)
    }

    /// Whether the viewer's token was replaced by this code, so that the answer may have been lost. One try ends this,
    /// whatever comes of it.
    async fn repeats_code(&self, operation: &mut Operation<'_>, viewer: &Viewer, code: &str) -> Result<bool, Error> {
        if viewer.has_current_token {
            return Ok(false);
        }
        let Some((row, expires_at)) = operation.tx.take_code_of_replaced_token(&viewer.token_hash).await? else {
            return Ok(false);
        };
        let claims = CodeClaims { row: &row, user: &viewer.user.id, session: &viewer.session.id, expires_at };
        Ok(operation.now <= expires_at && self.keys.has_sudo_code(&claims, code))
    }
}
