//! `confirm_sudo_by_code`: sudo mode by a mailed code.

use crate::{
    domain::{
        error::Refusal,
        time::{Span, Timestamp},
    },
    server::{
        crypto::{session_token::SessionToken, sudo_code::CodeClaims},
        lifecycle::{Error, Lifecycle, Source, Viewer, transaction::anew},
        store::{SudoCode, Tx},
    },
};

/// How long a mailed code works (behaviour §3.1; ASVS V6.5.5).
pub const CODE_TTL: Span = Span::minutes(10);
/// How often codes may be tried in that time (behaviour §3.1; ASVS V6.6.3).
pub const CODE_TRIES: i64 = 5;

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

/// Whether a code still works at `now`.
pub(in crate::server::lifecycle) fn is_usable(row: &SudoCode, now: Timestamp) -> bool {
    now <= row.expires_at && row.tries < CODE_TRIES
}

/// What the code of this row vouches for.
pub(in crate::server::lifecycle) const fn code_claims(row: &SudoCode) -> CodeClaims<'_> {
    CodeClaims { row: &row.id, user: &row.user_id, session: &row.session_id, expires_at: row.expires_at }
}
