//! `revoke_other_sessions`: every session of the account ends but the one that acts.

use crate::{
    domain::{event_detail::Detail, time::Timestamp},
    server::{
        lifecycle::{Action, Error, Lifecycle, Source, Sudo, Viewer, transaction::Subject},
        store::Tx,
    },
};

impl Lifecycle {
    /// Ends every session of the viewer's account but this one; how many ended. Where there are
    /// no others, what was wanted is so, and nothing is recorded.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`](crate::domain::error::Refusal::SudoRequired).
    pub async fn revoke_other_sessions(&self, source: &Source, viewer: &Viewer) -> Result<u64, Error> {
        let now = self.clock.now();
        let (mut tx, viewer) = self.begin_as(viewer, now).await?;
        let outcome = self.revoke_other_sessions_in(&mut tx, source, &viewer, now).await;
        self.finish(tx, Action::RevokeOtherSessions, source, Subject::viewer(&viewer), outcome).await
    }

    async fn revoke_other_sessions_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
        now: Timestamp,
    ) -> Result<u64, Error> {
        viewer.user.must_be_active()?;
        let sudo = viewer.sudo(now, self.policy.sudo_ttl)?;
        self.end_others(tx, source, sudo).await
    }

    async fn end_others(&self, tx: &mut Tx, source: &Source, sudo: Sudo<'_>) -> Result<u64, Error> {
        let viewer = sudo.viewer();
        let (own, action) = (&viewer.session.id, Action::RevokeOtherSessions);
        let ended = self.revoke(tx, action.rule(), &viewer.user.id, Some(own)).await?;
        if ended > 0 {
            let detail = Detail::OtherSessions(ended);
            self.record(tx, action, source, Subject::viewer(viewer), None, Some(&detail)).await?;
        }
        Ok(ended)
    }
}
