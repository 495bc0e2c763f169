//! `reset_password`: a new password by a mailed link. It does not sign in.

use secrecy::SecretString;

use crate::{
    domain::{error::Refusal, id::UserId, mail_token::Purpose, outbox::Kind, security_log::Actor, user::User},
    server::{
        lifecycle::{Action, Error, Lifecycle, Source, outbox::post::Post, transaction::Subject},
        store::Tx,
    },
};

impl Lifecycle {
    /// Sets a new password, and ends every session, every other reset link and the open
    /// e-mail change of the account (checklist A02, A04).
    ///
    /// # Errors
    /// [`Refusal::DeadLink`], and the refusals of a new password.
    pub async fn reset_password(&self, source: &Source, token: &str, new: SecretString) -> Result<(), Error> {
        let user = match self.reset_link_owner(token).await {
            Ok(user) => user,
            Err(error) => {
                let subject = Subject::of(Actor::Link, None);
                return Err(self.refuse(Action::ResetPassword, source, subject, error).await);
            }
        };
        let subject = Subject::of(Actor::Link, Some(&user.id));
        let new = match self.acceptable_password(&new, &user.email, Some(&user)).await {
            Ok(new) => new,
            Err(error) => return Err(self.refuse(Action::ResetPassword, source, subject, error).await),
        };
        let hash = self.hasher.hash(new).await?;
        let mut tx = self.db.begin().await?;
        let outcome = self.reset_password_in(&mut tx, source, token, &hash).await;
        self.finish(tx, Action::ResetPassword, source, subject, outcome).await
    }

    async fn reset_link_owner(&self, token: &str) -> Result<User, Error> {
        let mut tx = self.db.read().await?;
        let opened = self.peek_link(&mut tx, Purpose::ResetPassword, token, self.clock.now()).await;
        tx.rollback().await?;
        opened.map(|(_, user)| user)
    }

    async fn reset_password_in(&self, tx: &mut Tx, source: &Source, token: &str, hash: &str) -> Result<(), Error> {
        let now = self.clock.now();
        let (link, user) = self.open_link(tx, Purpose::ResetPassword, token, now).await?;
        let id: &UserId = &user.id;
        let used = tx.use_mail_link(&link.claims.row, Purpose::ResetPassword, now).await?;
        if !used || !tx.set_password(id, hash, user.security_stamp).await? {
            return Err(Refusal::DeadLink.into());
        }
        self.revoke(tx, Action::ResetPassword.rule(), id, None).await?;
        let post = Post { at: Some(now), ..Post::plain(id, Kind::PasswordReset, &user.email) };
        self.post(tx, &post).await?;
        self.record(tx, Action::ResetPassword, source, Subject::of(Actor::Link, Some(id)), None, None).await
    }
}
