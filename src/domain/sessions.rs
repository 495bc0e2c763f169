//! Sessions: how long they live.

use super::{
    id::{SessionId, UserId},
    time::{Span, Timestamp},
};

/// A signed-in browser.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// The id of the session. The pages may show it to the owner.
    pub id: SessionId,
    /// The account to which the session belongs.
    pub user_id: UserId,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When the session was last used, to within [`Lifetime::touch_every`].
    pub last_seen_at: Timestamp,
    /// When an open page of the session last refreshed itself, to within [`Lifetime::touch_every`]. This does
    /// not keep the session alive.
    pub looked_at: Option<Timestamp>,
    /// When the user last confirmed that it is them; see [`super::sudo`].
    pub sudo_at: Option<Timestamp>,
}

/// The server stores a new `last_seen_at` only if the stored one is about this old. Otherwise it would write to the
/// database whenever a user reads a page.
const TOUCH_EVERY: Span = Span::minutes(5);
/// So many times at least, the server stores the use of a session before a pause of `session.idle` would end it.
const TOUCHES_PER_IDLE: u32 = 10;
/// The shortest `session.idle`: a person reads a page for so long.
pub const SHORTEST_IDLE: Span = Span::minutes(1);

/// The maximum number of sessions of an account (ASVS V7.1.2). The next sign-in ends the session that has been
/// unused for longest. No user has so many browsers, and one page can show them all.
pub const MOST_SESSIONS: i64 = 100;

/// The owner gets a letter when programs have ended this many sessions of an account within [`REVOCATIONS_WITHIN`].
pub const TOLD_OF_REVOCATIONS: i64 = 3;
/// The time in which the sessions that programs end are counted.
pub const REVOCATIONS_WITHIN: Span = Span::days(1);

/// How long a session lives (settings `session.idle`, `session.absolute`;
/// ASVS V7.3.1, V7.3.2; NIST SP 800-63B-4 §2.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// A session ends if the user does not use it for longer than this.
    pub idle: Span,
    /// A session ends this long after the user signed in, even if it is in use.
    pub absolute: Span,
}

impl Lifetime {
    /// Returns the earliest `last_seen_at` and the earliest `created_at` that a session may have to be alive at `now`.
    #[must_use]
    pub fn since(self, now: Timestamp) -> (Timestamp, Timestamp) {
        (now.minus(self.idle), now.minus(self.absolute))
    }

    /// Returns whether the session is alive at `now`. In the last second of a limit it is still alive.
    #[must_use]
    pub fn alive(self, session: &Session, now: Timestamp) -> bool {
        now <= session.last_seen_at.plus(self.idle) && now <= session.created_at.plus(self.absolute)
    }

    /// How old the stored `last_seen_at` gets before it is written again: five minutes, or a tenth of a short
    /// `session.idle`. Otherwise a session would end although its user reads a page every few seconds.
    #[must_use]
    pub fn touch_every(self) -> Span {
        TOUCH_EVERY.min(Span::seconds(self.idle.as_seconds() / TOUCHES_PER_IDLE))
    }

    /// Returns whether `last_seen_at` is old enough to be written again.
    #[must_use]
    pub fn wants_touch(self, session: &Session, now: Timestamp) -> bool {
        session.last_seen_at.plus(self.touch_every()) <= now
    }

    /// Returns whether both `last_seen_at` and `looked_at` are so old that a look is to be written.
    #[must_use]
    pub fn wants_look(self, session: &Session, now: Timestamp) -> bool {
        self.wants_touch(session, now) && session.looked_at.is_none_or(|at| at.plus(self.touch_every()) <= now)
    }

    /// Returns the first second in which a session with these two times is over.
    #[must_use]
    pub fn over_at(self, created_at: Timestamp, last_seen_at: Timestamp) -> Timestamp {
        last_seen_at.plus(self.idle).min(created_at.plus(self.absolute)).plus(Span::seconds(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_limits_hold_to_the_second() {
        let limits = Lifetime { idle: Span::days(7), absolute: Span::days(30) };
        let session = |created: i64, seen: i64| Session {
            id: SessionId::from_random([0; 16]),
            user_id: UserId::from_random([0; 16]),
            created_at: Timestamp(created),
            last_seen_at: Timestamp(seen),
            looked_at: None,
            sudo_at: None,
        };
        let idle = 7 * 86_400;
        let absolute = 30 * 86_400;
        let cases = [
            (session(0, 0), idle - 1, true),
            (session(0, 0), idle, true),
            (session(0, 0), idle + 1, false),
            (session(0, absolute), absolute - 1, true),
            (session(0, absolute), absolute, true),
            (session(0, absolute), absolute + 1, false),
        ];
        for (session, now, alive) in cases {
            assert_eq!(limits.alive(&session, Timestamp(now)), alive, "{now}");
            let over_at = limits.over_at(session.created_at, session.last_seen_at);
            assert_eq!(Timestamp(now) < over_at, alive, "{now}");
        }
    }

    #[test]
    fn a_use_is_stored_ten_times_before_the_session_would_end() {
        for (idle, every) in [(60, 6), (600, 60), (2_999, 299), (3_000, 300), (604_800, 300)] {
            let limits = Lifetime { idle: Span::seconds(idle), absolute: Span::days(30) };
            assert_eq!(limits.touch_every(), Span::seconds(every), "{idle}");
        }
    }
}
