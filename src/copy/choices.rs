//! The options that a form offers.

use crate::domain::{
    api_tokens::{Expiry, Scope},
    security_log::Group,
};

/// What an API token may do.
#[must_use]
pub const fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "Read",
        Scope::Write => "Read and sign out sessions",
    }
}

/// When an API token expires.
#[must_use]
pub const fn expiry(expiry: Expiry) -> &'static str {
    match expiry {
        Expiry::Week => "In 7 days",
        Expiry::Month => "In 30 days",
        Expiry::Quarter => "In 90 days",
        Expiry::Year => "In 365 days",
    }
}

/// A group of events in the security log.
#[must_use]
pub const fn group(group: Group) -> &'static str {
    match group {
        Group::Sessions => "Sign-in and sessions",
        Group::Email => "Email",
        Group::Password => "Password",
        Group::Providers => "Providers",
        Group::ApiTokens => "API tokens",
        Group::Export => "Data export",
        Group::Account => "Account",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::copy::units;

    #[test]
    fn an_expiry_says_how_long_the_token_works() {
        for choice in Expiry::ALL.iter().copied() {
            assert_eq!(units::span(choice.span()), format!("{} days", choice.word()));
            assert!(expiry(choice).contains(choice.word()));
        }
    }
}
