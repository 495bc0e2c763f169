//! Exports: the copy of all that is kept about somebody, for them to take away.

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{
    id::{ExportId, UserId},
    time::{Span, Timestamp},
};

/// How long an export can be downloaded once it is ready (behaviour §3).
pub const KEPT_FOR: Span = Span::hours(24);

/// Events that an export has at most, the newest of a longer log: it is made in memory, and a
/// million of them would take gigabytes. More than years of use make.
pub const MOST_EVENTS: i64 = 100_000;

/// How far an export has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// A worker has it, or soon will.
    Building,
    /// Its file is there.
    Ready,
}

// The words stand in rows.
worded!(State);

/// One export. An account has one at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Names its file.
    pub id: ExportId,
    /// Whose data it holds.
    pub user_id: UserId,
    /// How far it has come.
    pub state: State,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When its file was there.
    pub ready_at: Option<Timestamp>,
    /// The last second in which it can be downloaded.
    pub expires_at: Option<Timestamp>,
}

/// What can be done about an account's export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportStatus {
    /// Nobody has asked for one.
    None,
    /// It is being prepared since then.
    Building(Timestamp),
    /// It can be downloaded until then.
    Ready(Timestamp),
    /// It could be downloaded until then.
    Expired(Timestamp),
}

impl Export {
    /// Where the export stands at `now`. Its last second counts.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> ExportStatus {
        match (self.state, self.expires_at) {
            (State::Ready, Some(until)) if now <= until => ExportStatus::Ready(until),
            (State::Ready, until) => ExportStatus::Expired(until.unwrap_or(self.requested_at)),
            (State::Building, _) => ExportStatus::Building(self.requested_at),
        }
    }

    /// Whether it can be downloaded at `now`.
    #[must_use]
    pub fn is_ready(&self, now: Timestamp) -> bool {
        matches!(self.standing(now), ExportStatus::Ready(_))
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
            assert_eq!(ready.standing(Timestamp(now)), expected, "{now}");
            assert_eq!(ready.is_ready(Timestamp(now)), expected == open, "{now}");
        }
    }

    #[test]
    fn what_is_not_built_cannot_be_downloaded() {
        let building = export(State::Building, None);
        assert_eq!(building.standing(Timestamp(60)), ExportStatus::Building(Timestamp(50)));
        assert!(!building.is_ready(Timestamp(60)));
        // No row is like this; it fails closed.
        assert!(!export(State::Ready, None).is_ready(Timestamp(60)));
    }

    #[test]
    fn every_word_is_read_back() {
        for state in State::ALL.iter().copied() {
            assert_eq!(State::from_word(state.word()), Some(state));
        }
    }
}
