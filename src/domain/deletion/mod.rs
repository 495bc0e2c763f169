//! Scheduled deletion: the stored promise, and when it is due.

pub mod clock_guard;
pub mod erasure;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::time::{Span, Timestamp};

/// A scheduled deletion. Both instants are stored. Signet has shown `delete_at` to the user as a promise, so it
/// never computes the date again: the setting may have changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheduled {
    /// When the user scheduled it.
    pub deletion_scheduled_at: Timestamp,
    /// When the account is erased.
    pub delete_at: Timestamp,
}

/// What executing a deletion does (setting `deletion.strategy`, read when executing).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// Keeps the row for references and clears everything personal.
    Anonymize,
    /// Keeps the row and the personal data, marked as deleted. No user can sign in to the account any more.
    SoftDelete,
    /// Keeps nothing but an event without personal data.
    HardDelete,
}

// The settings and the ledger of erasures contain these words.
worded!(Strategy);

impl Scheduled {
    /// The deletion that a user schedules at `now`.
    #[must_use]
    pub fn at(now: Timestamp, grace: Span) -> Self {
        Self { deletion_scheduled_at: now, delete_at: now.plus(grace) }
    }

    /// Whether the deletion may be executed: from `delete_at` on.
    #[must_use]
    pub fn is_due(self, now: Timestamp) -> bool {
        self.delete_at <= now
    }
}

/// When to send the reminder: `before` ahead of the deletion. `None` if that is not after the moment when the user
/// scheduled it.
#[must_use]
pub fn reminder_at(scheduled: Scheduled, before: Span) -> Option<Timestamp> {
    let at = scheduled.delete_at.minus(before);
    (at > scheduled.deletion_scheduled_at).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn due_begins_at_the_promised_second() {
        let scheduled = Scheduled::at(Timestamp(1_000), Span::days(14));
        let due = 1_000 + 14 * 86_400;
        assert_eq!(scheduled.delete_at, Timestamp(due));
        for (now, expected) in [(due - 1, false), (due, true), (due + 1, true)] {
            assert_eq!(scheduled.is_due(Timestamp(now)), expected, "{now}");
        }
    }

    #[test]
    fn a_reminder_that_would_lie_in_the_past_is_left_out() {
        let scheduled = Scheduled::at(Timestamp(0), Span::days(3));
        assert_eq!(reminder_at(scheduled, Span::days(3)), None);
        assert_eq!(reminder_at(scheduled, Span::days(1)), Some(Timestamp(2 * 86_400)));
    }
}
