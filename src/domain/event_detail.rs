//! What an event of the security log says besides what happened.

mod stored;

use core::fmt;

use serde::{Deserialize, Serialize};

use super::{
    api_tokens::IssuedToken,
    email::Email,
    profile::Name,
    providers::ProviderId,
    security_log::Event,
    time::{Timestamp, rfc3339},
};

/// The detail of an event: one case for each meaning. A new row has it as JSON, under the names
/// here; [`Detail::from_row`] reads that and the texts that older rows have.
///
/// The names are stored for ever in a log that nothing rewrites: a case may be added, none renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// The address changed from one to the other, or was asked to.
    EmailChange {
        /// The address before.
        old: Email,
        /// The address afterwards.
        new: Email,
    },
    /// The address that was confirmed, or that a cancelled change would have led to.
    Email(Email),
    /// The provider that was linked or unlinked.
    Provider(ProviderId),
    /// The API token that was created or revoked, or that a program acted with.
    ApiToken {
        /// What its owner calls it: free text.
        name: Name,
        /// The last characters of its random part.
        hint: String,
    },
    /// The browser whose session was ended, in words of a closed list: "Firefox on Linux".
    Browser(String),
    /// How many other sessions were ended.
    OtherSessions(u64),
    /// The event that the owner said was not them.
    Disowned {
        /// What happened, or was attempted.
        #[serde(with = "stored::by_word")]
        event: Event,
        /// Whether it had been refused.
        is_refused: bool,
        /// When.
        at: Timestamp,
    },
    /// A text that no version writes: read only, and shown as it stands.
    #[serde(skip)]
    Unknown(String),
}

impl Detail {
    /// A change from one address to the other.
    #[must_use]
    pub fn email_change(old: &Email, new: &Email) -> Self {
        Self::EmailChange { old: old.clone(), new: new.clone() }
    }

    /// The detail as API, export and security log have always said it, with every address as
    /// `shown` gives it. Free text may hold addresses too; of the rest, only what is one is asked
    /// about.
    pub fn text_with(&self, shown: impl Fn(&str) -> String) -> String {
        match self {
            Self::EmailChange { old, new } => format!("{} → {}", shown(old.as_str()), shown(new.as_str())),
            Self::Email(email) => shown(email.as_str()),
            Self::Provider(provider) => provider.to_string(),
            Self::ApiToken { name, hint } => format!("{} …{hint}", each_address(name.as_str(), shown)),
            Self::Browser(words) => words.clone(),
            Self::OtherSessions(ended) => format!("{ended} other {}", if *ended == 1 { "session" } else { "sessions" }),
            Self::Disowned { event, is_refused, at } => {
                let refused = if *is_refused { ".failure" } else { "" };
                format!("{}{refused} {}", event.word(), rfc3339(*at))
            }
            Self::Unknown(text) => each_address(text, shown),
        }
    }
}

/// Free text with every word that could be an address as `shown` gives it.
fn each_address(text: &str, shown: impl Fn(&str) -> String) -> String {
    let word = |word: &str| if word.contains('@') { shown(word) } else { word.to_owned() };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// As [`Detail::text_with`], addresses in full.
impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text_with(str::to_owned))
    }
}

impl From<&IssuedToken> for Detail {
    fn from(token: &IssuedToken) -> Self {
        Self::ApiToken { name: token.name.clone(), hint: token.hint.clone() }
    }
}
