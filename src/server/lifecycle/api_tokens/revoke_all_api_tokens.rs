//! `revoke_all_api_tokens`: no program has a key to the account any more.

use crate::{
    domain::{event_detail::Detail, time::Timestamp},
    server::{
        lifecycle::{Action, Error, Lifecycle, Source, Sudo, Viewer, transaction::Subject},
        store::Tx,
    },
};

impl Lifecycle {
    /// Revokes every token of the viewer's account; how many. Where there is none, what was
    /// wanted is so, and there is no event.
    ///
    /// # Errors
    /// [`SudoRequired`](crate::domain::error::Refusal::SudoRequired).
    pub async fn revoke_all_api_tokens(&self, source: &Source, viewer: &Viewer) -> Result<u64, Error> {
        let now = self.clock.now();
        let (mut tx, viewer) = self.begin_as(viewer, now).await?;
        let outcome = self.revoke_all_api_tokens_in(&mut tx, source, &viewer, now).await;
        self.finish(tx, Action::RevokeAllApiTokens, source, Subject::viewer(&viewer), outcome).await
    }

    async fn revoke_all_api_tokens_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
        now: Timestamp,
    ) -> Result<u64, Error> {
        viewer.user.must_be_active()?;
        let sudo = viewer.sudo(now, self.policy.sudo_ttl)?;
        self.drop_all_tokens(tx, source, sudo).await
    }

    async fn drop_all_tokens(&self, tx: &mut Tx, source: &Source, sudo: Sudo<'_>) -> Result<u64, Error> {
        let viewer = sudo.viewer();
        let tokens = tx.api_tokens(&viewer.user.id).await?;
        self.revoke(tx, Action::RevokeAllApiTokens.rule(), &viewer.user.id, None).await?;
        for token in &tokens {
            let (action, detail) = (Action::RevokeAllApiTokens, Detail::from(token));
            self.record(tx, action, source, Subject::viewer(viewer), None, Some(&detail)).await?;
        }
        Ok(u64::try_from(tokens.len()).unwrap_or(u64::MAX))
    }
}
