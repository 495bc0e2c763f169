//! The pages that mailed links open. Looking at them changes nothing (behaviour rule 5).

use crate::{
    domain::{email::Email, error::Refusal, mail_token::Purpose},
    server::lifecycle::{Error, Lifecycle, RequestOrigin, Viewer, registration::verify_email::is_own_browser},
};

/// The page that confirms a new account's address.
pub struct ConfirmPage {
    /// The address.
    pub email: Email,
    /// Whether the password is asked for too.
    pub needs_password: bool,
}

/// The page that confirms an e-mail change.
pub enum ConfirmChangePage {
    /// The link belongs to another account than the one signed in.
    OtherUser,
    /// The change, spelled out.
    Ready {
        /// The address now.
        from: Email,
        /// The address after.
        to: Email,
    },
}

/// The page that cancels or undoes an e-mail change, for whoever reads the old mailbox.
pub struct StopChangePage {
    /// The address before the change.
    pub old: Email,
    /// The address after it, masked: the old mailbox may not be its owner's.
    pub new_masked: String,
}

/// `None` for every link that no longer works.
fn alive<T>(opened: Result<T, Error>) -> Result<Option<T>, Error> {
    match opened {
        Ok(opened) => Ok(Some(opened)),
        Err(Error::Refused(Refusal::DeadLink)) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Lifecycle {
    /// The page behind a confirm link; `None` when the link no longer works.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn confirm_page(
        &self,
        source: &RequestOrigin,
        viewer: Option<&Viewer>,
        token: &str,
    ) -> Result<Option<ConfirmPage>, Error> {
        let mut tx = self.db.read().await?;
        let opened = self.peek_link(&mut tx, Purpose::VerifyEmail, token, self.clock.now()).await;
        tx.rollback().await?;
        Ok(alive(opened)?.map(|(link, user)| ConfirmPage {
            needs_password: !is_own_browser(&link, source, viewer),
            email: user.email,
        }))
    }

    /// Whether a reset link still works.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn reset_page(&self, token: &str) -> Result<bool, Error> {
        let mut tx = self.db.read().await?;
        let opened = self.peek_link(&mut tx, Purpose::ResetPassword, token, self.clock.now()).await;
        tx.rollback().await?;
        Ok(alive(opened)?.is_some())
    }

    /// The page behind the link that confirms an e-mail change; `None` when it no longer works.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn confirm_change_page(&self, viewer: &Viewer, token: &str) -> Result<Option<ConfirmChangePage>, Error> {
        let mut tx = self.db.read().await?;
        let opened = self.find_change(&mut tx, Purpose::ConfirmEmailChange, token, self.clock.now()).await;
        tx.rollback().await?;
        Ok(alive(opened)?.map(|change| {
            if viewer.user.id == change.user_id {
                ConfirmChangePage::Ready { from: change.old_email, to: change.new_email }
            } else {
                ConfirmChangePage::OtherUser
            }
        }))
    }

    /// The page behind a cancel or an undo link; `None` when it no longer works.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn stop_change_page(&self, purpose: Purpose, token: &str) -> Result<Option<StopChangePage>, Error> {
        let mut tx = self.db.read().await?;
        let opened = self.find_change(&mut tx, purpose, token, self.clock.now()).await;
        tx.rollback().await?;
        Ok(alive(opened)?.map(|change| StopChangePage { new_masked: change.new_email.masked(), old: change.old_email }))
    }
}
