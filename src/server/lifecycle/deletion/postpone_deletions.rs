//! Postpones scheduled deletions after an operator has restored a backup. An account whose owner cancelled the
//! deletion after the backup is closed again, and its owner needs time to notice.

use crate::{
    domain::{
        deletion::Scheduled,
        id::UserId,
        outbox::Kind,
        security_log::Actor,
        time::{Span, Timestamp},
    },
    server::lifecycle::{Action, Error, Lifecycle, RequestOrigin, operation::Attribution},
};

/// How many rows one query reads.
const PAGE: i64 = 1_000;

impl Lifecycle {
    /// Postpones every deletion that would happen before `span` has passed from `now` on, and moves the reminders
    /// to the new date. Returns how many deletions it postponed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn postpone_deletions(&self, span: Span, now: Timestamp) -> Result<usize, Error> {
        let scheduled = Scheduled::at(now, span);
        let mut moved = 0;
        loop {
            let page =
                self.db.single_read().await?.due_deletions(scheduled.delete_at.minus(Span::seconds(1)), PAGE).await?;
            if page.is_empty() {
                return Ok(moved);
            }
            for user in page {
                moved += usize::from(self.postpone_deletion(&user, scheduled).await?);
            }
        }
    }

    async fn postpone_deletion(&self, id: &UserId, scheduled: Scheduled) -> Result<bool, Error> {
        let worker = RequestOrigin::worker();
        let by = Attribution::of(Action::ScheduleDeletion, &worker, Actor::Worker, Some(id));
        let mut operation = self.begin(by).await?;
        let user = operation.tx.lock_user(id).await?;
        let moved = operation.tx.postpone_deletion(id, scheduled.delete_at).await?;
        if let Some(user) = user.filter(|user| moved && user.email_verified_at.is_some()) {
            operation.tx.withdraw_letters(id, Kind::DeletionReminder).await?;
            self.remind_of_deletion(&mut operation, &user, scheduled).await?;
        }
        operation.tx.announce(id).await?;
        operation.nothing_to_record();
        operation.finish(Ok(moved)).await
    }
}
