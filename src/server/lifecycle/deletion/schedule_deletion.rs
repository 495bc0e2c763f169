//! `schedule_deletion`: closes the account now; a worker erases it after the grace period.

use crate::{
    domain::{
        deletion::{Scheduled, reminder_at},
        email::Email,
        error::Refusal,
        id::LinkId,
        mail_token::Purpose,
        operator::OperatorReason,
        outbox::Kind,
        user::User,
    },
    server::{
        lifecycle::{Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation},
        store::{NewLetter, NewMailLink},
    },
};

impl Lifecycle {
    /// Closes the viewer's account and promises the date of its erasure. `typed` must be
    /// the account's address.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`], [`Refusal::WrongConfirmation`], [`Refusal::DeletionScheduled`] if it is already
    /// closed: a second request does not move the date (checklist A48).
    pub async fn schedule_deletion(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        typed: &str,
    ) -> Result<Scheduled, Error> {
        let is_own = confirmed(typed, &viewer.user);
        self.refuse_before_sudo(Action::ScheduleDeletion, source, viewer, is_own).await?;
        let mut operation = self.begin_as(Action::ScheduleDeletion, source, viewer).await?;
        let outcome = self.schedule_deletion_in(&mut operation, typed).await;
        operation.finish(outcome).await
    }

    async fn schedule_deletion_in(&self, operation: &mut Operation<'_>, typed: &str) -> Result<Scheduled, Error> {
        let viewer = operation.viewer()?;
        let user = &viewer.user;
        confirmed(typed, user)?;
        let scheduled = self.close_account(operation, user, None).await?;
        operation.record(None).await?;
        Ok(scheduled)
    }

    /// Closes an account, and queues the letters about it. `reason` is that of the operator, if an operator closes it.
    pub(super) async fn close_account(
        &self,
        operation: &mut Operation<'_>,
        user: &User,
        reason: Option<&OperatorReason>,
    ) -> Result<Scheduled, Error> {
        let scheduled = Scheduled::at(operation.now, self.policy.grace_period);
        let stamp = operation.tx.schedule_deletion(&user.id, scheduled, self.policy.grace_period).await?;
        let stamp = stamp.ok_or(Refusal::DeletionScheduled)?;
        operation.revoke(&user.id, None).await?;
        if user.email_verified_at.is_some() {
            let closed = User { security_stamp: stamp, ..user.clone() };
            self.tell_of_deletion(operation, &closed, (scheduled, reason)).await?;
            self.remind_of_deletion(operation, user, scheduled).await?;
        }
        Ok(scheduled)
    }

    /// Mails the date, with a link that keeps the account until then. Its reader may be an owner who did not close the
    /// account and cannot sign in to it.
    async fn tell_of_deletion(
        &self,
        operation: &mut Operation<'_>,
        user: &User,
        (scheduled, reason): (Scheduled, Option<&OperatorReason>),
    ) -> Result<(), Error> {
        let link = LinkId::from_random(self.random.bytes());
        let new = NewMailLink {
            id: &link,
            user_id: &user.id,
            purpose: Purpose::KeepAccount,
            email: &user.email,
            stamp: user.security_stamp,
            device_hash: None,
            at: operation.now,
            expires_at: scheduled.delete_at,
        };
        operation.tx.insert_mail_link(&new).await?;
        let letter = NewLetter::plain(&user.id, Kind::DeletionScheduled, &user.email);
        operation.mail(&NewLetter { at: Some(scheduled.delete_at), link: Some(&link), reason, ..letter }).await
    }

    /// Queues the reminders, which are due some days before the deletion.
    pub(in crate::server::lifecycle) async fn remind_of_deletion(
        &self,
        operation: &mut Operation<'_>,
        user: &User,
        scheduled: Scheduled,
    ) -> Result<(), Error> {
        let at = Some(scheduled.delete_at);
        for before in &self.policy.reminders {
            if let Some(due_at) = reminder_at(scheduled, *before) {
                let due_at = Some(due_at);
                let reminder =
                    NewLetter { at, due_at, ..NewLetter::plain(&user.id, Kind::DeletionReminder, &user.email) };
                operation.mail(&reminder).await?;
            }
        }
        Ok(())
    }
}

/// Checks that `typed` is the account's address.
fn confirmed(typed: &str, user: &User) -> Result<(), Refusal> {
    let is_own = Email::parse(typed).is_ok_and(|typed| typed.key() == user.email.key());
    if is_own { Ok(()) } else { Err(Refusal::WrongConfirmation) }
}
