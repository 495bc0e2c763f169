//! Signing in with a provider, and signing up with one: by its word for the person, never by
//! their address.

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
    /// Signs in to the account that `identity` leads into, or makes one, and ends the session
    /// that the browser had before (`previous`). It does not begin sudo mode (checklist A31).
    ///
    /// # Errors
    /// For a login that leads nowhere: [`Refusal::EmailNotVerified`], and
    /// [`Refusal::LinkFirst`] when another account has verified the address: the two are
    /// never made one (checklist A01, A05).
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
        let signed_in = match operation.tx.identity_owner(&identity.provider, &identity.subject).await? {
            Some(owner) => self.sign_in_to(operation, &owner, identity).await?,
            None => self.sign_up_with_provider(operation, identity).await?,
        };
        end_previous(&mut operation.tx, previous).await?;
        Ok(signed_in)
    }

    /// The address that the provider gives now is not looked at: it may have changed there,
    /// and changes nothing here (checklist A08).
    async fn sign_in_to(
        &self,
        operation: &mut Operation<'_>,
        owner: &UserId,
        identity: &Identity,
    ) -> Result<SignedIn, Error> {
        // The account may have been erased, or the login unlinked, while its row was waited for.
        let user = operation.hold(owner).await?.ok_or(StoreError::Conflict)?;
        if !operation.tx.use_identity(owner, &identity.provider, &identity.subject, operation.now).await? {
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
            // Whoever verified the address may have come with this very login in the meantime.
            return match operation.tx.identity_owner(&identity.provider, &identity.subject).await? {
                Some(_) => Err(StoreError::Conflict.into()),
                None => Err(Refusal::LinkFirst.into()),
            };
        }
        let id = UserId::from_random(self.random.bytes());
        operation.tx.insert_user(&NewUser { id: &id, email, password_hash: None, at: operation.now }).await?;
        if !operation.tx.mark_verified(&id, operation.now).await? {
            return Err(StoreError::Conflict.into());
        }
        let user = operation.tx.user(&id).await?.ok_or(StoreError::Conflict)?;
        self.add_identity(operation, &user, identity).await?;
        operation.record_included(Action::SignUp, Subject::of(Actor::Person, Some(&id))).await?;
        self.sign_in_to(operation, &id, identity).await
    }

    /// Makes a login a way in to an account whose row is held.
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

/// Makes the address free of whoever never verified it; `false` if somebody verified it.
async fn make_free(operation: &mut Operation<'_>, email: &Email) -> Result<bool, Error> {
    let key = email.key();
    if operation.tx.verified_holder(&key).await?.is_some() {
        return Ok(false);
    }
    evict_unverified(&mut operation.tx, &key, None, operation.now).await?;
    // Whoever held the address may have verified it while they were waited for.
    Ok(operation.tx.verified_holder(&key).await?.is_none())
}
