//! `sign_in`: begins a session with address and password.

use secrecy::{ExposeSecret, SecretString};

use crate::{
    domain::{email::Email, error::Refusal, security_log::Actor, user::User},
    server::{
        crypto::{fingerprint::fingerprint, hasher::Verdict},
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin, Viewer,
            error::retry_on_conflict,
            limits::proofs::Prover,
            operation::{Attribution, Operation},
            sign_in::begin_session::{SignedIn, end_previous},
        },
        store::{SignInRow, StoreError},
    },
};

impl Lifecycle {
    /// Signs in, and ends the browser's earlier session (`previous`). Does not begin sudo mode.
    ///
    /// # Errors
    /// [`Refusal::InvalidEmail`] or [`Refusal::PasswordMissing`] if a field is empty, which counts as no attempt.
    /// [`Refusal::WrongCredentials`] alike for an unknown address, a wrong password and an account without a
    /// password; each case computes one hash (checklist A63). [`Refusal::Limited`] and [`Refusal::TooManyFailures`]
    /// alike for every address after too many wrong passwords; these compute none.
    pub async fn sign_in(
        &self,
        source: &RequestOrigin,
        previous: Option<&Viewer>,
        email: &str,
        password: SecretString,
    ) -> Result<SignedIn, Error> {
        let password = match typed(email, password) {
            Ok(password) => password,
            Err(refusal) => {
                let by = Attribution::of(Action::SignIn, source, Actor::Anyone, None);
                return Err(self.refuse(&by, refusal.into()).await);
            }
        };
        // A text that is no address may hold a character that the database refuses, so it counts by its fingerprint.
        let key = Email::parse(email).map_or_else(|_| fingerprint(email), |email| email.key().as_str().to_owned());
        let places = match self.take_proof(source, Prover { address: &key, viewer: None }).await {
            Ok(places) => places,
            Err(error) => return Err(self.refuse_unproved(source, email, error).await),
        };
        // The places are taken once, however often a conflict makes the sign-in begin again.
        let signed_in = retry_on_conflict(|| self.sign_in_once(source, previous, email, &password)).await;
        self.settle_proof(places, signed_in).await
    }

    /// Records a refusal that came before the password was compared, in the log of the account that has the address.
    async fn refuse_unproved(&self, source: &RequestOrigin, email: &str, error: Error) -> Error {
        let row = match self.find_for_sign_in(email).await {
            Ok(row) => row,
            Err(error) => return error,
        };
        let user = row.as_ref().map(|row| &row.user.id);
        self.refuse(&Attribution::of(Action::SignIn, source, Actor::Anyone, user), error).await
    }

    async fn sign_in_once(
        &self,
        source: &RequestOrigin,
        previous: Option<&Viewer>,
        email: &str,
        password: &SecretString,
    ) -> Result<SignedIn, Error> {
        let row = self.find_for_sign_in(email).await?;
        let (user, stored) = match row {
            Some(row) => (Some(row.user), row.password_hash),
            None => (None, None),
        };
        let by = Attribution::of(Action::SignIn, source, Actor::Anyone, user.as_ref().map(|user| &user.id));
        let verdict = match self.prove_password(source, stored.clone(), password.clone()).await {
            Err(Error::Refused(_)) => Err(Refusal::WrongCredentials.into()),
            verdict => verdict,
        };
        let (verdict, user, stored) = match (verdict, user, stored) {
            (Ok(verdict), Some(user), Some(stored)) => (verdict, user, stored),
            (Err(error), ..) => return Err(self.refuse(&by, error).await),
            _ => return Err(self.refuse(&by, Refusal::WrongCredentials.into()).await),
        };
        let rehashed = match verdict {
            Verdict::RightButWeak => Some((stored, self.hash_again(source, password).await?)),
            _ => None,
        };
        let mut operation = self.begin(by).await?;
        let outcome = self.sign_in_tx(&mut operation, &user, rehashed, previous).await;
        operation.finish(outcome).await
    }

    async fn find_for_sign_in(&self, email: &str) -> Result<Option<SignInRow>, Error> {
        let Ok(email) = Email::parse(email) else {
            return Ok(None);
        };
        let row = self.db.single_read().await?.user_by_email(&email.key()).await?;
        Ok(row)
    }

    /// Hashes a correct password with the current settings.
    async fn hash_again(&self, source: &RequestOrigin, typed: &SecretString) -> Result<String, Error> {
        let normal = crate::domain::password::normalize(typed.expose_secret());
        Ok(self.hasher.hash(source.ip, normal.into()).await?)
    }

    /// Signs in within the transaction of `operation`. `rehashed` is a pair: the stored hash with which the
    /// password was compared, and a stronger hash of the same password that replaces it.
    async fn sign_in_tx(
        &self,
        operation: &mut Operation<'_>,
        seen: &User,
        rehashed: Option<(String, String)>,
        previous: Option<&Viewer>,
    ) -> Result<SignedIn, Error> {
        let user = operation.hold(&seen.id).await?.ok_or(StoreError::Conflict)?;
        // Compare the stamp and not the hash, because another sign-in may have stored a stronger hash of the same
        // password.
        if user.security_stamp != seen.security_stamp || !user.has_password {
            return Err(StoreError::Conflict.into());
        }
        if let Some((stored, stronger)) = rehashed {
            operation.tx.rewrite_hash(&user.id, &stored, &stronger).await?;
        }
        let signed_in = self.sign_in_as(operation, &user).await?;
        end_previous(&mut operation.tx, previous).await?;
        Ok(signed_in)
    }
}

/// The password, if neither field is empty.
fn typed(email: &str, password: SecretString) -> Result<SecretString, Refusal> {
    if email.trim().is_empty() {
        return Err(Refusal::InvalidEmail);
    }
    if password.expose_secret().is_empty() {
        return Err(Refusal::PasswordMissing);
    }
    Ok(password)
}
