//! `verify_email`: confirms the address of a new account, and signs its owner in.

use secrecy::SecretString;

use crate::{
    domain::{
        error::Refusal,
        event_detail::Detail,
        id::UserId,
        limits::Limit,
        mail_token::Purpose,
        outbox::Kind,
        security_log::Actor,
        user::{AccountStatus, User},
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin, Viewer,
            error::retry_on_conflict,
            limits::proofs::Prover,
            operation::{Attribution, Operation, Subject},
            sign_in::{SignedIn, begin_session::end_previous},
        },
        store::{MailLink, StoreError},
    },
};

impl Lifecycle {
    /// Confirms the address that a link was mailed to. The link alone is enough in the browser that signed up, and
    /// in one that is signed in to the account. Any other browser also needs the password, so that the address's
    /// owner does not confirm an account that an attacker created with it (checklist A01–A04).
    ///
    /// # Errors
    /// [`Refusal::DeadLink`] if the link is not valid; [`Refusal::WrongPassword`] if the password is needed and
    /// wrong; [`Refusal::Limited`] or [`Refusal::TooManyFailures`] after too many wrong passwords or dead links.
    pub async fn verify_email(
        &self,
        source: &RequestOrigin,
        viewer: Option<&Viewer>,
        token: &str,
        password: Option<SecretString>,
    ) -> Result<SignedIn, Error> {
        let by = Attribution::of(Action::VerifyEmail, source, Actor::Link, None);
        let opened = match self.must_have_place(source, Limit::DeadLinksPerIp).await {
            Ok(()) => self.look_at_link(token).await,
            Err(limited) => Err(limited),
        };
        let (link, user) = match opened {
            Ok(opened) => opened,
            Err(error) => return Err(self.refuse(&by, error).await),
        };
        let by = Attribution { subject: Subject::of(Actor::Link, Some(&user.id)), ..by };
        // Hashes the password before a transaction is open.
        if !is_own_browser(&link, source, viewer)
            && let Err(error) = self.check_password(source, &user, password).await
        {
            return Err(self.refuse(&by, error).await);
        }
        retry_on_conflict(|| self.verify_email_once(by.clone(), viewer, token, &user.id)).await
    }

    async fn verify_email_once(
        &self,
        by: Attribution<'_>,
        viewer: Option<&Viewer>,
        token: &str,
        id: &UserId,
    ) -> Result<SignedIn, Error> {
        let mut operation = self.begin(by).await?;
        let outcome = self.verify_email_in(&mut operation, viewer, token, id).await;
        operation.finish(outcome).await
    }

    async fn look_at_link(&self, token: &str) -> Result<(MailLink, User), Error> {
        let mut tx = self.db.read().await?;
        let opened = self.peek_link(&mut tx, Purpose::VerifyEmail, token, self.clock.now()).await;
        tx.end().await?;
        opened
    }

    async fn check_password(
        &self,
        source: &RequestOrigin,
        user: &User,
        password: Option<SecretString>,
    ) -> Result<(), Error> {
        let key = user.email.key();
        let prover = Prover { address: key.as_str(), viewer: None };
        let places = self.take_proof(source, prover).await?;
        let compare = async {
            let stored = self.db.single_read().await?.password_hash(&user.id).await?;
            self.prove_password(source, stored, password.unwrap_or_default()).await.map(drop)
        };
        let proof = compare.await;
        self.settle_proof(places, proof).await
    }

    async fn verify_email_in(
        &self,
        operation: &mut Operation<'_>,
        viewer: Option<&Viewer>,
        token: &str,
        id: &UserId,
    ) -> Result<SignedIn, Error> {
        let (link, user) = self.open_link(operation, Purpose::VerifyEmail, token).await?;
        let now = operation.now;
        let used = operation.use_link(&link, Kind::ConfirmAddress).await?;
        let verified = match operation.tx.mark_verified(id, now).await {
            // Another account has verified the address first.
            Err(StoreError::Conflict) => false,
            verified => verified?,
        };
        if !used || !verified || &user.id != id {
            return Err(Refusal::DeadLink.into());
        }
        let own = match viewer.filter(|viewer| &viewer.user.id == id) {
            Some(viewer) => {
                let source = operation.source();
                let (held, _) = self.hold_viewer(&mut operation.tx, source, viewer).await?;
                // A replaced token gives no new one: the session ends, and the link begins another.
                held.has_current_token.then_some(held.session.id)
            }
            None => None,
        };
        end_previous(&mut operation.tx, viewer.filter(|_| own.is_none())).await?;
        // A stranger may have guessed passwords for the address before it had an account.
        let source = operation.source();
        self.forget_failures(&mut operation.tx, source, user.email.key().as_str()).await?;
        operation.revoke(id, own.as_ref()).await?;
        let token = self.sign_in_again(operation, id, own.as_ref()).await?;
        operation.record(Detail::Email(user.email)).await?;
        Ok(SignedIn { token, user_id: id.clone(), status: AccountStatus::Active, has_confirmed: true })
    }
}

/// Whether the link is opened in the browser that requested it, or in one that is signed in to its account.
pub(in crate::server::lifecycle) fn is_own_browser(
    link: &MailLink,
    source: &RequestOrigin,
    viewer: Option<&Viewer>,
) -> bool {
    let same_device = source
        .device_hash()
        .zip(link.device_hash.as_ref())
        .is_some_and(|(here, there)| here.as_slice() == there.as_slice());
    same_device || viewer.is_some_and(|viewer| viewer.user.id == link.user_id)
}
