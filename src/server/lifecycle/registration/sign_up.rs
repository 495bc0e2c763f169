//! `sign_up`: an unverified account, or a letter to the owner of the address. Both look
//! the same from outside.

use secrecy::{ExposeSecret, SecretString};

use crate::{
    domain::{
        email::Email,
        error::Refusal,
        failure::Reason,
        id::{LinkId, UserId},
        mail_token::Purpose,
        outbox::Kind,
        security_log::Actor,
        time::Timestamp,
        user::User,
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, Source, VERIFY_EMAIL_TTL,
            mail_tokens::hold_owner,
            outbox::post::Post,
            transaction::{Subject, anew},
        },
        store::{NewMailLink, NewUser, Tx},
    },
};

impl Lifecycle {
    /// Makes an unverified account for `email`. An unverified account that had the address
    /// is replaced; the owner of a verified one is told by mail, and nothing else happens.
    ///
    /// # Errors
    /// [`Refusal::InvalidEmail`], and the refusals of a new password.
    pub async fn sign_up(&self, source: &Source, email: &str, password: SecretString) -> Result<(), Error> {
        let (email, password) = match self.acceptable_account(email, &password).await {
            Ok(accepted) => accepted,
            Err(error) => {
                let subject = Subject::of(Actor::Anyone, None);
                return Err(self.refuse(Action::SignUp, source, subject, error).await);
            }
        };
        // Hashed for taken addresses too: the time tells nothing (behaviour rule 6).
        let hash = self.hasher.hash(password).await?;
        anew(|| self.sign_up_once(source, &email, &hash)).await
    }

    async fn acceptable_account(&self, email: &str, password: &SecretString) -> Result<(Email, SecretString), Error> {
        let email = Email::parse(email)?;
        let password = self.acceptable_password(password, &email, None).await?;
        Ok((email, password))
    }

    async fn sign_up_once(&self, source: &Source, email: &Email, hash: &str) -> Result<(), Error> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let mut owner = hold_owner(&mut tx, &email.key()).await?;
        if owner.is_none() {
            self.evict_unverified(&mut tx, &email.key(), None, now).await?;
            // Whoever held the address may have verified it while they were waited for.
            owner = hold_owner(&mut tx, &email.key()).await?;
        }
        match owner {
            Some(owner) => self.tell_owner(&mut tx, source, &owner).await?,
            None => self.add_account(&mut tx, source, email, hash, now).await?,
        }
        Ok(tx.commit().await?)
    }

    /// Tells the owner of a taken address, at the address as it is stored: what was typed may
    /// differ in capitals, and be another mailbox (checklist A20).
    async fn tell_owner(&self, tx: &mut Tx, source: &Source, owner: &User) -> Result<(), Error> {
        self.post(tx, &Post::plain(&owner.id, Kind::AlreadyRegistered, &owner.email)).await?;
        let subject = Subject::of(Actor::Anyone, Some(&owner.id));
        self.record(tx, Action::SignUp, source, subject, Some(&Reason::EmailTaken.into()), None).await
    }

    async fn add_account(
        &self,
        tx: &mut Tx,
        source: &Source,
        email: &Email,
        hash: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let id = UserId::from_random(self.random.bytes());
        tx.insert_user(&NewUser { id: &id, email, password_hash: Some(hash), at: now }).await?;
        self.send_confirm_link(tx, source, &id, email, 0, now).await?;
        self.record(tx, Action::SignUp, source, Subject::of(Actor::Anyone, Some(&id)), None, None).await
    }

    /// Mails the link that confirms a first address, bound to the browser that asks.
    pub(in crate::server::lifecycle) async fn send_confirm_link(
        &self,
        tx: &mut Tx,
        source: &Source,
        user_id: &UserId,
        email: &Email,
        stamp: i64,
        now: Timestamp,
    ) -> Result<(), Error> {
        let link = LinkId::from_random(self.random.bytes());
        let device = source.device_hash();
        tx.insert_mail_link(&NewMailLink {
            id: &link,
            user_id,
            purpose: Purpose::VerifyEmail,
            email,
            stamp,
            device_hash: device.as_ref().map(<[u8; 32]>::as_slice),
            at: now,
            expires_at: now.plus(VERIFY_EMAIL_TTL),
        })
        .await?;
        let post = Post { link: Some(&link), ..Post::plain(user_id, Kind::ConfirmAddress, email) };
        self.post(tx, &post).await
    }

    /// Checks a new password against length and strength; its normal form.
    pub(in crate::server::lifecycle) async fn acceptable_password(
        &self,
        typed: &SecretString,
        email: &Email,
        user: Option<&User>,
    ) -> Result<SecretString, Error> {
        let normal: SecretString = self.policy.password.check(typed.expose_secret())?.into();
        let local = email.as_str().split('@').next().unwrap_or_default();
        let name = user.and_then(|user| user.name.as_ref()).map_or("", |name| name.as_str());
        let personal = [local, email.as_str(), name, self.policy.host.as_str()].map(str::to_owned);
        match self.hasher.judge(normal.clone(), personal.into()).await? {
            Ok(()) => Ok(normal),
            Err(weakness) => Err(Refusal::WeakPassword { weakness }.into()),
        }
    }
}
