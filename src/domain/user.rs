//! The account row and its states.

use super::{deletion::Scheduled, email::Email, error::Refusal, id::UserId, profile::Name, time::Timestamp};

/// A live account: one that has an address. Deleted accounts are never loaded as a user.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Names the account for ever.
    pub id: UserId,
    /// The address to sign in with.
    pub email: Email,
    /// When the address was verified; an unverified account holds no claim to it.
    pub email_verified_at: Option<Timestamp>,
    /// The display name.
    pub name: Option<Name>,
    /// Whether a password is a way in.
    pub has_password: bool,
    /// Raised by every credential change; mail tokens die when it moves.
    pub security_stamp: i64,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Present while the deletion is scheduled.
    pub deletion: Option<Scheduled>,
}

/// What an account may do at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountStatus {
    /// Everything.
    Active,
    /// Only verify or correct its address, sign out, and delete itself.
    Unverified,
    /// Only come back or sign out.
    DeletionScheduled,
}

impl User {
    /// What the account is called on its own pages: the display name, or the address.
    #[must_use]
    pub fn shown_name(&self) -> String {
        self.name.as_ref().map_or_else(|| self.email.to_string(), |name| name.as_str().to_owned())
    }

    /// What the account may do. A scheduled deletion outranks a missing verification.
    #[must_use]
    pub const fn standing(&self) -> AccountStatus {
        match (&self.deletion, self.email_verified_at) {
            (Some(_), _) => AccountStatus::DeletionScheduled,
            (None, None) => AccountStatus::Unverified,
            (None, Some(_)) => AccountStatus::Active,
        }
    }

    /// Passes accounts that may do everything.
    ///
    /// # Errors
    /// [`Refusal::Unverified`] or [`Refusal::DeletionScheduled`].
    pub const fn must_be_active(&self) -> Result<(), Refusal> {
        match self.standing() {
            AccountStatus::Active => Ok(()),
            AccountStatus::Unverified => Err(Refusal::Unverified),
            AccountStatus::DeletionScheduled => Err(Refusal::DeletionScheduled),
        }
    }

    /// Passes every account whose deletion is not scheduled.
    ///
    /// # Errors
    /// [`Refusal::DeletionScheduled`].
    pub const fn must_not_be_closed(&self) -> Result<(), Refusal> {
        match self.standing() {
            AccountStatus::DeletionScheduled => Err(Refusal::DeletionScheduled),
            AccountStatus::Active | AccountStatus::Unverified => Ok(()),
        }
    }
}
