//! `keep_account`: the reader of the letter about a scheduled deletion keeps the account by its link, without signing in.

use crate::{
    domain::{error::Refusal, mail_token::Purpose, outbox::Kind, security_log::Actor},
    server::lifecycle::{
        Action, Error, Lifecycle, RequestOrigin,
        deletion::cancel_deletion::reopen,
        mail_tokens::LinkOwner,
        operation::{Attribution, Operation, Subject},
    },
};

impl Lifecycle {
    /// Keeps an account by the link in the letter about its deletion, as
    /// [`cancel_deletion`](Lifecycle::cancel_deletion) does for a signed-in person. Does not sign in. Part of the same
    /// action. Returns whose account it is.
    ///
    /// # Errors
    /// [`Refusal::DeadLink`] if the link is not valid.
    pub async fn keep_account(&self, source: &RequestOrigin, token: &str) -> Result<LinkOwner, Error> {
        let by = Attribution::of(Action::CancelDeletion, source, Actor::Link, None);
        let mut operation = self.begin(by).await?;
        let outcome = self.keep_account_in(&mut operation, token).await;
        operation.finish(outcome).await
    }

    async fn keep_account_in(&self, operation: &mut Operation<'_>, token: &str) -> Result<LinkOwner, Error> {
        let (link, user) = self.open_link(operation, Purpose::KeepAccount, token).await?;
        let used = operation.use_link(&link, Kind::DeletionScheduled).await?;
        if !used || !reopen(operation, &user).await? {
            return Err(Refusal::DeadLink.into());
        }
        operation.is_about(Subject::of(Actor::Link, Some(&user.id)));
        operation.record(None).await?;
        Ok(LinkOwner { id: user.id, email: user.email })
    }
}
