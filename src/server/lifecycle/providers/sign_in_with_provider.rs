//! Signing in with a provider, and signing up with one: by its word for the person, never by
//! their address.

use crate::{
    domain::{
        email::Email,
        error::Refusal,
        id::{LinkId, UserId},
        providers::Identity,
        security_log::Actor,
        time::Timestamp,
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, Source, Viewer,
            sign_in::SignedIn,
            transaction::{Subject, anew},
        },
        store::{NewIdentity, NewUser, StoreError, Tx},
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
        source: &Source,
        previous: Option<&Viewer>,
        identity: &Identity,
    ) -> Result<SignedIn, Error> {
        anew(|| self.sign_in_with_provider_once(source, previous, identity)).await
    }

    async fn sign_in_with_provider_once(
        &self,
        source: &Source,
        previous: Option<&Viewer>,
        identity: &Identity,
    ) -> Result<SignedIn, Error> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let outcome = match tx.identity_owner(&identity.provider, &identity.subject).await? {
            Some(owner) => self.sign_in_to(&mut tx, source, &owner, identity, now).await,
            None => self.sign_up_with_provider(&mut tx, source, identity, now).await,
        };
        let outcome = match outcome {
            Ok(signed_in) => self.end_previous(&mut tx, previous).await.map(|()| signed_in),
            refused => refused,
        };
        self.finish(tx, Action::SignIn, source, Subject::of(Actor::Anyone, None), outcome).await
    }

    /// The address that the provider gives now is not looked at: it may have changed there,
    /// and changes nothing here (checklist A08).
    async fn sign_in_to(
        &self,
        tx: &mut Tx,
        source: &Source,
        owner: &UserId,
        identity: &Identity,
        now: Timestamp,
    ) -> Result<SignedIn, Error> {
        // The account may have been erased, or the login unlinked, while its row was waited for.
        let user = tx.lock_user(owner).await?.ok_or(StoreError::Conflict)?;
        if !tx.use_identity(owner, &identity.provider, &identity.subject, now).await? {
            return Err(StoreError::Conflict.into());
        }
        self.sign_in_as(tx, source, &user, now).await
    }

    async fn sign_up_with_provider(
        &self,
        tx: &mut Tx,
        source: &Source,
        identity: &Identity,
        now: Timestamp,
    ) -> Result<SignedIn, Error> {
        let email = identity.email.as_ref().ok_or(Refusal::EmailNotVerified)?;
        if !self.make_free(tx, email, now).await? {
            // Whoever verified the address may have come with this very login in the meantime.
            return match tx.identity_owner(&identity.provider, &identity.subject).await? {
                Some(_) => Err(StoreError::Conflict.into()),
                None => Err(Refusal::LinkFirst.into()),
            };
        }
        let id = UserId::from_random(self.random.bytes());
        tx.insert_user(&NewUser { id: &id, email, password_hash: None, at: now }).await?;
        if !tx.mark_verified(&id, now).await? {
            return Err(StoreError::Conflict.into());
        }
        self.add_identity(tx, &id, identity, 0, now).await?;
        self.record(tx, Action::SignUp, source, Subject::of(Actor::Person, Some(&id)), None, None).await?;
        self.sign_in_to(tx, source, &id, identity, now).await
    }

    /// Makes the address free of whoever never verified it; `false` if somebody verified it.
    async fn make_free(&self, tx: &mut Tx, email: &Email, now: Timestamp) -> Result<bool, Error> {
        let key = email.key();
        if tx.verified_holder(&key).await?.is_some() {
            return Ok(false);
        }
        self.evict_unverified(tx, &key, None, now).await?;
        // Whoever held the address may have verified it while they were waited for.
        Ok(tx.verified_holder(&key).await?.is_none())
    }

    /// Makes a login a way in to an account whose row is held and has the security stamp `stamp`.
    pub(in crate::server::lifecycle) async fn add_identity(
        &self,
        tx: &mut Tx,
        user: &UserId,
        identity: &Identity,
        stamp: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let id = LinkId::from_random(self.random.bytes());
        tx.insert_identity(&NewIdentity { id: &id, user_id: user, identity, stamp, at: now }).await
    }
}
