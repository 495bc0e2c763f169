//! `forget_devices_by_operator`: no browser of an account is a known one any more.

use crate::{
    domain::{event_detail::Detail, operator::OperatorReason, outbox::Kind, user::User},
    server::lifecycle::{Action, Error, Lifecycle, RequestOrigin, operation::Operation, operators::tell_owner},
};

impl Lifecycle {
    /// Forgets every browser from which the owner of the account of an address has signed in, and tells the owner.
    /// Sessions stay.
    ///
    /// # Errors
    /// [`Refusal::NotFound`](crate::domain::error::Refusal::NotFound) if no account has the address.
    pub async fn forget_devices_by_operator(&self, address: &str, reason: &OperatorReason) -> Result<(), Error> {
        let source = RequestOrigin::worker();
        let (mut operation, user) = self.begin_as_operator(Action::ForgetDevicesByOperator, &source, address).await?;
        let outcome = forget_devices_in(&mut operation, &user, reason).await;
        operation.finish(outcome).await
    }
}

async fn forget_devices_in(operation: &mut Operation<'_>, user: &User, reason: &OperatorReason) -> Result<(), Error> {
    operation.tx.forget_devices(&user.id).await?;
    tell_owner(operation, user, Kind::DevicesForgottenByOperator, reason).await?;
    operation.record(Detail::Reason(reason.clone())).await
}
