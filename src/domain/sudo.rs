//! Sudo mode: a session that was confirmed a short while ago.

use super::time::{Span, Timestamp};

/// Whether a session confirmed at `sudo_at` is in sudo mode at `now`: true until
/// `sudo_at + ttl < now`. The window is absolute; using it does not lengthen it.
///
/// A confirmation in the future (the clock went back) counts as none: fails closed.
#[must_use]
pub fn is_sudo(sudo_at: Option<Timestamp>, ttl: Span, now: Timestamp) -> bool {
    sudo_at.is_some_and(|at| at <= now && now <= at.plus(ttl))
}

#[cfg(test)]
mod tests {
    use super::*;

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
