//! Dates and times in the language of the reader.
//!
//! Always in UTC: the server does not know where the reader is, and the date of an erasure must mean the same to every
//! reader.

use super::text::text;
use crate::domain::{
    language::Language,
    time::{Timestamp, written},
};

/// The day: "7 December 2026", "7. Dezember 2026".
#[must_use]
pub fn day(language: Language, at: Timestamp) -> String {
    let (day, year) = (written(at, "%-d"), written(at, "%Y"));
    // A month is written with digits only.
    let month = written(at, "%-m").parse().unwrap_or(0);
    text!(language, date_day, day = &day, month = month, year = &year)
}

/// The day and the minute: "7 December 2026, 14:05 UTC". Seconds are cut off and never rounded up, so that a link
/// still works at the time that the text names.
#[must_use]
pub fn minute(language: Language, at: Timestamp) -> String {
    let time = written(at, "%H:%M");
    text!(language, date_minute, day = &day(language, at), time = &time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::copy::units;

    #[test]
    fn english_dates_are_those_of_the_pages() {
        for month in 0..12 {
            let at = Timestamp(1_768_000_000 + month * 30 * 86_400 + 59);
            assert_eq!(day(Language::English, at), units::day(at));
            assert_eq!(minute(Language::English, at), units::minute(at));
        }
    }

    #[test]
    fn german_dates_have_german_months() {
        let cases = [
            (1_796_652_359, "7. Dezember 2026 um 14:05 Uhr (UTC)"),
            (1_709_164_800, "29. Februar 2024 um 00:00 Uhr (UTC)"),
            (1_709_251_200, "1. März 2024 um 00:00 Uhr (UTC)"),
            (0, "1. Januar 1970 um 00:00 Uhr (UTC)"),
        ];
        for (second, words) in cases {
            assert_eq!(minute(Language::German, Timestamp(second)), words);
        }
    }
}
