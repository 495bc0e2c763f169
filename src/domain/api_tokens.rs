//! API tokens: a program signs in with one. The rules say what a token may do, and for how long.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{
    error::Refusal,
    id::ApiTokenId,
    profile::Name,
    time::{Span, Timestamp},
};

/// How many tokens an account may have (ASVS V2.1.3). An expired token counts until the sweep removes it. The
/// number is higher than one person needs, and the list stays short enough to read.
pub const MAX_TOKENS: i64 = 50;
/// `last_used_at` is written at most this often, so that reading is not a write.
pub const TOUCH_EVERY: Span = Span::minutes(5);
/// How long an expired token stays in the list, so that its owner sees why a program stopped working.
pub const KEEP_EXPIRED: Span = Span::days(30);

/// What a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read the account, its sessions and its security log.
    Read,
    /// The same, and sign out sessions.
    Write,
}

// Forms, rows and the API contain these words.
worded!(Scope);

impl Scope {
    /// Whether a token with this scope may do something that requires `needed`. Writing includes reading.
    #[must_use]
    pub const fn allows(self, needed: Self) -> bool {
        matches!((self, needed), (Self::Write, _) | (Self::Read, Self::Read))
    }
}

/// How long a token works: one of four choices. Every token expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
pub enum Expiry {
    /// 7 days.
    #[strum(serialize = "7")]
    Week,
    /// 30 days.
    #[strum(serialize = "30")]
    Month,
    /// 90 days.
    #[strum(serialize = "90")]
    Quarter,
    /// 365 days.
    #[strum(serialize = "365")]
    Year,
}

// Forms contain these words: the numbers of days.
worded!(Expiry);

impl Expiry {
    /// The time from the creation of a token to its last second.
    #[must_use]
    pub const fn span(self) -> Span {
        match self {
            Self::Week => Span::days(7),
            Self::Month => Span::days(30),
            Self::Quarter => Span::days(90),
            Self::Year => Span::days(365),
        }
    }
}

/// The fields of the form that creates a token, as typed.
#[derive(Clone, Copy, Debug)]
pub struct Typed<'a> {
    /// The name of the token.
    pub name: &'a str,
    /// The word of its scope.
    pub scope: &'a str,
    /// The word of its expiry.
    pub expires: &'a str,
}

/// The fields of the form that creates a token, after parsing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The name that its owner gave it.
    pub name: Name,
    /// What it may do.
    pub scope: Scope,
    /// How long it works.
    pub expiry: Expiry,
}

impl Wanted {
    /// Reads the fields of the form.
    ///
    /// # Errors
    /// [`Refusal::InvalidTokenName`] unless the name has 1 to 64 visible characters;
    /// [`Refusal::InvalidChoice`] for a scope or an expiry that the form does not offer.
    pub fn parse(typed: Typed<'_>) -> Result<Self, Refusal> {
        let name = Name::parse(typed.name).map_err(|_| Refusal::InvalidTokenName)?;
        Ok(Self {
            name: name.ok_or(Refusal::InvalidTokenName)?,
            scope: Scope::from_word(typed.scope).ok_or(Refusal::InvalidChoice)?,
            expiry: Expiry::from_word(typed.expires).ok_or(Refusal::InvalidChoice)?,
        })
    }
}

/// A token that was issued, without the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedToken {
    /// Names it; safe to show to its owner.
    pub id: ApiTokenId,
    /// The name that its owner gave it.
    pub name: Name,
    /// What it may do.
    pub scope: Scope,
    /// The last characters of its random part.
    pub hint: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// The last second in which it works.
    pub expires_at: Timestamp,
    /// When it was last used, to within [`TOUCH_EVERY`].
    pub last_used_at: Option<Timestamp>,
}

impl IssuedToken {
    /// Whether the token works at `now`. It still works in the second `expires_at`.
    #[must_use]
    pub fn alive(&self, now: Timestamp) -> bool {
        now <= self.expires_at
    }

