//! The variables that Leptos reads itself. Signet checks them first, because the errors of Leptos name neither the
//! variable nor its value.

use std::net::SocketAddr;

use super::{error::SettingError, sources::Sources};

/// The variables that have a form, the accepted values, and the check.
const VARIABLES: [(&str, &str, fn(&str) -> bool); 5] = [
    ("LEPTOS_SITE_ADDR", "an IP address and a port, such as \"127.0.0.1:3000\"", is::<SocketAddr>),
    ("LEPTOS_RELOAD_PORT", PORT, is::<u16>),
    ("LEPTOS_RELOAD_EXTERNAL_PORT", PORT, is::<u16>),
    ("LEPTOS_HASH_FILES", "true or false", is::<bool>),
    ("LEPTOS_ENV", "DEV or PROD", is_environment),
];
const PORT: &str = "a port, from 0 to 65535";

/// Checks the variables that the environment sets.
///
/// # Errors
/// [`SettingError`] for the first one that Leptos could not read.
pub fn check(sources: &Sources) -> Result<(), SettingError> {
    for (name, accepted, is_valid) in VARIABLES {
        if let Some(value) = sources.variable(name).filter(|value| !is_valid(value)) {
            return Err(SettingError::new(name, format!("{value:?} cannot be used"), accepted));
        }
    }
    Ok(())
}

fn is_environment(text: &str) -> bool {
    ["dev", "development", "prod", "production"].contains(&text.to_lowercase().as_str())
}

fn is<T: std::str::FromStr>(text: &str) -> bool {
    text.parse::<T>().is_ok()
}
