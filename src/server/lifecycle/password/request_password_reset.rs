//! `request_password_reset`: a reset link, if the address has an account that may use one.

use crate::{
    domain::{
        email::Email,
        failure::Reason,
        id::LinkId,
        mail_token::Purpose,
        outbox::Kind,
        security_log::Actor,
        user::{Standing, User},
    },
    server::{
        lifecycle::{Action, Error, Lifecycle, RESET_PASSWORD_TTL, Source, outbox::post::Post, transaction::Subject},
        store::{NewMailLink, Tx},
    },
};

impl Lifecycle {
    /// Mails a reset link that works for 60 minutes; an older one dies. The answer is the
    /// same whether or not there is an account (checklist V6.3.8).
    ///
    /// # Errors
    /// [`InvalidEmail`](crate::domain::error::Refusal::InvalidEmail).
    pub async fn request_password_reset(&self, source: &Source, email: &str) -> Result<(), Error> {
        let email = match Email::parse(email) {
            Ok(email) => email,
            Err(refusal) => {
                let subject = Subject::of(Actor::Anyone, None);
                return Err(self.refuse(Action::RequestPasswordReset, source, subject, refusal.into()).await);
            }
        };
        let mut tx = self.db.begin().await?;
        let found = tx.user_by_email(&email.key()).await?.map(|row| row.user.id);
        let user = match found {
            // It may have moved on to another address while it was waited for.
            Some(id) => tx.lock_user(&id).await?.filter(|user| user.email.key() == email.key()),
            None => None,
        };
        // An unverified account is signed up for anew instead; a closed one is not to be acted on.
        match user.filter(|user| user.standing() == Standing::Active) {
            Some(user) => self.send_reset_link(&mut tx, source, &user).await?,
            None => {
                let subject = Subject::of(Actor::Anyone, None);
                self.record(
                    &mut tx,
                    Action::RequestPasswordReset,
                    source,
                    subject,
                    Some(&Reason::NoAccount.into()),
                    None,
                )
                .await?;
            }
        }
        Ok(tx.commit().await?)
    }

    async fn send_reset_link(&self, tx: &mut Tx, source: &Source, user: &User) -> Result<(), Error> {
        let now = self.clock.now();
        let link = LinkId::from_random(self.random.bytes());
        self.revoke(tx, Action::RequestPasswordReset.rule(), &user.id, None).await?;
        tx.insert_mail_link(&NewMailLink {
            id: &link,
            user_id: &user.id,
            purpose: Purpose::ResetPassword,
            email: &user.email,
            stamp: user.security_stamp,
            device_hash: None,
            at: now,
            expires_at: now.plus(RESET_PASSWORD_TTL),
        })
        .await?;
        let post = Post { link: Some(&link), ..Post::plain(&user.id, Kind::ResetPassword, &user.email) };
        self.post(tx, &post).await?;
        let subject = Subject::of(Actor::Anyone, Some(&user.id));
        self.record(tx, Action::RequestPasswordReset, source, subject, None, None).await
    }
}
