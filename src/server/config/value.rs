//! What values look like: functions for serde's `deserialize_with`.
//!
//! They take a number and a list also as a text, because the environment has nothing else, and
//! a refusal repeats the value only where it holds no secret.

use figment::value::Value;
use serde::de::{Deserialize, Deserializer, Error, Unexpected};

use super::error::shown;
use crate::domain::{deletion::Strategy, time::Span};

/// A text that `parse` takes.
pub fn text<'de, D: Deserializer<'de>, T>(
    de: D,
    accepted: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, D::Error> {
    read(de, accepted, shown, |value| filled(value).and_then(parse))
}

/// A text that is or holds a secret and that `parse` takes. A refusal repeats what `seen` leaves
/// of it.
pub fn secret<'de, D: Deserializer<'de>, T>(
    de: D,
    accepted: &str,
    seen: fn(&Value) -> String,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, D::Error> {
    read(de, accepted, seen, |value| filled(value).and_then(parse))
}

/// A list of texts, each of which `parse` takes.
pub fn list<'de, D: Deserializer<'de>, T>(
    de: D,
    accepted: &str,
    mut parse: impl FnMut(&str) -> Option<T>,
) -> Result<Vec<T>, D::Error> {
    read(de, accepted, shown, |value| {
        let listed = value.as_str().map_or_else(|| Some(value.clone()), |text| text.parse().ok());
        listed?.into_array()?.iter().map(|item| parse(item.as_str()?)).collect()
    })
}

/// A whole number.
pub fn number<'de, D: Deserializer<'de>, T: TryFrom<u32>, const MIN: u32, const MAX: u32>(
    de: D,
) -> Result<T, D::Error> {
    read(de, &format!("a whole number from {MIN} to {MAX}"), shown, |value| {
        let number = value.as_str().map_or_else(|| value.to_i128(), |text| text.parse::<u32>().ok().map(i128::from));
        let number = u32::try_from(number?).ok().filter(|number| (MIN..=MAX).contains(number));
        number?.try_into().ok()
    })
}

/// A span of time.
pub fn read_span<'de, D: Deserializer<'de>>(de: D) -> Result<Span, D::Error> {
    text(de, "a span of time: a number above 0 with s, m, h or d, such as \"15m\"", span)
}

/// A list of spans, no two alike.
pub fn different_spans<'de, D: Deserializer<'de>>(de: D) -> Result<Vec<Span>, D::Error> {
    let accepted = "different spans of time: numbers above 0 with s, m, h or d, such as [\"3d\", \"1d\"]";
    let mut seen = Vec::new();
    list(de, accepted, |text| {
        let span = span(text).filter(|span| !seen.contains(span))?;
        seen.push(span);
        Some(span)
    })
}

/// What executing a deletion does.
pub fn strategy<'de, D: Deserializer<'de>>(de: D) -> Result<Strategy, D::Error> {
    text(de, "\"anonymize\", \"soft_delete\" or \"hard_delete\"", Strategy::from_word)
}

/// A length of time as settings and arguments have it: whole seconds, at least one. Of humantime's
/// units only the four that nobody mistakes: its "15M" is fifteen months.
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

/// A text with more in it than spaces.
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
