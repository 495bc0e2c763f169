//! Exports: a copy of everything that Signet keeps about a user, which the user can download.

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{
    id::{ExportId, UserId},
    time::{Span, Timestamp},
};

/// How long an export can be downloaded once it is ready (behaviour §3).
pub const KEPT_FOR: Span = Span::hours(24);

/// The maximum number of events in an export; of a longer log it contains the newest. The worker builds the export
/// in memory, and a million events would take gigabytes. Years of normal use make fewer events than this.
pub const MOST_EVENTS: i64 = 100_000;

/// The maximum size of the document of an export, in bytes. If it is larger, it contains fewer events.
pub const MOST_BYTES: usize = 32 << 20;

/// The state of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// A worker builds it, or will soon.
    Building,
    /// Its file exists.
    Ready,
}

// Rows contain these words.
worded!(State);

/// One export. An account has at most one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Names its file.
    pub id: ExportId,
    /// The account whose data it contains.
    pub user_id: UserId,
    /// Its state.
    pub state: State,
    /// When the user requested it.
    pub requested_at: Timestamp,
    /// When its file was complete.
    pub ready_at: Option<Timestamp>,
    /// The last second in which it can be downloaded.
    pub expires_at: Option<Timestamp>,
}

/// The status of an account's export, as its page shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportStatus {
    /// The account has no export.
    None,
    /// A worker prepares it; the user requested it at this time.
    Building(Timestamp),
    /// The user can download it until this time.
    Ready(Timestamp),
    /// The user could download it until this time.
    Expired(Timestamp),
}

impl Export {
    /// The status of the export at `now`. It can still be downloaded in the second `expires_at`.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> ExportStatus {
        match (self.state, self.expires_at) {
            (State::Ready, Some(until)) if now <= until => ExportStatus::Ready(until),
            (State::Ready, until) => ExportStatus::Expired(until.unwrap_or(self.requested_at)),
            (State::Building, _) => ExportStatus::Building(self.requested_at),
        }
    }

    /// Whether it can be downloaded at `now`.
    #[must_use]
    pub fn is_ready(&self, now: Timestamp) -> bool {
        matches!(self.status(now), ExportStatus::Ready(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn export(state: State, expires_at: Option<i64>) -> Export {
        Export {
            id: ExportId::from_random([1; 16]),
            user_id: UserId::from_random([2; 16]),
            state,
            requested_at: Timestamp(50),
            ready_at: expires_at.map(|at| Timestamp(at - 10)),
            expires_at: expires_at.map(Timestamp),
        }
    }

    #[test]
    fn an_export_is_there_to_the_second() {
        let ready = export(State::Ready, Some(100));
        let (open, over) = (ExportStatus::Ready(Timestamp(100)), ExportStatus::Expired(Timestamp(100)));
        for (now, expected) in [(99, open), (100, open), (101, over)] {
            assert_eq!(ready.status(Timestamp(now)), expected, "{now}");
            assert_eq!(ready.is_ready(Timestamp(now)), expected == open, "{now}");
        }
    }

    #[test]
    fn what_is_not_built_cannot_be_downloaded() {
        let building = export(State::Building, None);
        assert_eq!(building.status(Timestamp(60)), ExportStatus::Building(Timestamp(50)));
        assert!(!building.is_ready(Timestamp(60)));
        // The database contains no such row. If it did, the user could not download the export.
        assert!(!export(State::Ready, None).is_ready(Timestamp(60)));
    }

    #[test]
    fn every_word_is_read_back() {
        for state in State::ALL.iter().copied() {
            assert_eq!(State::from_word(state.word()), Some(state));
        }
    }
}
