//! Merges the sources of settings with figment and reads the result.

use std::mem::take;

use figment::{
    Figment, Metadata, Profile, Provider,
    error::Kind,
    providers::{Format, Toml},
    value::{Dict, Map, Value},
};
use serde::de::DeserializeOwned;

use super::{
    error::{PREFIX, SettingError},
    provider,
    sources::{DATABASE_URL, ENVIRONMENT, LEPTOS_TOML, SECRET_KEY, Sources, WORKER},
};
use crate::domain::providers::ProviderId;

/// The defaults: the repository's own `Leptos.toml`, so that they are written in one place only.
pub const DEFAULTS: &str = include_str!("../../../Leptos.toml");

/// The defaults and the sources that override them.
#[derive(Default)]
pub struct Layers {
    all: Figment,
    /// The providers in the order in which the sources name them. A provider appears once for each source that
    /// names it.
    pub providers: Vec<ProviderId>,
}

/// The settings of one source.
struct Layer<'a> {
    source: &'a str,
    settings: Dict,
}

impl Layers {
    /// Merges the sources; a later one overrides an earlier one, and all override the defaults.
    ///
    /// # Errors
    /// [`SettingError`] for a file that is not TOML, for a provider's table without a usable id, and for a
    /// provider's variable with an unknown key.
    pub fn of(sources: &Sources) -> Result<Self, SettingError> {
        let mut layers = Self::default();
        layers.add_file(LEPTOS_TOML, DEFAULTS)?;
        for (name, text) in &sources.files {
            layers.add_file(name, text)?;
        }
        let mut variables: Vec<_> = sources.env.iter().collect();
        // The environment has no order. Sorted by name, `DATABASE_URL` comes first, so `SIGNET_DATABASE__URL`
        // overrides it.
        variables.sort_unstable();
        for (name, text) in variables {
            layers.add_variable(name, text)?;
        }
        Ok(layers)
    }

    /// Reads the merged settings into the type that knows all keys.
    ///
    /// # Errors
    /// [`SettingError`] for the first value that cannot be used, and for an unknown key: an operator would not
    /// notice a typing error that is ignored.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, SettingError> {
        let read = self.all.extract();
        if let Err(figment::Error { kind: Kind::MissingField(name), path, .. }) = &read {
            // Reading an empty value in its place gives an error that says which values are accepted.
            let key = format!("{}.{name}", path.join("."));
            return Ok(self.all.clone().join((key, None::<()>)).extract()?);
        }
        Ok(read?)
    }

    fn add_file(&mut self, name: &str, text: &str) -> Result<(), SettingError> {
        let mut read = Toml::string(text).data().map_err(|error| {
            // The first line says where the error is; the others repeat the text, which may contain a secret.
            let line = error.to_string().lines().next().unwrap_or_default().to_owned();
            SettingError::new(name, line, "a TOML file")
        })?;
        let mut settings = read.remove(&Profile::Default).unwrap_or_default();
        if name == LEPTOS_TOML {
            // The table that belongs to Leptos.
            settings.remove("package");
        }
        let tables = settings.remove(provider::TABLES);
        let providers = provider::by_id(tables, name)?;
        self.providers.extend(providers.iter().map(|(id, _)| id.clone()));
        let providers = providers.into_iter().map(|(id, table)| (id.to_string(), table.into()));
        settings.insert(provider::TABLES.to_owned(), providers.collect::<Dict>().into());
        self.add(name, settings);
        Ok(())
    }

    fn add_variable(&mut self, name: &str, text: &str) -> Result<(), SettingError> {
        let key = match name.strip_prefix(PREFIX) {
            _ if [ENVIRONMENT, SECRET_KEY, WORKER].contains(&name) => return Ok(()),
            _ if name == DATABASE_URL => "DATABASE__URL",
            None => return Ok(()),
            Some(key) => key,
        };
        // The name of a setting's variable has only capitals, digits and underscores. Any other name becomes the empty
        // name, which is refused as unknown.
        let is_name = |c: u8| matches!(c, b'A'..=b'Z' | b'0'..=b'9' | b'_');
        let path = if key.bytes().all(is_name) { key.to_ascii_lowercase() } else { String::new() };
        let settings = if key.starts_with("PROVIDER") {
            let (id, table) = provider::from_variable(name, &path, text)?;
            let settings = nested(&[provider::TABLES, id.as_str()], table.into());
            self.providers.push(id);
            settings
        } else {
            nested(&path.split("__").collect::<Vec<_>>(), text.into())
        };
        self.add(name, settings);
        Ok(())
    }

    fn add(&mut self, source: &str, mut settings: Dict) {
        let below = self.all.data().unwrap_or_default().remove(&Profile::Default).unwrap_or_default();
        keep_tables(&mut settings, &below);
        self.all = take(&mut self.all).merge(Layer { source, settings });
    }
}

/// Returns `value` in nested tables: `[a, b, c]` gives a table `a` that contains a table `b`, in which `c` is the
/// value.
fn nested(names: &[&str], value: Value) -> Dict {
    match names {
        [] => Dict::new(),
        [name] => Dict::from([((*name).to_owned(), value)]),
        [name, below @ ..] => Dict::from([((*name).to_owned(), nested(below, value).into())]),
    }
}

/// Keeps a value from replacing a table, because the operator would not notice that the keys of the table are lost.
/// The value is moved below an empty name, which is refused as an unknown key.
fn keep_tables(settings: &mut Dict, below: &Dict) {
    for (name, value) in settings {
        match (&mut *value, below.get(name)) {
            (Value::Dict(_, settings), Some(Value::Dict(_, below))) => keep_tables(settings, below),
            (_, Some(Value::Dict(..))) => *value = nested(&[""], value.clone()).into(),
            _ => {}
        }
    }
}

impl Provider for Layer<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.source.to_owned())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.settings.clone()))
    }
}
