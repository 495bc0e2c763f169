//! `sign_in`: address and password, for one session.

use secrecy::{ExposeSecret, SecretString};

use crate::{
    domain::{
        email::Email,
        error::Refusal,
        id::{SessionId, UserId},
        outbox::Kind,
        security_log::Actor,
        sessions::MOST_SESSIONS,
        time::Timestamp,
        user::{Standing, User},
    },
    server::{
        crypto::{hasher::Verdict, session_token::SessionToken},
        lifecycle::{
            Action, Error, Lifecycle, Source, Viewer,
            outbox::post::Post,
            transaction::{Subject, anew},
        },
        store::{NewSession, SignInRow, StoreError, Tx},
    },
};

/// What signing in gives.
pub struct SignedIn {
    /// The token for the session's cookie.
    pub token: SessionToken,
    /// What the account may do: a closed one gets only the reactivation page.
    pub standing: Standing,
}

impl Lifecycle {
    /// Signs in, and ends the session that the browser had before (`previous`). It does
    /// not begin sudo mode.
    ///
    /// # Errors
    /// [`Refusal::WrongCredentials`], the same for an unknown address, a wrong password
    /// and an account without one; one hash is computed in every case (checklist A63).
    pub async fn sign_in(
        &self,
        source: &Source,
        previous: Option<&Viewer>,
        email: &str,
        password: SecretString,
    ) -> Result<SignedIn, Error> {
        anew(|| self.sign_in_once(source, previous, email, &password)).await
    }

    async fn sign_in_once(
        &self,
        source: &Source,
        previous: Option<&Viewer>,
        email: &str,
        password: &SecretString,
    ) -> Result<SignedIn, Error> {
        let row = self.find_for_sign_in(email).await?;
        let (user, stored) = match row {
            Some(row) => (Some(row.user), row.password_hash),
            None => (None, None),
        };
        let subject = Subject::of(Actor::Anyone, user.as_ref().map(|user| &user.id));
        let verdict = match self.prove_password(stored.clone(), password.clone()).await {
            Err(Error::Refused(_)) => Err(Refusal::WrongCredentials.into()),
            verdict => verdict,
        };
        let (verdict, user, stored) = match (verdict, user.as_ref(), stored) {
            (Ok(verdict), Some(user), Some(stored)) => (verdict, user, stored),
            (Err(error), ..) => return Err(self.refuse(Action::SignIn, source, subject, error).await),
            _ => return Err(self.refuse(Action::SignIn, source, subject, Refusal::WrongCredentials.into()).await),
        };
        let stronger = self.stronger_hash(verdict, password).await?;
        let mut tx = self.db.begin().await?;
        let outcome = match self.sign_in_in(&mut tx, source, user, &stored, stronger).await {
            Ok(signed_in) => self.end_previous(&mut tx, previous).await.map(|()| signed_in),
            refused => refused,
        };
        self.finish(tx, Action::SignIn, source, subject, outcome).await
    }

    async fn find_for_sign_in(&self, email: &str) -> Result<Option<SignInRow>, Error> {
        let Ok(email) = Email::parse(email) else {
            return Ok(None);
        };
        let row = self.db.single_read().await?.user_by_email(&email.key()).await?;
        Ok(row)
    }

    /// Verifies a password with no transaction open. One hash is computed whatever comes in.
    ///
    /// # Errors
    /// [`Refusal::WrongPassword`].
    pub(in crate::server::lifecycle) async fn prove_password(
        &self,
        stored: Option<String>,
        typed: SecretString,
    ) -> Result<Verdict, Error> {
        let (stored, normal) = match self.policy.password.proof(typed.expose_secret()) {
            Some(normal) => (stored, normal),
            None => (None, String::new()),
        };
        match self.hasher.verify(stored, normal.into()).await? {
            Verdict::Wrong => Err(Refusal::WrongPassword.into()),
            verdict => Ok(verdict),
        }
    }

    async fn stronger_hash(&self, verdict: Verdict, typed: &SecretString) -> Result<Option<String>, Error> {
        if verdict != Verdict::RightButWeak {
            return Ok(None);
        }
        let normal = crate::domain::password::normalize(typed.expose_secret());
        Ok(Some(self.hasher.hash(normal.into()).await?))
    }

