//! `revoke_api_token`: one token does not work any more.

use crate::{
    domain::{error::Refusal, event_detail::Detail, id::ApiTokenId, time::Timestamp},
    server::{
        lifecycle::{Action, Error, Lifecycle, Source, Sudo, Viewer, transaction::Subject},
        store::Tx,
    },
};

impl Lifecycle {
    /// Revokes a token of the viewer's account; its row goes, so it is refused at once.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`]; [`Refusal::NotFound`] for another account's token as for
    /// none (checklist V8.2.2).
    pub async fn revoke_api_token(&self, source: &Source, viewer: &Viewer, id: &str) -> Result<(), Error> {
        let now = self.clock.now();
        let (mut tx, viewer) = self.begin_as(viewer, now).await?;
        let outcome = self.revoke_api_token_in(&mut tx, source, &viewer, id, now).await;
        self.finish(tx, Action::RevokeApiToken, source, Subject::viewer(&viewer), outcome).await
    }

    async fn revoke_api_token_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
        id: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        viewer.user.must_be_active()?;
        let sudo = viewer.sudo(now, self.policy.sudo_ttl)?;
        let id = ApiTokenId::parse(id).ok_or(Refusal::NotFound)?;
        self.drop_one_token(tx, source, sudo, &id).await
    }

    async fn drop_one_token(&self, tx: &mut Tx, source: &Source, sudo: Sudo<'_>, id: &ApiTokenId) -> Result<(), Error> {
        let viewer = sudo.viewer();
        let gone = tx.drop_api_token(id, &viewer.user.id).await?.ok_or(Refusal::NotFound)?;
        let (action, detail) = (Action::RevokeApiToken, Detail::from(&gone));
        self.record(tx, action, source, Subject::viewer(viewer), None, Some(&detail)).await
    }
}
