//! Providers: other sites that tell Signet who a user is.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{
    email::Email,
    time::{Span, Timestamp},
};

/// For how long after it was linked a provider is recent: a reset of the password offers to unlink it.
const RECENT: Span = Span::days(30);

/// Longest name of a provider in settings, rows and paths, in characters.
pub const MAX_ID_LENGTH: usize = 32;

/// Longest subject, in characters (`OpenID` Connect Core 1.0 §2, `sub`).
pub const MAX_SUBJECT_LENGTH: usize = 255;

/// The name of a provider in settings, rows and paths: a slug, such as `acme-login`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ProviderId(String);

/// The provider's own identifier of a user. Signet never shortens it, trims it or changes its case: two subjects
/// are the same only if all of their bytes are (`OpenID` Connect Core 1.0 §5.7).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subject(String);

/// The protocol that a provider uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum ProviderKind {
    /// `OpenID` Connect: the provider signs a statement of who the user is.
    Oidc,
    /// GitHub's own OAuth 2.0: Signet asks GitHub's API who the user is.
    Github,
}

// The settings contain these words.
worded!(ProviderKind);

/// Why Signet sends a user to a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum AskFor {
    /// To sign in, or to begin an account.
    SignIn,
    /// To link the provider to the signed-in account.
    Link,
    /// To confirm that it is still the user, for sudo mode.
    Sudo,
}

// Rows contain these words.
worded!(AskFor);

/// The facts that a provider has proved about a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub provider: ProviderId,
    /// The provider's identifier of the user.
    pub subject: Subject,
    /// The address, only if the provider has verified it.
    pub email: Option<Email>,
    /// When the user last signed in at the provider, if the provider says so.
    pub auth_time: Option<Timestamp>,
    /// Whether the provider announces that it tells `auth_time` (`claims_supported`, `OpenID` Connect Discovery 1.0
    /// §3). Then an answer without `auth_time` means that the request did not ask for it.
    pub tells_auth_time: bool,
}

impl ProviderId {
    /// Reads an identifier: lower-case letters, digits and hyphens, 1 to 32 of them, with
    /// no hyphen at either end; `None` for everything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let letters = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
        let acceptable = (1..=MAX_ID_LENGTH).contains(&text.len())
            && text.bytes().all(letters)
            && !text.starts_with('-')
            && !text.ends_with('-');
        acceptable.then(|| Self(text.to_owned()))
    }

    /// Takes an identifier that the database gave back.
    #[must_use]
    pub fn from_row(stored: String) -> Self {
        Self(stored)
    }

    /// The text form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Display for ProviderId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Subject {
    /// Accepts a subject as the provider gave it: 1 to 255 printable ASCII characters.
    /// `None` for everything else, so that no two subjects can look the same.
    #[must_use]
    pub fn parse(given: &str) -> Option<Self> {
        let acceptable =
            (1..=MAX_SUBJECT_LENGTH).contains(&given.len()) && given.bytes().all(|b| matches!(b, b' '..=b'~'));
        acceptable.then(|| Self(given.to_owned()))
    }

    /// Takes a subject that the database gave back.
    #[must_use]
    pub fn from_row(stored: String) -> Self {
        Self(stored)
    }

    /// The text that is stored and compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a provider was linked lately.
#[must_use]
pub fn is_recent(linked_at: Timestamp, now: Timestamp) -> bool {
    now <= linked_at.plus(RECENT)
}

/// The request with which a user begins the way to a provider.
#[derive(Clone, Copy)]
pub struct AttemptRequest<'a> {
    /// The provider's id, as typed.
    pub provider: &'a str,
    /// Why the user goes there.
    pub ask: AskFor,
    /// The page to show afterwards, if it is a page of this site.
    pub return_to: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_recent_for_thirty_days() {
        let end = 30 * 86_400;
        for (now, expected) in [(-1, true), (0, true), (end, true), (end + 1, false)] {
            assert_eq!(is_recent(Timestamp(0), Timestamp(now)), expected, "{now}");
        }
    }

    #[test]
    fn a_provider_is_named_by_a_slug() {
        let longest = "a".repeat(MAX_ID_LENGTH);
        for text in ["a", "7", "acme", "acme-login", "a--b", &longest] {
            assert_eq!(ProviderId::parse(text).unwrap().as_str(), text);
        }
        let too_long = "a".repeat(MAX_ID_LENGTH + 1);
        for text in ["", "-", "-a", "a-", "A", "a_b", "a b", "a/b", "..", "a.b", "é", "a\n", &too_long] {
            assert_eq!(ProviderId::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_subject_is_printable_ascii_and_stays_as_it_is() {
        let longest = "x".repeat(MAX_SUBJECT_LENGTH);
        for given in ["1", "Ada", "auth0|5f7c", " a ", "~", &longest] {
            assert_eq!(Subject::parse(given).unwrap().as_str(), given);
        }
        assert_ne!(Subject::parse("Ada"), Subject::parse("ada"));
        let too_long = "x".repeat(MAX_SUBJECT_LENGTH + 1);
        for given in ["", "a\0", "a\n", "a\u{7f}", "ä", "a\u{200b}", &too_long] {
            assert_eq!(Subject::parse(given), None, "{given:?}");
        }
    }

    #[test]
    fn every_word_is_read_back_and_stands_once() {
        for kind in ProviderKind::ALL.iter().copied() {
            assert_eq!(ProviderKind::from_word(kind.word()), Some(kind));
        }
        for ask in AskFor::ALL.iter().copied() {
            assert_eq!(AskFor::from_word(ask.word()), Some(ask));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_input_panics(text in ".*") {
            let _ = (ProviderId::parse(&text), Subject::parse(&text));
        }
    }
}