    /// The facts about the token for a letter.
    #[must_use]
    pub fn described(&self) -> Described {
        Described { scope: self.scope, hint: self.hint.clone(), expires_at: self.expires_at }
    }

    /// Whether the row notes a use after the token's end.
    #[must_use]
    pub fn is_noted_as_refused(&self) -> bool {
        self.last_used_at.is_some_and(|used| used > self.expires_at)
    }

    /// Whether `last_used_at` is old enough to be written again.
    #[must_use]
    pub fn wants_touch(&self, now: Timestamp) -> bool {
        self.last_used_at.is_none_or(|at| at.plus(TOUCH_EVERY) <= now)
    }
}

/// The facts that letters about a token state. The name is not among them: an attacker may have chosen its
/// text (checklist A25).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Described {
    /// What it may do.
    pub scope: Scope,
    /// The last characters of its random part.
    pub hint: String,
    /// The last second in which it works.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(expires_at: i64, last_used_at: Option<i64>) -> IssuedToken {
        IssuedToken {
            id: ApiTokenId::from_random([1; 16]),
            name: Name::from_row("backup".to_owned()),
            scope: Scope::Read,
            hint: "0af3".to_owned(),
            created_at: Timestamp(0),
            expires_at: Timestamp(expires_at),
            last_used_at: last_used_at.map(Timestamp),
        }
    }

    fn parsed(name: &str, scope: &str, expires: &str) -> Result<Wanted, Refusal> {
        Wanted::parse(Typed { name, scope, expires })
    }

    #[test]
    fn a_token_works_to_its_last_second() {
        for expiry in Expiry::ALL.iter().copied() {
            let last = Timestamp(0).plus(expiry.span());
            let token = token(last.0, None);
            for (late, alive) in [(-1, true), (0, true), (1, false)] {
                assert_eq!(token.alive(Timestamp(last.0 + late)), alive, "{expiry:?} {late}");
            }
        }
    }

    #[test]
    fn no_token_outlives_a_year() {
        for expiry in Expiry::ALL.iter().copied() {
            assert!(expiry.span() <= Span::days(365), "{expiry:?}");
            assert_eq!(Expiry::from_word(expiry.word()), Some(expiry));
        }
    }

    #[test]
    fn writing_includes_reading_and_not_the_reverse() {
        use Scope::{Read, Write};
        let cases = [(Read, Read, true), (Read, Write, false), (Write, Read, true), (Write, Write, true)];
        for (scope, needed, allowed) in cases {
            assert_eq!(scope.allows(needed), allowed, "{scope:?} {needed:?}");
            assert_eq!(Scope::from_word(scope.word()), Some(scope));
        }
    }

    #[test]
    fn a_use_is_written_after_five_minutes() {
        let cases = [(None, 0, true), (Some(100), 399, false), (Some(100), 400, true), (Some(100), 401, true)];
        for (used, now, wants) in cases {
            assert_eq!(token(9_999, used).wants_touch(Timestamp(now)), wants, "{used:?} {now}");
        }
    }

    #[test]
    fn a_token_has_a_name_and_the_choices_are_those_of_the_form() {
        let wanted = parsed(" backup ", "write", "90").unwrap();
        assert_eq!((wanted.name.as_str(), wanted.scope, wanted.expiry), ("backup", Scope::Write, Expiry::Quarter));
        assert!(parsed(&"😀".repeat(64), "read", "7").is_ok());
        for name in ["", "  ", &"x".repeat(65), "a\nb", "a\u{202e}b"] {
            assert_eq!(parsed(name, "read", "7"), Err(Refusal::InvalidTokenName), "{name:?}");
        }
        for (scope, expires) in [("", "7"), ("admin", "7"), ("Read", "7"), ("read", ""), ("read", "8"), ("read", "366")]
        {
            assert_eq!(parsed("backup", scope, expires), Err(Refusal::InvalidChoice), "{scope} {expires}");
        }
    }
}
