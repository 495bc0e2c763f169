//! `disown_event`: "This wasn't me". Whoever it was has nothing left to go on with.

use crate::{
    domain::{error::Refusal, event_detail::Detail, security_log::Event, time::Timestamp, user::User},
    server::{
        lifecycle::{Action, Error, Lifecycle, Source, Sudo, Viewer, transaction::Subject},
        store::{EventRow, Tx},
    },
};

impl Lifecycle {
    /// Says that an event of the viewer's own log was not them: ends every other session, every
    /// API token, reset links and an open e-mail change, and forgets every other browser, so that
    /// a sign-in from one of them is told by letter again. This session stays in sudo mode, so
    /// that a password can be set next. How many sessions ended.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`]; [`Refusal::NotFound`] for whatever is no event of the account.
    pub async fn disown_event(&self, source: &Source, viewer: &Viewer, event: &str) -> Result<u64, Error> {
        let now = self.clock.now();
        let (mut tx, viewer) = self.begin_as(viewer, now).await?;
        let outcome = self.disown_event_in(&mut tx, source, &viewer, event, now).await;
        self.finish(tx, Action::DisownEvent, source, Subject::viewer(&viewer), outcome).await
    }

    async fn disown_event_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
        event: &str,
        now: Timestamp,
    ) -> Result<u64, Error> {
        viewer.user.must_be_active()?;
        let sudo = viewer.sudo(now, self.policy.sudo_ttl)?;
        let id = event.parse().map_err(|_| Refusal::NotFound)?;
        let event = tx.event(&viewer.user.id, id).await?.ok_or(Refusal::NotFound)?;
        self.shut_out(tx, source, sudo, &event, now).await
    }

    async fn shut_out(
        &self,
        tx: &mut Tx,
        source: &Source,
        sudo: Sudo<'_>,
        event: &EventRow,
        now: Timestamp,
    ) -> Result<u64, Error> {
        let viewer = sudo.viewer();
        let (user, own) = (&viewer.user.id, &viewer.session.id);
        let ended = self.revoke(tx, Action::DisownEvent.rule(), user, Some(own)).await?;
        if let Some(device) = source.device_hash() {
            tx.forget_other_devices(user, &device).await?;
            // With none known, the next one would be the first, and no news.
            tx.remember_device(user, &device, now).await?;
        }
        self.drop_disowned_login(tx, &viewer.user, event).await?;
        let detail = Detail::Disowned { event: event.event, is_refused: event.failure.is_some(), at: event.at };
        self.record(tx, Action::DisownEvent, source, Subject::viewer(viewer), None, Some(&detail)).await?;
        Ok(ended)
    }

    /// A login that somebody else linked would let them in again, past any new password. The
    /// last way in stays, for its owner to set a password and unlink it.
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
