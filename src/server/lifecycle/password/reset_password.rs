//! `reset_password`: sets a new password by a mailed link. It does not sign the user in.

use secrecy::SecretString;

use crate::{
    domain::{
        error::Refusal, event_detail::Detail, limits::Limit, mail_token::Purpose, outbox::Kind, security_log::Actor,
        user::User,
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin,
            deletion::cancel_deletion::reopen,
            mail_tokens::LinkOwner,
            operation::{Attribution, Operation, Subject},
            sign_in::begin_session::know_this_browser_only,
        },
        store::NewLetter,
    },
};

/// The result of a reset.
pub struct PasswordReset {
    /// Whether the account was closed, and stays now.
    pub was_closed: bool,
    /// Whose account it is.
    pub owner: LinkOwner,
}

impl Lifecycle {
    /// Sets a new password, and ends every session, every API token, every other reset link and the open email
    /// change of the account (checklist A02, A04). Unlinks the providers whose ids are in `unlink`, because a new
    /// password does not end an intruder's access through them, and forgets every known browser. Cancels a scheduled
    /// deletion.
    ///
    /// # Errors
    /// [`Refusal::DeadLink`] if the link is not valid, and the refusals of a new password; [`Refusal::Limited`] if the
    /// network has opened too many dead links.
    pub async fn reset_password(
        &self,
        source: &RequestOrigin,
        token: &str,
        new: SecretString,
        unlink: &[String],
    ) -> Result<PasswordReset, Error> {
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
        let outcome = self.reset_password_in(&mut operation, token, &hash, unlink).await;
        operation.finish(outcome).await
    }

    async fn reset_link_owner(&self, token: &str) -> Result<User, Error> {
        let mut tx = self.db.read().await?;
        let opened = self.peek_link(&mut tx, Purpose::ResetPassword, token, self.clock.now()).await;
        tx.end().await?;
        opened.map(|(_, user)| user)
    }

    async fn reset_password_in(
        &self,
        operation: &mut Operation<'_>,
        token: &str,
        hash: &str,
        unlink: &[String],
    ) -> Result<PasswordReset, Error> {
        let (link, user) = self.open_link(operation, Purpose::ResetPassword, token).await?;
        let now = operation.now;
        let used = operation.use_link(&link, Kind::ResetPassword).await?;
        let was_closed = reopen_closed(operation, &user).await?;
        if !used || !operation.tx.set_password(&user.id, hash, user.security_stamp).await? {
            return Err(Refusal::DeadLink.into());
        }
        let source = operation.source();
        self.forget_failures(&mut operation.tx, source, user.email.key().as_str()).await?;
        operation.revoke(&user.id, None).await?;
        know_this_browser_only(operation, &user.id).await?;
        unlink_named(operation, &user, unlink).await?;
        operation
            .mail(&NewLetter { at: Some(now), ..NewLetter::plain(&user.id, Kind::PasswordReset, &user.email) })
            .await?;
        operation.record(None).await?;
        Ok(PasswordReset { was_closed, owner: LinkOwner { id: user.id, email: user.email } })
    }
}

/// Cancels the scheduled deletion of a closed account, as its own event and letter say; `false` if none was scheduled.
async fn reopen_closed(operation: &mut Operation<'_>, user: &User) -> Result<bool, Error> {
    if user.deletion.is_none() {
        return Ok(false);
    }
    let cancel = Action::CancelDeletion;
    operation.includes(cancel);
    let was_closed = reopen(operation, user).await?;
    operation.record_included(cancel, Subject::of(Actor::Link, Some(&user.id)), None).await?;
    Ok(was_closed)
}

/// Unlinks the account's providers that `ids` names, each with its event. Ignores every other id: the link's reader may
/// have unlinked the provider meanwhile.
async fn unlink_named(operation: &mut Operation<'_>, user: &User, ids: &[String]) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    for linked in operation.tx.identities(&user.id).await? {
        let provider = linked.provider;
        if ids.iter().any(|id| id == provider.as_str()) && operation.tx.drop_identity(&user.id, &provider).await? {
            let subject = Subject::of(Actor::Link, Some(&user.id));
            operation.record_included(Action::UnlinkProvider, subject, Some(Detail::Provider(provider))).await?;
        }
    }
    Ok(())
}
