//! `cancel_deletion_by_operator`: an operator keeps an account that was to be erased.

use super::cancel_deletion::cancel_scheduled_deletion;
use crate::{
    domain::{error::Refusal, event_detail::Detail, operator::OperatorReason, outbox::Kind, user::User},
    server::lifecycle::{Action, Error, Lifecycle, RequestOrigin, operation::Operation, operators::tell_owner},
};

impl Lifecycle {
    /// Keeps the account of an address, and tells its owner.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if no account has the address; [`Refusal::ChangedMeanwhile`] if no deletion is scheduled.
    pub async fn cancel_deletion_by_operator(&self, address: &str, reason: &OperatorReason) -> Result<(), Error> {
        let source = RequestOrigin::worker();
        let (mut operation, user) = self.begin_as_operator(Action::CancelDeletionByOperator, &source, address).await?;
        let outcome = cancel_deletion_in(&mut operation, &user, reason).await;
        operation.finish(outcome).await
    }
}

async fn cancel_deletion_in(operation: &mut Operation<'_>, user: &User, reason: &OperatorReason) -> Result<(), Error> {
    if !cancel_scheduled_deletion(&mut operation.tx, &user.id).await? {
        return Err(Refusal::ChangedMeanwhile.into());
    }
    tell_owner(operation, user, Kind::DeletionCancelled, reason).await?;
    operation.record(Detail::Reason(reason.clone())).await
}
