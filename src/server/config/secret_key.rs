//! The secret keys. They come from the environment, or in development from a file that Signet makes once.

use std::{
    fs::{self, DirBuilder, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
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
const ACCEPTED: &str = "random keys of 32 bytes or more, separated by commas; the first key signs";

const FOLDER: &str = "a folder in which Signet can make, read and write files, or a key in SIGNET_SECRET_KEY";

/// Reads the keys from the environment. In development, if the environment has none, reads the key from the file,
/// and makes this file first if it does not exist.
///
/// # Errors
/// [`SettingError`] for a short key, for no key in production, and if the file can be neither read nor made. The
/// error never repeats a key.
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
                SettingError::new("server.data_dir", problem, FOLDER)
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
            // Reads the file instead of using the new key: another process may have made the file first.
            fs::read_to_string(path)
        }
        read => {
            let key = read?;
            make_private(path)?;
            Ok(key)
        }
    }
}

/// Takes the file away from other users of the machine, and says so: they may have read the key.
fn make_private(path: &Path) -> io::Result<()> {
    let mode = fs::metadata(path)?.permissions().mode();
    if mode % 0o100 == 0 {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(0o600))?;
    let (path, mode) = (path.display(), format!("{:04o}", mode & 0o7777));
    tracing::warn!(%path, mode, "other users could read the secret key; the file is yours alone now. Replace the key");
    Ok(())
}

/// Makes the file, unless another process has made it. It writes the key under another name first, so that no
/// process reads half a key.
fn make(path: &Path, random: &Random) -> io::Result<()> {
    let draft = path.with_extension(hex(&random.bytes::<8>()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let key = URL_SAFE_NO_PAD.encode(random.bytes::<32>());
    let written = writeln!(file, "{key}").and_then(|()| file.sync_all());
    // A link never replaces an existing file; a rename would.
    let linked = written.and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match linked {
        Err(lost) if lost.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
}

#[cfg(test)]
mod tests;
