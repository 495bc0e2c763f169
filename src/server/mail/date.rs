//! Times in words, for letters and pages, and in RFC 3339 for programs.
//!
//! Always in English and UTC: the server does not know where the reader is, and the date of an erasure must mean
//! the same to every reader.

pub use crate::domain::time::rfc3339;
use crate::domain::time::{Timestamp, written};

/// The day: "7 December 2026".
#[must_use]
pub fn day(at: Timestamp) -> String {
    written(at, "%-d %B %Y")
}

/// The day and the minute: "7 December 2026, 14:05 UTC". Seconds are cut off and never rounded up, so that a link
/// still works at the time that the text names.
#[must_use]
pub fn minute(at: Timestamp) -> String {
    written(at, "%-d %B %Y, %H:%M UTC")
}

/// The minute of a time within the next hours: "14:05 UTC".
#[must_use]
pub fn time(at: Timestamp) -> String {
    written(at, "%H:%M UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_said_in_words() {
        let cases = [
            (0, "1 January 1970", "1 January 1970, 00:00 UTC"),
            (1_796_652_300, "7 December 2026", "7 December 2026, 14:05 UTC"),
            (1_796_652_359, "7 December 2026", "7 December 2026, 14:05 UTC"),
            (1_709_164_800, "29 February 2024", "29 February 2024, 00:00 UTC"),
            (1_709_251_199, "29 February 2024", "29 February 2024, 23:59 UTC"),
            (1_709_251_200, "1 March 2024", "1 March 2024, 00:00 UTC"),
            (4_107_542_400, "1 March 2100", "1 March 2100, 00:00 UTC"),
            (4_107_542_399, "28 February 2100", "28 February 2100, 23:59 UTC"),
            (-1, "31 December 1969", "31 December 1969, 23:59 UTC"),
        ];
        for (second, day_words, minute_words) in cases {
            assert_eq!(day(Timestamp(second)), day_words);
            assert_eq!(minute(Timestamp(second)), minute_words);
        }
    }

    #[test]
    fn no_instant_is_out_of_reach() {
        assert_eq!(day(Timestamp(i64::MAX)), "30 December 9999");
        assert!(!day(Timestamp(i64::MIN)).is_empty());
    }
}
