//! Times and spans in words.
//!
//! Always in English and UTC: the server does not know where the reader is, and the date of an erasure must mean
//! the same to every reader.

use crate::domain::time::{Span, Timestamp, written};

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

/// The span in its largest whole unit, rounded up: "4 minutes", "13 days".
#[must_use]
pub fn span(span: Span) -> String {
    let (n, unit) = match span.as_seconds() {
        seconds @ 0..=59 => (seconds, "second"),
        seconds @ 60..=3_599 => (seconds.div_ceil(60), "minute"),
        seconds @ 3_600..=86_399 => (seconds.div_ceil(3_600), "hour"),
        seconds => (seconds.div_ceil(86_400), "day"),
    };
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

/// How long ago something was: "just now", "5 minutes ago".
#[must_use]
pub fn ago(ago: Span) -> String {
    if ago < Span::minutes(1) { "just now".to_owned() } else { format!("{} ago", span(ago)) }
}

/// When something that is due in `left` will happen: "in 13 days".
#[must_use]
pub fn from_now(left: Span) -> String {
    match left {
        Span::NONE => "at any moment".to_owned(),
        left => format!("in {}", span(left)),
    }
}

/// The time of something that happened less than `ago` before: "In the last 5 minutes".
#[must_use]
pub fn in_the_last(ago: Span) -> String {
    format!("In the last {}", span(ago))
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

    #[test]
    fn spans_are_said_in_their_largest_unit_rounded_up() {
        let cases = [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (61, "2 minutes"),
            (3_600, "1 hour"),
            (86_399, "24 hours"),
            (86_400, "1 day"),
            (14 * 86_400, "14 days"),
        ];
        for (seconds, words) in cases {
            assert_eq!(span(Span::seconds(seconds)), words);
        }
    }

    #[test]
    fn less_than_a_minute_ago_is_now_and_no_time_left_is_any_moment() {
        for (seconds, words) in [(0, "just now"), (59, "just now"), (60, "1 minute ago"), (61, "2 minutes ago")] {
            assert_eq!(ago(Span::seconds(seconds)), words);
        }
        for (seconds, words) in [(0, "at any moment"), (1, "in 1 second"), (86_400, "in 1 day")] {
            assert_eq!(from_now(Span::seconds(seconds)), words);
        }
    }
}
