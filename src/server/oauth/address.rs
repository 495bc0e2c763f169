//! The address that a provider names for a user, and whether Signet takes it for the user's own.

use crate::domain::{email::Email, providers::TrustEmail};

/// What a provider says about the address of a user, in its token or at its userinfo endpoint. Address and
/// confirmation are one statement: those of two places are never mixed.
#[derive(Clone, Debug, Default)]
pub struct NamedAddress {
    /// `email`.
    pub email: Option<String>,
    /// `email_verified`; `None` if the provider does not say.
    pub is_verified: Option<bool>,
}

impl NamedAddress {
    /// Whether the provider may say more at its userinfo endpoint. Some providers put only the subject into a token
    /// (`OpenID` Connect Core 1.0 §5.4).
    #[must_use]
    pub const fn is_thin(&self, trust: TrustEmail) -> bool {
        match trust {
            TrustEmail::Verified => self.email.is_none() || self.is_verified.is_none(),
            TrustEmail::Always => self.email.is_none(),
            TrustEmail::Never => false,
        }
    }

    /// This statement, or a later one if that names an address.
    #[must_use]
    pub fn or(self, later: Self) -> Self {
        if later.email.is_some() { later } else { self }
    }

    /// The address, if Signet takes it for the user's own.
    #[must_use]
    pub fn trusted(&self, trust: TrustEmail) -> Option<Email> {
        let counts = match trust {
            TrustEmail::Verified => self.is_verified == Some(true),
            TrustEmail::Always => true,
            TrustEmail::Never => false,
        };
        self.email.as_deref().filter(|_| counts).and_then(|email| Email::parse(email).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(email: Option<&str>, is_verified: Option<bool>) -> NamedAddress {
        NamedAddress { email: email.map(str::to_owned), is_verified }
    }

    #[test]
    fn an_address_counts_as_the_setting_says() {
        let ada = Some("ada@example.com");
        for (email, is_verified, expected) in [
            // By the settings "verified", "always" and "never".
            (ada, Some(true), [true, true, false]),
            (ada, Some(false), [false, true, false]),
            (ada, None, [false, true, false]),
            (None, Some(true), [false, false, false]),
            (Some("not an address"), Some(true), [false, false, false]),
        ] {
            let counts = [TrustEmail::Verified, TrustEmail::Always, TrustEmail::Never]
                .map(|trust| named(email, is_verified).trusted(trust).is_some());
            assert_eq!(counts, expected, "{email:?} {is_verified:?}");
        }
    }

    #[test]
    fn more_is_asked_for_where_it_may_decide() {
        let ada = Some("ada@example.com");
        for (email, is_verified, expected) in [
            (ada, Some(true), [false, false, false]),
            (ada, Some(false), [false, false, false]),
            (ada, None, [true, false, false]),
            (None, Some(true), [true, true, false]),
            (None, None, [true, true, false]),
        ] {
            let thin = [TrustEmail::Verified, TrustEmail::Always, TrustEmail::Never]
                .map(|trust| named(email, is_verified).is_thin(trust));
            assert_eq!(thin, expected, "{email:?} {is_verified:?}");
        }
    }

    #[test]
    fn the_confirmation_of_one_address_is_none_of_another() {
        let token = named(Some("new@example.com"), None);
        let both = token.clone().or(named(Some("old@example.com"), Some(true)));
        assert_eq!(both.trusted(TrustEmail::Verified).unwrap().as_str(), "old@example.com");
        assert_eq!(token.or(named(None, Some(true))).trusted(TrustEmail::Verified), None);
    }
}
