//! `disown_event`: "This wasn't me". Ends all access that an attacker may have gained.

use crate::{
    domain::{error::Refusal, event_detail::Detail, security_log::Event, user::User},
    server::{
        lifecycle::{Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation},
        store::{EventRow, Tx},
    },
};

impl Lifecycle {
    /// Disowns an event of the viewer's own log. Ends every other session, every API token, reset links and an open
    /// email change. Forgets every other browser, so that a sign-in from one of them is mailed again. This session
    /// stays in sudo mode, so that the user can set a password next. Returns how many sessions ended.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`]; [`Refusal::NotFound`] if the account has no such event.
    pub async fn disown_event(&self, source: &RequestOrigin, viewer: &Viewer, event: &str) -> Result<u64, Error> {
        let mut operation = self.begin_as(Action::DisownEvent, source, viewer).await?;
        let outcome = self.disown_event_in(&mut operation, event).await;
        operation.finish(outcome).await
    }

    async fn disown_event_in(&self, operation: &mut Operation<'_>, event: &str) -> Result<u64, Error> {
        let viewer = operation.viewer()?;
        let user = &viewer.user.id;
        let id = event.parse().map_err(|_| Refusal::NotFound)?;
        let event = operation.tx.event(user, id).await?.ok_or(Refusal::NotFound)?;
        let ended = operation.revoke(user, Some(&viewer.session.id)).await?;
        if let Some(device) = operation.source().device_hash() {
            operation.tx.forget_other_devices(user, &device).await?;
            // Without any known browser, the next one would count as the first, and no letter would announce it.
            operation.tx.remember_device(user, &device, operation.now).await?;
        }
        self.drop_disowned_login(&mut operation.tx, &viewer.user, &event).await?;
        operation
            .record(Detail::Disowned { event: event.event, is_refused: event.failure.is_some(), at: event.at })
            .await?;
        Ok(ended)
    }

    /// Unlinks the provider of a disowned event, because an attacker who linked it could sign in again, past any
    /// new password. Keeps it if it is the last sign-in method, so that the owner can set a password and then
    /// unlink it.
    async fn drop_disowned_login(&self, tx: &mut Tx, user: &User, event: &EventRow) -> Result<(), Error> {
        if event.event != Event::ProviderLinked || event.failure.is_some() {
            return Ok(());
        }
        let Some(Detail::Provider(provider)) = &event.detail else { return Ok(()) };
        let linked = tx.identities(&user.id).await?;
        if !self.is_last_way_in(user, &linked, provider) {
            tx.drop_identity(&user.id, provider).await?;
        }
        Ok(())
    }
}
