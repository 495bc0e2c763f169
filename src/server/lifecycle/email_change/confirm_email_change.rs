//! `confirm_email_change`: the new address becomes the account's.

use crate::{
    domain::{
        email::Email, email_change::EmailChange, error::Refusal, event_detail::Detail, mail_token::Purpose,
        outbox::Kind, user::User,
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin, Viewer, deletion::erase::evict_unverified,
            error::retry_on_conflict, operation::Operation,
        },
        store::{NewLetter, StoreError},
    },
};

impl Lifecycle {
    /// Changes the account's address to the address to which the link was mailed. Ends every session, the viewer's
    /// too. Returns the new address.
    ///
    /// # Errors
    /// [`Refusal::DeadLink`], also if another account has taken the address meanwhile (checklist A14);
    /// [`Refusal::OtherUser`] if the link belongs to another account (A17).
    pub async fn confirm_email_change(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        token: &str,
    ) -> Result<Email, Error> {
        retry_on_conflict(|| self.confirm_email_change_once(source, viewer, token)).await
    }

    async fn confirm_email_change_once(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        token: &str,
    ) -> Result<Email, Error> {
        let mut operation = self.begin_as(Action::ConfirmEmailChange, source, viewer).await?;
        let outcome = self.confirm_email_change_in(&mut operation, token).await;
        operation.finish(outcome).await
    }

    async fn confirm_email_change_in(&self, operation: &mut Operation<'_>, token: &str) -> Result<Email, Error> {
        let user = &operation.viewer()?.user;
        let change = self.open_change(operation, Purpose::ConfirmEmailChange, token).await?;
        if change.user_id != user.id {
            return Err(Refusal::OtherUser.into());
        }
        // Refuse a closed account only here, and not by the action's line. Then its owner still learns from the
        // checks above that a link is dead or belongs to another account.
        user.must_not_be_closed()?;
        if change.stamp != user.security_stamp || change.old_email.key() != user.email.key() {
            return Err(Refusal::DeadLink.into());
        }
        let stamp = set_email(operation, user, &change.new_email).await?;
        let undo_until = operation.now.plus(self.policy.undo_window);
        if !operation.tx.confirm_email_change(&change.id, stamp, operation.now, undo_until).await? {
            return Err(Refusal::DeadLink.into());
        }
        operation.revoke(&user.id, None).await?;
        tell_both_addresses(operation, &change).await?;
        operation.record(Detail::email_change(&change.old_email, &change.new_email)).await?;
        Ok(change.new_email)
    }
}

/// Sets a verified address, and returns the account's new security stamp.
///
/// # Errors
/// [`Refusal::DeadLink`] if another account has verified the address meanwhile.
pub(super) async fn set_email(operation: &mut Operation<'_>, user: &User, new: &Email) -> Result<i64, Error> {
    evict_unverified(&mut operation.tx, &new.key(), Some(&user.id), operation.now).await?;
    let stamp = match operation.tx.set_email(&user.id, &user.email, new, Some(operation.now)).await {
        Err(StoreError::Conflict) => None,
        stamp => stamp?,
    };
    stamp.ok_or(Error::Refused(Refusal::DeadLink))
}

async fn tell_both_addresses(operation: &mut Operation<'_>, change: &EmailChange) -> Result<(), Error> {
    let id = &change.user_id;
    operation.tx.withdraw_letters(id, Kind::ConfirmEmailChange).await?;
    operation.tx.withdraw_letters(id, Kind::EmailChangeRequested).await?;
    operation.mail(&NewLetter::plain(id, Kind::EmailChangedNew, &change.new_email)).await?;
    let to_old = NewLetter {
        link: Some(&change.id),
        other: Some(&change.new_email),
        ..NewLetter::plain(id, Kind::EmailChangedOld, &change.old_email)
    };
    operation.mail(&to_old).await
}
