//! `reset_password`: sets a new password by a mailed link. It does not sign the user in.

use secrecy::SecretString;

use crate::{
    domain::{error::Refusal, limits::Limit, mail_token::Purpose, outbox::Kind, security_log::Actor, user::User},
    server::{
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin,
            operation::{Attribution, Operation, Subject},
        },
        store::NewLetter,
    },
};

impl Lifecycle {
    /// Sets a new password, and ends every session, every API token, every other reset link and the open email
    /// change of the account (checklist A02, A04).
    ///
    /// # Errors
    /// [`Refusal::DeadLink`] if the link is not valid, and the refusals of a new password; [`Refusal::Limited`] if the
    /// network has opened too many dead links.
    pub async fn reset_password(&self, source: &RequestOrigin, token: &str, new: SecretString) -> Result<(), Error> {
        let by = Attribution::of(Action::ResetPassword, source, Actor::Link, None);
        let owner = match self.must_have_place(source, Limit::DeadLinksPerIp).await {
            Ok(()) => self.reset_link_owner(token).await,
            Err(limited) => Err(limited),
        };
        let user = match owner {
            Ok(user) => user,
            Err(error) => return Err(self.refuse(&by, error).await),
        };
        let by = Attribution { subject: Subject::of(Actor::Link, Some(&user.id)), ..by };
        let new = match self.acceptable_password(source, &new, &user.email, Some(&user)).await {
            Ok(new) => new,
            Err(error) => return Err(self.refuse(&by, error).await),
        };
        let hash = self.hasher.hash(source.ip, new).await?;
        let mut operation = self.begin(by).await?;
        let outcome = self.reset_password_in(&mut operation, token, &hash).await;
        operation.finish(outcome).await
    }

    async fn reset_link_owner(&self, token: &str) -> Result<User, Error> {
        let mut tx = self.db.read().await?;
        let opened = self.peek_link(&mut tx, Purpose::ResetPassword, token, self.clock.now()).await;
        tx.end().await?;
        opened.map(|(_, user)| user)
    }

    async fn reset_password_in(&self, operation: &mut Operation<'_>, token: &str, hash: &str) -> Result<(), Error> {
        let (link, user) = self.open_link(operation, Purpose::ResetPassword, token).await?;
        let now = operation.now;
        let used = operation.use_link(&link, Kind::ResetPassword).await?;
        if !used || !operation.tx.set_password(&user.id, hash, user.security_stamp).await? {
            return Err(Refusal::DeadLink.into());
        }
        self.forget_failures(&mut operation.tx, user.email.key().as_str()).await?;
        operation.revoke(&user.id, None).await?;
        operation
            .mail(&NewLetter { at: Some(now), ..NewLetter::plain(&user.id, Kind::PasswordReset, &user.email) })
            .await?;
        operation.record(None).await
    }
}
