//! Section `tls`: the authorities by which other servers prove who they are.

use std::path::PathBuf;

use serde::Deserialize;

use super::{
    error::SettingError,
    sources::{SSL_CERT_DIR, SSL_CERT_FILE, Sources},
    value,
};
use crate::server::tls::Authorities;

/// The name of the setting.
const CA_FILE: &str = "tls.ca_file";
const ACCEPTED: &str = "a file with certificates of authorities in PEM form (-----BEGIN CERTIFICATE-----)";

/// TLS to providers, to the mail server and to PostgreSQL.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// A PEM file with further authorities, such as your company's own. Providers, the mail server and PostgreSQL may
    /// have certificates of these authorities, or of those that the machine trusts (`SSL_CERT_FILE` and `SSL_CERT_DIR`
    /// name others in place of the machine's). If the URL of a database or `PGSSLROOTCERT` names a file, that file counts
    /// for the database instead of this one. Without it: none.
    #[serde(default, deserialize_with = "value::file")]
    pub ca_file: Option<PathBuf>,
}

impl Tls {
    /// The authorities of the file.
    ///
    /// # Errors
    /// [`SettingError`], also if the settings need no TLS: the operator expects that the file counts.
    pub(super) fn own(&self) -> Result<Authorities, SettingError> {
        let Some(path) = &self.ca_file else { return Ok(Authorities::default()) };
        Authorities::of_file(path).map_err(|error| {
            let problem = format!("{:?} {error}", path.display().to_string());
            SettingError::new(CA_FILE, problem, ACCEPTED)
        })
    }
}

/// The authorities of the machine, or those that the environment names in their place.
///
/// # Errors
/// [`SettingError`] for a variable that names nothing that can be read.
pub fn of_machine(sources: &Sources) -> Result<Authorities, SettingError> {
    let (file, folders) = (sources.variable(SSL_CERT_FILE), sources.variable(SSL_CERT_DIR));
    let mut named = Authorities::default();
    for (name, found) in [
        (SSL_CERT_FILE, file.map(|file| (file, Authorities::in_place_of_machine(Some(file), None)))),
        (SSL_CERT_DIR, folders.map(|folders| (folders, Authorities::in_place_of_machine(None, Some(folders))))),
    ] {
        let Some((value, found)) = found else { continue };
        if found.is_empty() {
            let accepted =
                format!("{ACCEPTED}, in {SSL_CERT_DIR} folders of such files; not set: those of the machine");
            return Err(SettingError::new(name, format!("{value:?} has no certificate that can be read"), accepted));
        }
        named = named.and(&found);
    }
    if file.or(folders).is_some() { Ok(named) } else { Ok(Authorities::of_machine()) }
}

/// The refusal of settings that need TLS, on a machine that trusts no authority.
pub fn none_known() -> SettingError {
    let problem = "not set, and this machine trusts no authority, so no other server could prove who it is";
    let accepted = format!("{ACCEPTED}, or authorities of the machine (Debian's package ca-certificates)");
    SettingError::new(CA_FILE, problem, accepted)
}
