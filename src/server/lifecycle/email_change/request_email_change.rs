//! `request_email_change`: opens a change to a new address, whose owner has to confirm it.

use crate::{
    domain::{
        email::Email,
        email_change::State,
        error::Refusal,
        event_detail::Detail,
        failure::Reason,
        id::LinkId,
        outbox::Kind,
        user::{AccountStatus, User},
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin, Viewer,
            deletion::erase::evict_unverified,
            error::retry_on_conflict,
            mail_tokens::hold_owner,
            operation::{Attribution, Operation},
        },
        store::{NewEmailChange, NewLetter, StoreError},
    },
};

impl Lifecycle {
    /// Opens an email change, which replaces an earlier one. Returns the new address.
    ///
    /// Free and taken addresses get the same answer (behaviour rule 6). An account with an unverified address
    /// corrects it instead, without sudo mode.
    ///
    /// # Errors
    /// [`InvalidEmail`](crate::domain::error::Refusal::InvalidEmail),
    /// [`SameEmail`](crate::domain::error::Refusal::SameEmail) if the account has this address already,
    /// [`SudoRequired`](crate::domain::error::Refusal::SudoRequired);
    /// [`Limited`](crate::domain::error::Refusal::Limited) if the user has asked too often. If the new address has got
    /// too many letters, the answer is the usual one, and nothing happens.
    pub async fn request_email_change(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        new: &str,
    ) -> Result<Email, Error> {
        let new = match wanted_address(&viewer.user, new) {
            Ok(new) => new,
            // Runs before the check for sudo mode, so that such an address is refused as what it is without it.
            Err(refusal) => {
                self.still_signed_in(source, viewer).await?;
                let by = Attribution::viewer(Action::RequestEmailChange, source, viewer);
                return Err(self.refuse(&by, refusal.into()).await);
            }
        };
        // An action that its line refuses mails nothing, so it must not use up a place of the address.
        let admitted = self.admit(Action::RequestEmailChange, viewer, self.clock.now());
        let may_mail = match admitted {
            Ok(()) => self.may_queue_as(viewer, source, &new.key()).await,
            Err(_) => Ok(true),
        };
        let may_mail = match may_mail {
            Ok(may_mail) => may_mail,
            Err(error) => {
                let by = Attribution::viewer(Action::RequestEmailChange, source, viewer);
                return Err(self.refuse(&by, error).await);
            }
        };
        // Two accounts that want each other's address each lock their own row and wait for the other's.
        retry_on_conflict(|| self.request_email_change_once(source, viewer, &new, may_mail)).await?;
        Ok(new)
    }

    async fn request_email_change_once(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        new: &Email,
        may_mail: bool,
    ) -> Result<(), Error> {
        let mut operation = self.begin_as(Action::RequestEmailChange, source, viewer).await?;
        let outcome = self.request_email_change_in(&mut operation, new, may_mail).await;
        operation.finish(outcome).await
    }

    async fn request_email_change_in(
        &self,
        operation: &mut Operation<'_>,
        new: &Email,
        may_mail: bool,
    ) -> Result<(), Error> {
        if !may_mail {
            return operation.record_refused(Reason::Limited).await;
        }
        match operation.viewer()?.user.status() {
            AccountStatus::Unverified => self.correct_email(operation, new).await,
            _ => self.open_email_change(operation, new).await,
        }
    }

    async fn open_email_change(&self, operation: &mut Operation<'_>, new: &Email) -> Result<(), Error> {
        let viewer = operation.viewer()?;
        let user = &viewer.user;
        operation.close_email_change(&user.id, State::Replaced).await?;
        let id = LinkId::from_random(self.random.bytes());
        let expires_at = operation.now.plus(self.policy.email_change_ttl);
        let change = NewEmailChange {
            id: &id,
            user_id: &user.id,
            old_email: &user.email,
            new_email: new,
            stamp: user.security_stamp,
            at: operation.now,
            expires_at,
        };
        operation.tx.insert_email_change(&change).await?;
        ask_new_address(operation, user, new, &id).await?;
        let notice = NewLetter {
            link: Some(&id),
            other: Some(new),
            ..NewLetter::plain(&user.id, Kind::EmailChangeRequested, &user.email)
        };
        operation.mail(&notice).await?;
        operation.record(Detail::email_change(&user.email, new)).await
    }

    /// An unverified account does not reserve its address. So a mistyped one is replaced at once, and its link
    /// stops working.
    async fn correct_email(&self, operation: &mut Operation<'_>, new: &Email) -> Result<(), Error> {
        let viewer = operation.viewer()?;
        let user = &viewer.user;
        evict_unverified(&mut operation.tx, &new.key(), Some(&user.id), operation.now).await?;
        let stamp = match operation.tx.set_email(&user.id, &user.email, new, None).await {
            Err(StoreError::Conflict) => None,
            stamp => stamp?,
        };
        let security_stamp = stamp.ok_or(Refusal::ChangedMeanwhile)?;
        let corrected = User { email: new.clone(), security_stamp, ..user.clone() };
        self.send_fresh_confirm_link(operation, &corrected).await?;
        operation.record(Detail::email_change(&user.email, new)).await
    }
}

/// The new address, if it is one and the account may have it. A verified account's own address in other capitals is not
/// stored as a new spelling: on some mail servers it is another mailbox, whose reader would have confirmed nothing.
fn wanted_address(user: &User, typed: &str) -> Result<Email, Refusal> {
    user.must_not_be_closed()?;
    let new = Email::parse(typed)?;
    let is_own = user.status() == AccountStatus::Active && new.key() == user.email.key();
    if is_own { Err(Refusal::SameEmail) } else { Ok(new) }
}

/// Mails the link to a free address. If the address is taken, only tells its owner.
async fn ask_new_address(operation: &mut Operation<'_>, user: &User, new: &Email, id: &LinkId) -> Result<(), Error> {
    if let Some(owner) = hold_owner(&mut operation.tx, &new.key()).await? {
        // Use the stored address: the typed one may differ in case, and be another mailbox.
        return operation.mail(&NewLetter::plain(&owner.id, Kind::EmailChangeToTaken, &owner.email)).await;
    }
    let confirm = NewLetter {
        link: Some(id),
        other: Some(&user.email),
        ..NewLetter::plain(&user.id, Kind::ConfirmEmailChange, new)
    };
    operation.mail(&confirm).await
}
