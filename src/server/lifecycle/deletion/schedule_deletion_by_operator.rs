//! `schedule_deletion_by_operator`: an operator closes an account; a worker erases it after the grace period.

use crate::{
    domain::{deletion::Scheduled, event_detail::Detail, operator::OperatorReason, user::User},
    server::lifecycle::{Action, Error, Lifecycle, RequestOrigin, operation::Operation},
};

impl Lifecycle {
    /// Closes the account of an address, and tells its owner. The owner can keep the account, as after a deletion of
    /// their own.
    ///
    /// # Errors
    /// [`Refusal::NotFound`](crate::domain::error::Refusal::NotFound) if no account has the address;
    /// [`Refusal::DeletionScheduled`](crate::domain::error::Refusal::DeletionScheduled) if it is closed already.
    pub async fn schedule_deletion_by_operator(
        &self,
        address: &str,
        reason: &OperatorReason,
    ) -> Result<Scheduled, Error> {
        let source = RequestOrigin::worker();
        let (mut operation, user) =
            self.begin_as_operator(Action::ScheduleDeletionByOperator, &source, address).await?;
        let outcome = self.schedule_by_operator_in(&mut operation, &user, reason).await;
        operation.finish(outcome).await
    }

    async fn schedule_by_operator_in(
        &self,
        operation: &mut Operation<'_>,
        user: &User,
        reason: &OperatorReason,
    ) -> Result<Scheduled, Error> {
        let scheduled = self.close_account(operation, user, Some(reason)).await?;
        operation.record(Detail::Reason(reason.clone())).await?;
        Ok(scheduled)
    }
}
