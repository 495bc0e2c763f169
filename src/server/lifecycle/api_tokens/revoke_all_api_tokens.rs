//! `revoke_all_api_tokens`: no program has access to the account any more.

use crate::{
    domain::event_detail::Detail,
    server::lifecycle::{Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation},
};

impl Lifecycle {
    /// Revokes every token of the viewer's account, and returns how many. Without any token it is an idempotent
    /// no-op and records no event.
    ///
    /// # Errors
    /// [`SudoRequired`](crate::domain::error::Refusal::SudoRequired).
    pub async fn revoke_all_api_tokens(&self, source: &RequestOrigin, viewer: &Viewer) -> Result<u64, Error> {
        let mut operation = self.begin_as(Action::RevokeAllApiTokens, source, viewer).await?;
        let outcome = revoke_all_api_tokens_in(&mut operation).await;
        operation.finish(outcome).await
    }
}

async fn revoke_all_api_tokens_in(operation: &mut Operation<'_>) -> Result<u64, Error> {
    let user = &operation.viewer()?.user.id;
    let tokens = operation.tx.api_tokens(user).await?;
    operation.revoke(user, None).await?;
    if tokens.is_empty() {
        operation.nothing_to_record();
    }
    for token in &tokens {
        operation.record(Detail::from(token)).await?;
    }
    Ok(u64::try_from(tokens.len()).unwrap_or(u64::MAX))
}
