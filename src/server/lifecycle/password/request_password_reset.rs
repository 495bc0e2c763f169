//! `request_password_reset`: mails a reset link, if the address has an account that may use one. The account may be
//! closed: using the link then cancels the deletion.

use crate::{
    domain::{
        email::Email, failure::Reason, id::LinkId, limits::Limit, mail_token::Purpose, outbox::Kind,
        password::MOST_RESET_LINKS, security_log::Actor, user::User,
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, RESET_PASSWORD_TTL, RequestOrigin,
            mail_tokens::{no_account, read_as_often},
            operation::{Attribution, Operation, Subject},
        },
        store::{NewLetter, NewMailLink},
    },
};

/// How many statements more it takes to mail a link than to record that there is no account.
const MORE_TO_MAIL: usize = 2;

impl Lifecycle {
    /// Mails a reset link that works for 60 minutes. Older links go on working until one of them is used; while
    /// [`MOST_RESET_LINKS`] work, this mails no further one. The answer is the same in every case, also if the address
    /// has no account (checklist V6.3.8).
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
        let may_mail = self.may_write_to(source, &email.key()).await?;
        let mut operation = self.begin(by).await?;
        let outcome = self.request_password_reset_in(&mut operation, &email, may_mail).await;
        operation.finish(outcome).await
    }

    async fn request_password_reset_in(
        &self,
        operation: &mut Operation<'_>,
        email: &Email,
        may_mail: bool,
    ) -> Result<(), Error> {
        let key = email.key();
        let found = operation.tx.user_by_email(&key).await?.map_or_else(no_account, |row| row.user.id);
        // The account may have changed its address while this waited for the lock.
        let user = operation.hold(&found).await?.filter(|user| user.email.key() == key);
        // The owner of an unverified account signs up again instead.
        let user = user.filter(|user| user.email_verified_at.is_some());
        operation.is_about(Subject::of(Actor::Anyone, user.as_ref().map(|user| &user.id)));
        if !may_mail {
            return operation.record_refused(Reason::Limited).await;
        }
        let Some(user) = user else {
            read_as_often(&mut operation.tx, &key, MORE_TO_MAIL).await?;
            return operation.record_refused(Reason::NoAccount).await;
        };
        let (purpose, stamp) = (Purpose::ResetPassword, user.security_stamp);
        let alive = operation.tx.count_mail_links(&user.id, purpose, stamp, operation.now).await?;
        if alive >= MOST_RESET_LINKS {
            // Revokes no link and deletes no letter, because a stranger may have asked.
            return operation.record_refused(Reason::Limited).await;
        }
        self.send_reset_link(operation, &user).await?;
        operation.record(None).await
    }

    /// Mails a reset link to an account's address. The link works until the account's security stamp is no longer that
    /// of `user`.
    pub(in crate::server::lifecycle) async fn send_reset_link(
        &self,
        operation: &mut Operation<'_>,
        user: &User,
    ) -> Result<(), Error> {
        let link = LinkId::from_random(self.random.bytes());
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
        // Does not wait for its turn among the letters of a flood: it goes to accounts only, a few a day to each.
        let due_at = Some(operation.now);
        let letter = NewLetter::plain(&user.id, Kind::ResetPassword, &user.email);
        operation.mail(&NewLetter { link: Some(&link), due_at, ..letter }).await
    }
}
