//! The questions before an action that ends access and cannot be taken back.

use crate::domain::questions::Question;

/// What the page or the dialog asks.
#[must_use]
pub const fn title(question: Question) -> &'static str {
    match question {
        Question::SignOutOthers => "Sign out everywhere else?",
        Question::RevokeAllTokens => "Revoke every API token?",
        Question::Disown => "Was this someone else?",
    }
}

/// What happens if the user agrees: each consequence is a sentence.
#[must_use]
pub const fn consequences(question: Question) -> &'static [&'static str] {
    match question {
        Question::SignOutOthers => &[
            "Every other browser and device is signed out now.",
            "What someone was typing there is lost.",
            "You stay signed in here. API tokens keep working.",
        ],
        Question::RevokeAllTokens => &[
            "Every program that uses one of your tokens loses access now.",
            "A revoked token can't be restored. Each program needs a new one.",
            "You stay signed in, here and everywhere else.",
        ],
        Question::Disown => &[
            "All your other sessions are signed out.",
            "All API tokens and password reset links stop working.",
            "A pending email change is cancelled.",
            "If this event linked a provider, it's unlinked, unless it's your only way to sign in.",
            "Browsers that you have used before are forgotten. The next sign-in in one of them is emailed to you.",
            "You choose a new password next.",
        ],
    }
}

/// The button that agrees.
#[must_use]
pub const fn agree(question: Question) -> &'static str {
    match question {
        Question::SignOutOthers => "Sign out everywhere else",
        Question::RevokeAllTokens => "Revoke every token",
        Question::Disown => "Secure my account",
    }
}

/// The button after the press.
#[must_use]
pub const fn agreed(question: Question) -> &'static str {
    match question {
        Question::SignOutOthers => "Signing out…",
        Question::RevokeAllTokens => "Revoking…",
        Question::Disown => "Securing…",
    }
}

/// The way back, which changes nothing.
#[must_use]
pub const fn cancel() -> &'static str {
    "Cancel"
}
