//! `revoke_api_token`: one token stops working.

use crate::{
    domain::{error::Refusal, event_detail::Detail, id::ApiTokenId},
    server::lifecycle::{Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation},
};

impl Lifecycle {
    /// Revokes a token of the viewer's account. It deletes the row, so the token stops working at once.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`]; [`Refusal::NotFound`] if the account has no such token, also if another account
    /// has it (checklist V8.2.2).
    pub async fn revoke_api_token(&self, source: &RequestOrigin, viewer: &Viewer, id: &str) -> Result<(), Error> {
        let mut operation = self.begin_as(Action::RevokeApiToken, source, viewer).await?;
        let outcome = revoke_api_token_in(&mut operation, id).await;
        operation.finish(outcome).await
    }
}

async fn revoke_api_token_in(operation: &mut Operation<'_>, id: &str) -> Result<(), Error> {
    let user = &operation.viewer()?.user.id;
    let id = ApiTokenId::parse(id).ok_or(Refusal::NotFound)?;
    let gone = operation.tx.drop_api_token(&id, user).await?.ok_or(Refusal::NotFound)?;
    operation.record(Detail::from(&gone)).await
}
