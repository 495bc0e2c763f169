//! `revoke_session`: another of the account's sessions ends.

use crate::{
    domain::{error::Refusal, event_detail::Detail, id::SessionId, time::Timestamp},
    server::{
        browser,
        lifecycle::{Action, Error, Lifecycle, Source, Sudo, Viewer, transaction::Subject},
        store::Tx,
    },
};

impl Lifecycle {
    /// Ends one of the viewer's other sessions. Its own it ends by signing out, which also
    /// clears what the browser has kept.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`], [`Refusal::ThisSession`]; [`Refusal::NotFound`] for whatever
    /// is no session of the account.
    pub async fn revoke_session(&self, source: &Source, viewer: &Viewer, session: &str) -> Result<(), Error> {
        let now = self.clock.now();
        let (mut tx, viewer) = self.begin_as(viewer, now).await?;
        let outcome = self.revoke_session_in(&mut tx, source, &viewer, session, now).await;
        self.finish(tx, Action::RevokeSession, source, Subject::viewer(&viewer), outcome).await
    }

    async fn revoke_session_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
        session: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        viewer.user.must_be_active()?;
        let sudo = viewer.sudo(now, self.policy.sudo_ttl)?;
        let session = SessionId::parse(session).ok_or(Refusal::NotFound)?;
        if session == viewer.session.id {
            return Err(Refusal::ThisSession.into());
        }
        self.end_named(tx, source, sudo, &session).await
    }

    async fn end_named(&self, tx: &mut Tx, source: &Source, sudo: Sudo<'_>, session: &SessionId) -> Result<(), Error> {
        let viewer = sudo.viewer();
        let ended = tx.revoke_session(session, &viewer.user.id).await?.ok_or(Refusal::NotFound)?;
        let detail = Detail::Browser(browser::named(&ended));
        self.record(tx, Action::RevokeSession, source, Subject::viewer(viewer), None, Some(&detail)).await
    }
}
