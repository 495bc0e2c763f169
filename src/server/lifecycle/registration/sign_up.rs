//! `sign_up`: creates an unverified account, or mails the owner of the address. A visitor cannot tell which.

use secrecy::SecretString;

use crate::{
    domain::{
        email::Email,
        error::Refusal,
        failure::Reason,
        id::{LinkId, UserId},
        limits::Limit,
        mail_token::Purpose,
        outbox::Kind,
        security_log::Actor,
        user::User,
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin, VERIFY_EMAIL_TTL,
            deletion::erase::evict_unverified,
            error::retry_on_conflict,
            mail_tokens::{hold_owner, read_as_often},
            operation::{Attribution, Operation, Subject},
        },
        store::{NewLetter, NewMailLink, NewUser},
    },
};

/// How many statements more it takes to add an account than to write to the owner of a taken address.
const MORE_TO_ADD: usize = 5;

impl Lifecycle {
    /// Creates an unverified account for `email`, which replaces an unverified one with the same address. If an
    /// account has verified the address, only mails its owner.
    ///
    /// # Errors
    /// [`InvalidEmail`](crate::domain::error::Refusal::InvalidEmail), and the refusals of a new password;
    /// [`Limited`](crate::domain::error::Refusal::Limited) if the network has signed up too often. If the address has
    /// got too many letters, the answer is the usual one, and nothing happens.
    pub async fn sign_up(&self, source: &RequestOrigin, email: &str, password: SecretString) -> Result<(), Error> {
        let (email, password) = match self.acceptable_account(source, email, &password).await {
            Ok(accepted) => accepted,
            Err(error) => {
                let by = Attribution::of(Action::SignUp, source, Actor::Anyone, None);
                return Err(self.refuse(&by, error).await);
            }
        };
        if let Err(error) = self.limit_network(source, &[Limit::SignUpsPerIp, Limit::SignUpsPerIpDaily]).await {
            let by = Attribution::of(Action::SignUp, source, Actor::Anyone, None);
            return Err(self.refuse(&by, error).await);
        }
        // Hash for taken addresses too, so that timing reveals nothing (behaviour rule 6).
        let hash = self.hasher.hash(source.ip, password).await?;
        let may_mail = self.may_queue_for(source, &email.key()).await?;
        retry_on_conflict(|| self.sign_up_once(source, &email, &hash, may_mail)).await
    }

    /// Why the password would be refused, if the address is too: a form says everything that is wrong at once. The
    /// password of an acceptable address is not judged here, because [`Lifecycle::sign_up`] does it.
    pub async fn also_wrong(&self, source: &RequestOrigin, email: &str, password: &SecretString) -> Option<Refusal> {
        if Email::parse(email).is_ok() {
            return None;
        }
        match self.strong_password(source, password, vec![email.to_owned()]).await {
            Err(Error::Refused(refusal)) => Some(refusal),
            _ => None,
        }
    }

    async fn acceptable_account(
        &self,
        source: &RequestOrigin,
        email: &str,
        password: &SecretString,
    ) -> Result<(Email, SecretString), Error> {
        let email = Email::parse(email)?;
        let password = self.acceptable_password(source, password, &email, None).await?;
        Ok((email, password))
    }

    async fn sign_up_once(
        &self,
        source: &RequestOrigin,
        email: &Email,
        hash: &str,
        may_mail: bool,
    ) -> Result<(), Error> {
        let mut operation = self.begin(Attribution::of(Action::SignUp, source, Actor::Anyone, None)).await?;
        let outcome = if may_mail {
            self.sign_up_in(&mut operation, email, hash).await
        } else {
            operation.record_refused(Reason::Limited).await
        };
        operation.finish(outcome).await
    }

    async fn sign_up_in(&self, operation: &mut Operation<'_>, email: &Email, hash: &str) -> Result<(), Error> {
        let key = email.key();
        let mut owner = hold_owner(&mut operation.tx, &key).await?;
        if owner.is_none() {
            evict_unverified(&mut operation.tx, &key, None, operation.now).await?;
            // The account that had the address may have verified it while this waited for the lock.
            owner = hold_owner(&mut operation.tx, &key).await?;
        }
        match owner {
            Some(owner) => {
                read_as_often(&mut operation.tx, &key, MORE_TO_ADD).await?;
                tell_owner(operation, &owner).await
            }
            None => self.add_account(operation, email, hash).await,
        }
    }

    async fn add_account(&self, operation: &mut Operation<'_>, email: &Email, hash: &str) -> Result<(), Error> {
        let id = UserId::from_random(self.random.bytes());
        let new = NewUser { id: &id, email, password_hash: Some(hash), at: operation.now };
        operation.tx.insert_user(&new).await?;
        self.send_confirm_link(operation, &id, email, 0).await?;
        operation.is_about(Subject::of(Actor::Anyone, Some(&id)));
        operation.record(None).await
    }

    /// Mails the link that confirms the address of a new account. The link is bound to the browser that sent the
    /// request. `stamp` is the account's security stamp.
    pub(in crate::server::lifecycle) async fn send_confirm_link(
        &self,
        operation: &mut Operation<'_>,
        user_id: &UserId,
        email: &Email,
        stamp: i64,
    ) -> Result<(), Error> {
        let link = LinkId::from_random(self.random.bytes());
        let device = operation.source().device_hash();
        let new = NewMailLink {
            id: &link,
            user_id,
            purpose: Purpose::VerifyEmail,
            email,
            stamp,
            device_hash: device.as_ref().map(<[u8; 32]>::as_slice),
            at: operation.now,
            expires_at: operation.now.plus(VERIFY_EMAIL_TTL),
        };
        operation.tx.insert_mail_link(&new).await?;
        operation.mail(&NewLetter { link: Some(&link), ..NewLetter::plain(user_id, Kind::ConfirmAddress, email) }).await
    }
}

/// Mails the owner of a taken address. Uses the stored address: the typed one may differ in case, and be another
/// mailbox (checklist A20).
pub(in crate::server::lifecycle) async fn tell_owner(operation: &mut Operation<'_>, owner: &User) -> Result<(), Error> {
    operation.mail(&NewLetter::plain(&owner.id, Kind::AlreadyRegistered, &owner.email)).await?;
    operation.is_about(Subject::of(Actor::Anyone, Some(&owner.id)));
    operation.record_refused(Reason::EmailTaken).await
}
