//! Mail tokens: the secret in a mailed link, `v1.<purpose>.<row id>.<mac>`.
//!
//! This file defines the text form and the exact bytes under the MAC. The key and the MAC itself live on the server
//! (`server::crypto::token`).

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{
    email::EmailKey,
    id::{LinkId, UserId},
    paths,
    time::Timestamp,
};

/// What a mailed link is for. A token for one purpose is refused for every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray)]
pub enum Purpose {
    /// Confirm the address of a new account.
    #[strum(serialize = "verify")]
    VerifyEmail,
    /// Choose a new password.
    #[strum(serialize = "reset")]
    ResetPassword,
    /// Confirm the new address of an open e-mail change.
    #[strum(serialize = "confirm")]
    ConfirmEmailChange,
    /// Stop an open e-mail change, from the old address.
    #[strum(serialize = "cancel")]
    CancelEmailChange,
    /// Undo a confirmed e-mail change, from the old address.
    #[strum(serialize = "undo")]
    UndoEmailChange,
    /// Keep an account whose deletion is scheduled.
    #[strum(serialize = "keep")]
    KeepAccount,
}

// Tokens and rows contain these words.
worded!(Purpose);

/// What a link that no longer works has done to the account of the person who opens it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsedLink {
    /// The address is confirmed.
    Confirmed,
    /// The address was changed.
    Changed,
    /// The change was cancelled.
    Cancelled,
    /// The earlier address is back.
    Restored,
}

impl Purpose {
    /// The path of the page that a link with this purpose opens, without the token.
    #[must_use]
    pub const fn path(self) -> &'static str {
        paths::beginning(match self {
            Self::VerifyEmail => paths::VERIFY_LINK,
            Self::ResetPassword => paths::RESET_LINK,
            Self::ConfirmEmailChange => paths::CONFIRM_CHANGE_LINK,
            Self::CancelEmailChange => paths::CANCEL_CHANGE_LINK,
            Self::UndoEmailChange => paths::UNDO_CHANGE_LINK,
            Self::KeepAccount => paths::KEEP_LINK,
        })
    }
}

/// The facts that a mail token proves. The MAC covers all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// What the link is for.
    pub purpose: Purpose,
    /// The row that makes the link work once.
    pub row: LinkId,
    /// The account that it acts on.
    pub user: UserId,
    /// The address that the link was mailed to.
    pub address: EmailKey,
    /// The account's security stamp when it was made.
    pub stamp: i64,
    /// When it stops working.
    pub expires_at: Timestamp,
}

impl Claims {
    /// The bytes under the MAC. Each part is preceded by its length, so that no two
    /// different claims share a message.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        let stamp = self.stamp.to_be_bytes();
        let expires_at = self.expires_at.0.to_be_bytes();
        let parts: [&[u8]; 7] = [
            b"v1",
            self.purpose.word().as_bytes(),
            self.row.as_str().as_bytes(),
            self.user.as_str().as_bytes(),
            self.address.as_str().as_bytes(),
            &stamp,
            &expires_at,
        ];
        let mut message = Vec::with_capacity(192);
        for part in parts {
            message.extend_from_slice(&(part.len() as u64).to_be_bytes());
            message.extend_from_slice(part);
        }
        message
    }
}

/// The parts of a token. They prove nothing until the server has checked the MAC.
#[derive(Clone, PartialEq, Eq)]
pub struct Parsed<'a> {
    /// What it claims to be for.
    pub purpose: Purpose,
    /// The row it names.
    pub row: LinkId,
    /// The MAC in its text form.
    pub mac: &'a str,
}

/// The longest token that the server reads, in bytes. Real tokens have at most 91.
pub const MAX_LENGTH: usize = 128;

/// Splits a token into its parts; `None` unless it has exactly the form of a version 1 token.
#[must_use]
pub fn parse(token: &str) -> Option<Parsed<'_>> {
    if token.len() > MAX_LENGTH {
        return None;
    }
    let mut parts = token.split('.');
    let (version, purpose, row, mac) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if version != "v1" || parts.next().is_some() || mac.is_empty() {
        return None;
    }
    Some(Parsed { purpose: Purpose::from_word(purpose)?, row: LinkId::parse(row)?, mac })
}

/// Writes a token.
#[must_use]
pub fn write(purpose: Purpose, row: &LinkId, mac: &str) -> String {
    format!("v1.{}.{row}.{mac}", purpose.word())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        Claims {
            purpose: Purpose::VerifyEmail,
            row: LinkId::from_random([1; 16]),
            user: UserId::from_random([2; 16]),
            address: EmailKey::from_row("ada@example.com".to_owned()),
            stamp: 3,
            expires_at: Timestamp(4),
        }
    }

    #[test]
    fn a_written_token_is_read_back() {
        let row = LinkId::from_random([7; 16]);
        for purpose in Purpose::ALL.iter().copied() {
            let token = write(purpose, &row, "bWFj");
            let parsed = parse(&token).map(|p| (p.purpose, p.row, p.mac.to_owned()));
            assert_eq!(parsed, Some((purpose, row.clone(), "bWFj".to_owned())));
        }
    }

    #[test]
    fn every_other_form_is_refused() {
        let row = "07".repeat(16);
        for token in [
            String::new(),
            "v1".to_owned(),
            format!("v2.verify.{row}.mac"),
            format!("v1.other.{row}.mac"),
            format!("v1.verify.{row}."),
            format!("v1.verify.{row}.mac.more"),
            format!("v1.verify.{}.mac", "zz".repeat(16)),
            format!("v1.verify.{row}.{}", "m".repeat(200)),
        ] {
            assert!(parse(&token).is_none(), "{token}");
        }
    }

    #[test]
    fn every_claim_changes_the_message() {
        let other = |change: fn(&mut Claims)| {
            let mut claims = claims();
            change(&mut claims);
            claims.message()
        };
        let changed = [
            other(|c| c.purpose = Purpose::ResetPassword),
            other(|c| c.row = LinkId::from_random([9; 16])),
            other(|c| c.user = UserId::from_random([9; 16])),
            other(|c| c.address = EmailKey::from_row("eve@example.com".to_owned())),
            other(|c| c.stamp = 4),
            other(|c| c.expires_at = Timestamp(5)),
        ];
        for message in changed {
            assert_ne!(message, claims().message());
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_and_what_is_read_is_written_the_same(text in r"v1\.(verify|reset|keep)\.[0-9a-f]{32}\.[A-Za-z0-9_-]{1,60}|.*") {
            if let Some(token) = parse(&text) {
                proptest::prop_assert_eq!(write(token.purpose, &token.row, token.mac), text);
            }
        }
    }
}
