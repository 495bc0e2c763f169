//! Signing in and signing up with a provider: by the subject that the provider proves, never by the user's address.

use crate::{
    domain::{
        email::Email,
        error::Refusal,
        id::{LinkId, UserId},
        providers::Identity,
        security_log::Actor,
        user::User,
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin, Viewer,
            deletion::erase::evict_unverified,
            error::retry_on_conflict,
            operation::{Attribution, Operation, Subject},
            sign_in::{SignedIn, begin_session::end_previous},
        },
        store::{NewIdentity, NewUser, StoreError},
    },
};

impl Lifecycle {
    /// Signs in to the account that is linked to `identity`, or creates one, and ends the browser's earlier session
    /// (`previous`). Does not begin sudo mode (checklist A31).
    ///
    /// # Errors
    /// If the identity is linked to no account: [`Refusal::EmailNotVerified`] if the provider has not verified its
    /// address, and [`Refusal::LinkFirst`] if another account has verified the address. Signet never merges the two
    /// by itself (checklist A01, A05).
    pub(in crate::server::lifecycle) async fn sign_in_with_provider(
        &self,
        source: &RequestOrigin,
        previous: Option<&Viewer>,
        identity: &Identity,
    ) -> Result<SignedIn, Error> {
        retry_on_conflict(|| self.sign_in_with_provider_once(source, previous, identity)).await
    }

    async fn sign_in_with_provider_once(
        &self,
        source: &RequestOrigin,
        previous: Option<&Viewer>,
        identity: &Identity,
    ) -> Result<SignedIn, Error> {
        let mut operation = self.begin(Attribution::of(Action::SignIn, source, Actor::Anyone, None)).await?;
        let outcome = self.sign_in_with_provider_in(&mut operation, previous, identity).await;
        operation.finish(outcome).await
    }

    async fn sign_in_with_provider_in(
        &self,
        operation: &mut Operation<'_>,
        previous: Option<&Viewer>,
        identity: &Identity,
    ) -> Result<SignedIn, Error> {
        let signed_in = match operation.tx.identity_owner(identity).await? {
            Some(owner) => self.sign_in_to(operation, &owner, identity).await?,
            None => self.sign_up_with_provider(operation, identity).await?,
        };
        end_previous(&mut operation.tx, previous).await?;
        Ok(signed_in)
    }

    /// Ignores the address that the provider sends now: a change there changes nothing here (checklist A08).
    async fn sign_in_to(
        &self,
        operation: &mut Operation<'_>,
        owner: &UserId,
        identity: &Identity,
    ) -> Result<SignedIn, Error> {
        // While this waited for the lock, the account may have been erased or the identity unlinked.
        let user = operation.hold(owner).await?.ok_or(StoreError::Conflict)?;
        if !operation.tx.use_identity(owner, identity, operation.now).await? {
            return Err(StoreError::Conflict.into());
        }
        self.sign_in_as(operation, &user).await
    }

    async fn sign_up_with_provider(
        &self,
        operation: &mut Operation<'_>,
        identity: &Identity,
    ) -> Result<SignedIn, Error> {
        let email = identity.email.as_ref().ok_or(Refusal::EmailNotVerified)?;
        if !make_free(operation, email).await? {
            // The account that has just verified the address may have linked this very identity.
            return match operation.tx.identity_owner(identity).await? {
                Some(_) => Err(StoreError::Conflict.into()),
                None => Err(Refusal::LinkFirst.into()),
            };
        }
        let id = UserId::from_random(self.random.bytes());
        let language = operation.source().language;
        operation.tx.insert_user(&NewUser { id: &id, email, password_hash: None, language, at: operation.now }).await?;
        if !operation.tx.mark_verified(&id, operation.now).await? {
            return Err(StoreError::Conflict.into());
        }
        let user = operation.tx.user(&id).await?.ok_or(StoreError::Conflict)?;
        self.add_identity(operation, &user, identity).await?;
        operation.record_included(Action::SignUp, Subject::of(Actor::Person, Some(&id)), None).await?;
        self.sign_in_to(operation, &id, identity).await
    }

    /// Links an identity to an account whose row is locked.
    pub(super) async fn add_identity(
        &self,
        operation: &mut Operation<'_>,
        user: &User,
        identity: &Identity,
    ) -> Result<(), StoreError> {
        let id = LinkId::from_random(self.random.bytes());
        let (user_id, stamp) = (&user.id, user.security_stamp);
        operation.tx.insert_identity(&NewIdentity { id: &id, user_id, identity, stamp, at: operation.now }).await
    }
}

/// Removes unverified accounts from the address; `false` if an account has verified it.
async fn make_free(operation: &mut Operation<'_>, email: &Email) -> Result<bool, Error> {
    let key = email.key();
    if operation.tx.verified_holder(&key).await?.is_some() {
        return Ok(false);
    }
    evict_unverified(&mut operation.tx, &key, None, operation.now).await?;
    // The account that had the address may have verified it while this waited for the lock.
    Ok(operation.tx.verified_holder(&key).await?.is_none())
}
