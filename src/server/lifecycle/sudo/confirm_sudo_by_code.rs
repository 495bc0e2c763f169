//! `confirm_sudo_by_code`: sudo mode by a mailed code.

use crate::{
    domain::{error::Refusal, sudo::CODE_TRIES},
    server::{
        crypto::session_token::SessionToken,
        lifecycle::{Error, Lifecycle, Source, Viewer, mail_tokens::code_claims, transaction::anew},
        store::Tx,
    },
};

impl Lifecycle {
    /// Begins sudo mode in the viewer's session by the code that it asked for, under a new
    /// session token. Every try counts, and five are all there are.
    ///
    /// # Errors
    /// [`Refusal::WrongCode`], also for a right one that is used up or too old;
    /// [`Refusal::HasPassword`].
    pub async fn confirm_sudo_by_code(
        &self,
        source: &Source,
        viewer: &Viewer,
        code: &str,
    ) -> Result<SessionToken, Error> {
        anew(|| self.confirm_sudo_by_code_once(source, viewer, code)).await
    }

    async fn confirm_sudo_by_code_once(
        &self,
        source: &Source,
        viewer: &Viewer,
        code: &str,
    ) -> Result<SessionToken, Error> {
        let (mut tx, viewer) = self.begin_as(viewer, self.clock.now()).await?;
        let outcome = self.confirm_sudo_by_code_in(&mut tx, source, &viewer, code).await;
        self.finish_or_keep(tx, source, &viewer, Refusal::WrongCode, outcome).await
    }

    async fn confirm_sudo_by_code_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
        code: &str,
    ) -> Result<SessionToken, Error> {
        let (user, session) = (&viewer.user, &viewer.session);
        self.may_use_code(tx, user).await?;
        let tried = tx.try_sudo_code(&user.id, &session.id, CODE_TRIES, self.clock.now()).await?;
        if !tried.is_some_and(|row| self.keys.has_sudo_code(&code_claims(&row), code)) {
            return Err(Refusal::WrongCode.into());
        }
        tx.drop_sudo_code(&user.id).await?;
        self.begin_sudo(tx, source, viewer).await
    }
}
