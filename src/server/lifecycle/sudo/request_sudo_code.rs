//! `request_sudo_code`: mails a code that begins sudo mode, if no better method is available.

use crate::{
    domain::{
        error::Refusal,
        id::LinkId,
        limits::Limit,
        outbox::Kind,
        providers::ProviderKind,
        sudo::{CODE_TRIES, CODE_TTL},
        time::Span,
        user::User,
    },
    server::{
        lifecycle::{Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation},
        store::{LinkedIdentity, NewLetter, NewSudoCode, Tx},
    },
};

impl Lifecycle {
    /// Mails a code to the owner of an account that has no password, and whose provider does not say when they
    /// signed in there. The code works in the viewer's session only, and replaces an earlier one.
    ///
    /// # Errors
    /// [`Refusal::HasPassword`]; [`Refusal::OtherIdentity`] if the user must use a provider; [`Refusal::Limited`]
    /// if the tries of these ten minutes are used up.
    pub async fn request_sudo_code(&self, source: &RequestOrigin, viewer: &Viewer) -> Result<(), Error> {
        let mut operation = self.begin_as(Action::ConfirmSudo, source, viewer).await?;
        let outcome = self.request_sudo_code_in(&mut operation).await;
        operation.finish(outcome).await
    }

    async fn request_sudo_code_in(&self, operation: &mut Operation<'_>) -> Result<(), Error> {
        let viewer = operation.viewer()?;
        let (user, now) = (&viewer.user, operation.now);
        self.may_use_code(&mut operation.tx, user).await?;
        let last = operation.tx.sudo_code(&user.id).await?;
        if let Some(last) = last.filter(|last| last.tries >= CODE_TRIES && now <= last.window_until) {
            // The window includes its last second.
            let wait = now.until(last.window_until.plus(Span::seconds(1)));
            return Err(Refusal::Limited { retry_after: wait.as_seconds() }.into());
        }
        operation.limit_viewer(Limit::CodesPerUser).await?;
        let id = LinkId::from_random(self.random.bytes());
        let expires_at = now.plus(CODE_TTL);
        let code = NewSudoCode { id: &id, user_id: &user.id, session_id: &viewer.session.id, at: now, expires_at };
        operation.tx.put_sudo_code(&code).await?;
        operation.tx.withdraw_letters(&user.id, Kind::SudoCode).await?;
        // Requesting a code records no event; confirming with it does.
        operation.nothing_to_record();
        operation.mail(&NewLetter { link: Some(&id), ..NewLetter::plain(&user.id, Kind::SudoCode, &user.email) }).await
    }

    /// Checks that an account may use a mailed code.
    pub(in crate::server::lifecycle) async fn may_use_code(&self, tx: &mut Tx, user: &User) -> Result<(), Error> {
        user.must_be_active()?;
        if user.has_password {
            return Err(Refusal::HasPassword.into());
        }
        let linked = tx.identities(&user.id).await?;
        if self.offers_code(user, &linked) { Ok(()) } else { Err(Refusal::OtherIdentity.into()) }
    }

    /// Whether an account may use a mailed code: one of its providers never says when the user signed in there, or
    /// did not say it last time.
    pub(in crate::server::lifecycle) fn offers_code(&self, user: &User, linked: &[LinkedIdentity]) -> bool {
        let is_silent = |identity: &LinkedIdentity| {
            let listed = self.providers.of(&identity.provider, identity.issuer.as_deref());
            listed.is_some_and(|listed| listed.kind == ProviderKind::Github || identity.no_auth_time)
        };
        !user.has_password && linked.iter().any(is_silent)
    }
}
