//! The secret keys: from the environment, or in development from a file made once.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::SecretString;

use super::{
    Environment,
    error::SettingError,
    sources::{SECRET_KEY, Sources},
};
use crate::{
    domain::id::hex,
    server::crypto::{random::Random, token::KeyRing},
};

/// The file in the data folder.
const FILE: &str = "secret.key";
const ACCEPTED: &str = "keys of 32 bytes or more, separated by commas; the first signs";

/// The keys that were given; in development, where none were, the file's.
///
/// # Errors
/// [`SettingError`] for a short key, for no key in production, and where the file can be
/// neither read nor made. It never repeats a key.
pub fn keys(sources: &Sources, environment: Environment, data_dir: &Path) -> Result<KeyRing, SettingError> {
    match (sources.variable(SECRET_KEY), environment) {
        (Some(list), _) => ring(SECRET_KEY, list),
        (None, Environment::Production) => {
            Err(SettingError::new(SECRET_KEY, "not set, and required in production", ACCEPTED))
        }
        (None, Environment::Development) => {
            let path = data_dir.join(FILE);
            let name = path.display().to_string();
            let key = read_or_make(data_dir, &path, &Random::System).map_err(|error| {
                let problem = format!("{name:?} can be neither read nor made ({error})");
                SettingError::new(SECRET_KEY, problem, ACCEPTED)
            })?;
            ring(&name, &key)
        }
    }
}

fn ring(name: &str, list: &str) -> Result<KeyRing, SettingError> {
    let keys: Vec<SecretString> = list.split(',').map(|key| key.trim().into()).collect();
    KeyRing::new(&keys).map_err(|error| SettingError::new(name, error.to_string(), ACCEPTED))
}

fn read_or_make(data_dir: &Path, path: &Path, random: &Random) -> io::Result<String> {
    match fs::read_to_string(path) {
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => {
            DirBuilder::new().recursive(true).mode(0o700).create(data_dir)?;
            make(path, random)?;
            // Not the key just made: another process may have been first.
            fs::read_to_string(path)
        }
        read => read,
    }
}

/// Makes the file, unless another process has. It is written under another name first, so
/// that nobody ever reads half a key.
fn make(path: &Path, random: &Random) -> io::Result<()> {
    let draft = path.with_extension(hex(&random.bytes::<8>()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let key = URL_SAFE_NO_PAD.encode(random.bytes::<32>());
    let written = writeln!(file, "{key}").and_then(|()| file.sync_all());
    // A link never replaces what is there; a rename would.
    let linked = written.and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match linked {
        Err(lost) if lost.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
}

#[cfg(test)]
mod tests;
