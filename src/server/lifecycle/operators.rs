//! What an operator's commands share: the account that they name, and the letter that tells its owner.

use super::{
    Action, Error, Lifecycle, RequestOrigin,
    operation::{Attribution, Operation},
};
use crate::{
    domain::{email::Email, error::Refusal, operator::OperatorReason, outbox::Kind, security_log::Actor, user::User},
    server::store::NewLetter,
};

impl Lifecycle {
    /// The account to which a person with this address signs in.
    ///
    /// # Errors
    /// [`Refusal::InvalidEmail`]; [`Refusal::NotFound`] if no account has the address.
    pub(super) async fn account_of(&self, address: &str) -> Result<User, Error> {
        let key = Email::parse(address)?.key();
        let row = self.db.single_read().await?.user_by_email(&key).await?;
        Ok(row.map(|row| row.user).ok_or(Refusal::NotFound)?)
    }

    /// Begins an operator's action: locks the account of the address, and reads it.
    ///
    /// # Errors
    /// Those of [`Lifecycle::account_of`].
    pub(super) async fn begin_as_operator<'a>(
        &'a self,
        action: Action,
        source: &'a RequestOrigin,
        address: &str,
    ) -> Result<(Operation<'a>, User), Error> {
        let found = self.account_of(address).await?;
        let by = Attribution::of(action, source, Actor::Operator, Some(&found.id));
        let mut operation = self.begin(by).await?;
        match operation.hold(&found.id).await? {
            Some(user) if user.email.key() == found.email.key() => Ok((operation, user)),
            // Erased, or moved to another address, a moment ago.
            _ => Err(Refusal::NotFound.into()),
        }
    }
}

/// Tells the owner what an operator did and why. An address that was never verified may be another person's, and gets
/// no letter.
pub(super) async fn tell_owner(
    operation: &mut Operation<'_>,
    user: &User,
    kind: Kind,
    reason: &OperatorReason,
) -> Result<(), Error> {
    if user.email_verified_at.is_none() {
        return Ok(());
    }
    let at = Some(operation.now);
    operation.mail(&NewLetter { at, reason: Some(reason), ..NewLetter::plain(&user.id, kind, &user.email) }).await
}
