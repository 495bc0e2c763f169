//! Checks the tokens of mailed links. Every invalid token gets the same refusal.

use crate::{
    domain::{
        email::{Email, EmailKey},
        email_change::EmailChange,
        error::Refusal,
        id::UserId,
        mail_token::{self, Purpose},
        outbox::Kind,
        time::Timestamp,
        user::User,
    },
    server::{
        lifecycle::{Error, Lifecycle, claims::change_claims, operation::Operation},
        store::{MailLink, Tx},
    },
};

/// The account to which a mailed link belongs.
pub struct LinkOwner {
    /// Its id.
    pub id: UserId,
    /// Its address.
    pub email: Email,
}

/// The account that has verified the address `key`, with its row locked. Without the lock, a concurrent erasure
/// would miss a letter that is written to the account now. Runs the same statements whether or not there is an account.
pub(super) async fn hold_owner(tx: &mut Tx, key: &EmailKey) -> Result<Option<User>, Error> {
    let owner = tx.verified_holder(key).await?.unwrap_or_else(no_account);
    // The account may have changed its address while this waited for the lock.
    Ok(tx.lock_user(&owner).await?.filter(|owner| owner.email.key() == *key))
}

/// The id of no account, for statements that run for an address without one too.
pub(super) fn no_account() -> UserId {
    UserId::from_random([0; 16])
}

/// Reads the address `times` times. An action calls this where its other answer to the same request runs so many
/// statements more, so that their number does not reveal what the address has (behaviour rule 6).
pub(super) async fn read_as_often(tx: &mut Tx, key: &EmailKey, times: usize) -> Result<(), Error> {
    for _ in 0..times {
        tx.verified_holder(key).await?;
    }
    Ok(())
}

impl Lifecycle {
    /// The valid link that a confirm, reset or keep token names, with its account's row locked.
    ///
    /// # Errors
    /// [`Refusal::DeadLink`] for every reason why the link is not valid.
    pub(super) async fn open_link(
        &self,
        operation: &mut Operation<'_>,
        purpose: Purpose,
        text: &str,
    ) -> Result<(MailLink, User), Error> {
        let link = self.find_link(&mut operation.tx, purpose, text, operation.now).await?;
        let user = operation.tx.lock_user(&link.user_id).await?;
        reject_if_stale(link, user)
    }

    /// As [`Lifecycle::open_link`], without a lock, for pages that only read.
    ///
    /// # Errors
    /// [`Refusal::DeadLink`] for every reason why the link is not valid.
    pub(super) async fn peek_link(
        &self,
        tx: &mut Tx,
        purpose: Purpose,
        text: &str,
        now: Timestamp,
    ) -> Result<(MailLink, User), Error> {
        let link = self.find_link(tx, purpose, text, now).await?;
        let user = tx.user(&link.user_id).await?;
        reject_if_stale(link, user)
    }

    async fn find_link(&self, tx: &mut Tx, purpose: Purpose, text: &str, now: Timestamp) -> Result<MailLink, Error> {
        let token = mail_token::parse(text).filter(|t| t.purpose == purpose).ok_or(Refusal::DeadLink)?;
        let link = tx.mail_link(&token.row, purpose, now).await?.ok_or(Refusal::DeadLink)?;
        if self.keys.verify(&link.claims, token.mac) { Ok(link) } else { Err(Refusal::DeadLink.into()) }
    }

    /// The email change that a confirm, cancel or undo token names, if the token is genuine and the change is in the
    /// state that the token's purpose needs.
    ///
    /// # Errors
    /// [`Refusal::DeadLink`] for every reason why the link is not valid.
    pub(super) async fn open_change(
        &self,
        operation: &mut Operation<'_>,
        purpose: Purpose,
        text: &str,
    ) -> Result<EmailChange, Error> {
        self.find_change(&mut operation.tx, purpose, text, operation.now).await
    }

    /// As [`Lifecycle::open_change`], for pages that only read.
    ///
    /// # Errors
    /// [`Refusal::DeadLink`] for every reason why the link is not valid.
    pub(super) async fn find_change(
        &self,
        tx: &mut Tx,
        purpose: Purpose,
        text: &str,
        now: Timestamp,
    ) -> Result<EmailChange, Error> {
        let token = mail_token::parse(text).filter(|t| t.purpose == purpose).ok_or(Refusal::DeadLink)?;
        let change = tx.email_change(&token.row).await?.ok_or(Refusal::DeadLink)?;
        let usable = match purpose {
            Purpose::ConfirmEmailChange | Purpose::CancelEmailChange => change.is_open(now),
            Purpose::UndoEmailChange => change.is_undoable(now),
            Purpose::VerifyEmail | Purpose::ResetPassword | Purpose::KeepAccount => false,
        };
        if usable && self.keys.verify(&change_claims(purpose, &change), token.mac) {
            Ok(change)
        } else {
            Err(Refusal::DeadLink.into())
        }
    }
}

impl Operation<'_> {
    /// Deletes the row of a link, so that the link works only once, and the account's unsent letters of the kind
    /// `letter`. Returns `false` if the row was already gone, or if the link has expired.
    pub(super) async fn use_link(&mut self, link: &MailLink, letter: Kind) -> Result<bool, Error> {
        let claims = &link.claims;
        self.tx.withdraw_letters(&claims.user, letter).await?;
        Ok(self.tx.use_mail_link(&claims.row, claims.purpose, self.now).await?)
    }
}

/// Accepts a link only if its account still has the security stamp and the address that it had when the link was made,
/// and is in a state in which the link means something.
fn reject_if_stale(link: MailLink, user: Option<User>) -> Result<(MailLink, User), Error> {
    user.filter(|user| {
        let is_closed = user.deletion.is_some();
        let is_meant = match link.claims.purpose {
            Purpose::KeepAccount => is_closed,
            // Resetting the password of a closed account cancels the deletion.
            Purpose::ResetPassword => true,
            _ => !is_closed,
        };
        is_meant && user.security_stamp == link.claims.stamp && user.email.key() == link.claims.address
    })
    .map(|user| (link, user))
    .ok_or(Error::Refused(Refusal::DeadLink))
}
