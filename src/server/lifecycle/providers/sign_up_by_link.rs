//! Signing up with a provider that names no address that counts: the user enters one, and confirms it by a mailed link.

use crate::{
    domain::{
        email::Email, error::Refusal, failure::Reason, id::UserId, limits::Limit, providers::Identity,
        security_log::Actor,
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin,
            deletion::erase::evict_unverified,
            error::retry_on_conflict,
            mail_tokens::{hold_owner, read_as_often},
            operation::{Attribution, Operation, Subject},
            registration::sign_up::tell_owner,
        },
        store::{NewUser, StoreError},
    },
};

/// How many statements more it takes to add an account than to write to the owner of a taken address.
const MORE_TO_ADD: usize = 8;

impl Lifecycle {
    /// Creates an unverified account with `login` as its only sign-in method, and mails the link that confirms its
    /// address; it replaces an unverified account with this address or this login. If an account has verified the
    /// address, only mails its owner, and the answer is the same.
    ///
    /// As with a password, the link alone is enough only in the browser that sent the request. So a stranger who enters
    /// another person's address gets nothing when that person opens the link.
    ///
    /// # Errors
    /// [`Refusal::InvalidEmail`]; [`Refusal::AttemptOver`] if the login has an account; [`Refusal::Limited`] if the
    /// network has signed up too often. If the address has got too many letters, the answer is the usual one, and
    /// nothing happens.
    pub async fn sign_up_with_provider_by_link(
        &self,
        source: &RequestOrigin,
        login: &Identity,
        email: &str,
    ) -> Result<(), Error> {
        let by = || Attribution::of(Action::SignUp, source, Actor::Anyone, None);
        let email = match Email::parse(email) {
            Ok(email) => email,
            Err(error) => return Err(self.refuse(&by(), error.into()).await),
        };
        if let Err(error) = self.limit_network(source, &[Limit::SignUpsPerIp, Limit::SignUpsPerIpDaily]).await {
            return Err(self.refuse(&by(), error).await);
        }
        let may_mail = self.may_queue_for(source, &email.key()).await?;
        retry_on_conflict(async || {
            let mut operation = self.begin(by()).await?;
            let outcome = if may_mail {
                self.sign_up_by_link_in(&mut operation, login, &email).await
            } else {
                operation.record_refused(Reason::Limited).await
            };
            operation.finish(outcome).await
        })
        .await
    }

    async fn sign_up_by_link_in(
        &self,
        operation: &mut Operation<'_>,
        login: &Identity,
        email: &Email,
    ) -> Result<(), Error> {
        self.drop_waiting_account(operation, login).await?;
        let key = email.key();
        let mut owner = hold_owner(&mut operation.tx, &key).await?;
        if owner.is_none() {
            evict_unverified(&mut operation.tx, &key, None, operation.now).await?;
            // The account that had the address may have verified it while this waited for the lock.
            owner = hold_owner(&mut operation.tx, &key).await?;
        }
        if let Some(owner) = owner {
            read_as_often(&mut operation.tx, &key, MORE_TO_ADD).await?;
            return tell_owner(operation, &owner).await;
        }
        let id = UserId::from_random(self.random.bytes());
        let language = operation.source().language;
        operation.tx.insert_user(&NewUser { id: &id, email, password_hash: None, language, at: operation.now }).await?;
        let user = operation.tx.user(&id).await?.ok_or(StoreError::Conflict)?;
        self.add_identity(operation, &user, login).await?;
        self.send_confirm_link(operation, &id, email, 0).await?;
        operation.is_about(Subject::of(Actor::Anyone, Some(&id)));
        operation.record(None).await
    }

    /// Removes the account for which the user has entered another address before.
    async fn drop_waiting_account(&self, operation: &mut Operation<'_>, login: &Identity) -> Result<(), Error> {
        let Some(owner) = operation.tx.identity_owner(login).await? else { return Ok(()) };
        // Without a lock: `evict_unverified` locks the address first and then the account, as every sign-up does.
        let user = operation.tx.user(&owner).await?.ok_or(StoreError::Conflict)?;
        evict_unverified(&mut operation.tx, &user.email.key(), None, operation.now).await?;
        match operation.tx.identity_owner(login).await? {
            Some(_) => Err(Refusal::AttemptOver.into()),
            None => Ok(()),
        }
    }
}
