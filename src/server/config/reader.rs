//! The layers laid over each other, and typed values read from them.

use figment::{
    Figment, Profile, Provider,
    providers::{Format, Toml},
    value::{Dict, Value},
};

use super::{
    error::{SettingError, shown},
    key::{self, Form, Key},
    provider,
    sources::{DATABASE_URL, ENVIRONMENT, LEPTOS_TOML, PREFIX, SECRET_KEY, Sources, WORKER},
};
use crate::domain::time::Span;

/// The defaults: the repository's own `Leptos.toml`, so that they are written down once.
pub const DEFAULTS: &str = include_str!("../../../Leptos.toml");

/// All layers of settings, with every key known.
pub struct Reader(Figment);

impl Reader {
    /// Lays the sources over the defaults.
    ///
    /// # Errors
    /// [`SettingError`] for a file that is not TOML and for a key that does not exist: it
    /// would be a slip that nobody notices.
    pub fn new(sources: &Sources) -> Result<Self, SettingError> {
        let mut layers = Figment::new().merge(file(LEPTOS_TOML, DEFAULTS)?);
        for (name, text) in &sources.files {
            layers = layers.merge(file(name, text)?);
        }
        if let Some(url) = sources.variable(DATABASE_URL) {
            layers = layers.merge((key::DATABASE_URL.name, url));
        }
        for (name, value) in &sources.env {
            if let Some(key) = variable(name)? {
                layers = layers.merge((key.name, value));
            }
        }
        Ok(Self(layers))
    }

    /// A text; `None` when the key is not set.
    pub fn optional_text(&self, key: &Key) -> Result<Option<String>, SettingError> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::String(_, text)) if !text.trim().is_empty() => Ok(Some(text)),
            Some(wrong) => Err(SettingError::wrong(key, &wrong)),
        }
    }

    /// A text.
    pub fn text(&self, key: &Key) -> Result<String, SettingError> {
        self.optional_text(key)?.ok_or_else(|| SettingError::missing(key))
    }

    /// A list of texts.
    pub fn texts(&self, key: &Key) -> Result<Vec<String>, SettingError> {
        let items = match self.value(key) {
            // The environment has text only; a list looks there as it does in a file.
            Some(Value::String(_, text)) => text.parse::<Value>().ok().and_then(Value::into_array),
            Some(value) => value.into_array(),
            None => return Err(SettingError::missing(key)),
        };
        let texts = items.map(|items| items.into_iter().map(Value::into_string).collect());
        texts.flatten().ok_or_else(|| self.wrong(key))
    }

    /// A span of time.
    pub fn span(&self, key: &Key) -> Result<Span, SettingError> {
        span(&self.text(key)?).ok_or_else(|| self.wrong(key))
    }

    /// A list of spans, no two alike.
    pub fn spans(&self, key: &Key) -> Result<Vec<Span>, SettingError> {
        let spans: Option<Vec<Span>> = self.texts(key)?.iter().map(|text| span(text)).collect();
        let spans = spans.ok_or_else(|| self.wrong(key))?;
        let mut different = spans.clone();
        different.sort_unstable();
        different.dedup();
        if different.len() == spans.len() { Ok(spans) } else { Err(self.wrong(key)) }
    }

    /// A number of the form's range; `None` when the key is not set.
    pub fn optional_number(&self, key: &Key) -> Result<Option<u32>, SettingError> {
        let number = match self.value(key) {
            None => return Ok(None),
            Some(Value::String(_, text)) => text.parse().ok(),
            Some(value) => value.to_i128().and_then(|number| number.try_into().ok()),
        };
        let in_range = |n: &u32| matches!(key.form, Form::Number { min, max } if (min..=max).contains(n));
        number.filter(in_range).map(Some).ok_or_else(|| self.wrong(key))
    }

    /// A number of the form's range.
    pub fn number(&self, key: &Key) -> Result<u32, SettingError> {
        self.optional_number(key)?.ok_or_else(|| SettingError::missing(key))
    }

    /// Says that the value of `key` does not have its form.
    pub fn wrong(&self, key: &Key) -> SettingError {
        self.value(key).map_or_else(|| SettingError::missing(key), |value| SettingError::wrong(key, &value))
    }

    /// Says that the value of `key` has its form, but is refused for another reason.
    pub fn refused(&self, key: &Key, reason: &str, accepted: &str) -> SettingError {
        let value = self.value(key).map_or_else(|| "the default".to_owned(), |value| shown(key, &value));
        SettingError::new(key.name, format!("{value} {reason}"), accepted)
    }

    fn value(&self, key: &Key) -> Option<Value> {
        self.0.find_value(key.name).ok()
    }
}

/// A file's settings, every key of which is known.
fn file(name: &str, text: &str) -> Result<Figment, SettingError> {
    let layer = Toml::string(text);
    let mut read = layer.data().map_err(|error| {
        // The first line says where; the others repeat the text, which may hold a secret.
        let line = error.to_string().lines().next().unwrap_or_default().to_owned();
        SettingError::new(name, line, "a TOML file")
    })?;
    let mut settings = read.remove(&Profile::Default).unwrap_or_default();
    if name == LEPTOS_TOML {
        // Leptos' own table.
        settings.remove("package");
    }
    // Tables of their own, with as many keys as there are providers.
    settings.remove(provider::TABLES);
    let mut layers = Figment::new();
    for (path, value) in leaves("", settings) {
        let known = key::ALL.iter().any(|key| key.name == path);
        if !known {
            let accepted = neighbours(&path, |key| key.name.to_owned());
            return Err(SettingError::new(&path, format!("no such setting ({name})"), accepted));
        }
        layers = layers.merge((path, value));
    }
    Ok(layers)
}

/// Every value of a table with its whole name.
fn leaves(above: &str, table: Dict) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (name, value) in table {
        let path = if above.is_empty() { name } else { format!("{above}.{name}") };
        match value {
            Value::Dict(_, below) => found.extend(leaves(&path, below)),
            value => found.push((path, value)),
        }
    }
    found
}

/// The key that an environment variable sets; `None` for those that set none.
fn variable(name: &str) -> Result<Option<&'static Key>, SettingError> {
    let is_apart =
        [SECRET_KEY, ENVIRONMENT, DATABASE_URL, WORKER].contains(&name) || name.starts_with(provider::PREFIX);
    if is_apart || !name.starts_with(PREFIX) {
        return Ok(None);
    }
    if let Some(key) = key::ALL.into_iter().find(|key| key.variable() == name) {
        return Ok(Some(key));
    }
    let path = name[PREFIX.len()..].to_ascii_lowercase().replace("__", ".");
    Err(SettingError::new(name, "no such setting", neighbours(&path, Key::variable)))
}

/// The keys of the same section, or else the sections.
fn neighbours(path: &str, write: impl Fn(&Key) -> String) -> String {
    let section = path.split('.').next().unwrap_or_default();
    let same: Vec<String> = key::ALL.iter().filter(|key| key.section() == section).map(|key| write(key)).collect();
    if !same.is_empty() {
        return same.join(", ");
    }
    let mut sections: Vec<&str> = key::ALL.iter().map(|key| key.section()).collect();
    sections.dedup();
    sections.push(provider::TABLES);
    format!("keys of the sections {}", sections.join(", "))
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
