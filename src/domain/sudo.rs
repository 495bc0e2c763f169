//! Sudo mode: for a short time after users have confirmed that it is them, they may do sensitive actions in this
//! session.

use super::time::{Span, Timestamp};

/// How long a mailed code works (behaviour §3.1; ASVS V6.5.5).
pub const CODE_TTL: Span = Span::minutes(10);
/// How many tries a user has in that time (behaviour §3.1; ASVS V6.6.3).
pub const CODE_TRIES: i64 = 5;

/// How long the token that a session had before [`SudoMode::Begun`] still reads pages and may confirm again (behaviour
/// rule 4; ADR 0049). The answer with the new token may have been lost.
pub const REPLACED_TOKEN_TTL: Span = Span::seconds(30);

/// What happens to a session's sudo mode when the session gets a new token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SudoMode {
    /// It stays unchanged.
    Kept,
    /// The user confirmed the session at this time.
    Begun(Timestamp),
    /// It ends.
    Ended,
}

/// Returns whether a session is in sudo mode at `now`: from `sudo_at`, when the user confirmed it, to `sudo_at +
/// ttl`, both included. An action in sudo mode does not lengthen this time.
///
/// If `sudo_at` is later than `now`, the clock was set back, and the user must confirm again.
#[must_use]
pub fn is_sudo(sudo_at: Option<Timestamp>, ttl: Span, now: Timestamp) -> bool {
    sudo_at.is_some_and(|at| at <= now && now <= at.plus(ttl))
}

/// Returns whether a mailed code still works at `now`, after `tries` tries.
#[must_use]
pub fn is_usable(expires_at: Timestamp, tries: i64, now: Timestamp) -> bool {
    now <= expires_at && tries < CODE_TRIES
}

/// Returns whether a replaced token still works at `now`. It works in its last second, `expires_at`.
#[must_use]
pub fn is_repeatable(expires_at: Timestamp, now: Timestamp) -> bool {
    now <= expires_at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_token_works_in_its_last_second() {
        for (now, expected) in [(129, true), (130, true), (131, false)] {
            assert_eq!(is_repeatable(Timestamp(100).plus(REPLACED_TOKEN_TTL), Timestamp(now)), expected, "{now}");
        }
    }

    #[test]
    fn the_window_closes_to_the_second() {
        let ttl = Span::minutes(15);
        let cases = [
            (None, 0, false),
            (Some(100), 99, false),
            (Some(100), 100, true),
            (Some(100), 100 + 899, true),
            (Some(100), 100 + 900, true),
            (Some(100), 100 + 901, false),
        ];
        for (sudo_at, now, expected) in cases {
            assert_eq!(is_sudo(sudo_at.map(Timestamp), ttl, Timestamp(now)), expected, "{now}");
        }
    }
}
