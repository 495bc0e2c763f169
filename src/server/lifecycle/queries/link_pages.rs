//! The queries of the pages that mailed links open. Opening them changes nothing (behaviour rule 5).

use crate::{
    domain::{
        email::Email,
        email_change::State,
        error::Refusal,
        mail_token::{self, Purpose, UsedLink},
        paths,
        providers::{ProviderId, is_recent},
        time::Timestamp,
    },
    server::lifecycle::{Error, Lifecycle, RequestOrigin, Viewer, registration::verify_email::is_own_browser},
};

/// The data of the page that confirms a new account's address.
pub struct ConfirmPage {
    /// The address.
    pub email: Email,
    /// What the page asks for beside the button.
    pub proof: ConfirmProof,
}

/// What confirms an account beside its link. An attacker may have created it with the address of the link's reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmProof {
    /// Nothing: the browser has created it, or is signed in to it.
    Browser,
    /// Its password.
    Password,
    /// A sign-in at the provider with which it was created. It has no password.
    Provider,
}

/// The data of the page for a new password.
pub struct ResetPage {
    /// The account's address, to which the link was mailed.
    pub email: Email,
    /// When the account is erased, if it is closed. A reset keeps it.
    pub delete_at: Option<Timestamp>,
    /// The providers that were linked lately, the first linked one first.
    pub recent: Vec<RecentProvider>,
}

/// A provider that was linked lately. An intruder may have linked it, and a new password does not end their access.
pub struct RecentProvider {
    /// Its name in forms.
    pub id: ProviderId,
    /// Its name for people.
    pub name: String,
    /// When it was linked.
    pub linked_at: Timestamp,
}

/// The data of the page that keeps a closed account.
pub struct KeepPage {
    /// The account's address, to which the link was mailed.
    pub email: Email,
    /// When the account is erased.
    pub delete_at: Timestamp,
}

/// The data of the page that confirms an email change.
pub enum ConfirmChangePage {
    /// The link belongs to another account than the viewer's.
    OtherUser,
    /// The change, with both addresses.
    Ready {
        /// The current address.
        from: Email,
        /// The address after the change.
        to: Email,
    },
}

/// The data of the page that cancels or undoes an email change, for the reader of the old mailbox.
pub struct StopChangePage {
    /// The address before the change.
    pub old: Email,
    /// The address after the change, masked: another person may read the old mailbox.
    pub new_masked: String,
}

