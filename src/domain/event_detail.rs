//! The detail of an event in the security log, such as the two addresses of a change.

mod stored;

use core::fmt;

use serde::{Deserialize, Serialize};

use super::{
    api_tokens::IssuedToken,
    email::Email,
    operator::OperatorReason,
    profile::Name,
    providers::ProviderId,
    security_log::Event,
    time::{Timestamp, rfc3339},
};

/// The detail of an event: one case for each meaning. Signet stores it as JSON with the names below.
/// [`Detail::from_row`] reads this JSON, and the texts in older rows.
///
/// The log keeps these names for ever, because no statement rewrites its rows. A case may be added, but never
/// renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// The address changed from `old` to `new`, or the user requested that change.
    EmailChange {
        /// The address before.
        old: Email,
        /// The address afterwards.
        new: Email,
    },
    /// The confirmed address, or the new address of a cancelled change.
    Email(Email),
    /// The provider that was linked or unlinked.
    Provider(ProviderId),
    /// The API token that the user created or revoked, or with which a program acted.
    ApiToken {
        /// The name that its owner gave it: free text.
        name: Name,
        /// The last characters of its random part.
        hint: String,
    },
    /// The browser whose session was ended, in words of a closed list: "Firefox on Linux".
    Browser(String),
    /// How many other sessions the user ended.
    OtherSessions(u64),
    /// The event that the owner disowned: "this was not me".
    Disowned {
        /// What happened or was attempted.
        #[serde(with = "stored::by_word")]
        event: Event,
        /// Whether Signet had refused it.
        is_refused: bool,
        /// When.
        at: Timestamp,
    },
    /// The reason that an operator gave for acting on the account: free text.
    Reason(OperatorReason),
    /// A text that no version of Signet writes. It is only read, and shown unchanged.
    #[serde(skip)]
    Unknown(String),
}

impl Detail {
    /// A change from one address to the other.
    #[must_use]
    pub fn email_change(old: &Email, new: &Email) -> Self {
        Self::EmailChange { old: old.clone(), new: new.clone() }
    }

    /// The detail in the words that the API, the export and the security log have always used. `shown` rewrites
    /// every address, also one inside free text.
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
            Self::Reason(reason) => each_address(reason.as_str(), shown),
            Self::Unknown(text) => each_address(text, shown),
        }
    }
}

/// Free text, in which `shown` rewrites every word that could be an address.
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
