//! `sign_out_by_operator`: ends every session and every API token of an account.

use crate::{
    domain::{event_detail::Detail, operator::OperatorReason, outbox::Kind, user::User},
    server::lifecycle::{Action, Error, Lifecycle, RequestOrigin, operation::Operation, operators::tell_owner},
};

impl Lifecycle {
    /// Ends every session and every API token of the account of an address, and tells its owner. Returns how many
    /// sessions ended. The person can sign in again.
    ///
    /// # Errors
    /// [`Refusal::NotFound`](crate::domain::error::Refusal::NotFound) if no account has the address.
    pub async fn sign_out_by_operator(&self, address: &str, reason: &OperatorReason) -> Result<u64, Error> {
        let source = RequestOrigin::worker();
        let (mut operation, user) = self.begin_as_operator(Action::SignOutByOperator, &source, address).await?;
        let outcome = sign_out_in(&mut operation, &user, reason).await;
        operation.finish(outcome).await
    }
}

async fn sign_out_in(operation: &mut Operation<'_>, user: &User, reason: &OperatorReason) -> Result<u64, Error> {
    let ended = operation.revoke(&user.id, None).await?;
    tell_owner(operation, user, Kind::SignedOutByOperator, reason).await?;
    operation.record(Detail::Reason(reason.clone())).await?;
    Ok(ended)
}