    async fn sign_in_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        seen: &User,
        stored: &str,
        stronger: Option<String>,
    ) -> Result<SignedIn, Error> {
        let (id, now) = (&seen.id, self.clock.now());
        let user = tx.lock_user(id).await?.ok_or(StoreError::Conflict)?;
        // Not the hash itself: another sign-in may have stored the same password under a stronger one.
        if user.security_stamp != seen.security_stamp || !user.has_password {
            return Err(StoreError::Conflict.into());
        }
        if let Some(stronger) = stronger {
            tx.rewrite_hash(id, stored, &stronger).await?;
        }
        self.sign_in_as(tx, source, &user, now).await
    }

    /// Begins a session for an account that has proved itself and whose row is held, and
    /// tells its owner of a new device.
    pub(in crate::server::lifecycle) async fn sign_in_as(
        &self,
        tx: &mut Tx,
        source: &Source,
        user: &User,
        now: Timestamp,
    ) -> Result<SignedIn, Error> {
        self.notice_device(tx, source, user, now).await?;
        let (session, token) = self.begin_session(tx, source, &user.id, now).await?;
        let subject = Subject { user_id: Some(&user.id), session_id: Some(&session), actor: Actor::Person };
        self.record(tx, Action::SignIn, source, subject, None, None).await?;
        Ok(SignedIn { token, standing: user.standing() })
    }

    /// Tells the owner when the account is signed in to from a browser it has not been
    /// signed in to from before. The first browser is not news.
    async fn notice_device(&self, tx: &mut Tx, source: &Source, user: &User, now: Timestamp) -> Result<(), Error> {
        let Some(device) = source.device_hash() else {
            return Ok(());
        };
        let (known, this) = tx.known_devices(&user.id, &device).await?;
        tx.remember_device(&user.id, &device, now).await?;
        if this || known == 0 || user.email_verified_at.is_none() {
            return Ok(());
        }
        let post = Post {
            at: Some(now),
            device: Some(&source.user_agent),
            ..Post::plain(&user.id, Kind::NewDevice, &user.email)
        };
        self.post(tx, &post).await
    }

    /// Ends the session that a browser leaves for another one: its token is dead at once
    /// (behaviour rule 4), instead of living on with nobody to sign it out.
    pub(in crate::server::lifecycle) async fn end_previous(
        &self,
        tx: &mut Tx,
        previous: Option<&Viewer>,
    ) -> Result<(), Error> {
        if let Some(viewer) = previous {
            tx.end_session(&viewer.session.id, &viewer.user.id).await?;
            tx.announce(&viewer.user.id).await?;
        }
        Ok(())
    }

    /// Begins a session of an account whose row is held. Where there are as many as there may
    /// be, the one that has not been used for longest gives way.
    pub(in crate::server::lifecycle) async fn begin_session(
        &self,
        tx: &mut Tx,
        source: &Source,
        user_id: &UserId,
        now: Timestamp,
    ) -> Result<(SessionId, SessionToken), Error> {
        let id = SessionId::from_random(self.random.bytes());
        let token = SessionToken::from_random(self.random.bytes());
        let ip = source.ip_text();
        tx.end_oldest_sessions(user_id, MOST_SESSIONS - 1).await?;
        tx.insert_session(&NewSession {
            id: &id,
            user_id,
            token_hash: &token.hash(),
            ip: ip.as_deref(),
            user_agent: &source.user_agent,
            at: now,
        })
        .await?;
        Ok((id, token))
    }

    /// Goes on in the session `own` under a new token, or begins one.
    pub(in crate::server::lifecycle) async fn sign_in_again(
        &self,
        tx: &mut Tx,
        source: &Source,
        user_id: &UserId,
        own: Option<&SessionId>,
        now: Timestamp,
    ) -> Result<SessionToken, Error> {
        if let Some(device) = source.device_hash() {
            tx.remember_device(user_id, &device, now).await?;
        }
        let Some(own) = own else {
            return Ok(self.begin_session(tx, source, user_id, now).await?.1);
        };
        self.renew_token(tx, own).await
    }

    /// Gives a session a new token; the old one is dead at once.
    pub(in crate::server::lifecycle) async fn renew_token(
        &self,
        tx: &mut Tx,
        session: &SessionId,
    ) -> Result<SessionToken, Error> {
        let token = SessionToken::from_random(self.random.bytes());
        if tx.renew_session(session, &token.hash()).await? { Ok(token) } else { Err(Refusal::SignInRequired.into()) }
    }
}
