//! Parses values: functions for serde's `deserialize_with`.
//!
//! They accept a number or a list also as a text, because the environment contains only texts. An error repeats the
//! value only if it is no secret.

use std::path::PathBuf;

use figment::value::Value;
use serde::de::{Deserialize, Deserializer, Error, Unexpected};

use super::error::shown;
use crate::domain::{deletion::Strategy, limits::Rate, time::Span};

/// Reads a text that `parse` accepts.
pub fn text<'de, D: Deserializer<'de>, T>(
    de: D,
    accepted: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, D::Error> {
    read(de, accepted, shown, |value| filled(value).and_then(parse))
}

/// Reads a text that contains a secret and that `parse` accepts. An error shows only the result of `seen`.
pub fn secret<'de, D: Deserializer<'de>, T>(
    de: D,
    accepted: &str,
    seen: fn(&Value) -> String,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, D::Error> {
    read(de, accepted, seen, |value| filled(value).and_then(parse))
}

/// Reads the path of a file.
pub fn file<'de, D: Deserializer<'de>>(de: D) -> Result<Option<PathBuf>, D::Error> {
    text(de, "the path of a file", |path| Some(Some(path.into())))
}

/// Reads a list of texts, each of which `parse` accepts.
pub fn list<'de, D: Deserializer<'de>, T>(
    de: D,
    accepted: &str,
    mut parse: impl FnMut(&str) -> Option<T>,
) -> Result<Vec<T>, D::Error> {
    read(de, accepted, shown, |value| {
        let listed = match value.as_str() {
            // figment 0.10.19 panics at an escape behind a character that is not ASCII; no accepted text has an escape.
            Some(text) if text.contains('\\') => None,
            Some(text) => text.parse().ok(),
            None => Some(value.clone()),
        };
        listed?.into_array()?.iter().map(|item| parse(item.as_str()?)).collect()
    })
}

/// Reads a whole number.
pub fn number<'de, D: Deserializer<'de>, T: TryFrom<u32>, const MIN: u32, const MAX: u32>(
    de: D,
) -> Result<T, D::Error> {
    read(de, &format!("a whole number from {MIN} to {MAX}"), shown, |value| {
        let number = value.as_str().map_or_else(|| value.to_i128(), |text| text.parse::<u32>().ok().map(i128::from));
        let number = u32::try_from(number?).ok().filter(|number| (MIN..=MAX).contains(number));
        number?.try_into().ok()
    })
}

/// Reads a span of time.
pub fn read_span<'de, D: Deserializer<'de>>(de: D) -> Result<Span, D::Error> {
    text(de, "a span of time: a number above 0 with s, m, h or d, such as \"15m\"", span)
}

/// Reads a list of different spans.
pub fn different_spans<'de, D: Deserializer<'de>>(de: D) -> Result<Vec<Span>, D::Error> {
    let accepted = "different spans of time: numbers above 0 with s, m, h or d, such as [\"3d\", \"1d\"]";
    let mut seen = Vec::new();
    list(de, accepted, |text| {
        let span = span(text).filter(|span| !seen.contains(span))?;
        seen.push(span);
        Some(span)
    })
}

/// Reads a rate.
pub fn rate<'de, D: Deserializer<'de>>(de: D) -> Result<Rate, D::Error> {
    let accepted = "a rate: a number from 1 to 100000, \"per\" and a span of time of at least a millisecond for each, \
        such as \"10 per 5m\"";
    text(de, accepted, |text| {
        let (count, period) = text.split_once(" per ")?;
        let count = count.trim().parse().ok().filter(|count| (1..=100_000).contains(count))?;
        let rate = Rate { count, period: span(period.trim())? };
        (rate.period.as_seconds() <= 31 * 86_400 && u64::from(count) <= u64::from(rate.period.as_seconds()) * 1_000)
            .then_some(rate)
    })
}

/// Reads yes or no.
pub fn flag<'de, D: Deserializer<'de>>(de: D) -> Result<bool, D::Error> {
    read(de, "true or false", shown, |value| value.as_str().map_or_else(|| value.to_bool(), |text| text.parse().ok()))
}

/// Reads a strategy of deletion.
pub fn strategy<'de, D: Deserializer<'de>>(de: D) -> Result<Strategy, D::Error> {
    text(de, "\"anonymize\", \"soft_delete\" or \"hard_delete\"", Strategy::from_word)
}

/// Parses a span of time in a setting or an argument: whole seconds, at least one. It accepts only the four of
/// humantime's units that an operator cannot mistake: humantime reads "15M" as fifteen months.
#[must_use]
pub fn span(text: &str) -> Option<Span> {
    let is_plain = |c: char| c.is_ascii_digit() || matches!(c, 's' | 'm' | 'h' | 'd' | ' ');
    if !text.chars().all(is_plain) {
        return None;
    }
    let length = humantime::parse_duration(text).ok()?;
    let seconds = u32::try_from(length.as_secs()).ok()?;
    (seconds > 0 && length.subsec_nanos() == 0).then_some(Span::seconds(seconds))
}

/// A text that is not blank.
fn filled(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.trim().is_empty())
}

fn read<'de, D: Deserializer<'de>, T>(
    de: D,
    accepted: &str,
    shown: fn(&Value) -> String,
    parse: impl FnOnce(&Value) -> Option<T>,
) -> Result<T, D::Error> {
    let value = <Value as Deserialize>::deserialize(de)?;
    let problem = || match value {
        Value::Empty(..) => "not set".to_owned(),
        Value::Dict(..) => "a table cannot be used".to_owned(),
        _ => format!("{} cannot be used", shown(&value)),
    };
    parse(&value).ok_or_else(|| D::Error::invalid_value(Unexpected::Other(&problem()), &accepted))
}
