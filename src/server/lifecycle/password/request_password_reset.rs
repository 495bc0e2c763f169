//! `request_password_reset`: mails a reset link, if the address has an account that may use one.

use crate::{
    domain::{
        email::Email,
        failure::Reason,
        id::LinkId,
        limits::Limit,
        mail_token::Purpose,
        outbox::Kind,
        security_log::Actor,
        user::{AccountStatus, User},
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, RESET_PASSWORD_TTL, RequestOrigin,
            operation::{Attribution, Operation, Subject},
        },
        store::{NewLetter, NewMailLink},
    },
};

impl Lifecycle {
    /// Mails a reset link that works for 60 minutes and replaces an older one. The answer is the same whether or
    /// not the address has an account (checklist V6.3.8).
    ///
    /// # Errors
    /// [`InvalidEmail`](crate::domain::error::Refusal::InvalidEmail);
    /// [`Limited`](crate::domain::error::Refusal::Limited) if the network has asked too often. If the address has got
    /// too many letters, the answer is the usual one, and nothing happens.
    pub async fn request_password_reset(&self, source: &RequestOrigin, email: &str) -> Result<(), Error> {
        let by = Attribution::of(Action::RequestPasswordReset, source, Actor::Anyone, None);
        let email = match Email::parse(email) {
            Ok(email) => email,
            Err(refusal) => return Err(self.refuse(&by, refusal.into()).await),
        };
        if let Err(error) = self.limit_network(source, &[Limit::ResetsPerIp, Limit::ResetsPerIpDaily]).await {
            return Err(self.refuse(&by, error).await);
        }
        let mut operation = self.begin(by).await?;
        let outcome = self.request_password_reset_in(&mut operation, &email).await;
        operation.finish(outcome).await
    }

    async fn request_password_reset_in(&self, operation: &mut Operation<'_>, email: &Email) -> Result<(), Error> {
        let found = operation.tx.user_by_email(&email.key()).await?.map(|row| row.user.id);
        let user = match found {
            // The account may have changed its address while this waited for the lock.
            Some(id) => operation.hold(&id).await?.filter(|user| user.email.key() == email.key()),
            None => None,
        };
        if !operation.may_write_to(&email.key()).await? {
            return operation.record_refused(Reason::Limited).await;
        }
        // The owner of an unverified account signs up again instead; a closed account cannot be reset.
        match user.filter(|user| user.status() == AccountStatus::Active) {
            Some(user) => self.send_reset_link(operation, &user).await,
            None => operation.record_refused(Reason::NoAccount).await,
        }
    }

    async fn send_reset_link(&self, operation: &mut Operation<'_>, user: &User) -> Result<(), Error> {
        let link = LinkId::from_random(self.random.bytes());
        operation.revoke(&user.id, None).await?;
        let new = NewMailLink {
            id: &link,
            user_id: &user.id,
            purpose: Purpose::ResetPassword,
            email: &user.email,
            stamp: user.security_stamp,
            device_hash: None,
            at: operation.now,
            expires_at: operation.now.plus(RESET_PASSWORD_TTL),
        };
        operation.tx.insert_mail_link(&new).await?;
        operation
            .mail(&NewLetter { link: Some(&link), ..NewLetter::plain(&user.id, Kind::ResetPassword, &user.email) })
            .await?;
        operation.is_about(Subject::of(Actor::Anyone, Some(&user.id)));
        operation.record(None).await
    }
}
