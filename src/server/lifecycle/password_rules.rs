//! Checks new passwords, and verifies current ones. Both compute in bounded pools, with no transaction open.

use secrecy::{ExposeSecret, SecretString};

use super::{Error, Lifecycle, RequestOrigin, Viewer, limits::proofs::Prover};
use crate::{
    domain::{email::Email, error::Refusal, user::User},
    server::crypto::hasher::Verdict,
};

impl Lifecycle {
    /// Checks that a new password has the right length, is hard to guess and is not known from data breaches. Returns
    /// its normal form.
    pub(super) async fn acceptable_password(
        &self,
        source: &RequestOrigin,
        typed: &SecretString,
        email: &Email,
        user: Option<&User>,
    ) -> Result<SecretString, Error> {
        let local = email.as_str().split('@').next().unwrap_or_default();
        let name = user.and_then(|user| user.name.as_ref()).map_or("", |name| name.as_str());
        let personal = [local, email.as_str(), name].map(str::to_owned);
        self.strong_password(source, typed, personal.into()).await
    }

    /// As [`Lifecycle::acceptable_password`], with the words that the password may not be made of.
    pub(super) async fn strong_password(
        &self,
        source: &RequestOrigin,
        typed: &SecretString,
        mut personal: Vec<String>,
    ) -> Result<SecretString, Error> {
        let normal: SecretString = self.policy.password.check(typed.expose_secret())?.into();
        personal.extend([self.policy.host.clone(), self.policy.product.clone()]);
        match self.judge.judge(source.ip, normal.clone(), personal).await? {
            Ok(()) => Ok(normal),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// Verifies a password with no transaction open. Computes one hash in every case.
    ///
    /// # Errors
    /// [`Refusal::WrongPassword`]; [`Error::Unavailable`] if too many passwords wait to be hashed.
    pub(super) async fn prove_password(
        &self,
        source: &RequestOrigin,
        stored: Option<String>,
        typed: SecretString,
    ) -> Result<Verdict, Error> {
        let (stored, normal) = match self.policy.password.proof(typed.expose_secret()) {
            Some(normal) => (stored, normal),
            None => (None, String::new()),
        };
        match self.hasher.verify(source.ip, stored, normal.into()).await? {
            Verdict::Wrong => Err(Refusal::WrongPassword.into()),
            verdict => Ok(verdict),
        }
    }

    /// Verifies the viewer's current password, with no transaction open.
    ///
    /// # Errors
    /// [`Refusal::WrongPassword`]; [`Refusal::NoPassword`] if the account has none; [`Refusal::SignInRequired`] if
    /// the session has ended meanwhile; [`Refusal::Limited`] or [`Refusal::TooManyFailures`] after too many wrong
    /// passwords.
    pub(super) async fn prove_own_password(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        typed: SecretString,
    ) -> Result<(), Error> {
        if !viewer.user.has_password {
            return Err(Refusal::NoPassword.into());
        }
        let key = viewer.user.email.key();
        let prover = Prover { address: key.as_str(), viewer: Some(viewer) };
        let places = self.take_proof(source, prover).await?;
        let proof = self.compare_own_password(source, viewer, typed).await;
        self.settle_proof(places, proof).await
    }

    async fn compare_own_password(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        typed: SecretString,
    ) -> Result<(), Error> {
        let stored = self.db.single_read().await?.password_hash(&viewer.user.id).await?;
        let proof = self.prove_password(source, stored, typed).await.map(drop);
        if matches!(proof, Err(Error::Refused(_))) {
            // A change of password may have ended this session since the request arrived.
            self.still_signed_in(source, viewer).await?;
        }
        proof
    }
}