/// Turns [`Refusal::DeadLink`] into `None`.
fn alive<T>(opened: Result<T, Error>) -> Result<Option<T>, Error> {
    match opened {
        Ok(opened) => Ok(Some(opened)),
        Err(Error::Refused(Refusal::DeadLink)) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Lifecycle {
    /// The data of the page for a confirm link; `None` if the link no longer works.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn confirm_page(
        &self,
        source: &RequestOrigin,
        viewer: Option<&Viewer>,
        token: &str,
    ) -> Result<Option<ConfirmPage>, Error> {
        let mut tx = self.db.read().await?;
        let opened = self.peek_link(&mut tx, Purpose::VerifyEmail, token, self.clock.now()).await;
        tx.end().await?;
        Ok(alive(opened)?.map(|(link, user)| ConfirmPage {
            proof: match is_own_browser(&link, source, viewer) {
                true => ConfirmProof::Browser,
                false if user.has_password => ConfirmProof::Password,
                false => ConfirmProof::Provider,
            },
            email: user.email,
        }))
    }

    /// The data of the page for a reset link; `None` if the link no longer works.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn reset_page(&self, token: &str) -> Result<Option<ResetPage>, Error> {
        let now = self.clock.now();
        let mut tx = self.db.read().await?;
        let opened = self.peek_link(&mut tx, Purpose::ResetPassword, token, now).await;
        let Some((_, user)) = alive(opened)? else {
            tx.end().await?;
            return Ok(None);
        };
        let linked = tx.identities(&user.id).await?;
        tx.end().await?;
        let recent = linked.into_iter().filter(|identity| is_recent(identity.linked_at, now));
        let recent = recent.map(|identity| RecentProvider {
            name: self.providers.name_of(&identity.provider),
            id: identity.provider,
            linked_at: identity.linked_at,
        });
        let delete_at = user.deletion.map(|scheduled| scheduled.delete_at);
        Ok(Some(ResetPage { email: user.email, delete_at, recent: recent.collect() }))
    }

    /// The data of the page for a keep link; `None` if the link no longer works.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn keep_page(&self, token: &str) -> Result<Option<KeepPage>, Error> {
        let mut tx = self.db.read().await?;
        let opened = self.peek_link(&mut tx, Purpose::KeepAccount, token, self.clock.now()).await;
        tx.end().await?;
        Ok(alive(opened)?
            .and_then(|(_, user)| user.deletion.map(|at| KeepPage { email: user.email, delete_at: at.delete_at })))
    }

    /// The data of the page for a link that confirms an email change; `None` if the link no longer works.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn confirm_change_page(&self, viewer: &Viewer, token: &str) -> Result<Option<ConfirmChangePage>, Error> {
        let mut tx = self.db.read().await?;
        let opened = self.find_change(&mut tx, Purpose::ConfirmEmailChange, token, self.clock.now()).await;
        tx.end().await?;
        Ok(alive(opened)?.map(|change| {
            if viewer.user.id == change.user_id {
                ConfirmChangePage::Ready { from: change.old_email, to: change.new_email }
            } else {
                ConfirmChangePage::OtherUser
            }
        }))
    }

    /// The address, masked, with which a visitor signs in who is on the way to the page `return_to`, if that is the page
    /// of a link that confirms an email change and works. Without it, people type the new address.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn address_before_change(&self, return_to: &str) -> Result<Option<String>, Error> {
        let Some(token) = return_to.strip_prefix(paths::beginning(paths::CONFIRM_CHANGE_LINK)) else { return Ok(None) };
        let mut tx = self.db.single_read().await?;
        let opened = self.find_change(&mut tx, Purpose::ConfirmEmailChange, token, self.clock.now()).await;
        tx.end().await?;
        Ok(alive(opened)?.map(|change| change.old_email.masked()))
    }

    /// The data of the page for a cancel or an undo link; `None` if the link no longer works.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn stop_change_page(&self, purpose: Purpose, token: &str) -> Result<Option<StopChangePage>, Error> {
        let mut tx = self.db.read().await?;
        let opened = self.find_change(&mut tx, purpose, token, self.clock.now()).await;
        tx.end().await?;
        Ok(alive(opened)?.map(|change| StopChangePage { new_masked: change.new_email.masked(), old: change.old_email }))
    }

    /// What a link that no longer works has done to the viewer's own account: a person who presses a button twice, or
    /// opens the letter again, should not read only that it does not work. `None` for every other link, so that the
    /// page says nothing about the account of another person.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn used_link(&self, viewer: &Viewer, purpose: Purpose, text: &str) -> Result<Option<UsedLink>, Error> {
        let Some(token) = mail_token::parse(text).filter(|token| token.purpose == purpose) else { return Ok(None) };
        let user = &viewer.user;
        match purpose {
            // The link's row is gone. That the viewer's address is confirmed is true of every link.
            Purpose::VerifyEmail => return Ok(user.email_verified_at.map(|_| UsedLink::Confirmed)),
            Purpose::ResetPassword | Purpose::KeepAccount => return Ok(None),
            Purpose::ConfirmEmailChange | Purpose::CancelEmailChange | Purpose::UndoEmailChange => {}
        }
        let mut tx = self.db.single_read().await?;
        let change = tx.email_change(&token.row).await?;
        tx.end().await?;
        Ok(change.filter(|change| change.user_id == user.id).and_then(|change| match (purpose, change.state) {
            (Purpose::ConfirmEmailChange, State::Confirmed) => Some(UsedLink::Changed),
            (Purpose::CancelEmailChange, State::Cancelled) => Some(UsedLink::Cancelled),
            (Purpose::UndoEmailChange, State::Undone) => Some(UsedLink::Restored),
            _ => None,
        }))
    }
}
