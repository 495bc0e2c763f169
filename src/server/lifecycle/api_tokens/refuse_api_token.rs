//! `refuse_api_token`: notes that an expired token was used.

use crate::{
    domain::{api_tokens::IssuedToken, event_detail::Detail, security_log::Actor},
    server::{
        crypto::api_token::ApiToken,
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin,
            operation::{Attribution, Operation},
        },
    },
};

impl Lifecycle {
    /// Counts a request whose token is unknown, revoked or expired. If the token has expired, its owner sees the first
    /// such request in the security log: a program was forgotten, or another person has the token. An unknown token
    /// belongs to no account.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn refuse_api_token(&self, source: &RequestOrigin, secret: &ApiToken) -> Result<(), Error> {
        self.metrics.api_tokens_refused.inc();
        let found = self.db.single_read().await?.api_token_by_hash(&secret.hash()).await?;
        let now = self.clock.now();
        let Some(found) = found.filter(|found| !found.token.alive(now) && !found.token.is_noted_as_refused()) else {
            return Ok(());
        };
        let by = Attribution::of(Action::RefuseApiToken, source, Actor::ApiToken, Some(&found.user.id));
        let mut operation = self.begin(by).await?;
        let outcome = match operation.hold(&found.user.id).await? {
            Some(_) => note_in(&mut operation, &found.token).await,
            None => {
                operation.nothing_to_record();
                Ok(())
            }
        };
        operation.finish(outcome).await
    }
}

/// The token's row remembers the use, so that a program that tries every second does not fill the log.
async fn note_in(operation: &mut Operation<'_>, token: &IssuedToken) -> Result<(), Error> {
    if operation.tx.note_refused_api_token(&token.id, operation.now).await? {
        return operation.record(Detail::from(token)).await;
    }
    operation.nothing_to_record();
    Ok(())
}
