//! The actions that ask before they act, because one press ends access and nothing is typed.

/// A question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Every other session of the account ends.
    SignOutOthers,
    /// Every API token of the account is revoked.
    RevokeAllTokens,
    /// An event of the security log was not the user's doing.
    Disown,
}
