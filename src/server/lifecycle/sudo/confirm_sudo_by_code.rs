//! `confirm_sudo_by_code`: begins sudo mode by a mailed code.

use crate::{
    domain::{
        error::Refusal,
        sudo::{CODE_TRIES, REPLACED_TOKEN_TTL},
    },
    server::{
        crypto::session_token::SessionToken,
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin, Viewer, claims::code_claims, error::retry_on_conflict,
            operation::Operation,
        },
        store::CodeTry,
    },
};

impl Lifecycle {
    /// Begins sudo mode in the viewer's session by the code that this session requested, and gives the session a
    /// new token. Every try counts; five are allowed. The code works once more for the token that it replaced, whose
    /// browser may not have got the answer.
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
        let used_since = (!viewer.has_current_token).then(|| operation.now.minus(REPLACED_TOKEN_TTL));
        let code_try = CodeTry { user_id: &user.id, session_id: &session.id, at: operation.now, used_since };
        let tried = operation.tx.try_sudo_code(&code_try, CODE_TRIES).await?;
        if !tried.is_some_and(|row| self.keys.has_sudo_code(&code_claims(&row), code)) {
            return Err(Refusal::WrongCode.into());
        }
        operation.tx.use_sudo_code(&user.id, operation.now).await?;
        self.begin_sudo(operation).await
    }
}
