//! The account row and its states.

use super::{
    deletion::Scheduled,
    email::Email,
    error::Refusal,
    id::UserId,
    language::Language,
    profile::Name,
    time::{Span, Timestamp},
};

/// How long Signet keeps an account whose address is never confirmed: a stranger may have typed the address.
pub const KEEP_UNCONFIRMED: Span = Span::days(7);

/// A live account: it has an address. No query loads a deleted account as a `User`.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The account's id, which never changes.
    pub id: UserId,
    /// The address to sign in with.
    pub email: Email,
    /// When the user verified the address. An unverified account does not reserve it.
    pub email_verified_at: Option<Timestamp>,
    /// The display name.
    pub name: Option<Name>,
    /// Whether the account has a password.
    pub has_password: bool,
    /// Every credential change raises it, and so invalidates the earlier mail tokens.
    pub security_stamp: i64,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Present while the deletion is scheduled.
    pub deletion: Option<Scheduled>,
    /// The language of the letters to its owner; `None` if an earlier version made the account.
    pub language: Option<Language>,
}

/// The state of an account, which says what the account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountStatus {
    /// The account may do everything.
    Active,
    /// The user may only verify or correct the address, sign out, and delete the account.
    Unverified,
    /// The user may only cancel the deletion or sign out.
    DeletionScheduled,
}

impl User {
    /// The name that the account's own pages show: the display name, or the address.
    #[must_use]
    pub fn shown_name(&self) -> String {
        self.name.as_ref().map_or_else(|| self.email.shown(), |name| name.as_str().to_owned())
    }

    /// The state of the account. A scheduled deletion outranks a missing verification.
    #[must_use]
    pub const fn status(&self) -> AccountStatus {
        match (&self.deletion, self.email_verified_at) {
            (Some(_), _) => AccountStatus::DeletionScheduled,
            (None, None) => AccountStatus::Unverified,
            (None, Some(_)) => AccountStatus::Active,
        }
    }

    /// Accepts only an account that may do everything.
    ///
    /// # Errors
    /// [`Refusal::Unverified`] or [`Refusal::DeletionScheduled`].
    pub const fn must_be_active(&self) -> Result<(), Refusal> {
        match self.status() {
            AccountStatus::Active => Ok(()),
            AccountStatus::Unverified => Err(Refusal::Unverified),
            AccountStatus::DeletionScheduled => Err(Refusal::DeletionScheduled),
        }
    }

    /// Accepts every account whose deletion is not scheduled.
    ///
    /// # Errors
    /// [`Refusal::DeletionScheduled`].
    pub const fn must_not_be_closed(&self) -> Result<(), Refusal> {
        match self.status() {
            AccountStatus::DeletionScheduled => Err(Refusal::DeletionScheduled),
            AccountStatus::Active | AccountStatus::Unverified => Ok(()),
        }
    }
}
