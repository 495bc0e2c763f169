//! Providers: other sites that tell Signet who a user is.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{
    email::Email,
    time::{Span, Timestamp},
};

/// For how long after it was linked a provider is recent: a reset of the password offers to unlink it.
const RECENT: Span = Span::days(30);

/// How far the clock of a provider and ours may differ.
pub const CLOCK_LEEWAY: Span = Span::minutes(1);

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

/// When Signet takes an address for the user's own because a provider names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum TrustEmail {
    /// If the provider says that it has verified the address.
    #[default]
    Verified,
    /// Whatever the provider says: its operators decide who has which address.
    Always,
    /// Not at all: the user confirms an address by a mailed link.
    Never,
}

// The settings contain these words.
worded!(TrustEmail);

/// How a provider sends a browser back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum ResponseMode {
    /// By a redirect, with the response in the address.
    #[default]
    Query,
    /// By a form that the browser posts.
    FormPost,
}

// The settings contain these words.
worded!(ResponseMode);

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
    /// The issuer that gave the user the identifier, as the settings name it.
    pub issuer: String,
    /// The provider's identifier of the user.
    pub subject: Subject,
    /// The address, only if Signet takes it for the user's own because the provider says so.
    pub email: Option<Email>,
    /// When the user last signed in at the provider, if the provider says so.
    pub auth_time: Option<AuthTime>,
    /// Whether the provider announces that it tells `auth_time` (`claims_supported`, `OpenID` Connect Discovery 1.0
    /// §3). Then an answer without `auth_time` means that the request did not ask for it.
    pub tells_auth_time: bool,
}

/// When a user signed in at a provider, by the provider's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthTime {
    /// The time of the sign-in.
    pub at: Timestamp,
    /// When the provider issued the token that says so, also by its clock.
    pub issued_at: Timestamp,
    /// When Signet received that token, by our clock.
    pub received_at: Timestamp,
}

impl AuthTime {
    /// Whether the user signed in since Signet asked for it, at `asked_at` by our clock.
    ///
    /// The token belongs to this question, so it was issued between `asked_at` and `received_at`. Its time therefore
    /// shows how far the provider's clock is behind or ahead at least, and the time of the sign-in is compared by that
    /// clock. So a login from before the question is told from one after it, although the clocks differ. A clock that
    /// is behind by more than the leeway of every token helps no login, and a second is lost when both clocks drop
    /// their fractions.
    #[must_use]
    pub fn is_since(self, asked_at: Timestamp) -> bool {
        let behind = self.received_at.0.saturating_sub(self.issued_at.0).min(CLOCK_LEEWAY.as_seconds().into());
        let earliest = asked_at.0.saturating_sub(behind).saturating_sub(1);
        self.at.0 >= earliest && self.at <= self.received_at.plus(CLOCK_LEEWAY)
    }
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
    fn a_login_is_since_the_question_by_the_provider_s_own_clock() {
        // Seconds since the question: of the login and of the token by the provider's clock, of the answer by ours.
        for (at, issued_at, received_at, expected) in [
            // Equal clocks.
            (0, 0, 0, true),
            (-1, 0, 0, true),
            (-2, 0, 0, false),
            (10, 12, 12, true),
            (-2, 12, 12, false),
            // A clock that is behind.
            (-5, -5, 0, true),
            (-6, -5, 0, true),
            (-7, -5, 0, false),
            (-60, -60, 0, true),
            (-61, -60, 0, true),
            (-62, -60, 0, false),
            (-61, -300, 0, true),
            (-62, -300, 0, false),
            // A clock that is ahead: a login from before the question looks later than it.
            (5, 5, 0, true),
            (4, 5, 0, true),
            (3, 5, 0, false),
            // From the future.
            (60, 0, 0, true),
            (61, 0, 0, false),
            (i64::MAX, 0, 0, false),
            (i64::MIN, 0, 0, false),
            (0, i64::MIN, 0, true),
            (0, i64::MAX, 0, false),
        ] {
            let [at, issued_at, received_at] = [at, issued_at, received_at].map(Timestamp);
            let login = AuthTime { at, issued_at, received_at };
            assert_eq!(login.is_since(Timestamp(0)), expected, "{login:?}");
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
        for trust in TrustEmail::ALL.iter().copied() {
            assert_eq!(TrustEmail::from_word(trust.word()), Some(trust));
        }
        for mode in ResponseMode::ALL.iter().copied() {
            assert_eq!(ResponseMode::from_word(mode.word()), Some(mode));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_input_panics(text in ".*") {
            let _ = (ProviderId::parse(&text), Subject::parse(&text));
        }
    }
}
