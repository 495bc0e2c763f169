//! Confirming it's you: why Signet asks, how, and what comes afterwards.

use super::units;
use crate::domain::time::Timestamp;

/// Asks the user to confirm their identity, for example to "delete your account".
#[must_use]
pub fn why(purpose: &str, lasts: &str) -> String {
    format!("Confirm it's you to {purpose}. You won't be asked again for {lasts}.")
}

/// The user has confirmed their identity. The button that was refused before works now.
#[must_use]
pub const fn confirmed() -> &'static str {
    "Confirmed. Press the button again to finish."
}

/// As [`confirmed`], with the label `button` of that button.
#[must_use]
pub fn confirmed_for(button: &str) -> String {
    format!("Confirmed. Press “{button}” again to finish.")
}

/// The session is in sudo mode until `until`.
#[must_use]
pub fn confirmed_until(until: Timestamp) -> String {
    format!("Identity confirmed until {}.", units::time(until))
}

/// An account has no way to confirm. A link follows, whose words are [`set_a_password`].
#[must_use]
pub const fn no_way() -> &'static str {
    "You have no password, and the provider you signed in with is no longer available here. "
}

/// The link after [`no_way`].
#[must_use]
pub const fn set_a_password() -> &'static str {
    "Set a password with a reset link"
}

/// Why the page offers to mail a code.
#[must_use]
pub const fn code_instead() -> &'static str {
    "Your provider doesn't say when you signed in there, so we'll confirm it's you with a code sent to your email."
}

/// What happens to the code that was mailed, if the user has a new one mailed.
#[must_use]
pub const fn code_replaces() -> &'static str {
    "A new code replaces the one we sent."
}

/// The purposes of [`why`].
pub mod purposes {
    /// The page of the email.
    #[must_use]
    pub const fn change_email() -> &'static str {
        "change your email"
    }

    /// The page of the deletion.
    #[must_use]
    pub const fn delete_account() -> &'static str {
        "delete your account"
    }

    /// The page of the password, for an account without one.
    #[must_use]
    pub const fn set_password() -> &'static str {
        "set a password"
    }

    /// The page of the providers.
    #[must_use]
    pub const fn change_sign_in() -> &'static str {
        "change how you sign in"
    }

    /// The page of the sessions.
    #[must_use]
    pub const fn sign_out_sessions() -> &'static str {
        "sign out sessions"
    }

    /// The page of the security log.
    #[must_use]
    pub const fn sign_out_everybody() -> &'static str {
        "sign out everyone else"
    }

    /// The page of the API tokens: a new one.
    #[must_use]
    pub const fn create_api_token() -> &'static str {
        "create an API token"
    }

    /// The page of the API tokens: the list.
    #[must_use]
    pub const fn revoke_api_tokens() -> &'static str {
        "revoke API tokens"
    }

    /// The page of the export.
    #[must_use]
    pub const fn export_data() -> &'static str {
        "export your data"
    }

    /// Any other page.
    #[must_use]
    pub const fn go_on() -> &'static str {
        "continue"
    }
}
