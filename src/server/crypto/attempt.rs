//! The secret of one provider attempt. It is in a cookie of the browser that began the attempt, and every other
//! value of the attempt is derived from it.
//!
//! So a provider's response is valid in that browser only (checklist A29, A30), and the database holds nothing
//! usable: from the row's id an attacker can derive neither the cookie nor state, nonce or verifier, nor one of
//! those from another.

use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{bytes_of, session_token::TOKEN_BYTES, text_of};

/// Length of [`AttemptSecret::name`]. Two of the few attempts of a browser get the same name once in 10¹³ times; then
/// the newer takes the place of the older.
const NAME_LENGTH: usize = 8;

/// The secret of one attempt: 32 random bytes, in the browser's cookie and nowhere else.
#[derive(Clone)]
pub struct AttemptSecret(SecretString);

impl AttemptSecret {
    /// Makes the secret of a new attempt from fresh random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; TOKEN_BYTES]) -> Self {
        Self(text_of(&bytes).into())
    }

    /// Reads a cookie's value; `None` unless it has the exact form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        bytes_of::<TOKEN_BYTES>(text).map(Self::from_random)
    }

    /// The text for the cookie: base64url without padding, 43 characters.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// A short name by which the browser tells this attempt from its others: 8 characters. It is part of the
    /// cookie's name and of an address. It is no secret, and leads to none.
    #[must_use]
    pub fn name(&self) -> String {
        let mut name = self.derived("signet provider attempt v1 name");
        name.truncate(NAME_LENGTH);
        name
    }

    /// The id of the attempt's row, the only derived value that the database holds.
    #[must_use]
    pub fn row(&self) -> String {
        self.derived("signet provider attempt v1 row")
    }

    /// The `state` that the provider sends back (RFC 6749 §10.12).
    #[must_use]
    pub fn state(&self) -> SecretString {
        self.derived("signet provider attempt v1 state").into()
    }

    /// The `nonce` that the provider puts into its ID token (`OpenID` Connect Core 1.0 §3.1.2.1).
    #[must_use]
    pub fn nonce(&self) -> SecretString {
        self.derived("signet provider attempt v1 nonce").into()
    }

    /// The code verifier, 43 characters. The provider first gets only its SHA-256, and the verifier itself after
    /// its response (PKCE, RFC 7636 §4.1).
    #[must_use]
    pub fn verifier(&self) -> SecretString {
        self.derived("signet provider attempt v1 verifier").into()
    }

    /// Whether `given` is this attempt's [`AttemptSecret::state`]. Takes the same time for every wrong value of the
    /// right length.
    #[must_use]
    pub fn has_state(&self, given: &str) -> bool {
        self.state().expose_secret().as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// Every label is different and the secret always has the same length, so no two values hash the same input.
    fn derived(&self, label: &str) -> String {
        let input = Zeroizing::new(format!("{label} {}", self.0.expose_secret()));
        text_of(&Sha256::digest(input.as_bytes()))
    }
}

impl core::fmt::Debug for AttemptSecret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("AttemptSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn everything_of(secret: &AttemptSecret) -> [String; 5] {
        let [state, nonce, verifier] =
            [secret.state(), secret.nonce(), secret.verifier()].map(|text| text.expose_secret().to_owned());
        [secret.expose().to_owned(), secret.row(), state, nonce, verifier]
    }

    #[test]
    fn the_parts_are_all_different_and_as_long_as_pkce_asks() {
        let secrets = [1, 2].map(|byte| AttemptSecret::from_random([byte; TOKEN_BYTES]));
        let parts: HashSet<String> = secrets.iter().flat_map(everything_of).collect();
        assert_eq!(parts.len(), 10);
        assert!(parts.iter().all(|part| part.len() == 43), "{parts:?}");
    }

    #[test]
    fn the_name_is_short_and_begins_none_of_the_other_parts() {
        let secret = AttemptSecret::from_random([1; TOKEN_BYTES]);
        let name = secret.name();
        assert_eq!(name.len(), NAME_LENGTH);
        assert!(everything_of(&secret).iter().all(|part| !part.contains(&name)), "{name}");
        assert_ne!(AttemptSecret::from_random([2; TOKEN_BYTES]).name(), name);
    }

    #[test]
    fn the_cookie_alone_brings_all_of_it_back() {
        let secret = AttemptSecret::from_random([0x5a; TOKEN_BYTES]);
        let read = AttemptSecret::parse(secret.expose()).unwrap();
        assert_eq!(everything_of(&read), everything_of(&secret));
        for cookie in ["", "x", &secret.expose()[1..], &format!("{}A", secret.expose())] {
            assert!(AttemptSecret::parse(cookie).is_none(), "{cookie:?}");
        }
    }

    #[test]
    fn only_its_own_state_is_its_state() {
        let secret = AttemptSecret::from_random([3; TOKEN_BYTES]);
        let state = secret.state().expose_secret().to_owned();
        assert!(secret.has_state(&state));
        let other = AttemptSecret::from_random([4; TOKEN_BYTES]).state();
        for wrong in ["", other.expose_secret(), &state[1..], &format!("{state}A"), &secret.row()] {
            assert!(!secret.has_state(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn nothing_of_it_is_printed() {
        assert_eq!(format!("{:?}", AttemptSecret::from_random([9; TOKEN_BYTES])), "AttemptSecret(…)");
    }
}
