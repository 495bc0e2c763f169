//! The sources of the settings: files and the environment.

use std::{env, fs, io, path::Path};

use super::error::{PREFIX, SettingError};

/// The file with the defaults, which Leptos reads too.
pub const LEPTOS_TOML: &str = "Leptos.toml";
/// The environment variable of the secret keys.
pub const SECRET_KEY: &str = "SIGNET_SECRET_KEY";
/// The environment variable that tells development from production.
pub const ENVIRONMENT: &str = "SIGNET_ENVIRONMENT";
/// The environment variable that says whether a process runs the workers.
pub const WORKER: &str = "SIGNET_WORKER";
/// The environment variable with which many hosting services name a database.
pub const DATABASE_URL: &str = "DATABASE_URL";
/// The environment variable in which OpenSSL, and libraries like it, find the authorities that a process trusts.
pub const SSL_CERT_FILE: &str = "SSL_CERT_FILE";
/// As [`SSL_CERT_FILE`], for folders.
pub const SSL_CERT_DIR: &str = "SSL_CERT_DIR";
/// The prefix of the environment variables that Leptos reads.
const LEPTOS: &str = "LEPTOS_";
/// The environment variable that `cargo leptos watch` sets.
pub const LEPTOS_WATCH: &str = "LEPTOS_WATCH";

/// The sources of the settings. A later file overrides an earlier one, and the environment overrides all files.
#[derive(Clone, Default)]
pub struct Sources {
    /// Names and texts of the TOML files.
    pub files: Vec<(String, String)>,
    /// Names and values of Signet's environment variables.
    pub env: Vec<(String, String)>,
}

impl Sources {
    /// The sources of this process: `Leptos.toml` in the working folder, if it exists, the file of `--config`, and
    /// the environment.
    ///
    /// # Errors
    /// [`SettingError`] for a file that cannot be read and a variable that is not text.
    pub fn of_process(config_file: Option<&Path>) -> Result<Self, SettingError> {
        let mut files = Vec::new();
        match fs::read_to_string(LEPTOS_TOML) {
            Ok(text) => files.push((LEPTOS_TOML.to_owned(), text)),
            // An installed program has no such file; the defaults are built in.
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => {}
            Err(unreadable) => {
                return Err(unread(LEPTOS_TOML, Path::new(LEPTOS_TOML), &unreadable));
            }
        }
        if let Some(path) = config_file {
            let text = fs::read_to_string(path).map_err(|e| unread("--config", path, &e))?;
            files.push((path.display().to_string(), text));
        }
        Ok(Self { files, env: environment()? })
    }

    /// Returns the choice that the value of a variable names, or the first choice if the variable is not set.
    pub(super) fn choice<T>(&self, name: &str, choices: [(&str, T); 2]) -> Result<T, SettingError> {
        let word = self.variable(name).unwrap_or(choices[0].0);
        let accepted = format!("{:?} or {:?}", choices[0].0, choices[1].0);
        let chosen = choices.into_iter().find(|(known, _)| *known == word);
        let refusal = || SettingError::new(name, format!("{word:?} cannot be used"), accepted);
        chosen.map(|(_, value)| value).ok_or_else(refusal)
    }

    /// The value of an environment variable.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.env.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn unread(name: &str, path: &Path, error: &io::Error) -> SettingError {
    let path = path.display().to_string();
    SettingError::new(name, format!("{path:?} cannot be read ({error})"), "a TOML file")
}

#[expect(clippy::disallowed_methods, reason = "this is the module that reads the environment")]
fn environment() -> Result<Vec<(String, String)>, SettingError> {
    let mut ours = Vec::new();
    for (name, value) in env::vars_os() {
        let Some(name) = name.to_str().filter(|name| is_ours(name)) else {
            continue;
        };
        let value = value.into_string().map_err(|_| SettingError::new(name, "not UTF-8", "UTF-8 text"))?;
        ours.push((name.to_owned(), value));
    }
    Ok(ours)
}

fn is_ours(name: &str) -> bool {
    let is_known = [DATABASE_URL, SSL_CERT_FILE, SSL_CERT_DIR].contains(&name);
    is_known || name.starts_with(PREFIX) || name.starts_with(LEPTOS)
}
