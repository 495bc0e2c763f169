//! `schedule_deletion`: the account closes now, and is erased after the grace period.

use crate::{
    domain::{
        deletion::{Scheduled, reminder_at},
        email::Email,
        error::Refusal,
        outbox::Kind,
        time::Timestamp,
        user::User,
    },
    server::{
        lifecycle::{Action, Error, Lifecycle, Source, Sudo, Viewer, outbox::post::Post, transaction::Subject},
        store::Tx,
    },
};

impl Lifecycle {
    /// Closes the viewer's account and promises the date of its erasure. `typed` must be
    /// the account's address.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`], [`Refusal::WrongConfirmation`],
    /// [`Refusal::DeletionScheduled`] when it is closed already: asking again does not
    /// move the date (checklist A48).
    pub async fn schedule_deletion(&self, source: &Source, viewer: &Viewer, typed: &str) -> Result<Scheduled, Error> {
        let now = self.clock.now();
        let (mut tx, viewer) = self.begin_as(viewer, now).await?;
        let outcome = self.schedule_deletion_in(&mut tx, source, &viewer, typed, now).await;
        self.finish(tx, Action::ScheduleDeletion, source, Subject::viewer(&viewer), outcome).await
    }

    async fn schedule_deletion_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
        typed: &str,
        now: Timestamp,
    ) -> Result<Scheduled, Error> {
        viewer.user.must_not_be_closed()?;
        let sudo = viewer.sudo(now, self.policy.sudo_ttl)?;
        let matches = Email::parse(typed).is_ok_and(|typed| typed.key() == viewer.user.email.key());
        if !matches {
            return Err(Refusal::WrongConfirmation.into());
        }
        self.close_account(tx, source, sudo, now).await
    }

    async fn close_account(
        &self,
        tx: &mut Tx,
        source: &Source,
        sudo: Sudo<'_>,
        now: Timestamp,
    ) -> Result<Scheduled, Error> {
        let viewer = sudo.viewer();
        let id = &viewer.user.id;
        let scheduled = Scheduled::at(now, self.policy.grace_period);
        if !tx.schedule_deletion(id, scheduled, self.policy.grace_period).await? {
            return Err(Refusal::DeletionScheduled.into());
        }
        self.revoke(tx, Action::ScheduleDeletion.rule(), id, None).await?;
        if viewer.user.email_verified_at.is_some() {
            self.announce_deletion(tx, &viewer.user, scheduled).await?;
        }
        self.record(tx, Action::ScheduleDeletion, source, Subject::viewer(viewer), None, None).await?;
        Ok(scheduled)
    }

    async fn announce_deletion(&self, tx: &mut Tx, user: &User, scheduled: Scheduled) -> Result<(), Error> {
        let at = Some(scheduled.delete_at);
        self.post(tx, &Post { at, ..Post::plain(&user.id, Kind::DeletionScheduled, &user.email) }).await?;
        self.remind_of_deletion(tx, user, scheduled).await
    }

    /// Posts the letters that remind of a deletion some days ahead of it.
    pub(in crate::server::lifecycle) async fn remind_of_deletion(
        &self,
        tx: &mut Tx,
        user: &User,
        scheduled: Scheduled,
    ) -> Result<(), Error> {
        let at = Some(scheduled.delete_at);
        for before in &self.policy.reminders {
            if let Some(due_at) = reminder_at(scheduled, *before) {
                let due_at = Some(due_at);
                let reminder = Post { at, due_at, ..Post::plain(&user.id, Kind::DeletionReminder, &user.email) };
                self.post(tx, &reminder).await?;
            }
        }
        Ok(())
    }
}
